"""The bytes of an outbox bundle: opened by its reader alone, and by nobody after the smallest change."""

from __future__ import annotations

import gzip
import json
import random
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts import GM, INTL, Suite, outbox_bundle
from contracts.outbox_bundle import BundleError

DEVICE, PLATFORM = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
ITEMS = [{"id": f"item-{n}", "seq": n, "body": {"words": f"样例\u2028 {n}"}} for n in range(1, 4)]


def about(items: int, **changes: Any) -> dict[str, Any]:
    return {
        "bundle": "0198-1", "terminal": "XC-0042", "made_at": "2026-11-20T10:00:00+08:00", "certificate": "PEM",
        "items": items, "first": "", "last": "", "left": 0, **changes,
    }  # fmt: skip


def sign(data: bytes) -> bytes:
    return DEVICE.sign(data, ec.ECDSA(hashes.SHA256()))


def sealed(lines: list[bytes], **changes: Any) -> bytes:
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    header = about(len(lines), **changes)
    return outbox_bundle.seal(
        outbox_bundle.pack(lines), header, PLATFORM.public_key(), ephemeral, bytes(range(32)), sign
    )


def opened(data: bytes, key: ec.EllipticCurvePrivateKey = PLATFORM) -> list[dict[str, Any]]:
    bundle = outbox_bundle.take_apart(data)
    outbox_bundle.check_signature(bundle, DEVICE.public_key())
    return outbox_bundle.open_bundle(bundle, key)


def code_of(data: bytes, key: ec.EllipticCurvePrivateKey = PLATFORM) -> str:
    with pytest.raises(BundleError) as refused:
        opened(data, key)
    return refused.value.code


GOOD = sealed(outbox_bundle.fitting(ITEMS))


def test_what_was_sealed_is_opened_by_its_reader_alone() -> None:
    assert opened(GOOD) == ITEMS
    assert "样例".encode() not in GOOD
    assert code_of(GOOD, DEVICE) == "damaged"


def test_two_bundles_of_the_same_items_have_nothing_sealed_in_common() -> None:
    one, two = (outbox_bundle.take_apart(sealed(outbox_bundle.fitting(ITEMS))) for _ in range(2))
    assert one.body != two.body


def test_a_bundle_cut_anywhere_is_refused() -> None:
    codes = {code_of(GOOD[:cut]) for cut in range(0, len(GOOD), 3)}
    assert codes <= {"truncated", "not-a-bundle"}
    assert code_of(GOOD[: len(GOOD) // 2]) == "truncated"


def test_a_flipped_bit_anywhere_is_refused() -> None:
    assert opened(GOOD)
    for position in range(0, len(GOOD), 3):
        changed = bytearray(GOOD)
        changed[position] ^= 1 << random.Random(position).randrange(8)
        assert code_of(bytes(changed)) in {"damaged", "truncated", "not-a-bundle"}, position


def test_something_behind_the_end_is_refused() -> None:
    assert code_of(GOOD + b"\0") == "damaged"


def test_a_header_that_names_another_terminal_no_longer_opens_even_when_it_is_signed_again() -> None:
    bundle = outbox_bundle.take_apart(GOOD)
    other = replace(bundle, front=bundle.front.replace(b"XC-0042", b"XC-0043"))
    with pytest.raises(BundleError) as refused:
        outbox_bundle.open_bundle(other, PLATFORM)
    assert refused.value.code == "damaged"
    assert outbox_bundle.open_bundle(bundle, PLATFORM) == ITEMS


def repacked(packed: bytes, items: int) -> bytes:
    """A bundle that a terminal gone mad has signed around these packed bytes."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    return outbox_bundle.seal(packed, about(items), PLATFORM.public_key(), ephemeral, bytes(32), sign)


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (gzip.compress(b"x" * (outbox_bundle.MOST_PLAIN + 1), mtime=0), "too-large"),
        (gzip.compress(b'{"id": "a", "x": "' + b"0" * 10_000_000 + b'"}', mtime=0), "too-large"),
        (gzip.compress(b'{"id": "a", "x": "' + b"0" * 10_000_000 + b'"}', 0, mtime=0), "too-large"),
        (gzip.compress(b'{"id": "a"}\n{"id": "a"}\n', mtime=0), "malformed"),
        (gzip.compress(b'{"id": 7}\n', mtime=0), "malformed"),
        (gzip.compress(b'["id"]\n', mtime=0), "malformed"),
        (gzip.compress(b"[" * 100_000, 0, mtime=0), "malformed"),
        (gzip.compress(b"\xff\xfe\n", mtime=0), "malformed"),
        (gzip.compress(b'{"id": "a"}\n', mtime=0) + b"more", "malformed"),
        (gzip.compress(b'{"id": "a"}\n', mtime=0)[:-9], "malformed"),
        (b"no gzip at all", "malformed"),
    ],
)
def test_what_a_terminal_gone_mad_has_sealed_is_refused(packed: bytes, code: str) -> None:
    assert code_of(repacked(packed, 1)) == code


def test_a_file_too_large_to_be_a_bundle_is_refused_unread() -> None:
    assert code_of(outbox_bundle.MAGIC + bytes(outbox_bundle.MOST_FILE)) == "too-large"


def test_a_length_that_cannot_be_is_refused() -> None:
    assert code_of(outbox_bundle.MAGIC + struct.pack(">I", 2**31) + bytes(50)) == "damaged"


def test_a_body_that_shrinks_like_a_bomb_still_travels() -> None:
    body = {"id": "a", "body": "0" * 400_000}
    assert opened(sealed(outbox_bundle.fitting([body]))) == [body]


def test_more_than_fits_is_left_behind() -> None:
    big: Mapping[str, Any] = {"id": "a", "body": "0" * 500_000}
    lines = outbox_bundle.fitting([big] * 200)
    assert len(lines) == outbox_bundle.MOST_PLAIN // (len(lines[0]) + 1) < 200


def test_a_sealing_key_is_read_back_and_a_wrong_one_is_not() -> None:
    value = outbox_bundle.published(PLATFORM.public_key())
    assert outbox_bundle.read_published(json.loads(json.dumps(value))) == PLATFORM.public_key()
    for wrong in (None, {}, {**value, "kid": "0" * 16}, {**value, "key": "04" + "00" * 64}):
        with pytest.raises(ValueError, match=r"key|hexadecimal|point"):
            outbox_bundle.read_published(wrong)


def gm(items: list[dict[str, Any]]) -> bytes:
    lines = outbox_bundle.fitting(items)
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    packed = outbox_bundle.pack(lines)
    return outbox_bundle.seal(packed, about(len(lines)), PLATFORM.public_key(), ephemeral, bytes(range(32)), sign, GM)


def test_the_gm_suite_seals_with_sm4_and_a_key_derived_with_sm3() -> None:
    data = gm(ITEMS)
    assert data.startswith(b"DSOB3\n")
    assert opened(data) == ITEMS
    bundle = outbox_bundle.take_apart(data)
    header = bundle.header
    # By hand, as docs/bundles.md says.
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(header.ephemeral))
    info = b"doorstep outbox bundle 3\0" + header.kid.encode() + b"\0" + header.ephemeral.encode()
    derived = HKDF(hashes.SM3(), 28, bytes.fromhex(header.salt), info).derive(PLATFORM.exchange(ec.ECDH(), point))
    cipher = Cipher(algorithms.SM4(derived[:16]), modes.GCM(derived[16:], bundle.body[-16:])).decryptor()
    cipher.authenticate_additional_data(bundle.front)
    plain = gzip.decompress(cipher.update(bundle.body[:-16]) + cipher.finalize())
    assert [json.loads(line) for line in plain.splitlines() if line] == ITEMS


@pytest.mark.parametrize(("suite", "other"), [(INTL, b"DSOB3\n"), (GM, b"DSOB2\n")])
def test_a_bundle_is_not_opened_as_one_of_the_other_suite(suite: Suite, other: bytes) -> None:
    data = sealed(outbox_bundle.fitting(ITEMS)) if suite is INTL else gm(ITEMS)
    assert code_of(other + data[len(other) :]) == "damaged"
    # Not even when the device that signs says so.
    lied = other + data[len(other) : -2 - len(outbox_bundle.take_apart(data).signature)]
    signature = sign(lied)
    assert code_of(lied + struct.pack(">H", len(signature)) + signature) == "damaged"


def test_a_gm_bundle_cut_or_changed_anywhere_is_refused() -> None:
    data = gm(ITEMS)
    assert {code_of(data[:cut]) for cut in range(0, len(data), 7)} <= {"truncated", "not-a-bundle", "damaged"}
    for at in range(6, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 1
        assert code_of(bytes(changed)) in {"damaged", "truncated"}
