"""A simulated printer as its own process, and a recorder for what a device reports."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from drivers.device import Completion, DeviceEvent, DeviceState, Report, Status
from drivers.owner import BackOff
from drivers.receipt_printer import Bitmap, EscposPrinter, FileJournal, Journal, Print, Printed, Slip
from drivers.transport import TransportFactory, parse_uri

PATIENCE_S = 20.0


class RealClock:
    def now(self) -> datetime:
        return datetime.now(timezone(timedelta(hours=8)))

    def monotonic(self) -> float:
        return time.monotonic()


class Simulator:
    def __init__(self, folder: Path, uri: str, process: subprocess.Popen[str]) -> None:
        self.uri = uri
        self.process = process
        self.folder = folder
        self._control = socket.socket(socket.AF_UNIX)
        self._control.settimeout(PATIENCE_S)
        self._control.connect(str(folder / "control"))
        self._lines = self._control.makefile("r")

    def tell(self, **request: Any) -> dict[str, Any]:
        self._control.sendall(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._lines.readline())
        assert "error" not in answer, answer
        return answer

    def set(self, **values: Any) -> None:
        self.tell(set=values)

    @property
    def status(self) -> dict[str, Any]:
        return self.tell(status=True)

    @property
    def receipts(self) -> list[Path]:
        return [Path(path) for path in self.status["receipts"]]

    def close(self) -> None:
        self._lines.close()
        self._control.close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def simulator(folder: Path, *options: str, pty: bool = False) -> Iterator[Simulator]:
    wire = ["--pty-link", str(folder / "printer")] if pty else ["--tcp", "0"]
    command = [sys.executable, "-m", "drivers.receipt_printer.simulator", *wire, "--control", str(folder / "control")]
    process = subprocess.Popen([*command, "--out", str(folder / "out"), *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = Simulator(folder, json.loads(process.stdout.readline())["uri"], process)
    try:
        yield found
    finally:
        found.close()


class Recorder:
    """Listens to a device; waits for what it says."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self._changed = threading.Condition()

    def __call__(self, report: Report) -> None:
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Report], bool]) -> Report:
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            while True:
                for report in reversed(self.reports):
                    if wanted(report):
                        return report
                left = end - time.monotonic()
                assert left > 0, f"not reported; got {self.reports}"
                self._changed.wait(left)

    def status(self, state: DeviceState, **detail: str) -> Status:
        """Wait until the last status is this one."""

        def last(_: Report) -> bool:
            statuses = [report for report in self.reports if isinstance(report, Status)]
            return bool(statuses) and statuses[-1].state is state and detail.items() <= statuses[-1].detail.items()

        self.wait(last)
        return [report for report in self.reports if isinstance(report, Status)][-1]

    def completion(self, command_id: str) -> Completion:
        found = self.wait(lambda report: isinstance(report, Completion) and report.id == command_id)
        assert isinstance(found, Completion)
        return found

    def event(self, name: str) -> DeviceEvent:
        found = self.wait(lambda report: isinstance(report, DeviceEvent) and report.name == name)
        assert isinstance(found, DeviceEvent)
        return found


class Bench:
    """A started printer with its recorder."""

    def __init__(self, where: str | TransportFactory, journal: Journal) -> None:
        self.said = Recorder()
        self.device = EscposPrinter(
            "printer-1",
            parse_uri(where) if isinstance(where, str) else where,
            journal,
            RealClock(),
            secrets.token_bytes,
            poll_s=0.1,
            back_off=BackOff(0.05, 0.2),
        )
        self._count = 0

    def submit(self, *pages: Bitmap | Slip, deadline: float = PATIENCE_S, copies: int = 1, job: str = "job-1") -> str:
        self._count += 1
        command = Print(f"print-{self._count}", deadline, job, pages, copies)
        self.device.submit(command)
        return command.id

    def result(self, command_id: str) -> Printed:
        completion = self.said.completion(command_id)
        assert isinstance(completion.result, Printed), completion
        return completion.result

    def print(
        self, *pages: Bitmap | Slip, deadline: float = PATIENCE_S, copies: int = 1, job: str = "job-1"
    ) -> Printed:
        return self.result(self.submit(*pages, deadline=deadline, copies=copies, job=job))


@contextmanager
def started(desk: Bench) -> Iterator[Bench]:
    desk.device.start(desk.said)
    try:
        desk.said.status(DeviceState.ONLINE)
        yield desk
    finally:
        desk.device.stop()


@contextmanager
def bench(where: str | TransportFactory, journal: Journal) -> Iterator[Bench]:
    with started(Bench(where, journal)) as desk:
        yield desk


def file_journal(folder: Path) -> FileJournal:
    return FileJournal(folder / "print.journal")


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        threading.Event().wait(0.01)


def pattern(width: int = 576, height: int = 300, seed: int = 1) -> Bitmap:
    """Dots that are different in every row, with blank strips and a ragged right edge."""
    stride = (width + 7) // 8
    rows = bytearray()
    state = seed
    for y in range(height):
        if y % 50 < 12:
            rows += bytes(stride)
            continue
        used = 1 + (y * 7 + seed) % stride
        row = bytearray()
        for _ in range(used):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            row.append(state >> 16 & 0xFF)
        if used == stride and width % 8:
            row[-1] &= 0xFF << (8 - width % 8) & 0xFF
        rows += bytes(row).ljust(stride, b"\0")
    return Bitmap(width, height, bytes(rows))
