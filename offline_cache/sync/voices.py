"""Bringing the clips of service packages in: after the packages, one at a time, and never in their way."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping

from contracts import digest
from contracts.clips import unpack
from offline_cache.errors import AnswerTooLarge, BadSignature, PlatformError, Refused
from offline_cache.store.clip_shelf import ClipShelf
from offline_cache.sync.reports import Listener, PackageRefused, VoicesChanged
from offline_cache.sync.stick import Source


class Voices:
    """Brings the shelf of clips in line with the index. One thread at a time."""

    def __init__(self, shelf: ClipShelf, listener: Listener) -> None:
        self._shelf = shelf
        self._listener = listener
        self._wanted: dict[str, str] = {}
        self._changed: set[str] = set()

    def plan(self, offered: Mapping[str, str], keep: Collection[str]) -> None:
        """Say what is to be on the shelf. What was refused before is asked for again.

        Args:
            offered: service -> digest of its clips, for packages in their offered state.
            keep: services whose clips stay as they are until others come.
        """
        # Where the disk fails, clips too many are words that nobody asks for: the next plan drops them.
        with contextlib.suppress(OSError):
            self._changed |= self._shelf.keep({*offered, *keep})
        self._wanted = {service: found for service, found in offered.items() if self._shelf.digest(service) != found}
        if not self._wanted:
            self._tell()

    @property
    def due(self) -> bool:
        """True while something is to be fetched."""
        return bool(self._wanted)

    def bring(self, source: Source) -> None:
        """Fetch the clips of one service, the next that is due.

        Raises:
            PlatformError: the platform could not be asked; they stay due.
        """
        service, expected = next(iter(self._wanted.items()))
        # Others go first next time: one that never comes through must not keep them.
        del self._wanted[service]
        try:
            why = self._fetch(source, service, expected)
        except PlatformError:
            self._wanted[service] = expected
            self._tell()
            raise
        if why:
            self._listener(PackageRefused(service, f"voice: {why}"))
        else:
            self._changed.add(service)
        if not self._wanted:
            self._tell()

    def _fetch(self, source: Source, service: str, expected: str) -> str:
        """Put the clips of one service on the shelf; return why not, for technicians."""
        try:
            document = source.service_voice(service)
            if document is None or digest(document.value) != expected:
                return "digest"
            voice = unpack(document.value)
            if voice.service != service:
                return f"these are the clips of {voice.service}"
            self._shelf.put(service, voice, expected)
        except BadSignature:
            return "signature"
        except AnswerTooLarge:
            return "too large"
        except Refused as refused:
            return refused.code
        except ValueError as error:
            return str(error)
        except OSError as error:
            return f"the disk: {error.strerror}"
        return ""

    def _tell(self) -> None:
        if self._changed:
            self._listener(VoicesChanged(tuple(sorted(self._changed))))
            self._changed.clear()
