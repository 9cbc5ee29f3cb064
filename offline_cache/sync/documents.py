"""Bringing signed documents in: verify, check, and switch over all at once. Clips follow, one service at a time.

Packages that came are put aside one by one until the last is here: a line that breaks, or a power cut, costs none of
them. What would not work as a whole is never switched to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts import SignatureError, digest
from contracts.clips import OWNER, REFERENCE
from offline_cache.errors import BadSignature, Refused
from offline_cache.store.clip_shelf import ClipShelf
from offline_cache.store.reference import Cached
from offline_cache.store.store import Store
from offline_cache.sync.policy import stale_packages
from offline_cache.sync.reports import (
    CatalogueChanged,
    Listener,
    PackageRefused,
    ProfileChanged,
    SyncReport,
    TechniciansChanged,
)
from offline_cache.sync.stick import OnLine, Source, Stick
from offline_cache.sync.voices import Voices

Validate = Callable[[str, Any], None]
"""Raises ValueError when a package (id, content) is not one this terminal can run; the text is for technicians."""

Trial = Callable[[Mapping[str, Any], Mapping[str, Any]], None]
"""Raises ValueError when an index and its packages (id -> content) do not work together on this terminal."""

AcceptProfile = Callable[[Mapping[str, Any]], None]
"""Raises ValueError on the envelope of a site profile that is another terminal's, older, expired or malformed."""

INDEX = "index"
PROFILE = "profile"
TECHNICIANS = "technicians"
STAGED = "staged/"
"""In front of the names of packages that came and are not in use yet."""
VERSION = "catalogue.version"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a stick changed: the version of the catalogue in use before and now, and what was not taken."""

    before: int
    now: int
    refused: tuple[PackageRefused, ...]


def package_name(service: str) -> str:
    """Return the cache name of a service package."""
    return f"service/{service}"


class Documents:
    """Refreshes the catalogue, the profile and, with a `shelf` to put them on, the clips. One source at a time."""

    def __init__(
        self,
        store: Store,
        client: OnLine,
        validate: Validate,
        listener: Listener,
        shelf: ClipShelf | None = None,
        trial: Trial = lambda _index, _packages: None,
    ) -> None:
        self._store = store
        self._client = client
        self._validate = validate
        self._trial = trial
        self._heard = listener
        self._voices = Voices(shelf, self._listener) if shelf is not None else None
        self._settled: dict[str, str | None] = {}
        self._refused: list[PackageRefused] = []
        self._gate = threading.Lock()

    def version(self) -> int:
        """Return the version of the active index, 0 when there is none."""
        return int(self._store.meta.get(VERSION) or 0)

    def due(self, offered: Mapping[str, str]) -> bool:
        """True when the platform offers something that was neither kept nor refused yet."""
        return any(self._wanted(name, offered) for name in (INDEX, PROFILE, TECHNICIANS))

    def refresh(self, offered: Mapping[str, str]) -> None:
        """Fetch what changed. The first refresh after a start asks again for packages that were refused before.

        Raises:
            PlatformError: the platform could not be asked; what was active stays active.
        """
        with self._gate:
            self._refused.clear()
            for name in (TECHNICIANS, PROFILE, INDEX):
                if self._wanted(name, offered):
                    self._bring(name, self._client, self._etag(name) if name in self._settled else None)
                    self._settled[name] = _opaque(offered[name])

    def take_from(self, stick: Stick, accept_profile: AcceptProfile = lambda _envelope: None) -> Delivered:
        """Take everything from a stick that is newer than what is here, clips too, by the same rules as on line.

        Args:
            stick: the open bundle.
            accept_profile: raises ValueError on a signed profile that may not come into force here.

        Raises:
            OSError: the stick was pulled; what was active stays active.
        """
        with self._gate:
            self._refused.clear()
            before = self.version()
            if stick.has_profile:
                try:
                    accept_profile(stick.signed_profile())
                except ValueError as error:
                    self._listener(PackageRefused(PROFILE, str(error)))
                else:
                    self._bring(PROFILE, stick, None)
            self._bring(INDEX, stick, None)
            taken = all(refused.id != INDEX for refused in self._refused)
            while taken and self._voices is not None and self._voices.due:
                self._voices.bring(stick)
            # What the stick did not have, or had in a wrong state, the platform is asked for.
            self._settled.pop(INDEX, None)
            return Delivered(before, self.version(), tuple(self._refused))

    @property
    def voice_due(self) -> bool:
        """True while clips that the active index names are not here and were not refused."""
        return self._voices is not None and self._voices.due

    def bring_voice(self) -> None:
        """Fetch the clips of one service.

        Raises:
            PlatformError: the platform could not be asked; they stay due, after those of other services.
        """
        with self._gate:
            if self._voices is not None and self._voices.due:
                self._voices.bring(self._client)

    def _listener(self, report: SyncReport) -> None:
        if isinstance(report, PackageRefused):
            self._refused.append(report)
        self._heard(report)

    def _bring(self, name: str, source: Source, etag: str | None) -> None:
        try:
            if name == TECHNICIANS:
                self._refresh_technicians()
            elif name == PROFILE:
                self._refresh_profile(source)
            else:
                self._refresh_catalogue(source, etag)
        except BadSignature:
            self._listener(PackageRefused(name, "signature"))
        except Refused as refused:
            self._listener(PackageRefused(name, refused.code))

    def _wanted(self, name: str, offered: Mapping[str, str]) -> bool:
        etag = _opaque(offered.get(name))
        if name in self._settled:
            return etag is not None and etag != self._settled[name]
        return etag is not None and (name == INDEX or etag != _opaque(self._etag(name)))

    def _refresh_profile(self, source: Source) -> None:
        document = source.profile(self._etag(PROFILE))
        if document is not None:
            self._store.catalogue.put(PROFILE, document.etag, document.envelope)
            self._listener(ProfileChanged(document.value))

    def _refresh_technicians(self) -> None:
        """Only ever by wire: the list holds secrets, and what lies on a stick can be read by whoever finds it."""
        document = self._client.technicians(self._etag(TECHNICIANS))
        if document is not None:
            self._store.catalogue.put(TECHNICIANS, document.etag, document.envelope)
            self._listener(TechniciansChanged())

    def _refresh_catalogue(self, source: Source, etag: str | None) -> None:
        document = source.catalogue_index(etag)
        if document is None:
            return
        entries = _entries(document.value)
        if entries is None:
            self._listener(PackageRefused(INDEX, "schema"))
            return
        version = document.value["version"]
        if version < self.version():
            self._listener(PackageRefused(INDEX, "older than the active one"))
            return
        fetch, drop = stale_packages(entries, self._kept_digest)
        digests = {name: expected for name, expected, _ in entries}
        accepted: dict[str, Cached] = {}
        for service in fetch:
            cached = self._fetch(source, service, digests[service])
            if cached is not None:
                accepted[package_name(service)] = cached
        listed = {package_name(name) for name in digests}
        names = self._store.catalogue.names()
        gone = [name for name in names if name.startswith("service/") and name not in listed]
        if accepted or gone or drop or document.etag != self._etag(INDEX):
            try:
                self._trial(document.value, self._together(entries, accepted))
            except ValueError as error:
                self._listener(PackageRefused(INDEX, f"activation: {error}"))
                return
            accepted[INDEX] = Cached(document.etag, document.envelope)
            staged = [name for name in names if name.startswith(STAGED)]
            staged += [STAGED + package_name(service) for service in fetch]
            gone += map(package_name, drop)
            self._store.catalogue.activate(accepted, [*gone, *staged], {VERSION: str(version)})
            self._listener(CatalogueChanged(version))
        self._plan_voices(document.value["packages"], document.value.get("voice"))

    def _plan_voices(self, packages: list[Mapping[str, Any]], reference: object) -> None:
        """Clips go with the package that is in use: where a new one was refused, the old one keeps its own."""
        if self._voices is None:
            return
        named = {REFERENCE: reference}
        keep = set()
        for entry in packages:
            service = entry["id"]
            if not entry.get("active", True):
                continue
            if self._kept_digest(service) != entry["digest"]:
                keep.add(service)
            else:
                named[service] = entry.get("voice")
        offered: dict[str, str] = {}
        for owner, voice in named.items():
            if isinstance(voice, str) and OWNER.fullmatch(owner):
                offered[owner] = voice
            elif voice is not None:
                keep.add(owner)
                self._listener(PackageRefused(owner, "voice: the index"))
        self._voices.plan(offered, keep)

    def _together(self, entries: list[tuple[str, str, bool]], accepted: Mapping[str, Cached]) -> dict[str, Any]:
        """Return the packages (id -> content) that would be in use."""
        found = {}
        for service, _, active in entries:
            cached = accepted.get(package_name(service)) or self._store.catalogue.get(package_name(service))
            if active and cached is not None:
                found[service] = cached.envelope["signed"]
        return found

    def _fetch(self, source: Source, service: str, expected: str) -> Cached | None:
        """Return one package that passed everything; report and leave out one that did not."""
        why, aside = "", STAGED + package_name(service)
        try:
            staged = self._store.catalogue.get(aside)
            if staged is not None and digest(staged.envelope["signed"]) == expected:
                # Judged again: an update of this program may have come between.
                self._validate(service, staged.envelope["signed"])
                return staged
            document = source.service_package(service)
            if document is None or digest(document.value) != expected:
                why = "digest"
            else:
                self._validate(service, document.value)
                cached = Cached(document.etag, document.envelope)
                self._store.catalogue.put(aside, cached.etag, cached.envelope)
                return cached
        except BadSignature:
            why = "signature"
        except Refused as refused:
            why = refused.code
        except ValueError as error:
            why = f"schema: {error}"
        self._listener(PackageRefused(service, why))
        return None

    def _etag(self, name: str) -> str | None:
        cached = self._store.catalogue.get(name)
        return None if cached is None else cached.etag

    def _kept_digest(self, service: str) -> str | None:
        cached = self._store.catalogue.get(package_name(service))
        return None if cached is None else digest(cached.envelope["signed"])


def active_package(store: Store, service: str, trusted: Mapping[str, bytes]) -> Any | None:
    """Return the content of a cached package, its signature verified again, or None.

    A damaged or foreign package in the cache counts as missing.
    """
    try:
        return store.catalogue.proved(package_name(service), trusted)
    except SignatureError:
        return None


def _opaque(etag: str | None) -> str | None:
    """Return what an ETag says, without the quotes and the mark of a weak one."""
    return None if etag is None else etag.removeprefix("W/").strip('"')


def _entries(index: object) -> list[tuple[str, str, bool]] | None:
    """Read the packages of an index: (id, digest, active). None when it is not an index."""
    if not isinstance(index, Mapping) or not isinstance(index.get("packages"), list):
        return None
    if not isinstance(index.get("version"), int):
        return None
    entries: list[tuple[str, str, bool]] = []
    for item in index["packages"]:
        if not isinstance(item, Mapping):
            return None
        name, expected, active = item.get("id"), item.get("digest"), item.get("active", True)
        if not isinstance(name, str) or not isinstance(expected, str) or not isinstance(active, bool):
            return None
        entries.append((name, expected, active))
    return entries
