from __future__ import annotations

import cv2
import numpy as np
import segno

from bench.codes_scene import Picture
from bench.codes_set import frame, frames
from drivers.code_reader import CodeRead, CodeWatch

TEXT = "DS1.家门口.7f3a"
STEP = 1 / 15


def shown(text: str, scale: int = 6) -> Picture:
    made = segno.make(text, error="m", micro=False)
    cells = np.pad(np.array([[cell & 1 for cell in line] for line in made.matrix], np.uint8), 4)
    flat = np.kron(np.where(cells > 0, 0, 255).astype(np.uint8), np.ones((scale, scale), np.uint8))
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_GRAY2BGR), np.uint8)


NOTHING = np.full((240, 320, 3), 127, np.uint8)


def test_one_read_is_not_believed() -> None:
    assert CodeWatch().feed(shown(TEXT), 0.0) is None


def test_two_equal_reads_are() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    assert watch.feed(shown(TEXT), STEP) == CodeRead(TEXT, "QRCode")


def test_frames_without_it_may_lie_between() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    watch.feed(NOTHING, 0.5)
    assert watch.feed(shown(TEXT), 1.9) is not None


def test_a_first_read_is_forgotten_after_two_seconds() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    assert watch.feed(shown(TEXT), 2.1) is None
    assert watch.feed(shown(TEXT), 2.2) is not None


def test_two_different_reads_are_not_equal() -> None:
    watch = CodeWatch()
    watch.feed(shown("one"), 0.0)
    assert watch.feed(shown("two"), STEP) is None


def test_wiping_forgets_the_first_read() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    watch.wipe()
    assert watch.feed(shown(TEXT), STEP) is None


def test_after_a_code_everything_is_new() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    watch.feed(shown(TEXT), STEP)
    assert watch.feed(shown(TEXT), 2 * STEP) is None


def test_of_two_codes_in_view_the_larger_is_meant() -> None:
    both = np.full((500, 900, 3), 255, np.uint8)
    far, near = shown("far", 3), shown("near", 9)
    both[: far.shape[0], : far.shape[1]] = far
    both[: near.shape[0], 400 : 400 + near.shape[1]] = near
    watch = CodeWatch()
    watch.feed(both, 0.0)
    assert watch.feed(both, STEP) == CodeRead("near", "QRCode")


def test_a_text_of_more_than_a_kilobyte_is_no_code() -> None:
    picture = shown("A" * 1100, 4)
    watch = CodeWatch()
    assert [watch.feed(picture, n * STEP) for n in range(3)] == [None] * 3


def test_a_text_with_control_characters_is_no_code() -> None:
    picture = shown("A\x1b[2J")
    watch = CodeWatch()
    assert [watch.feed(picture, n * STEP) for n in range(3)] == [None] * 3


def test_no_text_is_kept() -> None:
    watch = CodeWatch()
    watch.feed(shown(TEXT), 0.0)
    assert TEXT not in repr(vars(watch))


def test_grey_frames_are_watched_too() -> None:
    grey = shown(TEXT)[:, :, 0]
    watch = CodeWatch()
    watch.feed(grey, 0.0)
    assert watch.feed(grey, STEP) is not None


def test_a_code_out_of_focus_is_read_within_two_seconds() -> None:
    # The same frame again and again: the plain reading never finds it, one of the efforts in turn does.
    held = frame("defocus", 1)
    watch = CodeWatch()
    reads = [watch.feed(held.picture, n / 30) for n in range(90)]
    assert CodeRead(held.text, "QRCode") in reads


def test_a_room_without_a_code_shows_none() -> None:
    watch = CodeWatch()
    empty = next(frames(1, seed=3)).picture.copy()
    empty[:] = cv2.GaussianBlur(empty, (0, 0), 25)
    assert all(watch.feed(empty, n * STEP) is None for n in range(12))
