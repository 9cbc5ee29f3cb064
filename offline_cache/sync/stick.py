"""A reference bundle on a USB stick, read as the platform is read on line: the same documents, the same checks."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from contracts import CanonicalError, SignatureError, digest, reference_bundle, verify
from contracts.reference_bundle import Entry, StickError
from offline_cache.errors import BadSignature, BadStick, Refused
from offline_cache.http.answers import SignedDocument

_BLOCK = 2**20


class Source(Protocol):
    """Where signed documents come from: the platform, or a stick. Raises what `PlatformClient` raises."""

    def profile(self, etag: str | None = None) -> SignedDocument | None:
        """Return the site profile."""

    def catalogue_index(self, etag: str | None = None) -> SignedDocument | None:
        """Return the index."""

    def service_package(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return one package."""

    def service_voice(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return the clips of one service."""


class OnLine(Source, Protocol):
    """The platform itself: it has what never lies on a stick, too."""

    def technicians(self, etag: str | None = None) -> SignedDocument | None:
        """Return the technicians of this terminal."""


class Stick:
    """An open bundle whose every byte was checked against its signed manifest. Use it in a `with` block."""

    def __init__(self, path: Path, trusted: Mapping[str, bytes], terminal: str) -> None:
        """Open and check.

        Raises:
            OSError: the file cannot be read.
            BadStick: not-a-bundle, truncated, too-large, damaged, signature or malformed.
        """
        self._trusted = dict(trusted)
        self._terminal = terminal
        # A pipe in a file's place must not hold the terminal.
        self._file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
        try:
            self._entries = self._check()
        except StickError as error:
            self._file.close()
            raise BadStick(error.code, str(error)) from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Stick:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def has_profile(self) -> bool:
        """True when the bundle holds the site profile of this terminal."""
        return f"profile/{self._terminal}" in self._entries

    def profile(self, etag: str | None = None) -> SignedDocument | None:
        """Return this terminal's site profile."""
        return self._document(f"profile/{self._terminal}", etag)

    def signed_profile(self) -> Mapping[str, Any]:
        """Return the envelope of this terminal's site profile as it is, unjudged.

        Raises:
            ValueError: it is no JSON object.
        """
        entry = self._entries[f"profile/{self._terminal}"]
        self._file.seek(entry.offset)
        try:
            value = json.loads(self._file.read(entry.size))
        except RecursionError:
            value = None
        if not isinstance(value, Mapping):
            raise ValueError("malformed")
        return value

    def catalogue_index(self, etag: str | None = None) -> SignedDocument | None:
        """Return the index."""
        return self._document(reference_bundle.INDEX, etag)

    def service_package(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return one package."""
        return self._document(f"service/{service}", etag)

    def service_voice(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return the clips of one service."""
        return self._document(f"voice/{service}", etag)

    def _check(self) -> dict[str, Entry]:
        found = os.fstat(self._file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise StickError("not-a-bundle", "this is no plain file")
        size = reference_bundle.manifest_size(self._file.read(reference_bundle.HEAD))
        manifest = self._file.read(size)
        if len(manifest) < size:
            raise StickError("truncated", "the file ends within its manifest")
        entries = reference_bundle.read_manifest(manifest, found.st_size, self._trusted)
        for entry in entries.values():
            state, left = hashlib.sha256(), entry.size
            while left and (block := self._file.read(min(left, _BLOCK))):
                state.update(block)
                left -= len(block)
            if f"sha256:{state.hexdigest()}" != entry.digest:
                raise StickError("damaged", f"{entry.name} was changed since the bundle was made")
        return entries

    def _document(self, name: str, etag: str | None) -> SignedDocument | None:
        entry = self._entries.get(name)
        if entry is None:
            raise Refused(404, "not-found", f"{name} is not in the bundle")
        self._file.seek(entry.offset)
        try:
            envelope: Any = json.loads(self._file.read(entry.size))
            value = verify(envelope, self._trusted)
        except (SignatureError, CanonicalError, ValueError, RecursionError) as error:
            raise BadSignature(f"{name}: {error}") from None
        tag = f'"{digest(value)}"'
        return None if tag == etag else SignedDocument(tag, dict(envelope), value)
