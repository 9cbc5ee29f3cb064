"""The self-test of a terminal: its report goes into the outbox once, and the acknowledged one puts it into service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.readiness import statement_of
from kiosk_app.audit import EVENTS
from kiosk_app.engine_room import EngineRoom
from kiosk_app.equipment.self_testing import ACCEPTED, BY_CHECK, IN_SERVICE, LOOK_S, SENT, SelfTesting
from kiosk_app.folders import Folders
from kiosk_app.health.selftest import Occasion
from kiosk_app.health.standstill import COMMISSIONING
from kiosk_app.health.verdicts import failed, passed
from kiosk_app.lab.samples import desk
from kiosk_app.shelf import Shelf
from kiosk_app.terminal import Options
from kiosk_app.visit.events import Halted, Restored
from kiosk_app.visit.state import Attract, OutOfService, State, Technician
from offline_cache import Problem
from provisioning import CheckResult, KeyProtection, Words
from tests.offline_cache.support import RealClock, item, open_at

DEMO = desk()
SAYS = Words("说", "Said")
ENROLLED = "2026-11-20T10:00:00+08:00"


class Bench:
    """An engine room with a real store, and a loop that runs what was posted when told."""

    def __init__(self, folder: Path) -> None:
        self.posted: list[Callable[[], None]] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.events: list[Any] = []
        self.log: list[tuple[str, dict[str, Any]]] = []
        self.state = State()
        shelf = Shelf(lambda: DEMO.now, DEMO.site)
        shelf.catalogue = DEMO.catalogue
        conductor = SimpleNamespace(dispatch=self.dispatch, state=self.state)
        self.conductor: Any = conductor
        screen = SimpleNamespace(post=self.posted.append, after=lambda s, fn: self.timers.append((s, fn)))
        terminal: Any = SimpleNamespace(
            shelf=shelf, screen=screen, conductor=conductor, post=self.dispatch, glass=lambda: (1080, 1920, 0.0, 0.0)
        )
        self.shelf = shelf
        self.room = EngineRoom(Options(Folders(folder), RealClock(), self_test=True), terminal)
        self.store = self.room.store = open_at(folder / "store")
        audit: Any = SimpleNamespace(record=lambda name, fields: self.log.append((name, dict(fields))))
        self.room.audit = audit
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.enrol(ENROLLED)
        self.broken: tuple[CheckResult, ...] = ()
        self.damaged: frozenset[str] = frozenset()
        self.testing = self.room.testing = SelfTesting(self.room, lambda: (self.checks(), self.damaged))

    def checks(self) -> tuple[CheckResult, ...]:
        return self.broken or (passed("disk", SAYS),)

    def enrol(self, at: str) -> None:
        key = self.key
        identity: Any = SimpleNamespace(
            terminal="XC-0042",
            url="https://platform.test",
            enrolled_at=at,
            key_protection=KeyProtection.FILE,
            trust={},
            profile_file=Path("none"),
            device_public=key.public_key,
            vouch=lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())).hex(),
        )
        self.room.identity = identity

    def dispatch(self, event: Any) -> None:
        self.events.append(event)
        if isinstance(event, Halted):
            self.conductor.state = State(place=OutOfService(event.why))
        if isinstance(event, Restored):
            self.conductor.state = State(place=Attract())

    def run(self) -> None:
        while self.posted:
            self.posted.pop(0)()

    def test(self) -> dict[str, Any]:
        found = self.testing.run(Occasion.DEMAND).result(30)
        self.run()
        return found

    def acknowledge(self) -> None:
        """The platform has everything that waits."""
        sent = {row.id: None for row in self.store.list_items()}
        self.store.take_ids(list(sent))
        self.store.settle(sent, {}, {})


def voice(pcm: bytes) -> Any:
    made: Future[bytes] = Future()
    made.set_result(pcm)
    return SimpleNamespace(render=lambda text, lang: made, last=None)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "store").mkdir()
    made = Bench(tmp_path)
    yield made
    made.testing.close()
    made.store.close()


def test_a_fresh_terminal_serves_nobody_until_the_platform_has_a_ready_report(bench: Bench) -> None:
    bench.testing.open()
    bench.run()
    assert bench.testing.state == COMMISSIONING
    assert bench.events == [Halted(COMMISSIONING)]
    found = bench.test()
    assert (found["report"]["ready"], found["queued"]) == (True, True)
    assert bench.testing.state == COMMISSIONING
    bench.acknowledge()
    assert bench.testing.state == IN_SERVICE
    bench.run()
    assert bench.events[-1] == Restored()
    for name, fields in bench.log:
        assert all(EVENTS[name].fields[key].fits(value) for key, value in fields.items())


def test_the_queued_report_is_the_signed_one(bench: Bench) -> None:
    found = bench.test()
    (row,) = bench.store.list_items()
    body = bench.store.show(row.id).body
    assert body is not None
    assert (row.kind, row.id, body["report"]) == ("readiness", found["report"]["id"], found["report"])
    bench.key.public_key().verify(
        bytes.fromhex(str(body["signature"])),
        statement_of(dict(body["report"])).signed_bytes(),
        ec.ECDSA(hashes.SHA256()),
    )
    kept = bench.testing.last()
    assert kept is not None
    assert kept["address"].startswith("https://platform.test/readiness?t=XC-0042")


def test_a_report_that_the_platform_refused_puts_nothing_into_service(bench: Bench) -> None:
    bench.testing.open()
    found = bench.test()
    number = found["report"]["id"]
    bench.store.take_ids([number])
    bench.store.settle({}, {number: Problem("signature-invalid")}, {})
    assert bench.testing.state == COMMISSIONING


def test_what_is_not_ready_is_told_once_and_does_not_serve(bench: Bench) -> None:
    bench.broken = (failed("disk_write", SAYS, SAYS),)
    bench.testing.open()
    assert [bench.test()["queued"] for _ in range(2)] == [True, False]
    bench.acknowledge()
    assert bench.testing.state == COMMISSIONING
    assert bench.events[-1] == Halted(BY_CHECK)
    bench.broken = ()
    assert bench.test()["queued"]
    assert bench.conductor.state.place == OutOfService(COMMISSIONING)
    bench.acknowledge()
    bench.testing.settle()
    bench.run()
    assert bench.conductor.state.place == Attract()


def test_a_terminal_that_served_before_it_knew_of_reports_goes_on_serving(bench: Bench) -> None:
    bench.store.submit(item())
    bench.testing.open()
    assert (bench.testing.state, bench.events) == (IN_SERVICE, [])


def test_another_enrolment_has_to_be_acknowledged_anew(bench: Bench) -> None:
    bench.test()
    bench.acknowledge()
    bench.testing.open()
    assert bench.store.meta.get(ACCEPTED) == ENROLLED
    bench.enrol("2026-12-01T10:00:00+08:00")
    later = SelfTesting(bench.room)
    later.open()
    assert later.state == COMMISSIONING
    later.close()


def test_a_crash_between_name_and_item_leaves_it_to_the_next_test(bench: Bench) -> None:
    bench.store.meta.set(SENT, json.dumps({"id": "gone", "ready": True, "enrolment": ENROLLED}))
    bench.testing.open()
    assert bench.testing.state == COMMISSIONING
    assert bench.test()["queued"]


def test_a_failed_check_closes_services_and_a_later_test_opens_them(bench: Bench) -> None:
    bench.store.meta.set(ACCEPTED, ENROLLED)
    bench.testing.open()
    offered = next(service.id for service in DEMO.catalogue.live() if bench.shelf.desk().offered(service.id))

    bench.broken, bench.damaged = (failed("packages", SAYS, SAYS),), frozenset({offered})
    bench.test()
    assert not bench.shelf.desk().offered(offered)
    assert bench.conductor.state.place == Attract()
    bench.broken, bench.damaged = (), frozenset()
    bench.test()
    assert bench.shelf.desk().offered(offered)


def test_every_night_it_is_tested_when_nobody_is_here(bench: Bench) -> None:
    bench.testing.begin()
    seconds, at_night = bench.timers[-1]
    assert 0 < seconds <= 86_400
    at_night()
    assert bench.timers[-1][0] <= 86_400
    bench.testing.run(Occasion.DEMAND).result(30)
    assert [fields["occasion"] for name, fields in bench.log if name == "self_test"] == ["daily", "demand"]


def test_the_store_says_when_a_page_of_it_was_changed(bench: Bench) -> None:
    for n in range(40):
        bench.store.submit(item(f"case-{n}"))
    # What is accepted is erased, and the log with it: every page is in the file then.
    bench.acknowledge()
    assert bench.testing._store_pages().state.value == "pass"
    with bench.store.path.open("r+b") as file:
        file.seek(-2000, 2)
        byte = file.read(1)
        file.seek(-2000, 2)
        file.write(bytes([byte[0] ^ 1]))
    assert bench.testing._store_pages().state.value == "fail"


def test_samples_of_the_speech_process_are_judged(bench: Bench) -> None:
    room: Any = bench.room
    room.speaking = voice(b"\x00\x20\x00\xe0" * 24_000)
    assert bench.testing._speech().state.value == "pass"
    room.speaking = voice(b"")
    assert bench.testing._speech().state.value == "warn"


def test_a_process_that_relieves_another_is_no_boot(bench: Bench) -> None:
    bench.testing.open()
    bench.testing.begin()
    assert LOOK_S in [seconds for seconds, _ in bench.timers]
    bench.test()
    bench.acknowledge()
    bench.timers.clear()
    relieving = SelfTesting(bench.room)
    relieving.open()
    relieving.begin()
    assert LOOK_S not in [seconds for seconds, _ in bench.timers]
    relieving.close()


def test_a_technician_reads_what_came_of_it_before_the_terminal_closes(bench: Bench) -> None:
    bench.store.meta.set(ACCEPTED, ENROLLED)
    bench.testing.open()
    bench.conductor.state = State(technician=Technician("T-0007"))
    bench.broken = (failed("disk_write", SAYS, SAYS),)
    bench.test()
    assert bench.events == []
    bench.conductor.state = State()
    bench.timers.pop()[1]()
    assert bench.events == [Halted(BY_CHECK)]


def test_a_ready_report_that_waits_for_a_stick_is_not_hidden_by_the_next_one(bench: Bench) -> None:
    bench.testing.open()
    assert [bench.test()["queued"] for _ in range(3)] == [True, False, False]
    bench.acknowledge()
    assert bench.testing.state == IN_SERVICE
    assert bench.test()["queued"]
