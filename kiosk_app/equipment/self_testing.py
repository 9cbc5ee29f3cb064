"""Runs the self-test of a terminal off the loop, signs what it found, and brings the report to the platform.

A terminal that was enrolled is in service once the platform has acknowledged a report of it that says ready.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts import digest, uuid7
from contracts.readiness import ITEM, MACHINE, ReportMalformedError
from drivers.speech.samples import SAMPLE_RATE
from kiosk_app.conductor import Performer
from kiosk_app.control_handlers import report_of, results
from kiosk_app.health.guided import rows_json
from kiosk_app.health.selftest import (
    MOST_STARTING_S,
    About,
    Closing,
    Occasion,
    closing,
    counted,
    next_daily,
    readiness_report,
    settled,
    share,
)
from kiosk_app.health.selftest_checks import (
    Glass,
    Sound,
    check_disk_write,
    check_memory,
    check_packages,
    check_screen,
    check_speech_loop,
    check_store_pages,
    check_temperature,
    check_touch,
)
from kiosk_app.health.selftest_probes import disk_takes, hottest, loudness, memory_available, touch_panels
from kiosk_app.health.standstill import COMMISSIONING, SERVICE
from kiosk_app.visit.effects import DrawTrial, Effect, RunSelfTest
from kiosk_app.visit.events import CatalogueChanged, Halted, Restored, SelfTested, TrialDrawn
from kiosk_app.visit.guided import Findings
from kiosk_app.visit.state import Attract, OutOfService
from offline_cache import ItemState, NewItem, NotEncrypted, StoreError, StoreFull, UnknownItem, active_package
from provisioning import Check, CheckResult, SignedReport, machine_inventory, profile_digest, self_test, sign_report
from provisioning.key import word_of

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom

IN_SERVICE = "in_service"
LAST, SENT, ACCEPTED = "readiness.last", "readiness.sent", "readiness.accepted"
"""Facts of the store: the newest report; the newest that was queued; the enrolment that is in service."""
BOOT = "readiness.boot"
"""The boot of the machine and the moment of the newest report: a process that relieves another is no boot."""
STALE_S = 26 * 3600.0
"""A report older than this missed its night."""
BY_CHECK = "self_test"
"""Why nobody is served, when a check closes everything."""
LOOK_S, AGAIN_S, LATER_S = 1.0, 60.0, 600.0
"""Between two looks whether the devices have started; between two tests of a terminal that is not ready yet; until a
daily test that met a visit is tried again."""
TECHNICIAN_S = 5.0
"""Until it is looked again whether a technician has left."""
SPEECH_S = 8.0
SENTENCE = "您好，欢迎来到家门口。"
SCHEMA = "1"
DRAWS = 5
"""Random numbers for a test that a person takes part in."""


Look = Callable[[], tuple[tuple[CheckResult, ...], frozenset[str]]]
"""Makes every check; returns the results, and the packages whose signature does not hold."""


class SelfTesting:
    """One self-test at a time. Everything but `begin` may be called from any thread."""

    def __init__(self, room: EngineRoom, look: Look | None = None) -> None:
        """`look` makes the checks: of the terminal's own parts unless handed in."""
        self._room = room
        self._look = look or self._look_at_all
        self._work = ThreadPoolExecutor(1, "self-test")
        self._waited = 0.0
        self._closed = False
        self._in_service = False
        self._halted = ""
        self._closing = Closing()

    def open(self) -> None:
        """Find out whether this terminal is in service; one that served before it knew of reports is."""
        store, identity = self._room.store, self._room.identity
        if store is None or identity is None:
            return
        if store.meta.get(ACCEPTED) is None and store.meta.get(SENT) is None and store.last_seq() > 0:
            store.meta.set(ACCEPTED, identity.enrolled_at)
        self.settle()
        if not self._in_service:
            self._room.terminal.screen.post(lambda: self._halt(COMMISSIONING))

    def begin(self) -> None:
        """Loop's thread: test once everything has started, then every night."""
        if not (self._in_service and self._tested_since_boot()):
            self._room.terminal.screen.after(LOOK_S, self._at_boot)
        self._tomorrow()

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {DrawTrial: self._draw, RunSelfTest: self._asked}

    def close(self) -> None:
        """Let a test that runs end by itself; nothing is begun any more."""
        self._closed = True
        self._work.shutdown(wait=False, cancel_futures=True)

    @property
    def state(self) -> str:
        """What the heartbeat says. A terminal that does not test itself, as in the laboratory, is in service."""
        self.settle()
        return IN_SERVICE if self._in_service or not self._room.options.self_test else COMMISSIONING

    def settle(self) -> None:
        """Look whether the platform has acknowledged a ready report of this enrolment; then the terminal serves."""
        store, identity = self._room.store, self._room.identity
        if self._in_service or store is None or identity is None:
            return
        with contextlib.suppress(StoreError):
            enrolment = identity.enrolled_at
            if store.meta.get(ACCEPTED) != enrolment:
                sent = json.loads(store.meta.get(SENT) or "{}")
                if not sent.get("ready") or sent.get("enrolment") != enrolment:
                    return
                try:
                    acknowledged = store.row(str(sent["id"])).state is ItemState.SENT
                except UnknownItem:
                    return
                if not acknowledged:
                    return
                store.meta.set(ACCEPTED, enrolment)
                self._record("readiness_accepted")
            self._in_service = True
            self._room.terminal.screen.post(lambda: self._restore(COMMISSIONING))

    def last(self) -> dict[str, Any] | None:
        """Return the newest report as `SignedReport.as_json` gives it, and the state of the terminal."""
        text = None if self._room.store is None else self._room.store.meta.get(LAST)
        return None if text is None else {**json.loads(text), "state": self.state}

    def run(
        self, occasion: Occasion, by: str = MACHINE, guided: Iterable[Mapping[str, Any]] = ()
    ) -> Future[dict[str, Any]]:
        """Test everything soon; the result is the signed report, with `queued` true when it is on its way."""
        return self._work.submit(self._test, occasion, by, tuple(guided))

    # The worker

    def _test(self, occasion: Occasion, by: str, guided: tuple[Mapping[str, Any], ...]) -> dict[str, Any]:
        room, clock = self._room, self._room.options.clock
        began = clock.monotonic()
        checks, damaged = self._look()
        found = report_of(room, checks)
        now = clock.now()
        made = readiness_report(
            self._about(),
            found,
            uuid7(int(now.timestamp() * 1000), room.options.random_bytes),
            now,
            occasion,
            by=by,
            took_ms=round((clock.monotonic() - began) * 1000),
            guided=guided,
        )
        passed, doubtful, failing = counted(made)
        self._record("self_test", occasion=occasion.value, passed=passed, warned=doubtful, failed=failing)
        self._close_by(closing(checks, damaged))
        try:
            signed = sign_report(made, room.identity)
        except ReportMalformedError:
            # A device of the site says more than fits: the report is shown here, and not sent.
            signed = SignedReport(made)
        queued = self._queue(signed)
        return {**signed.as_json(), "queued": queued, "state": self.state}

    def _look_at_all(self) -> tuple[tuple[CheckResult, ...], frozenset[str]]:
        damaged: set[str] = set()
        ended: set[str] = set()

        def noting(check: Check) -> Check:
            def probe() -> CheckResult:
                found = check.probe()
                ended.add(check.id)
                return found

            return Check(check.id, probe)

        own = self_test(noting(check) for check in self._checks(damaged))
        # A slow disk is no broken one: what did not come to an end closes nobody's terminal.
        open_ended = {one.id: one for one in (check_disk_write(None), check_store_pages(None))}
        own = tuple(one if one.id in ended else open_ended.get(one.id, one) for one in own)
        # Whether it serves follows from what is found here: counted too, it would keep itself closed.
        quick = (one for one in results(self._room) if one.id != SERVICE)
        return (*quick, *own), frozenset(damaged)

    def _checks(self, damaged: set[str]) -> tuple[Check, ...]:
        room = self._room
        folder = room.options.folders.store.parent
        probes: dict[str, Callable[[], CheckResult]] = {
            "disk_write": lambda: check_disk_write(disk_takes(folder, room.options.random_bytes)),
            "store_pages": self._store_pages,
            "packages": lambda: self._packages(damaged),
            "speech_loop": self._speech,
            "screen": self._screen,
            "touch": lambda: check_touch(touch_panels()),
            "memory": lambda: check_memory(memory_available()),
            "temperature": lambda: check_temperature(hottest()),
        }
        return tuple(Check(name, probe) for name, probe in probes.items())

    def _store_pages(self) -> CheckResult:
        store = self._room.store
        if store is None:
            return check_store_pages(None)
        try:
            authentic = store.authentic()
        except NotEncrypted:
            authentic = False
        found = store.verify()
        return check_store_pages(authentic and found.sound, len(found.bad))

    def _packages(self, damaged: set[str]) -> CheckResult:
        room = self._room
        if room.store is None or room.identity is None:
            return check_packages(None)
        catalogue = room.terminal.shelf.catalogue
        # The index also lists services that have no package yet.
        services = [service.id for service in catalogue.all() if catalogue.package(service.id) is not None]
        trust = room.identity.trust
        damaged.update(name for name in services if active_package(room.store, name, trust) is None)
        return check_packages(tuple(sorted(damaged)) if services else None)

    def _speech(self) -> CheckResult:
        speaking = self._room.speaking
        if speaking is None:
            return check_speech_loop(None)
        try:
            pcm = speaking.render(SENTENCE, "zh").result(SPEECH_S)
        except FutureTimeoutError:
            pcm = b""
        if not pcm:
            return check_speech_loop(None)
        audio = "none" if speaking.last is None else speaking.last.detail.get("audio", "none")
        return check_speech_loop(Sound(len(pcm) // 2 * 1000 // SAMPLE_RATE, loudness(pcm), audio))

    def _screen(self) -> CheckResult:
        told = self._room.terminal.glass()
        profile = self._room.profile
        return check_screen(None if told is None else Glass(*told), None if profile is None else profile.screen)

    def _about(self) -> About:
        from kiosk_app.terminal import VERSION

        room, identity, profile = self._room, self._room.identity, self._room.profile
        about = About(terminal="" if identity is None else identity.terminal, version=VERSION)
        if identity is None:
            return about
        return About(
            identity.terminal,
            VERSION,
            key=word_of(identity.device_public()),
            key_protection=identity.key_protection.value,
            profile_rev=0 if profile is None else profile.rev,
            profile=profile_digest(identity),
            catalogue=room.terminal.shelf.catalogue.version,
            inventory=digest(machine_inventory()),
        )

    def _queue(self, signed: SignedReport) -> bool:
        """Keep the newest report, and put it into the outbox.

        While a terminal is not in service and not ready, only one report of that waits: the next one follows when it is
        acknowledged, or when one says ready.
        """
        store, identity, report = self._room.store, self._room.identity, signed.report
        if store is None or identity is None:
            return False
        try:
            store.meta.set(LAST, json.dumps(signed.as_json(), ensure_ascii=False))
            store.meta.set(BOOT, json.dumps([store.boot_id, report["at"]]))
            if not signed.signature or (self._waits() and (self._ready_waits() or not report["ready"])):
                return False
            sent = {"id": report["id"], "ready": report["ready"], "enrolment": identity.enrolled_at}
            # Before it is queued: a crash in between leaves a name without an item, and the next start tests anew.
            store.meta.set(SENT, json.dumps(sent))
            body = {"report": dict(report), "signature": signed.signature}
            store.submit(NewItem(str(report["id"]), str(report["id"]), ITEM, SCHEMA, body))
        except StoreError as error:
            self._record("save_failed", why="full" if isinstance(error, StoreFull) else "store")
            return False
        if self._room.engine is not None:
            self._room.engine.poke()
        return True

    def _tested_since_boot(self) -> bool:
        store = self._room.store
        text = None if store is None else store.meta.get(BOOT)
        if store is None or text is None:
            return False
        boot, at = json.loads(text)
        age = (self._room.options.clock.now() - datetime.fromisoformat(at)).total_seconds()
        return bool(boot == store.boot_id and 0 <= age < STALE_S)

    def _waits(self) -> bool:
        """True while the newest report is on its way."""
        store = self._room.store
        text = None if store is None else store.meta.get(SENT)
        if store is None or text is None:
            return False
        try:
            return store.row(str(json.loads(text)["id"])).state in (ItemState.READY, ItemState.INFLIGHT)
        except UnknownItem:
            return False

    def _ready_waits(self) -> bool:
        """True while the report that will put this enrolment into service is on its way: another would hide it."""
        store, identity = self._room.store, self._room.identity
        if store is None or identity is None or self._in_service or not self._waits():
            return False
        sent = json.loads(store.meta.get(SENT) or "{}")
        return bool(sent.get("ready") and sent.get("enrolment") == identity.enrolled_at)

    def _record(self, name: str, **fields: str | int | bool) -> None:
        if self._room.audit is not None:
            self._room.audit.record(name, fields)

    # The loop's thread

    def _draw(self, effect: DrawTrial) -> None:
        draws = tuple(int.from_bytes(self._room.options.random_bytes(4), "big") for _ in range(DRAWS))
        self._room.terminal.post(TrialDrawn(effect.test, draws))

    def _asked(self, effect: RunSelfTest) -> None:
        post = self._room.terminal.post

        def ended(running: Future[dict[str, Any]]) -> None:
            if running.cancelled() or running.exception() is not None:
                post(SelfTested(Findings(ready=False, report="", address="", doubtful=0, failed=1, queued=False)))
                return
            found = running.result()
            _, doubtful, failing = counted(found["report"])
            told = Findings(
                bool(found["report"]["ready"]),
                str(found["report"]["id"]),
                found["address"] or "",
                doubtful,
                failing,
                bool(found["queued"]),
            )
            post(SelfTested(told))

        self.run(Occasion.TECHNICIAN, effect.by, rows_json(effect.guided)).add_done_callback(ended)

    def _at_boot(self) -> None:
        if self._closed:
            return
        self._waited += LOOK_S
        room = self._room
        here = bool(room.terminal.shelf.catalogue.version)
        if settled(room.statuses(), self._waited) and (here or self._waited >= MOST_STARTING_S):
            self._then(self.run(Occasion.BOOT))
        else:
            room.terminal.screen.after(LOOK_S, self._at_boot)

    def _then(self, running: Future[dict[str, Any]]) -> None:
        """A terminal that is not in service tries again until it is ready."""
        screen = self._room.terminal.screen

        def wait() -> None:
            if not self._closed:
                screen.after(AGAIN_S, again)

        def again() -> None:
            if not (self._closed or self._in_service):
                self._then(self.run(Occasion.BOOT))

        running.add_done_callback(lambda _: screen.post(wait))

    def _tomorrow(self) -> None:
        now = self._room.options.clock.now()
        identity = self._room.identity
        # The same moment in every process of a terminal: one which relieves another neither skips nor repeats it.
        wait = (next_daily(now, share("" if identity is None else identity.terminal)) - now).total_seconds()
        self._room.terminal.screen.after(wait, self._at_night)

    def _at_night(self) -> None:
        if self._closed:
            return
        if not self._nobody_here():
            self._room.terminal.screen.after(LATER_S, self._at_night)
            return
        self.run(Occasion.DAILY)
        self._tomorrow()

    def _nobody_here(self) -> bool:
        state = self._room.terminal.conductor.state
        return isinstance(state.place, Attract | OutOfService) and state.technician is None

    def _close_by(self, found: Closing) -> None:
        room = self._room

        def take() -> None:
            self._closing = found
            settle()

        def settle() -> None:
            found = self._closing
            if found.everything and room.terminal.conductor.state.technician is not None:
                # Whoever tests here reads first what came of it; nobody else can begin meanwhile.
                room.terminal.screen.after(TECHNICIAN_S, settle)
                return
            shelf = room.terminal.shelf
            levels = {service.id: service.level.name for service in shelf.catalogue.all()}
            closed = found.services(levels)
            if closed != shelf.closed:
                shelf.closed = closed
                room.terminal.conductor.dispatch(CatalogueChanged())
            if found.everything:
                self._record("out_of_service", why=found.everything)
                self._halt(BY_CHECK)
            else:
                self._restore(BY_CHECK)

        room.terminal.screen.post(take)

    def _halt(self, why: str) -> None:
        self._halted = why
        self._room.terminal.conductor.dispatch(Halted(why))

    def _restore(self, why: str) -> None:
        """Serve again, if that was what kept it closed."""
        conductor = self._room.terminal.conductor
        # Whatever else has halted it since is somebody else's to end.
        if self._halted != why or conductor.state.world.halted not in ("", why):
            return
        self._halted = ""
        if why == BY_CHECK and not self._in_service:
            self._halt(COMMISSIONING)
            return
        self._record("back_in_service")
        conductor.dispatch(Restored())
