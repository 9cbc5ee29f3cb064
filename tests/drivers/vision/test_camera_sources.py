"""Where pictures come from: real files, a real folder, a real socket; a stand-in for the camera's library under us."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.vision.camera import FAILED_READS, Camera
from drivers.vision.sources import CameraSource, SourceError, V4l2Source, source
from drivers.vision.uri import parse
from drivers.vision.wire import Cause
from tests.drivers.vision.cameras import Stream, picture

DEVICE = "/dev/null"
"""Stands for a device node that is there and may be opened."""


class Library:
    """`cv2.VideoCapture`, as far as it is used: asked for properties, gives what it was told to give."""

    def __init__(self, script: list[Any], opens: bool = True, at_the_end: Callable[[], None] = lambda: None) -> None:
        self.script, self.opens, self.at_the_end = script, opens, at_the_end
        self.set_to: list[tuple[int, float]] = []
        self.released = 0

    def __call__(self, path: str) -> Library:
        self.set_to.clear()
        return self

    def isOpened(self) -> bool:
        return self.opens

    def set(self, prop: int, value: float, /) -> bool:
        self.set_to.append((prop, value))
        return True

    def get(self, prop: int, /) -> float:
        return 0.0

    def read(self) -> tuple[bool, Any]:
        if not self.script:
            self.at_the_end()
        found = self.script.pop(0) if self.script else None
        return found is not None, found

    def release(self) -> None:
        self.released += 1


def opened(uri: str) -> CameraSource:
    made = source(parse(uri), threading.Event().wait, time.monotonic)
    made.open()
    return made


def frame(level: int = 90) -> Any:
    return np.full((72, 128, 3), level, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, level in (("b.png", 200), ("a.png", 60)):
        cv2.imwrite(str(tmp_path / name), frame(level))
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (128, 72))
    for level in (40, 120, 200):
        writer.write(frame(level))
    writer.release()
    return path


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    stream = Stream(tmp_path / "camera.sock")
    yield stream
    stream.end()


def levels(made: CameraSource, count: int) -> list[int]:
    seen = [made.read() for _ in range(count)]
    return [-1 if p is None else int(p.mean()) for p in seen]


def test_a_folder_is_shown_in_order_again_and_again(folder: Path) -> None:
    made = opened(f"dir:{folder}?fps=60")
    assert levels(made, 5) == [60, 200, 60, 200, 60]


def test_a_film_is_shown_again_and_again_at_its_pace(film: Path) -> None:
    made = opened(f"file:{film}?fps=20")
    started = time.monotonic()
    seen = levels(made, 7)
    assert time.monotonic() - started >= 6 / 20 - 0.02
    assert [abs(s - w) < 8 for s, w in zip(seen, [40, 120, 200, 40, 120, 200, 40], strict=True)] == [True] * 7
    made.close()


def test_a_stream_gives_the_newest_picture(stream: Stream) -> None:
    made = opened(f"mjpeg:{stream.path}")
    read = made.read()
    assert read is not None
    assert read.shape == (180, 320, 3)
    stream.show(picture((250, 10, 10)))
    time.sleep(0.4)
    for _ in range(2):
        newest = made.read()
    assert newest is not None
    assert newest[..., 2].mean() > 200
    made.close()


def test_bytes_that_are_no_picture_fail_a_read_and_nothing_else(stream: Stream) -> None:
    stream.show(picture())
    made = opened(f"mjpeg:{stream.path}")
    stream._pictures = [b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02rubbish\xff\xd9"]
    time.sleep(0.2)
    assert [made.read() for _ in range(3)][-1] is None
    made.close()


@pytest.mark.parametrize(
    ("uri", "cause"),
    [
        ("dir:{}/none", Cause.NO_DEVICE),
        ("file:{}/none.avi", Cause.NO_DEVICE),
        ("mjpeg:{}/none.sock", Cause.NO_DEVICE),
        ("v4l2:{}/none", Cause.NO_DEVICE),
        ("dir:{}/empty", Cause.NOT_A_CAMERA),
        ("file:{}/text.avi", Cause.NOT_A_CAMERA),
        ("dir:{}/text.avi", Cause.NOT_A_CAMERA),
        ("mjpeg:{}/" + "x" * 200, Cause.NOT_A_CAMERA),
        ("v4l2:/dev/null", Cause.NOT_A_CAMERA),
    ],
)
def test_why_a_source_cannot_be_opened(tmp_path: Path, uri: str, cause: Cause) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.avi").write_text("no film")
    with pytest.raises(SourceError) as error:
        opened(uri.format(tmp_path))
    assert error.value.cause is cause


def test_health_opens_nothing(stream: Stream) -> None:
    made = source(parse(f"mjpeg:{stream.path}"), threading.Event().wait, time.monotonic)
    assert made.health() is Cause.NONE
    assert stream.clients == 0
    stream.unplug()
    assert made.health() is Cause.NO_DEVICE


def test_the_camera_is_asked_for_mjpeg_before_its_size_and_for_one_buffer() -> None:
    library = Library([frame()])
    made = V4l2Source(parse(f"v4l2:{DEVICE}?width=1280&height=720&fps=30"), library)
    made.open()
    assert library.set_to == [
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_FPS, 30.0),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ]
    assert made.read() is not None
    made.close()
    assert library.released == 1


def test_a_camera_that_gives_something_else_than_pictures_fails_its_reads() -> None:
    made = V4l2Source(parse(f"v4l2:{DEVICE}"), Library([np.zeros((4, 4), np.uint8), np.zeros(7), "x"]))
    made.open()
    assert [made.read() for _ in range(3)] == [None] * 3


class Watched:
    """A camera that is read by its thread, and all that it drew."""

    def __init__(self, made: CameraSource) -> None:
        self.drawn: list[float] = []
        self.camera = Camera(made, lambda _, at: self.drawn.append(at), ending=threading.Event(), now=time.monotonic)

    def until(self, holds: Callable[[], object]) -> None:
        end = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.005)


def test_after_three_failed_reads_a_camera_is_opened_again() -> None:
    opened: list[str] = []
    library = Library([frame(), *[None] * FAILED_READS, frame(80), *[None] * 20])

    def make(path: str) -> Library:
        opened.append(path)
        return library

    watched = Watched(V4l2Source(parse(f"v4l2:{DEVICE}"), make))
    watched.camera.start()
    watched.until(lambda: watched.camera.gone)
    assert watched.camera.gone is Cause.SILENT
    assert len(watched.drawn) == 2
    assert len(opened) >= 3
    assert watched.camera.stop()


def test_a_camera_whose_node_vanishes_is_disconnected(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch()
    library = Library([frame()] * 3, at_the_end=lambda: node.unlink(missing_ok=True))
    watched = Watched(V4l2Source(parse(f"v4l2:{node}"), library))
    watched.camera.start()
    watched.until(lambda: watched.camera.gone)
    assert watched.camera.gone is Cause.DISCONNECTED
    assert watched.camera.stop()


def test_only_the_latest_frame_is_kept_and_it_is_zeroed_at_the_end(folder: Path) -> None:
    watched = Watched(source(parse(f"dir:{folder}?fps=60"), threading.Event().wait, time.monotonic))
    watched.camera.start()
    watched.until(lambda: len(watched.drawn) > 5)
    latest = watched.camera.newer(0, 1.0)
    assert latest is not None
    assert latest.number > 3
    assert watched.camera.stop()
    assert watched.camera.newer(0, 0.0) is None


def test_a_stop_does_not_wait_for_a_slow_source(folder: Path) -> None:
    ending = threading.Event()
    made = source(parse(f"dir:{folder}?fps=1"), ending.wait, time.monotonic)
    camera = Camera(made, lambda *_: None, ending=ending, now=time.monotonic)
    camera.start()
    assert camera.newer(0, 2.0)
    started = time.monotonic()
    assert camera.stop()
    assert time.monotonic() - started < 0.5


def test_faults_are_faults(folder: Path) -> None:
    black = opened(f"fault:black:dir:{folder}?fps=60")
    assert max(levels(black, 3)) < 4
    frozen = opened(f"fault:frozen:dir:{folder}?fps=60")
    assert levels(frozen, 4) == [60] * 4
    drop = opened(f"fault:drop:dir:{folder}?fps=60")
    assert -1 in levels(drop, 4)
    slow = opened(f"fault:slow:dir:{folder}?fps=60")
    started = time.monotonic()
    levels(slow, 1)
    assert time.monotonic() - started > 0.8
