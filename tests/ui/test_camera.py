"""The camera's picture on the page: drawn live from real shared memory, and calm whatever its writer does."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QImage
from PySide6.QtQuick import QQuickItem

from contracts.preview import HEADER_BYTES, Layout, name_of, word
from drivers.vision.shared import SharedFrames, remove
from tests.ui.samples import build
from ui.audit import audit
from ui.camera import STALE_S, CameraPicture
from ui.hearing import everything
from ui.preview import Preview
from ui.shell import Shell
from ui.view import Look, Node, Role, ScreenView

LAYOUT = Layout(640, 360)
GREEN, BLUE = (40, 200, 60), (40, 60, 220)


class Writer:
    """Writes frames as the camera's process does, or wrongly when told to."""

    def __init__(self, layout: Layout = LAYOUT) -> None:
        self.name = name_of(os.getpid(), secrets.token_bytes(16))
        self.frames = SharedFrames(self.name, layout)
        self._sequences = [0] * layout.slots
        self._slot = 0

    def write(self, pixels: bytes, *, whole: bool = True) -> None:
        layout, memory = self.frames.layout, self.frames.memory
        self._slot = (self._slot + 1) % layout.slots
        self._stamp()
        at = layout.frame_at(self._slot)
        memory[at : at + layout.frame_bytes] = pixels
        if whole:
            self._stamp()
        memory[layout.newest_at : layout.newest_at + 4] = word(self._slot)

    def poke(self, at: int, data: bytes) -> None:
        self.frames.memory[at : at + len(data)] = data

    def _stamp(self) -> None:
        self._sequences[self._slot] += 1
        at = self.frames.layout.sequence_at(self._slot)
        self.poke(at, word(self._sequences[self._slot]))


def plain(colour: tuple[int, int, int], layout: Layout = LAYOUT) -> bytes:
    red, green, blue = colour
    return bytes((blue, green, red, 255)) * (layout.width * layout.height)


def somebody() -> bytes:
    """An invented person, drawn."""
    image = Image.new("RGB", (640, 360), (188, 196, 204))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 250, 640, 360), fill=(150, 158, 166))
    pen.ellipse((190, 270, 450, 520), fill=(52, 84, 132))
    pen.rectangle((292, 230, 348, 300), fill=(214, 172, 142))
    pen.ellipse((244, 70, 396, 270), fill=(226, 186, 156))
    pen.pieslice((236, 50, 404, 240), 180, 360, fill=(42, 36, 34))
    for x in (288, 352):
        pen.ellipse((x - 10, 156, x + 10, 170), fill=(40, 30, 30))
    pen.arc((290, 190, 350, 236), 20, 160, fill=(150, 70, 70), width=5)
    return image.convert("RGBA").tobytes("raw", "BGRA")


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer()
    yield writer
    writer.frames.close()


Show = Callable[..., CameraPicture]


@pytest.fixture
def show(shell: Shell, present: Callable[[ScreenView], None]) -> Iterator[Show]:
    """Present a page with a camera picture; returns the item that draws it."""

    def page(name: str, look: Look | None = None, **node: str) -> CameraPicture:
        look = look or Look()
        camera = Node("face.camera", Role.PICTURE, value=f"camera:{name}", **{"text": "摄像头里的您", **node})
        prompt = Node("face.prompt", Role.STATUS, text="请把脸放进椭圆里", icon="face", value="good")
        base = build("message", "zh", look)
        rest = tuple(n for n in base.nodes if n.slot is not camera.slot)
        title = f"camera {name} {look}"
        present(replace(base, page=title, title="请看屏幕", nodes=(camera, prompt, *rest)))
        return next(i for i in everything(shell.root()) if isinstance(i, CameraPicture))

    yield page
    present(build("review"))
    QCoreApplication.processEvents()


def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come"
        QCoreApplication.processEvents()
        time.sleep(0.005)


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)


def colour(shell: Shell, item: QQuickItem, across: float = 0.5, down: float = 0.5) -> tuple[int, int, int]:
    image: QImage = shell.window.grabWindow()
    place = item.mapToScene(item.boundingRect().topLeft())
    ratio = image.width() / shell.window.width()
    x, y = place.x() + item.width() * across, place.y() + item.height() * down
    pixel = QColor(image.pixel(round(x * ratio), round(y * ratio)))
    return pixel.red(), pixel.green(), pixel.blue()


def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def test_frames_are_drawn_as_they_are_written(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name)
    assert not item.property("live")
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))
    until(lambda: near(colour(shell, item), GREEN))
    writer.write(plain(BLUE))
    until(lambda: near(colour(shell, item), BLUE))


def test_the_picture_has_round_corners_and_an_oval_for_the_face(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: near(colour(shell, item), GREEN))
    assert not near(colour(shell, item, 0.001, 0.002), GREEN)
    assert near(colour(shell, item, 0.5, 0.12), (255, 255, 255))


def test_a_look_for_codes_has_no_oval(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name, style="code")
    writer.write(plain(GREEN))
    until(lambda: near(colour(shell, item), GREEN))
    assert near(colour(shell, item, 0.5, 0.12), GREEN)


def test_its_name_in_the_accessible_tree_is_the_words_of_the_node(shell: Shell, show: Show, writer: Writer) -> None:
    show(writer.name)
    found = shell.hearing.item("face.camera")
    assert found is not None
    heard = shell.hearing.hear(found)
    assert heard is not None
    assert (heard.name, heard.value) == ("摄像头里的您", "")


@pytest.mark.parametrize(
    "look",
    [Look(), Look(theme="dark"), Look(theme="lowglare"), Look(size=1.5), Look(elder=True), Look(seated=True)],
    ids=["standard", "dark", "lowglare", "large", "elder", "seated"],
)
@pytest.mark.parametrize("alive", [True, False], ids=["live", "waiting"])
def test_every_look_is_clean(shell: Shell, show: Show, writer: Writer, look: Look, alive: bool) -> None:
    item = show(writer.name, look)
    if alive:
        writer.write(somebody())
        until(lambda: item.painted)
    assert audit(shell, walk=False).findings == ()
    if folder := os.environ.get("CAMERA_PICTURES"):
        if alive:
            writer.write(somebody())
            pause(0.1)
        theme = f"{look.theme}-{look.size}-{look.elder}-{look.seated}-{alive}"
        shell.grab(f"{folder}/{theme}.png")


def test_it_is_clean_in_landscape(wide_shell: Shell, writer: Writer) -> None:
    base = build("message", "en")
    camera = Node("face.camera", Role.PICTURE, value=f"camera:{writer.name}", text="You, in the camera")
    rest = tuple(n for n in base.nodes if n.slot is not camera.slot)
    wide_shell.present(replace(base, page="camera", nodes=(camera, *rest)))
    writer.write(somebody())
    item = next(i for i in everything(wide_shell.root()) if isinstance(i, CameraPicture))
    until(lambda: item.painted)
    assert audit(wide_shell, walk=False).findings == ()
    wide_shell.present(build("review"))


def test_the_process_of_the_screen_loads_no_opencv() -> None:
    program = "import sys, ui.shell; sys.exit(bool({'cv2', 'numpy', 'drivers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_a_writer_that_stops_leaves_a_calm_place_after_a_second(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))
    since = time.monotonic()
    until(lambda: not item.property("live"))
    assert STALE_S * 0.9 < time.monotonic() - since < STALE_S + 1.0
    assert not near(colour(shell, item), GREEN)
    writer.write(plain(BLUE))
    until(lambda: near(colour(shell, item), BLUE))


def test_an_object_that_is_zeroed_and_gone_is_not_drawn_any_more(shell: Shell, show: Show) -> None:
    writer = Writer()
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: near(colour(shell, item), GREEN))
    writer.frames.close()
    until(lambda: not item.property("live"), 0.5)
    assert not near(colour(shell, item), GREEN)


def test_a_writer_that_was_killed_is_cleared_away_by_the_driver(shell: Shell, show: Show) -> None:
    writer = Writer()
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))
    assert remove(writer.name)
    until(lambda: not item.property("live"), 0.5)


def test_an_object_that_comes_later_is_found(shell: Shell, show: Show, writer: Writer) -> None:
    writer.frames.close()
    item = show(writer.name)
    pause(0.2)
    assert not item.property("live")
    writer.frames = SharedFrames(writer.name, LAYOUT)
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "doorstep-preview-1-zz", "x" * 400, "psm_0/../a"])
def test_a_name_that_is_none_is_never_opened(show: Show, name: str) -> None:
    item = show(name)
    pause(0.1)
    assert not item.property("live")


CORRUPT = {
    "magic": (0, b"XXXX"),
    "version": (4, b"\xff\xff"),
    "slots": (6, b"\xff\xff"),
    "huge": (8, b"\x00\x10\x00\x10\x00\x00\x00\x04"),
    "size": (12, b"\x00\x00\x00\x00"),
    "newest out of range": (16, word(3)),
    "newest absurd": (16, word(0xFFFFFFFE)),
}


@pytest.mark.parametrize("what", CORRUPT)
def test_a_corrupt_header_is_never_drawn(shell: Shell, show: Show, writer: Writer, what: str) -> None:
    writer.write(plain(GREEN))
    writer.poke(*CORRUPT[what])
    item = show(writer.name)
    pause(0.15)
    assert not near(colour(shell, item), GREEN)
    assert not item.property("live")


def test_a_header_that_turns_corrupt_ends_the_picture(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))
    writer.poke(*CORRUPT["newest absurd"])
    until(lambda: not item.property("live"), 0.5)


def test_an_object_cut_short_while_it_is_drawn_harms_nobody(shell: Shell, show: Show, writer: Writer) -> None:
    item = show(writer.name)
    writer.write(plain(GREEN))
    until(lambda: item.property("live"))
    fd = os.open(f"/dev/shm/{writer.name}", os.O_RDWR)
    try:
        os.ftruncate(fd, HEADER_BYTES)
        until(lambda: not item.property("live"), 2.0)
        os.ftruncate(fd, LAYOUT.total_bytes)
    finally:
        os.close(fd)


def test_a_frame_that_is_being_written_is_not_taken(writer: Writer) -> None:
    preview = Preview(writer.name)
    try:
        assert not preview.take()
        writer.write(plain(GREEN))
        assert preview.take()
        assert not preview.take()
        writer.write(plain(BLUE), whole=False)
        assert not preview.take()
        assert preview.pixels == plain(GREEN)
    finally:
        preview.close()


def test_a_preview_too_large_for_a_preview_is_refused() -> None:
    writer = Writer(Layout(1920, 1080, 2))
    try:
        with pytest.raises(ValueError, match="size"):
            Preview(writer.name)
    finally:
        writer.frames.close()


def test_frames_are_zeroed_when_the_reader_lets_go(writer: Writer) -> None:
    preview = Preview(writer.name)
    writer.write(plain(GREEN))
    assert preview.take()
    preview.close()
    assert not any(any(buffer) for buffer in preview.buffers)


def test_at_most_thirty_frames_a_second_and_none_while_nobody_can_see(
    shell: Shell, show: Show, writer: Writer, present: Callable[[ScreenView], None]
) -> None:
    item = show(writer.name)
    pixels = plain(GREEN)
    writer.write(pixels)
    until(lambda: item.painted)
    before, end = item.painted, time.monotonic() + 1.0
    while time.monotonic() < end:
        writer.write(pixels)
        QCoreApplication.processEvents()
        time.sleep(0.008)
    assert 15 <= item.painted - before <= 32
    item.setVisible(False)
    until(lambda: not item.property("live"))
    before = item.painted
    for _ in range(10):
        writer.write(pixels)
        pause(0.02)
    assert item.painted == before
    item.setVisible(True)
    writer.write(pixels)
    until(lambda: item.painted > before)
