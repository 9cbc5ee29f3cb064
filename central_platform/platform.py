"""One running platform: database, authority, catalogue, clock and the small services over them, put together."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from central_platform import dropped, most_used, switches
from central_platform.authority import Authority
from central_platform.catalogue import Catalogue, PackageError
from central_platform.certificates import Seal, TestSeal
from central_platform.clock import Clock, ShiftedClock, SystemClock
from central_platform.database import Database
from central_platform.faults import Faults
from central_platform.licences import Licences, SampleLicences
from central_platform.logbook import Logbook
from central_platform.maintenance import Notice
from central_platform.models import CatalogueVersion, Terminal
from central_platform.nearby import Neighbourhood
from central_platform.payments.cashier import Cashier
from central_platform.presence import Presence
from central_platform.records import Records, SampleRecords
from central_platform.schema import open_database
from central_platform.settings import Settings
from central_platform.working_days import Calendar
from contracts.canonical import digest
from contracts.signatures import Envelope

AHEAD = timedelta(days=60)
"""How far ahead a case may be promised."""
log = logging.getLogger("central_platform")
LOOK_EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class Platform:
    """What every call may use. Make one with `Platform.open`, end it with `close`.

    `records` are what departments hold, `licences` the register of electronic licences, `seal` seals certificates: all
    are samples until settings can name others.
    """

    settings: Settings
    clock: ShiftedClock
    random_bytes: Callable[[int], bytes]
    database: Database
    authority: Authority
    catalogue: Catalogue
    calendar: Calendar
    presence: Presence
    logbook: Logbook
    faults: Faults
    notice: Notice
    cashier: Cashier
    public_url: str
    records: Records
    licences: Licences
    seal: Seal
    neighbourhood: Neighbourhood
    catalogue_version: int = 0
    _index: tuple[str, Envelope] | None = None
    _voices: dict[str, tuple[str, Envelope]] = field(default_factory=dict)
    _profiles: dict[str, tuple[int, str, Envelope]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _switching: threading.Lock = field(default_factory=threading.Lock)
    _switched: switches.Stamp = None
    _laid: dropped.Stamp = ()
    _looked: datetime | None = None
    _own_order: tuple[str, ...] = ()
    """What the district itself puts first."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
        logbook: Logbook | None = None,
    ) -> Platform:
        """Open or create everything in the data folder.

        Raises:
            PackageError: a service package cannot be published.
        """
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        shifted = ShiftedClock(clock or SystemClock())
        laid = dropped.stamp(settings.packages)
        database = open_database(settings.url)
        presence = Presence(database)
        authority = Authority.open(settings.data / "authority", shifted.now())
        platform = cls(
            settings=settings,
            clock=shifted,
            random_bytes=random_bytes,
            database=database,
            authority=authority,
            catalogue=Catalogue.load(settings.packages, judged=not settings.unjudged),
            calendar=Calendar.load(),
            presence=presence,
            neighbourhood=Neighbourhood(database, presence),
            logbook=logbook or Logbook(None),
            faults=Faults(),
            notice=Notice(settings.data, shifted),
            cashier=Cashier(settings.data, authority.derive("payments"), shifted, random_bytes),
            public_url=settings.public_url,
            records=SampleRecords(authority.derive("sample-records"), shifted),
            licences=SampleLicences(authority.derive("sample-licences"), shifted),
            seal=TestSeal(authority.test_seal),
            _laid=laid,
        )
        ahead = (shifted.now() + AHEAD).year
        if not platform.calendar.covers(ahead):
            log.warning("the holidays of %s are not in the table: promised days may be too early", ahead)
        platform._own_order = tuple(platform.catalogue.reference.get("mostUsed", ()))
        platform._put_first()
        platform.see_switches()
        if platform.catalogue_version == 0:
            platform.publish()
        return platform

    def close(self) -> None:
        """Flush and close."""
        self.presence.close()
        self.logbook.close()
        self.database.close()

    def publish(self) -> None:
        """Give what the package folder holds a version number; the same content keeps its number."""
        found = self.catalogue.digest
        with self.database.write() as session:
            latest = session.scalar(select(CatalogueVersion).order_by(CatalogueVersion.version.desc()).limit(1))
            if latest is None or latest.digest != found:
                number = 1 if latest is None else latest.version + 1
                latest = CatalogueVersion(version=number, digest=found, published_at=self.clock.now())
                session.add(latest)
            self.catalogue_version = latest.version

    def see_switches(self) -> None:
        """Take up what `central-platform service off` and `on` decided since, and what was laid into the folder of the
        packages; cheap when nothing was.
        """
        found, laid = switches.stamp(self.settings.data), self._look()
        if found == self._switched and laid == self._laid:
            return
        with self._switching:
            if found == self._switched and laid == self._laid:
                return
            catalogue = self.catalogue if laid == self._laid else self._reread()
            self._laid = laid
            try:
                closed = switches.read(self.settings.data)
            except (ValueError, TypeError, AttributeError):
                # A file that somebody wrote by hand must not take the fleet down with it: what was closed stays closed.
                log.error("%s cannot be read: use `central-platform service off` and `on`", switches.FILE)
                closed = {name: p.closed_at for name, p in self.catalogue.packages.items() if p.closed_at is not None}
            self.catalogue = catalogue.closing(closed)
            self.publish()
            with self._lock:
                self._index = None
                self._voices.clear()
            self._switched = found

    def _look(self) -> dropped.Stamp:
        """The stamp of the package folder, looked at once in a while: every heartbeat comes by here."""
        now = self.clock.now()
        if self._looked is not None and timedelta() <= now - self._looked < LOOK_EVERY:
            return self._laid
        self._looked = now
        return dropped.stamp(self.settings.packages)

    def _reread(self) -> Catalogue:
        """What lies in the package folder now; what is published already where that cannot be published as a whole."""
        try:
            found = dropped.taken(self.settings.packages, self.catalogue, judged=not self.settings.unjudged)
        except PackageError as error:
            log.error("the packages were not taken: %s", error)
            return self.catalogue
        self._own_order = tuple(found.reference.get("mostUsed", ()))
        counted = self.catalogue.reference.get("mostUsed")
        return found if counted is None else found.ordered(counted)

    def see_most_used(self) -> bool:
        """Put first what most people came for in the last weeks; returns whether anything moved."""
        with self._switching:
            if not self._put_first():
                return False
            self.publish()
            with self._lock:
                self._index = None
            return True

    def _put_first(self) -> bool:
        with self.database.read() as session:
            found = most_used.order(session, self._own_order, self.clock.now())
        if found == list(self.catalogue.reference.get("mostUsed", ())):
            return False
        self.catalogue = self.catalogue.ordered(found)
        return True

    def signed_index(self) -> tuple[str, Envelope]:
        """Return (ETag, envelope) of the catalogue index."""
        self.see_switches()
        with self._lock:
            if self._index is None:
                value = {**self.catalogue.index(self.catalogue_version), "sealing": self.authority.sealing}
                self._index = (digest(value), self.authority.sign(value))
            return self._index

    def signed_voice(self, service: str) -> tuple[str, Envelope]:
        """Return (digest, envelope) of the clips of a service or of the catalogue; large, so they are signed once.

        Raises:
            LookupError: there is no such service, or it has no clips.
        """
        clips = self.catalogue.clips(service)
        if clips is None:
            raise LookupError("the service has no clips")
        with self._lock:
            if service not in self._voices:
                self._voices[service] = (digest(clips), self.authority.sign(dict(clips)))
            return self._voices[service]

    def signed_profile(self, terminal: str) -> tuple[str, Envelope]:
        """Return (ETag, envelope) of a terminal's site profile; a profile past half of its life is issued anew.

        Raises:
            LookupError: there is no such terminal.
        """
        renew_at = self.clock.now() + timedelta(days=self.settings.profile_days / 2)
        with self.database.read() as session:
            row = session.get(Terminal, terminal)
        if row is None:
            raise LookupError("there is no such terminal")
        if row.profile_expires <= renew_at:
            row = self._reissue(terminal)
        with self._lock:
            kept = self._profiles.get(terminal)
            if kept is None or kept[0] != row.profile_rev:
                value = {
                    **json.loads(row.profile),
                    "terminal": terminal,
                    "rev": row.profile_rev,
                    "expires": row.profile_expires.isoformat(),
                }
                kept = (row.profile_rev, digest(value), self.authority.sign(value))
                self._profiles[terminal] = kept
            return kept[1], kept[2]

    def _reissue(self, terminal: str) -> Terminal:
        with self.database.write() as session:
            row = session.get_one(Terminal, terminal, with_for_update=True)
            row.profile_rev += 1
            row.profile_expires = self.clock.now() + timedelta(days=self.settings.profile_days)
        return row

    def counts(self) -> dict[str, int]:
        """Return how many terminals there are; for the ready line and tests."""
        with self.database.read() as session:
            return {"terminals": session.scalar(select(func.count()).select_from(Terminal)) or 0}
