"""From the resident's page to the paper and back, with a printer that jams: the simulator's own process on a socket."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image

from drivers.code_reader.pictures import decode_pictures
from kiosk_app.audit import AuditLog
from kiosk_app.equipment.printing import Printing
from kiosk_app.identity.guardian import Guardian
from kiosk_app.lab.paper import is_on
from kiosk_app.lab.samples import ADULT, KNOWN, ONLINE, RECEIPT, desk
from kiosk_app.receipts import receipt_of
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Log, Print
from kiosk_app.visit.events import DeviceChanged, Event, Pressed, PrintEnded
from kiosk_app.visit.state import Case, Outcome, PrintState, Receipt, Verdict
from provisioning import DeviceSpec
from tests.drivers.receipt_printer.lab import RealClock, Simulator, simulator
from tests.offline_cache.support import open_at

PATIENCE_S = 20.0
CASE = Case("s1", "L1", Verdict.ACCEPTED, RECEIPT, print=PrintState.NONE)
DONE = replace(ONLINE, place=Outcome(), visit=replace(KNOWN, case=CASE, started=True))


class Kiosk:
    """A visit, the printing part of a terminal, and a loop between them."""

    def __init__(self, folder: Path, uri: str, options: dict[str, Any]) -> None:
        self.desk = desk()
        self.state: State = replace(DONE, world=replace(DONE.world, devices={}))
        self.prints: list[Print] = []
        self.logged: list[dict[str, str | int | bool]] = []
        self._log = AuditLog(None, RealClock(), strict=True)
        self._events: queue.Queue[Event] = queue.Queue()
        self.store = open_at(folder)
        self.printing = Printing(
            DeviceSpec("printer-1", "receipt_printer", uri, options),
            self.store,
            cast(Any, SimpleNamespace(clock=RealClock(), random_bytes=lambda n: bytes(range(n)))),
            cast(Any, SimpleNamespace(conductor=self, shelf=SimpleNamespace(desk=lambda: self.desk), post=self.post)),
            None,
            lambda name, fields: None,
        )

    def post(self, event: Event) -> None:
        """Any thread."""
        self._events.put(event)

    def do(self, event: Event) -> None:
        """One step of the visit, its prints performed."""
        self.state, effects = step(self.state, event, self.desk)
        for effect in effects:
            if isinstance(effect, Log):
                self._log.record(effect.event, effect.fields)
                self.logged.append(dict(effect.fields))
            if isinstance(effect, Print):
                self.prints.append(effect)
                self.printing.performers()[Print](effect)

    def until(self, condition: Callable[[State], bool]) -> None:
        """Take events until the state is so."""
        end = time.monotonic() + PATIENCE_S
        while not condition(self.state):
            left = end - time.monotonic()
            assert left > 0, self.state
            try:
                self.do(self._events.get(timeout=min(left, 0.2)))
            except queue.Empty:
                continue

    @property
    def outcome(self) -> PrintState:
        """What is known of the paper."""
        assert self.state.visit.case is not None
        return self.state.visit.case.print


@contextmanager
def kiosk(folder: Path, uri: str, **options: Any) -> Iterator[Kiosk]:
    found = Kiosk(folder, uri, options)
    found.printing.start()
    try:
        yield found
    finally:
        found.printing.stop()
        found.store.close()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Simulator]:
    with simulator(tmp_path, "--unpaced") as found:
        yield found


def ready(state: State) -> bool:
    return state.world.can_print


def test_a_jam_in_the_middle_is_asked_about_cleared_and_reprinted_once(printer: Simulator, tmp_path: Path) -> None:
    with kiosk(tmp_path, printer.uri) as room:
        room.until(ready)
        printer.tell(after_rows=200, set={"paper": "jammed"})
        room.do(Pressed("print.first"))
        room.until(lambda state: isinstance(state.place, Receipt) and not state.world.can_print)
        assert room.outcome is PrintState.UNKNOWN
        room.do(Pressed("actions.paper"))
        printer.set(cover="open")
        room.until(lambda state: getattr(state.cover, "opened", False))
        printer.set(paper="full", cover="closed")
        room.until(lambda state: state.cover is None and state.world.can_print)
        assert isinstance(room.state.place, Receipt)
        assert len(room.prints) == 1, "nobody knows about the first one: it is asked, not printed"
        room.do(Pressed("print.no"))
        room.until(lambda state: room.outcome is PrintState.PRINTED)
        (whole,) = printer.receipts
        model = receipt_of(room.state, room.desk, copy=1)
        assert model is not None
        assert is_on(whole, model)
        assert [code.text for code in decode_pictures(whole)] == [RECEIPT["track_url"]]
        assert [effect.copy for effect in room.prints] == [0, 1]


def test_no_paper_from_the_start_then_the_same_resident_gets_it_once_and_by_itself(
    printer: Simulator, tmp_path: Path
) -> None:
    printer.set(paper="out")
    with kiosk(tmp_path, printer.uri) as room:
        room.until(lambda state: state.world.device("receipt_printer").detail.get("paper") == "out")
        room.do(Pressed("actions.paper"))
        printer.set(cover="open")
        room.until(lambda state: getattr(state.cover, "opened", False))
        printer.set(paper="full")
        printer.set(cover="closed")
        room.until(lambda state: room.outcome is PrintState.PRINTED)
        assert room.state.cover is None
        (whole,) = printer.receipts
        model = receipt_of(room.state, room.desk)
        assert model is not None
        assert is_on(whole, model)
        printer.set(paper="low")
        room.until(lambda state: state.world.device("receipt_printer").detail.get("paper") == "low")
        printer.set(paper="full")
        room.until(lambda state: state.world.device("receipt_printer").detail.get("paper") == "full")
        assert len(printer.receipts) == len(room.prints) == 1


def test_raw_mode_prints_letters_and_the_name_that_they_lack_as_a_picture(printer: Simulator, tmp_path: Path) -> None:
    with kiosk(tmp_path, printer.uri, mode="raw") as room:
        assert room.state.visit.person is not None
        room.state = room.state.with_visit(person=replace(room.state.visit.person, name="𠮷秀兰"))
        room.until(ready)
        room.do(Pressed("print.first"))
        room.until(lambda state: room.outcome is PrintState.PRINTED)
        (path,) = printer.receipts
        lines = path.with_suffix(".txt").read_text(encoding="utf-8")
        assert str(RECEIPT["number"]) in lines
        assert "𠮷" not in lines
        assert [code.text for code in decode_pictures(path)] == [RECEIPT["track_url"]]
        with Image.open(path) as picture:
            assert picture.width == 576


@pytest.mark.parametrize("mode", ["raster", "raw"])
def test_a_name_that_nobody_can_draw_prints_nothing_and_says_why(mode: str, printer: Simulator, tmp_path: Path) -> None:
    with kiosk(tmp_path, printer.uri, mode=mode) as room:
        assert room.state.visit.person is not None
        room.state = room.state.with_visit(person=replace(room.state.visit.person, name="\U0003134a秀兰"))
        room.until(ready)
        room.do(Pressed("print.first"))
        room.until(lambda state: isinstance(state.place, Receipt))
        assert room.outcome is PrintState.NOT_PRINTED
        assert room.state.visit.case is not None
        assert room.state.visit.case.print_cause == "uncovered"
        assert {"job": "s1.0", "outcome": "not_printed", "cause": "uncovered"} in room.logged
        assert printer.status["rows"] == 0


@pytest.mark.parametrize(("uri", "options"), [("paper:nowhere", {}), ("tcp://127.0.0.1:9", {"mode": "fast"})])
def test_a_profile_that_names_no_printer_we_know_is_no_printer(
    uri: str, options: dict[str, Any], tmp_path: Path
) -> None:
    with kiosk(tmp_path, uri, **options) as room:
        room.until(lambda state: "receipt_printer" in state.world.devices)
        assert room.state.world.device("receipt_printer").state == "no_device"
        room.do(PrintEnded("s1.0", "not_printed", "offline"))
        room.do(DeviceChanged("receipt_printer", "no_device", {}))
        assert not room.state.world.can_print


def test_a_child_s_receipt_names_child_and_guardian_masked() -> None:
    child = replace(ADULT, name="钱小宝", id_number="110102201907210032")
    visit = replace(KNOWN, person=child, guardian=Guardian(ADULT, consent=True), case=CASE)
    model = receipt_of(replace(DONE, visit=visit), desk())
    assert model is not None
    assert (model.applicant, model.guardian) == ("钱*宝", "钱*博")
    alone = receipt_of(DONE, desk())
    assert alone is not None
    assert alone.guardian == ""
