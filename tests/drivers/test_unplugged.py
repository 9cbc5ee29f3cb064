"""The line is cut after every single byte of an exchange, in both directions, from the opening to the last byte.

Each time: the command has exactly one completion, of a closed kind, before its deadline; the device is plugged in
again, and the next command works.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest

from drivers.device import Completion, DeviceState, ErrorKind, Report
from drivers.receipt_printer import Outcome, Printed, printed_of
from tests.drivers.ends import DEADLINE_S, ENDS, End
from tests.drivers.line import Line, LineClock
from tests.drivers.transport.support import Reports

AFTERWARDS = {"social_card": 3}
"""Bytes after the answer is complete: the card is told to sleep."""
GONE = {ErrorKind.OFFLINE}
REAL_PATIENCE_S = 5.0
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where the printer's journal lies: it syncs each line, and what is tested is not the disk."""


class Timed(Reports):
    """Reports, and how things were at the first completion: between commands the line's clock runs away."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self.completed_at: float | None = None
        self.carried = 0

    def __call__(self, report: Report) -> None:
        if self.completed_at is None and isinstance(report, Completion):
            self.completed_at, self.carried = self._line.clock.monotonic(), self._line.carried
        super().__call__(report)


def exchange(name: str, cut_in: int | None) -> tuple[int, End, Completion, Completion | None]:
    """Ask with the line cut after `cut_in` bytes, then again with a whole one; return bytes carried and completions."""
    clock = LineClock()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        end = ENDS[name](clock, Path(folder))
        end.line.cut_in = cut_in
        reports = Timed(end.line)
        began, really_began = clock.monotonic(), time.monotonic()
        end.driver.submit(end.command("first"))
        end.driver.start(reports)
        try:
            first = reports.completion("first")
            carried = reports.carried
            assert reports.completed_at is not None
            assert reports.completed_at - began < DEADLINE_S, f"cut after {cut_in}: past the deadline"
            assert time.monotonic() - really_began < REAL_PATIENCE_S, f"cut after {cut_in}: hung"
            if cut_in is None:
                return carried, end, first, None
            reports.status(DeviceState.ONLINE, since=reports.all.index(first))
            end.driver.submit(end.command("second"))
            second = reports.completion("second")
        finally:
            end.driver.stop()
        ids = [report.id for report in reports.all if isinstance(report, Completion)]
        assert ids == ["first", "second"], f"cut after {cut_in}: {ids}"
        return carried, end, first, second


@pytest.mark.parametrize("name", [name for name in ENDS if name != "printer"])
def test_cut_after_every_byte_ends_once_and_the_next_exchange_works(name: str) -> None:
    carried, end, whole, _ = exchange(name, None)
    assert end.good(whole), whole
    assert carried > 10
    for cut_in in range(carried - AFTERWARDS.get(name, 0)):
        _, end, first, second = exchange(name, cut_in)
        assert first.error is not None, f"cut after {cut_in} of {carried} bytes: {first}"
        assert first.error.kind in GONE, f"cut after {cut_in} of {carried} bytes: {first}"
        assert second is not None
        assert end.good(second), f"cut after {cut_in} of {carried} bytes: {second}"


def test_a_printer_cut_after_every_byte_never_claims_and_never_repeats() -> None:
    carried, end, whole, _ = exchange("printer", None)
    assert end.good(whole), whole
    outcomes = set()
    for cut_in in range(carried):
        _, end, first, second = exchange("printer", cut_in)
        said = printed_of(first)
        outcomes.add(said.outcome)
        assert second is not None
        assert end.good(second), f"cut after {cut_in} of {carried} bytes: {second}"
        slips = end.receipts()
        match said.outcome:
            case Outcome.PRINTED:
                assert slips == 2, f"cut after {cut_in}: claimed, and {slips} slips came out"
            case Outcome.NOT_PRINTED:
                assert slips == 1, f"cut after {cut_in}: denied, and {slips} slips came out"
            case Outcome.UNKNOWN:
                assert isinstance(first.result, Printed)
                assert first.result.cause is ErrorKind.OFFLINE
                assert slips in (1, 2), f"cut after {cut_in}: {slips} slips came out"
    assert Outcome.UNKNOWN in outcomes
    assert Outcome.NOT_PRINTED in outcomes
