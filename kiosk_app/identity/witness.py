"""A host of the place vouches with card and PIN, compared with the signed profile, with or without network."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Protocol

SCRYPT_N = 2**14
SCRYPT_R = 8
SCRYPT_P = 1
HASH_BYTES = 32


class WitnessRecord(Protocol):
    """A witness of the signed profile as an object; a mapping with the same names will do as well."""

    @property
    def name(self) -> str:
        """How the host is called."""

    @property
    def card_hash(self) -> str:
        """Hex SHA-256 over salt and ID number."""

    @property
    def salt(self) -> str:
        """Hex."""

    @property
    def pin_hash(self) -> str:
        """Hex scrypt of the PIN."""


def check_witness(witnesses: Iterable[Mapping[str, str] | WitnessRecord], id_number: str, pin: str) -> str | None:
    """Return the name of the witness whose card and PIN these are, or None.

    `witnesses` come from the signed profile: `name`, `card_hash` = sha256(salt || id number), `pin_hash` = scrypt(pin,
    salt, n=2**14, r=8, p=1), all hex; `salt` is hex too. Every entry is compared and exactly one PIN hash computed,
    so time says nothing about who is on the list.
    """
    found: Mapping[str, str] | WitnessRecord | None = None
    salt = bytes(HASH_BYTES // 2)
    for entry in witnesses:
        for candidate in salts(_read(entry, "salt")):
            if hmac.compare_digest(card_hash(candidate, id_number), _read(entry, "card_hash").lower()):
                found, salt = entry, candidate
    expected = _read(found, "pin_hash").lower() if found else ""
    size = len(expected) // 2 if len(expected) >= HASH_BYTES else HASH_BYTES
    right = hmac.compare_digest(pin_hash(salt, pin, size), expected)
    return _read(found, "name") or None if found and right else None


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


def _read(entry: Mapping[str, str] | WitnessRecord, name: str) -> str:
    value = entry.get(name, "") if isinstance(entry, Mapping) else getattr(entry, name, "")
    return str(value)
