"""Cipher suites: `intl` (SHA-256, AES-256-GCM) and `gm` (SM3, SM4-GCM).

`cryptography` is loaded at the first use: it costs 12 MB and as much time as a third of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import algorithms

NONCE_BYTES = 12
TAG_BYTES = 16


class UnknownSuiteError(ValueError):
    """No suite has this name."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One family of algorithms. `seal` and `open` are authenticated encryption with a 12-byte nonce."""

    name: str
    hash_name: str
    key_bytes: int

    def hash(self, data: bytes) -> bytes:
        """Return the 32-byte hash of `data`."""
        from cryptography.hazmat.primitives import hashes

        algorithm = hashes.SHA256() if self.name == "intl" else hashes.SM3()
        state = hashes.Hash(algorithm)
        state.update(data)
        return state.finalize()

    def seal(self, key: bytes, nonce: bytes, data: bytes, associated: bytes = b"") -> bytes:
        """Encrypt and authenticate; returns ciphertext with its 16-byte tag behind it."""
        from cryptography.hazmat.primitives.ciphers import Cipher, modes

        encryptor = Cipher(self._algorithm(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        """Undo `seal`.

        Raises:
            cryptography.exceptions.InvalidTag: key, nonce, data or associated data differ.
        """
        from cryptography.hazmat.primitives.ciphers import Cipher, modes

        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(self._algorithm(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(body) + decryptor.finalize()

    def _algorithm(self, key: bytes) -> algorithms.AES256 | algorithms.SM4:
        from cryptography.hazmat.primitives.ciphers import algorithms

        return algorithms.AES256(key) if self.name == "intl" else algorithms.SM4(key)


INTL = Suite("intl", "sha256", 32)
GM = Suite("gm", "sm3", 16)


def suite(name: str) -> Suite:
    """Return the suite called `name`.

    Raises:
        UnknownSuiteError: neither `intl` nor `gm`.
    """
    for candidate in (INTL, GM):
        if candidate.name == name:
            return candidate
    raise UnknownSuiteError(f"no cipher suite is called {name!r}: use intl or gm")
