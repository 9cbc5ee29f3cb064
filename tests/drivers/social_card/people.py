"""Invented people with social-security cards, and the device against the simulator process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.device import Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.social_card import ReadSocialCard, SocialCardReader, parse_address
from tests.drivers.transport.support import PATIENCE_S, RealClock, Reports, Simulator

PERSON: dict[str, Any] = {
    "name": "测试丙",
    "id_number": "11010519491231002X",
    "card_number": "A12345678",
    "sex": "female",
    "region": "110105",
    "valid_to": "2031-05-31",
    "spec": "3.00",
}


class CardProcess(Simulator):
    """The simulator as a process; `uri` is what it says on its first line."""

    def __init__(self, folder: Path, *where: str) -> None:
        self._control = folder / "control"
        command = [sys.executable, "-m", "drivers.social_card.simulator", *where]
        self._process = subprocess.Popen(
            [*command, "--control", str(self._control), "--with-parent"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        with self._process.stdout:
            self.uri: str = json.loads(self._process.stdout.readline())["uri"]


@contextmanager
def card_process(*where: str) -> Iterator[CardProcess]:
    with tempfile.TemporaryDirectory(prefix="ds-") as folder:
        running = CardProcess(Path(folder), *(where or ("--tcp", "0")))
        try:
            yield running
        finally:
            running.stop()


class Reader:
    """The driver and what it reports. `pace` is how many times faster its clock runs."""

    def __init__(self, uri: str, pace: float = 4.0) -> None:
        self.reports = Reports()
        self._count = 0
        clock = RealClock(pace)
        self.driver = SocialCardReader(
            "social", parse_address(uri), clock=clock, wait=clock.wait, back_off=BackOff(0.4, 0.8)
        )
        self.driver.start(self.reports)
        self.reports.status(DeviceState.ONLINE)

    def ask(self, deadline: float = PATIENCE_S, fresh: bool = True) -> str:
        self._count += 1
        self.driver.submit(ReadSocialCard(f"read-{self._count}", deadline, fresh=fresh))
        return f"read-{self._count}"

    def read(self, deadline: float = PATIENCE_S, fresh: bool = True) -> Completion:
        return self.reports.completion(self.ask(deadline, fresh))

    def error(self, deadline: float = PATIENCE_S, fresh: bool = True) -> ErrorKind:
        done = self.read(deadline, fresh)
        assert done.error is not None, "read although it should not"
        return done.error.kind
