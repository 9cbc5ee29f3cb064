"""The document camera's own process before the table simulator: pages are taken by themselves, shown, and forgotten."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from contracts.preview import HEADER_BYTES, path_of, read_layout
from drivers.code_reader import ReadCode
from drivers.device import DeviceState, ErrorKind
from drivers.vision import Lie, PageTaken, ShowPicture, TakePage, VisionDevice
from tests.drivers.vision.listening import Clock, Ears

ROOT = Path(__file__).parents[4]
LONG = 60.0


class SheetTable:
    """The simulator as a process, and its control socket."""

    def __init__(self, folder: Path) -> None:
        self.stream, self._control = folder / "table.sock", folder / "control.sock"
        self.plug()

    def plug(self) -> None:
        arguments = [
            "--socket",
            str(self.stream),
            "--control",
            str(self._control),
            "--size",
            "960x720",
            "--with-parent",
        ]
        self.process = subprocess.Popen([sys.executable, "-m", "drivers.vision.simulator.table", *arguments], cwd=ROOT)
        self._socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + LONG
        while True:
            with contextlib.suppress(OSError):
                self._socket.connect(str(self._control))
                break
            assert time.monotonic() < end
            time.sleep(0.05)
        self._lines = self._socket.makefile("rw", encoding="utf-8")

    def lay(self, **sheet: object) -> None:
        self._lines.write(json.dumps({"sheet": sheet or None}) + "\n")
        self._lines.flush()
        assert "error" not in json.loads(self._lines.readline())

    def end(self) -> None:
        self._lines.close()
        self._socket.close()
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SheetTable]:
    made = SheetTable(tmp_path_factory.mktemp("table"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def camera(table: SheetTable) -> Iterator[tuple[VisionDevice, Ears]]:
    device, ears = VisionDevice("pages-1", f"mjpeg:{table.stream}", clock=Clock(), paper=True), Ears(LONG)
    device.start(ears.hear)
    ears.until(lambda: ears.status.state is DeviceState.ONLINE, "the camera sees")
    yield device, ears
    device.stop()
    assert not [n for n in os.listdir("/dev/shm") if n.startswith(f"doorstep-preview-{os.getpid()}-")]


Camera = tuple[VisionDevice, Ears]


def lies(ears: Ears) -> list[str]:
    return [data["lie"] for data in ears.events("page")]


def test_a_sheet_that_lies_well_is_taken_by_itself(table: SheetTable, camera: Camera) -> None:
    device, ears = camera
    table.lay()
    device.submit(TakePage("first", LONG))
    ears.until(lambda: "no_page" in lies(ears), "the empty table is seen")
    table.lay(page=3, turn=7, table="wood", size=0.7)
    taken = ears.answer("first").result
    assert isinstance(taken, PageTaken)
    assert taken.lie is Lie.GOOD
    picture = cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (taken.height, taken.width)
    assert taken.height / taken.width == pytest.approx(1.414, rel=0.03)
    assert "still" in lies(ears), "it says to hold still before it takes the picture"


def test_a_blank_side_is_said_and_taken_only_when_asked(table: SheetTable, camera: Camera) -> None:
    device, ears = camera
    table.lay(page=3, blank=True, size=0.7)
    device.submit(TakePage("blank", LONG))
    ears.until(lambda: lies(ears)[-1] == "blank", "the blank side is seen")
    assert not ears.answers("blank")
    device.snap("blank")
    taken = ears.answer("blank").result
    assert isinstance(taken, PageTaken)
    assert taken.lie is Lie.BLANK


def test_a_picture_is_drawn_until_it_is_cancelled_and_then_gone(table: SheetTable, camera: Camera) -> None:
    device, ears = camera
    _, jpeg = cv2.imencode(".jpg", np.full((400, 280, 3), 200, np.uint8))
    before = len(ears.previews())
    device.submit(ShowPicture("shown", LONG, jpeg.tobytes()))
    ears.until(lambda: len(ears.previews()) > before, "a preview")
    name = ears.previews()[-1]
    memory = Path(path_of(name)).read_bytes()
    layout = read_layout(memory[:HEADER_BYTES])
    pixels = np.frombuffer(memory, np.uint8, layout.frame_bytes, layout.frame_at(0)).reshape(
        layout.height, layout.width, 4
    )
    assert abs(int(pixels[layout.height // 2, layout.width // 2, 0]) - 200) < 4
    assert pixels[layout.height // 2, 2, 0] == 0, "nothing of the page is cut away"
    device.cancel("shown")
    assert ears.error("shown") is ErrorKind.CANCELLED
    ears.until(lambda: not Path(path_of(name)).exists(), "the preview is gone")


def test_what_is_no_picture_is_refused_without_a_preview(camera: Camera) -> None:
    device, ears = camera
    device.submit(ShowPicture("noise", LONG, b"not a picture"))
    assert ears.error("noise") is ErrorKind.DEVICE_FAULT


def test_it_reads_no_codes(camera: Camera) -> None:
    device, ears = camera
    device.submit(ReadCode("code", LONG))
    assert ears.error("code") is ErrorKind.REFUSED


def test_a_cable_that_is_pulled_ends_the_look_once_and_back_in_it_goes_on(table: SheetTable, camera: Camera) -> None:
    device, ears = camera
    table.lay()
    before = len(lies(ears))
    device.submit(TakePage("pulled", LONG))
    ears.until(lambda: len(lies(ears)) > before, "it looks")
    table.end()
    assert ears.error("pulled") is ErrorKind.OFFLINE
    ears.until(lambda: ears.status.state is DeviceState.OFFLINE, "it is away")
    table.plug()
    ears.until(lambda: ears.status.state is DeviceState.ONLINE, "it is back")
    assert len(ears.answers("pulled")) == 1
    table.lay(page=7, size=0.7)
    device.submit(TakePage("again", LONG))
    assert isinstance(ears.answer("again").result, PageTaken)
