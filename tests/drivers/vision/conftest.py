from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import DeviceState
from drivers.host import Patience
from drivers.vision import FaceSettings, VisionDevice
from tests.drivers.vision.cameras import Stream
from tests.drivers.vision.listening import Clock, Ears, Make

CHILD = "tests.drivers.vision.camera_child"
IMPATIENT = Patience(hang=1.5, first=0.05, longest=0.2, tick=0.05, leave=1.0)


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    stream = Stream(tmp_path / "camera.sock")
    yield stream
    stream.end()


@pytest.fixture
def make(stream: Stream) -> Iterator[Make]:
    made: list[VisionDevice] = []

    def one(uri: str = "", *, aim_s: float = 20.0, clock: Clock | None = None) -> tuple[VisionDevice, Ears]:
        device = VisionDevice(
            "camera",
            uri or f"mjpeg:{stream.path}",
            clock=clock or Clock(),
            settings=FaceSettings(aim_s=aim_s),
            patience=IMPATIENT,
            child=CHILD,
        )
        made.append(device)
        ears = Ears()
        device.start(ears.hear)
        return device, ears

    yield one
    for device in made:
        device.stop()
    assert not [n for n in os.listdir("/dev/shm") if n.startswith(f"doorstep-preview-{os.getpid()}-")]


@pytest.fixture
def camera(make: Make) -> tuple[VisionDevice, Ears]:
    device, ears = make()
    ears.become(DeviceState.ONLINE, models="ready")
    return device, ears
