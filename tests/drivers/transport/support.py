"""What wire tests share: a real clock, a listener that can be waited on, and simulators as processes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drivers.device import Completion, DeviceEvent, DeviceState, Report, Status

PATIENCE_S = 15.0


class RealClock:
    """Real time, or time that runs `scale` times as fast; `wait` fits it."""

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        condition.wait(None if seconds is None else seconds / self._scale)

    def now(self) -> datetime:
        return datetime.now(ZoneInfo("Asia/Shanghai"))

    def monotonic(self) -> float:
        return time.monotonic() * self._scale


def wait_until(condition: Callable[[], bool], what: str, patience: float = PATIENCE_S) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience} s for {what}")
        time.sleep(0.005)


class Reports:
    """A listener that keeps everything."""

    def __init__(self) -> None:
        self.all: list[Report] = []
        self._more = threading.Condition()

    def __call__(self, report: Report) -> None:
        with self._more:
            self.all.append(report)
            self._more.notify_all()

    def wait(self, matches: Callable[[Report], bool], what: str) -> Report:
        with self._more:
            found: list[Report] = []

            def seen() -> bool:
                found[:] = [report for report in self.all if matches(report)]
                return bool(found)

            if not self._more.wait_for(seen, PATIENCE_S):
                raise AssertionError(f"no {what} among {self.all}")
            return found[0]

    def completion(self, command_id: str) -> Completion:
        report = self.wait(lambda r: isinstance(r, Completion) and r.id == command_id, f"completion of {command_id}")
        assert isinstance(report, Completion)
        return report

    def status(self, state: DeviceState, since: int = 0) -> Status:
        report = self.wait(
            lambda r: isinstance(r, Status) and r.state is state and r in self.all[since:], f"status {state}"
        )
        assert isinstance(report, Status)
        return report

    def event(self, name: str) -> DeviceEvent:
        report = self.wait(lambda r: isinstance(r, DeviceEvent) and r.name == name, f"event {name}")
        assert isinstance(report, DeviceEvent)
        return report

    def names(self) -> list[str]:
        return [report.name for report in self.all if isinstance(report, DeviceEvent)]

    def states(self) -> list[DeviceState]:
        return [report.state for report in self.all if isinstance(report, Status)]


class Simulator:
    """A simulator process and its control socket."""

    def __init__(self, module: str, folder: Path, *options: str) -> None:
        self.link = folder / "tty"
        self._control = folder / "control"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                module,
                "--pty-link",
                self.link,
                "--control",
                self._control,
                "--with-parent",
                *options,
            ]
        )
        wait_until(self._reachable, "the simulator")

    def _reachable(self) -> bool:
        assert self._process.poll() is None, "the simulator died"
        try:
            self.tell(status=True)
        except OSError:
            return False
        return True

    def tell(self, **request: Any) -> dict[str, Any]:
        """Send one control line and return the answer."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_S)
            connection.connect(str(self._control))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(connection.makefile("r", encoding="utf-8").readline())
            return answer

    def do(self, **request: Any) -> dict[str, Any]:
        """The same, and it must be accepted."""
        answer = self.tell(**request)
        assert answer["ok"], answer
        return answer

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)


@contextmanager
def simulator(module: str, *options: str) -> Iterator[Simulator]:
    # Paths of UNIX sockets are short: pytest's own temporary folders can be too deep.
    with tempfile.TemporaryDirectory(prefix="ds-") as folder:
        running = Simulator(module, Path(folder), *options)
        try:
            yield running
        finally:
            running.stop()
