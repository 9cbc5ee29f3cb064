"""Codes that people carry between screen, paper and phone: made, written, normalised and compared."""

from __future__ import annotations

import base64
import hashlib
import hmac

from contracts.ids import RandomBytes

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 of Douglas Crockford: I, L and O are read as 1, 1 and 0; there is no U."""
CHECK_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, O, 1 and I: what is printed on paper and typed by anyone."""
ENROL_LENGTH = 10
SELECTOR = 4
"""The first characters of an enrolment code name its slot, so that wrong tries count against that slot."""


def enrolment_code(random_bytes: RandomBytes) -> str:
    """Return 10 Crockford characters (50 random bits)."""
    return _encode(random_bytes(7), CROCKFORD, ENROL_LENGTH)


def normalise_crockford(text: str) -> str:
    """Return the code as it was issued: upper case, no separators, look-alikes resolved."""
    kept = "".join(c for c in text.upper() if not c.isspace() and c != "-")
    return kept.translate(str.maketrans("ILO", "110"))


def phone_code(random_bytes: RandomBytes) -> str:
    """Return 6 decimal digits, evenly drawn."""
    limit = (1 << 32) - (1 << 32) % 1_000_000
    while True:
        value = int.from_bytes(random_bytes(4), "big")
        if value < limit:
            return f"{value % 1_000_000:06d}"


def opaque(random_bytes: RandomBytes, size: int = 16) -> str:
    """Return an unguessable name for an address: 128 random bits, URL-safe."""
    return base64.urlsafe_b64encode(random_bytes(size)).rstrip(b"=").decode()


def secret_hash(secret: str, salt: str) -> str:
    """Return what is kept of a short secret; tries are few and counted, so one round is enough."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def keyed_hash(key: bytes, secret: str, salt: str) -> str:
    """Return what is kept of a secret so short that all of them could be tried: without the key that is no use."""
    return hmac.new(key, f"{salt}:{secret}".encode(), hashlib.sha256).hexdigest()


def check_code(key: bytes, number: str) -> str:
    """Return the `8F3K-2Q7M` shaped proof that whoever names `number` has its receipt in hand (40 bits of HMAC)."""
    text = _encode(hmac.new(key, number.encode(), hashlib.sha256).digest(), CHECK_ALPHABET, 8)
    return f"{text[:4]}-{text[4:]}"


def order_number(key: bytes, submission: str) -> str:
    """Return the number of a payment, such as PY-7K3M-9QXW-2TRB: always the same for a submission, 60 bits of HMAC."""
    text = _encode(hmac.new(key, submission.encode(), hashlib.sha256).digest(), CHECK_ALPHABET, 12)
    return f"PY-{text[:4]}-{text[4:8]}-{text[8:]}"


def same(left: str, right: str) -> bool:
    """Compare without telling by time where two texts part."""
    return hmac.compare_digest(left.encode(), right.encode())


def normalise_check(text: str) -> str:
    """Return a typed check code as it is printed."""
    kept = "".join(c for c in text.upper() if c.isascii() and c.isalnum())[:8]
    return f"{kept[:4]}-{kept[4:]}"


def _encode(data: bytes, alphabet: str, length: int) -> str:
    value = int.from_bytes(data, "big")
    out = ""
    for _ in range(length):
        value, digit = divmod(value, 32)
        out += alphabet[digit]
    return out
