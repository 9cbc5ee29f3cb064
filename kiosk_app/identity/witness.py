"""A host of the place vouches with card and PIN, compared with the signed profile, with or without network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

SCRYPT_N = 2**14
SCRYPT_R = 8
SCRYPT_P = 1
HASH_BYTES = 32


def check_witness(witnesses: Sequence[Mapping[str, str]], id_number: str, pin: str) -> str | None:
    """Return the name of the witness whose card and PIN these are, or None.

    `witnesses` come from the signed profile: `name`, `card_hash` = sha256(salt || id number), `pin_hash` = scrypt(pin,
    salt, n=2**14, r=8, p=1), all hex; `salt` is hex too. Every entry is compared and exactly one PIN hash computed,
    so time says nothing about who is on the list.
    """
    found: Mapping[str, str] | None = None
    salt = bytes(HASH_BYTES // 2)
    for entry in witnesses:
        for candidate in salts(str(entry.get("salt", ""))):
            if hmac.compare_digest(card_hash(candidate, id_number), str(entry.get("card_hash", "")).lower()):
                found, salt = entry, candidate
    expected = str(found.get("pin_hash", "")).lower() if found else ""
    size = len(expected) // 2 if len(expected) >= HASH_BYTES else HASH_BYTES
    right = hmac.compare_digest(pin_hash(salt, pin, size), expected)
    return str(found.get("name", "")) or None if found and right else None


def card_hash(salt: bytes, id_number: str) -> str:
    """Return the hex SHA-256 over salt and number."""
    return hashlib.sha256(salt + id_number.strip().upper().encode()).hexdigest()


def pin_hash(salt: bytes, pin: str, size: int = HASH_BYTES) -> str:
    """Return the hex scrypt of a PIN, `size` bytes long."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, dklen=size).hex()


def witness_entry(name: str, id_number: str, pin: str, salt: bytes) -> dict[str, str]:
    """Return the profile entry of a witness."""
    return {
        "name": name,
        "salt": salt.hex(),
        "card_hash": card_hash(salt, id_number),
        "pin_hash": pin_hash(salt, pin),
    }


def salts(text: str) -> tuple[bytes, ...]:
    """Return the salt as bytes: from hex, and as plain text for profiles that wrote it so."""
    plain = text.encode()
    try:
        return (bytes.fromhex(text), plain)
    except ValueError:
        return (plain,)
