"""An envelope is worth what its signature is worth."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import SignatureError, key_id, provisional_number, sign, uuid7, verify

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


def test_uuid7_sorts_by_time_and_says_its_version() -> None:
    first, second = uuid7(1_000, lambda n: b"\xff" * n), uuid7(1_001, lambda n: b"\x00" * n)
    assert first < second
    assert first[14] == "7"
    assert first[19] in "89ab"


def test_a_provisional_number_says_terminal_and_day() -> None:
    from datetime import date

    assert provisional_number("XC-0042", date(2026, 11, 22), 87) == "L20261122-0042-0087"
