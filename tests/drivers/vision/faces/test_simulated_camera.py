"""The simulated camera as the terminal meets it: a process, JPEG frames on a socket, control lines."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.tools.faces import FOLDER, portraits

DEADLINE_S = 30.0


class Simulator:
    def __init__(self, folder: Path) -> None:
        self.stream, control = folder / "s.sock", folder / "c.sock"
        command = [sys.executable, "-m", "drivers.vision.simulator", "--with-parent", "--pictures", str(FOLDER)]
        where = ["--socket", str(self.stream), "--control", str(control), "--size", "640x360"]
        self.process = subprocess.Popen([*command, *where])
        self._control = _connected(control)
        self._lines = self._control.makefile("rw", encoding="utf-8")
        self._camera = _connected(self.stream)
        self._buffer = bytearray()

    def ask(self, **line: object) -> dict[str, Any]:
        self._lines.write(json.dumps(line) + "\n")
        self._lines.flush()
        return dict(json.loads(self._lines.readline()))

    def frame(self) -> np.ndarray[Any, Any]:
        """The next whole frame."""
        ends = time.monotonic() + DEADLINE_S
        while time.monotonic() < ends:
            start = self._buffer.find(b"\xff\xd8\xff")
            end = self._buffer.find(b"\xff\xd9", start)
            if 0 <= start < end:
                data = bytes(self._buffer[start : end + 2])
                del self._buffer[: end + 2]
                picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
                assert picture is not None
                return picture
            self._buffer += self._camera.recv(65536)
        raise AssertionError("no frame")

    def close(self) -> None:
        self._camera.close()
        self._lines.close()
        self._control.close()
        self.process.terminate()
        self.process.wait(10)


def _connected(path: Path) -> socket.socket:
    ends = time.monotonic() + DEADLINE_S
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            assert time.monotonic() < ends, "the simulator did not come up"
            time.sleep(0.05)
        else:
            connection.settimeout(DEADLINE_S)
            return connection


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    if not portraits():
        pytest.skip("no portraits: python -m tests.tools.faces fetches them")
    found = Simulator(tmp_path)
    yield found
    found.close()


def test_frames_arrive_whole_and_show_what_was_asked_for(simulator: Simulator) -> None:
    empty = simulator.frame()
    assert simulator.ask(show="obama-1") == {"ok": True}
    assert empty.shape == (360, 640, 3)
    ends = time.monotonic() + DEADLINE_S
    while np.abs(simulator.frame().astype(int) - empty).mean() < 5:
        assert time.monotonic() < ends, "the portrait was never shown"


def test_an_action_is_played_once(simulator: Simulator) -> None:
    simulator.ask(show="obama-1")
    assert simulator.ask(do="turn_left", status=True)["doing"] == "turn_left"
    ends = time.monotonic() + DEADLINE_S
    while simulator.ask(status=True)["doing"] is not None:
        assert time.monotonic() < ends
        simulator.frame()


def test_a_photo_does_nothing_on_demand(simulator: Simulator) -> None:
    simulator.ask(show="obama-1", attack="photo")
    assert simulator.ask(do="open_mouth", status=True)["doing"] is None


def test_a_code_held_before_the_camera_can_be_read(simulator: Simulator) -> None:
    simulator.ask(code="DOORSTEP-1")
    texts: set[str] = set()
    ends = time.monotonic() + DEADLINE_S
    while "DOORSTEP-1" not in texts and time.monotonic() < ends:
        texts |= {code.text for code in zxingcpp.read_barcodes(simulator.frame())}
    assert "DOORSTEP-1" in texts


@pytest.mark.parametrize(
    "line", [{"show": "nobody-9"}, {"do": "dance"}, {"scene": "moon"}, {"attack": "laser"}, {"bogus": 1}, {"place": 3}]
)
def test_a_line_that_is_not_understood_is_answered_so(simulator: Simulator, line: dict[str, object]) -> None:
    answer = simulator.ask(**line)
    assert answer["ok"] is False
    assert answer["error"]
