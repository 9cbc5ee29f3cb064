"""A far end that never stops talking: the command ends by its deadline, and nothing of the flood is kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from drivers.device import Completion, DeviceState
from drivers.receipt_printer import Outcome, Printed
from tests.drivers.ends import ENDS
from tests.drivers.line import LineClock
from tests.drivers.transport.support import Reports
from tests.fuzz.target import held

REAL_PATIENCE_S = 10.0
KEPT = 64 * 1024
FLOODS = {
    "zeros": bytes(4096),
    "noise": bytes(range(256)) * 16,
    "beginnings": bytes.fromhex("AAAAAA96690508") * 512,
    "lines": b"https://example.invalid/x\r" * 128,
}


class FloodClock(LineClock):
    """A flood leaves no pause on the line: each look at the clock takes a little time, as reading would."""

    def monotonic(self) -> float:
        self.pass_by(0.005)
        return super().monotonic()


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("name", ENDS)
def test_a_flood_ends_the_command_in_time_and_is_not_kept(name: str, flood: str, tmp_path: Path) -> None:
    clock = FloodClock()
    end = ENDS[name](clock, tmp_path)
    reports = Reports()
    end.driver.start(reports)
    reports.status(DeviceState.ONLINE)
    end.line.noise = FLOODS[flood]
    began = time.monotonic()
    end.driver.submit(end.command("first"))
    try:
        done = reports.completion("first")
        assert time.monotonic() - began < REAL_PATIENCE_S
        assert len([report for report in reports.all if isinstance(report, Completion)]) == 1
        claimed = isinstance(done.result, Printed) and done.result.outcome is Outcome.PRINTED
        assert not claimed or end.receipts() == 1, "a receipt that never came out is claimed"
        talks = [getattr(end.driver, name, None) for name in ("_sam", "_parser", "_talk", "_link", "_slot")]
        inside = [{k: v for k, v in vars(talk).items() if k != "_transport"} for talk in talks if talk is not None]
        assert held(inside) < KEPT
    finally:
        end.driver.stop()
