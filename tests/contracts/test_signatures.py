"""An envelope is worth what its signature is worth."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import SignatureError, key_id, pack, provisional_number, sign, uuid7, verify, verify_text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = KEY.public_key().public_bytes_raw()
TRUST = {key_id(RAW): RAW}


def test_what_was_signed_comes_back() -> None:
    assert verify(sign({"rev": 3}, KEY), TRUST) == {"rev": 3}


def test_one_changed_value_is_refused() -> None:
    envelope = sign({"rev": 3}, KEY)
    envelope["signed"]["rev"] = 4
    with pytest.raises(SignatureError):
        verify(envelope, TRUST)


@pytest.mark.parametrize("broken", [None, {}, {"signed": 1}, {"signed": 1, "signatures": [None, {"sig": "zz"}]}])
def test_what_is_no_envelope_is_refused(broken: object) -> None:
    with pytest.raises(SignatureError):
        verify(broken, TRUST)


def test_a_stranger_is_refused() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(SignatureError):
        verify(sign({"rev": 3}, stranger), TRUST)


VALUES = [{"rev": 3}, {"b": "家门口", "a": [{}, None, True]}, [], "x", {"trap": ',"signatures":[]}'}]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_an_envelope_in_text_is_worth_the_same(value: object) -> None:
    envelope = sign(value, KEY)
    for text in (pack(envelope), json.dumps(envelope).encode(), json.dumps(envelope, indent=1).encode("utf-16")):
        assert verify_text(text, TRUST) == value
    assert json.loads(pack(envelope)) == envelope


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_no_changed_byte_of_a_text_is_taken(value: object) -> None:
    text = pack(sign(value, KEY))
    for at in range(len(text)):
        changed = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
        try:
            assert verify_text(changed, TRUST) == value, "only what does not belong to the value may differ"
        except SignatureError:
            continue


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"\xff", b'{"signed":1,"signatures":', b'{"signed":1,"signatures":7}', pack({"signed": 1})],
)
def test_what_is_no_text_of_an_envelope_is_refused(text: bytes) -> None:
    with pytest.raises(SignatureError):
        verify_text(text, TRUST)


def test_a_text_signed_by_a_stranger_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify_text(pack(sign({"rev": 3}, Ed25519PrivateKey.from_private_bytes(bytes(32)))), TRUST)


def test_uuid7_sorts_by_time_and_says_its_version() -> None:
    first, second = uuid7(1_000, lambda n: b"\xff" * n), uuid7(1_001, lambda n: b"\x00" * n)
    assert first < second
    assert first[14] == "7"
    assert first[19] in "89ab"


def test_a_provisional_number_says_terminal_and_day() -> None:
    from datetime import date

    assert provisional_number("XC-0042", date(2026, 11, 22), 87) == "L20261122-0042-0087"
