"""The product's own camera process, face models and code watch, before the face simulator. Needs the portraits."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from drivers.code_reader import CodeRead, ReadCode
from drivers.device import Completion, DeviceEvent, DeviceState, Report
from drivers.vision import CheckFace, Decision, FaceChecked, FaceSettings, VisionDevice
from tests.drivers.vision.listening import TWO, Clock, Ears
from tests.tools.faces import FOLDER, portraits

ROOT = Path(__file__).parents[3]
LONG = 60.0
PATIENT = FaceSettings(aim_s=40.0, challenge_s=20.0)
pytestmark = pytest.mark.skipif(not portraits(), reason="no portraits: python -m tests.tools.faces fetches them")


class Simulator:
    """The face simulator as a process, and its control socket."""

    def __init__(self, folder: Path) -> None:
        self.stream, control = folder / "camera.sock", folder / "control.sock"
        arguments = [
            "--socket",
            str(self.stream),
            "--control",
            str(control),
            "--pictures",
            str(FOLDER),
            "--with-parent",
        ]
        self.process = subprocess.Popen([sys.executable, "-m", "drivers.vision.simulator", *arguments], cwd=ROOT)
        self._socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + LONG
        while True:
            with contextlib.suppress(OSError):
                self._socket.connect(str(control))
                break
            assert time.monotonic() < end
            time.sleep(0.05)
        self._lines = self._socket.makefile("rw", encoding="utf-8")
        self._lock = threading.Lock()

    def tell(self, **what: object) -> None:
        with self._lock:
            self._lines.write(json.dumps(what) + "\n")
            self._lines.flush()
            answer = json.loads(self._lines.readline())
        assert answer["ok"], answer

    def end(self) -> None:
        self._lines.close()
        self._socket.close()
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    made = Simulator(tmp_path)
    yield made
    made.end()


AGAIN_S = 4.0
"""Who is asked and sees nothing happen does it again; a blink may fall between two frames of a busy machine."""


class Obedient(Ears):
    """Has the simulated person do what the check asks, again until the check goes on."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator
        self._timer = threading.Timer(0, lambda: None)
        self._asked = ""

    def hear(self, report: Report) -> None:
        super().hear(report)
        challenge = isinstance(report, DeviceEvent) and report.data.get("stage") == "challenge"
        if challenge or not isinstance(report, DeviceEvent):
            self._timer.cancel()
            self._asked = ""
        if isinstance(report, DeviceEvent) and challenge and report.data["done"] == "false":
            self._asked = report.data["doing"]
            self._do(self._asked, 0.3)

    def _do(self, asked: str, after_s: float) -> None:
        def act() -> None:
            if asked == self._asked:
                self._simulator.tell(do=asked)
                self._do(asked, AGAIN_S)

        self._timer = threading.Timer(after_s, act)
        self._timer.daemon = True
        self._timer.start()

    def wait(self, id: str) -> Completion:
        end = time.monotonic() + LONG
        while not self.answers(id):
            assert time.monotonic() < end, f"no answer to {id}; last: {self.reports[-3:]}"
            time.sleep(0.05)
        return self.answers(id)[0]


@pytest.fixture
def camera(simulator: Simulator) -> Iterator[tuple[VisionDevice, Obedient]]:
    simulator.tell(show="obama-2")
    device = VisionDevice("camera", f"mjpeg:{simulator.stream}", clock=Clock(), settings=PATIENT)
    ears = Obedient(simulator)
    device.start(ears.hear)
    end = time.monotonic() + LONG
    while device.status is None or (device.status.state, device.status.detail) != (
        DeviceState.ONLINE,
        {"models": "ready"},
    ):
        assert time.monotonic() < end, device.status
        time.sleep(0.05)
    yield device, ears
    device.stop()
    assert not [n for n in os.listdir("/dev/shm") if n.startswith(f"doorstep-preview-{os.getpid()}-")]


def card_photo(name: str) -> bytes:
    """A portrait at the size of a card's photo."""
    portrait = Image.open(FOLDER / f"{name}.png").convert("RGB")
    wide = round(portrait.height * 102 / 126)
    left = max(0, (portrait.width - wide) // 2)
    return portrait.crop((left, 0, left + min(wide, portrait.width), portrait.height)).resize((102, 126)).tobytes()


def test_somebody_who_does_what_is_asked_is_accepted_and_a_code_is_read_by_the_same_camera(
    camera: tuple[VisionDevice, Obedient], simulator: Simulator
) -> None:
    device, ears = camera
    device.submit(CheckFace("f1", LONG, card_photo("obama-1"), TWO))
    assert ears.wait("f1").result == FaceChecked(Decision.ACCEPT)
    simulator.tell(code="DS-12345")
    device.submit(ReadCode("c1", LONG))
    assert ears.wait("c1").result == CodeRead("DS-12345", "QRCode")
    assert [name != "" for name in ears.previews()] == [True, False, True, False]
