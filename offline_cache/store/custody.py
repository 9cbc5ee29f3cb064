"""Who keeps the store's key: the machine's TPM, systemd's credentials, or a file that only its owner reads.

The file at `Keyring.path` holds the key as its custodian gave it back, and says which custodian that was. So the
choice is made once, when the key is made; what a TPM has sealed is never looked for anywhere else. While a key is
being replaced, the coming one lies beside it in `<path>.next`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts.suites import INTL, NONCE_BYTES
from offline_cache.errors import KeyFileError, KeyMissing, KeyRefused
from offline_cache.faces import RandomBytes
from offline_cache.store.keyfile import KEY_BYTES, read_private, remove, sync_directory, write_private

MAGIC = b"DSK1 "
CREDENTIAL = "doorstep-store"
"""The name of the credential in the unit: `LoadCredentialEncrypted=doorstep-store:...`."""


class KeyCustody(Protocol):
    """One way to keep 32 bytes."""

    @property
    def name(self) -> str:
        """`tpm`, `credential` or `file`: what the heartbeat reports."""

    def missing(self) -> str | None:
        """Return why it cannot be used here, None when it can."""

    def seal(self, key: bytes) -> bytes:
        """Return what may lie on the disk in place of the key.

        Raises:
            KeyRefused: the custodian does not take it.
        """

    def open(self, sealed: bytes) -> bytes:
        """Return the key.

        Raises:
            KeyRefused: the custodian does not give it, with the cause and what to do.
        """


class FileCustody:
    """The key itself, in a file that only its owner reads. Whoever has the disk has the key."""

    name = "file"

    def missing(self) -> str | None:
        """A file can always be used."""
        return None

    def seal(self, key: bytes) -> bytes:
        """Return the key as it is."""
        return key

    def open(self, sealed: bytes) -> bytes:
        """Return the key as it is."""
        return sealed


class CredentialCustody:
    """The key under AES-256-GCM, whose own key is derived from a credential that systemd hands to the unit."""

    name = "credential"

    def __init__(self, folder: Path | None, random_bytes: RandomBytes = secrets.token_bytes) -> None:
        """`folder` is systemd's CREDENTIALS_DIRECTORY, None outside a unit."""
        self._folder = folder
        self._random_bytes = random_bytes

    def missing(self) -> str | None:
        """Tell why there is no credential."""
        if self._folder is None:
            return "this process was not started by a unit with credentials"
        file = self._folder / CREDENTIAL
        try:
            size = file.stat().st_size
        except OSError:
            return f"the unit has no credential {CREDENTIAL}"
        return None if size >= KEY_BYTES else f"the credential {CREDENTIAL} has fewer than {KEY_BYTES} bytes"

    def seal(self, key: bytes) -> bytes:
        """Return nonce and sealed key."""
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + INTL.seal(self._wrapping_key(), nonce, key, MAGIC + self.name.encode())

    def open(self, sealed: bytes) -> bytes:
        """Return the key."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return INTL.open(self._wrapping_key(), nonce, body, MAGIC + self.name.encode())
        except (InvalidTag, ValueError):
            raise KeyRefused(
                "the credential is not the one that the store's key was sealed with: give the unit the former one"
            ) from None

    def _wrapping_key(self) -> bytes:
        why = self.missing()
        if why is not None or self._folder is None:
            raise KeyRefused(
                f"{why}: start the terminal by its unit; a command runs with "
                f"systemd-run --pipe -p LoadCredentialEncrypted={CREDENTIAL}:FILE"
            )
        secret = (self._folder / CREDENTIAL).read_bytes()
        return HKDF(hashes.SHA256(), KEY_BYTES, None, b"doorstep store key").derive(secret)


class Keyring:
    """The key in force, and during a rotation the coming one. Change it only while the store's lock is held."""

    def __init__(
        self,
        path: Path,
        custodians: Sequence[KeyCustody] = (FileCustody(),),
        random_bytes: RandomBytes = secrets.token_bytes,
    ) -> None:
        """Nothing is read yet.

        Args:
            path: where the record of the key lies.
            custodians: who may keep a new key, best first.
            random_bytes: where keys come from.
        """
        self.path = Path(path)
        self._next = self.path.with_name(self.path.name + ".next")
        self._custodians = tuple(custodians)
        self._random_bytes = random_bytes

    @property
    def empty(self) -> bool:
        """True when no key was ever made."""
        return not self.path.exists() and not self._next.exists()

    @property
    def rotating(self) -> bool:
        """True when a coming key lies beside the one in force."""
        return self._next.exists()

    def current(self) -> bytes:
        """Return the 32 bytes of the key in force.

        Raises:
            KeyMissing: there is none.
            KeyRefused: its custodian does not give it; no other is asked.
            KeyFileError: the record is damaged, or others may read it.
        """
        return self._open(self.path)

    def coming(self) -> bytes:
        """Return the 32 bytes of the coming key. Raises as `current`."""
        return self._open(self._next)

    def create(self) -> bytes:
        """Make the first key and return it.

        Raises:
            KeyRefused: no custodian takes it.
        """
        key = self._random_bytes(KEY_BYTES)
        self._keep(self.path, key, self._custodians)
        return key

    def begin(self, custodian: str | None = None) -> bytes:
        """Make the coming key and return it.

        Args:
            custodian: who is to keep it; None stays with the one that keeps the key in force.

        Raises:
            KeyRefused: that custodian does not take it.
        """
        name = custodian or read_protection(self.path)
        key = self._random_bytes(KEY_BYTES)
        self._keep(self._next, key, [found for found in self._custodians if found.name == name], name)
        return key

    def promote(self) -> None:
        """The coming key is in force, the former is gone; one step, durable."""
        self._next.rename(self.path)
        sync_directory(self.path.parent)

    def drop_coming(self) -> None:
        """Forget the coming key."""
        remove(self._next)

    def keep_copy(self, path: Path) -> None:
        """Put the record of the key in force at `path` too, as its custodian sealed it."""
        write_private(path, read_private(self.path))

    def _keep(self, path: Path, key: bytes, custodians: Sequence[KeyCustody], asked: str | None = None) -> None:
        reasons = [] if custodians else [f"{asked} is no custodian here"]
        for custodian in custodians:
            why = custodian.missing()
            if why is None:
                try:
                    sealed = custodian.seal(key)
                    # Nobody relies on it yet: the moment to find out whether it really comes back.
                    if custodian.open(sealed) == key:
                        write_private(path, sealed if custodian.name == "file" else _record(custodian.name, sealed))
                        return
                    why = "it gave back something else"
                except KeyRefused as refused:
                    why = str(refused)
            reasons.append(f"{custodian.name}: {why}")
        raise KeyRefused("nobody keeps the store's key; " + "; ".join(reasons))

    def _open(self, path: Path) -> bytes:
        try:
            data = read_private(path)
        except FileNotFoundError:
            raise KeyMissing(f"there is no key at {path}: put it back from where it was moved") from None
        name, sealed = _parse(data, path)
        for custodian in self._custodians:
            if custodian.name == name:
                key = custodian.open(sealed)
                if len(key) != KEY_BYTES:
                    raise KeyFileError(f"{path} does not hold {KEY_BYTES} bytes")
                return key
        raise KeyRefused(f"the store's key was sealed by {name}, which this program does not use")


def read_protection(path: Path) -> str | None:
    """Return who keeps the key, for heartbeat and doctor, without opening it: `tpm`, `credential`, `file`.

    None without a record; `exposed` when others may read it or it is no record at all.
    """
    try:
        return _parse(read_private(path), path)[0]
    except (KeyFileError, PermissionError):
        return "exposed"
    except OSError:
        return None


def known_custodians(environ: Mapping[str, str] = os.environ) -> tuple[KeyCustody, ...]:
    """Return the custodians of a real terminal, best first."""
    from offline_cache.store.tpm import TpmCustody

    folder = environ.get("CREDENTIALS_DIRECTORY")
    return TpmCustody(environ.get("TPM2TOOLS_TCTI")), CredentialCustody(Path(folder) if folder else None), FileCustody()


def _record(name: str, sealed: bytes) -> bytes:
    return MAGIC + name.encode() + b"\n" + sealed


def _parse(data: bytes, path: Path) -> tuple[str, bytes]:
    # A bare key is the record of the file's custody; no sealed key is that short.
    if len(data) == KEY_BYTES:
        return FileCustody.name, data
    head, found, sealed = data.partition(b"\n")
    if not found or not head.startswith(MAGIC):
        raise KeyFileError(f"{path} does not hold {KEY_BYTES} bytes, nor a sealed key")
    return head[len(MAGIC) :].decode("ascii", "replace"), sealed
