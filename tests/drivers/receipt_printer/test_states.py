"""Every row of the status table on a real wire: what the simulator says, what the driver reports and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.receipt_printer import Outcome
from drivers.receipt_printer.codec import RECOVER, STATUS_BACK, realtime_status
from drivers.receipt_printer.status import MEANINGS, Action, PrinterState
from drivers.transport import Transport, parse_uri
from tests.drivers.receipt_printer.lab import Bench, Simulator, bench, file_journal, pattern, simulator, wait_for

PAGE = pattern(576, 120, 4)
WELL: dict[str, Any] = {
    "paper": "full",
    "cover": "closed",
    "cutter": "ok",
    "hot": False,
    "unrecoverable": False,
    "feed_button": False,
    "offline": False,
    "drawer": "low",
    "near_sensor": True,
    "lid": "own",
    "asb": "ok",
    "silent": False,
}


@dataclass(frozen=True)
class Row:
    """One row of the table: how the simulator gets there, its DLE EOT bytes, what the driver makes of it."""

    panel: dict[str, Any]
    eot: str
    word: PrinterState
    action: Action
    state: DeviceState
    detail: dict[str, str] = field(default_factory=dict)


ROWS = {
    "ready": Row({}, "12121212", PrinterState.READY, Action.PRINT, DeviceState.ONLINE, {"paper": "full"}),
    "drawer pin high": Row({"drawer": "high"}, "16121212", PrinterState.READY, Action.PRINT, DeviceState.ONLINE),
    "near end": Row(
        {"paper": "low"}, "1212121e", PrinterState.NEAR_END, Action.PRINT_ONE, DeviceState.ONLINE, {"paper": "low"}
    ),
    "paper end": Row(
        {"paper": "out"}, "1a32127e", PrinterState.PAPER_END, Action.STOP, DeviceState.USER_ACTION, {"paper": "out"}
    ),
    "paper end without a near-end sensor": Row(
        {"paper": "out", "near_sensor": False},
        "1a321272",
        PrinterState.PAPER_END,
        Action.STOP,
        DeviceState.USER_ACTION,
        {"paper": "out"},
    ),
    "cover open": Row(
        {"cover": "open"}, "1a161212", PrinterState.COVER_OPEN, Action.STOP, DeviceState.USER_ACTION, {"cover": "open"}
    ),
    "cover open that lifts the paper": Row(
        {"cover": "open", "lid": "paper"},
        "1a16127e",
        PrinterState.COVER_OPEN,
        Action.STOP,
        DeviceState.USER_ACTION,
        {"cover": "open", "paper": "out"},
    ),
    "feed button": Row(
        {"feed_button": True},
        "5a1a1212",
        PrinterState.FEED_BUTTON,
        Action.WAIT,
        DeviceState.BUSY,
        {"cause": "feed_button"},
    ),
    "cutter error": Row(
        {"cutter": "error"},
        "1a521a12",
        PrinterState.CUTTER_ERROR,
        Action.RECOVER,
        DeviceState.HARDWARE_ERROR,
        {"paper": "jammed", "cause": "cutter_error"},
    ),
    "mechanical error": Row(
        {"paper": "jammed"},
        "1a521612",
        PrinterState.MECHANICAL_ERROR,
        Action.RECOVER,
        DeviceState.HARDWARE_ERROR,
        {"paper": "jammed", "cause": "mechanical_error"},
    ),
    "unrecoverable": Row(
        {"unrecoverable": True},
        "1a523212",
        PrinterState.UNRECOVERABLE,
        Action.OUT_OF_SERVICE,
        DeviceState.HARDWARE_ERROR,
        {"cause": "unrecoverable"},
    ),
    "head hot": Row({"hot": True}, "1a525212", PrinterState.HEAD_HOT, Action.WAIT, DeviceState.BUSY),
    "off line": Row({"offline": True}, "1a121212", PrinterState.OFFLINE, Action.NOT_READY, DeviceState.HARDWARE_ERROR),
}


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("printer"), "--unpaced") as found:
        yield found


@pytest.fixture(scope="module")
def _desk(printer: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(printer.uri, file_journal(tmp_path_factory.mktemp("journal"))) as found:
        yield found


@pytest.fixture
def desk(printer: Simulator, _desk: Bench) -> Iterator[Bench]:
    yield _desk
    printer.set(**WELL)
    _desk.said.status(DeviceState.ONLINE, paper="full", cover="closed", cause="")


@pytest.mark.parametrize("asb", ["online", "never"])
@pytest.mark.parametrize("name", [name for name in ROWS if name not in ("ready", "drawer pin high")])
def test_each_state_is_reported_however_little_the_printer_tells_by_itself(
    name: str, asb: str, printer: Simulator, desk: Bench
) -> None:
    row = ROWS[name]
    printer.set(**{**row.panel, "asb": asb})
    desk.said.status(row.state, **row.detail)
    assert MEANINGS[row.word].action is row.action


@dataclass(frozen=True)
class Alone:
    """A simulator and a bare connection to it: no driver that would ask for recovery."""

    printer: Simulator
    link: Transport

    def answers(self) -> str:
        """What DLE EOT 1 to 4 say, in hex."""
        found = b""
        for n in range(1, 5):
            self.link.write(realtime_status(n), 1.0)
            found += self.link.read(1, 5.0)
        return found.hex()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    with simulator(tmp_path_factory.mktemp("alone"), "--unpaced") as found:
        link = parse_uri(found.uri)()
        link.open()
        yield Alone(found, link)
        link.close()


@pytest.mark.parametrize("name", ROWS)
def test_each_state_is_on_the_wire_as_the_table_says(name: str, alone: Alone) -> None:
    alone.printer.set(**WELL)
    alone.link.write(RECOVER, 1.0)
    alone.printer.set(**ROWS[name].panel)
    assert alone.answers() == ROWS[name].eot


def test_waiting_for_recovery_is_on_the_wire_as_the_table_says(alone: Alone) -> None:
    alone.printer.set(**WELL)
    alone.printer.set(paper="jammed")
    alone.printer.set(paper="full")
    assert alone.answers() == "3a121212"
    alone.link.write(RECOVER, 1.0)


def test_a_printer_that_was_blocked_at_the_start_tells_its_readiness_by_itself(alone: Alone) -> None:
    """GS a waits in the buffer of a blocked printer, as in the emulator, and counts as soon as it is not."""
    alone.link.write(RECOVER, 1.0)
    alone.printer.set(**WELL)
    alone.printer.set(paper="out")
    alone.link.write(STATUS_BACK, 1.0)
    assert alone.link.read(4, 0.2) == b""
    alone.printer.set(paper="full")
    told = b""
    while len(told) < 4:
        told += alone.link.read(4 - len(told), 5.0)
    assert told == b"\x10\0\0\0"


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("paper end", ErrorKind.NO_PAPER),
        ("cover open", ErrorKind.COVER_OPEN),
        ("cutter error", ErrorKind.JAMMED),
        ("mechanical error", ErrorKind.JAMMED),
        ("unrecoverable", ErrorKind.DEVICE_FAULT),
        ("off line", ErrorKind.OFFLINE),
    ],
)
def test_states_that_stop_send_nothing(name: str, cause: ErrorKind, printer: Simulator, desk: Bench) -> None:
    before = printer.status["rows"]
    printer.set(**ROWS[name].panel)
    result = desk.print(PAGE)
    assert (result.outcome, result.cause, result.sent) == (Outcome.NOT_PRINTED, cause, 0)
    assert printer.status["rows"] == before


@pytest.mark.parametrize("name", ["feed button", "head hot"])
def test_states_that_pass_make_a_job_wait(name: str, printer: Simulator, desk: Bench) -> None:
    before = len(printer.receipts)
    printer.set(**ROWS[name].panel)
    desk.said.status(DeviceState.BUSY)
    command = desk.submit(PAGE)
    printer.set(**WELL)
    assert desk.result(command).outcome is Outcome.PRINTED
    assert len(printer.receipts) == before + 1


@pytest.mark.parametrize("name", ["cutter error", "mechanical error"])
def test_recovery_is_asked_for_once_and_once_more_after_a_hand_was_there(
    name: str, printer: Simulator, desk: Bench
) -> None:
    before = printer.status["recoveries"]
    printer.set(**ROWS[name].panel)
    desk.said.status(DeviceState.HARDWARE_ERROR, paper="jammed")
    printer.set(asb="never")
    printer.set(drawer="high")  # several polls go by
    wait_for(lambda: printer.status["recoveries"] == before + 1)
    printer.set(cover="open")
    desk.said.status(DeviceState.HARDWARE_ERROR, cover="open")
    printer.set(cover="closed")
    desk.said.status(DeviceState.HARDWARE_ERROR, cover="closed")
    wait_for(lambda: printer.status["recoveries"] == before + 2)


def test_what_waits_for_recovery_is_recovered(printer: Simulator, desk: Bench) -> None:
    before = printer.status["recoveries"]
    printer.set(paper="jammed")
    desk.said.status(DeviceState.HARDWARE_ERROR, paper="jammed")
    printer.set(paper="full")  # the simulator now waits for DLE ENQ: EOT 1 is 3A
    desk.said.status(DeviceState.ONLINE, paper="full")
    assert printer.status["recoveries"] == before + 2


def test_no_answer_is_not_ready(printer: Simulator, desk: Bench) -> None:
    printer.set(silent=True)
    desk.said.status(DeviceState.OFFLINE, paper="unknown", cause="timeout")
    assert MEANINGS[PrinterState.UNKNOWN].action is Action.NOT_READY
