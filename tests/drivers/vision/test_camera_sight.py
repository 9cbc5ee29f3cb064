"""Black and frozen pictures are recognised, dark and still ones are not mistaken for them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.vision.sight import SPOILT_S, STILL_FRAMES, Sight, fingerprint, is_black
from drivers.vision.wire import Cause

Picture = NDArray[np.uint8]
RNG = np.random.default_rng(7)


def noisy(level: int, spread: int = 6, shape: tuple[int, int] = (180, 320)) -> Picture:
    return RNG.integers(max(0, level - spread), min(256, level + spread + 1), (*shape, 3), np.uint8)


def judge(frames: list[Picture], *, noise: bool = True, fps: float = 15.0) -> list[Cause]:
    sight = Sight(noisy=noise)
    return [sight.see(frame, 100 + n / fps) for n, frame in enumerate(frames)]


@pytest.mark.parametrize(("level", "black"), [(0, True), (6, True), (30, False), (120, False), (250, False)])
def test_black_is_a_covered_lens_and_not_a_dark_room(level: int, black: bool) -> None:
    assert is_black(noisy(level)) is black


def test_one_lamp_in_a_dark_room_is_not_black() -> None:
    picture = noisy(4)
    picture[40:80, 40:80] = 240
    assert not is_black(picture)


def test_black_is_said_after_two_seconds_and_taken_back_at_once() -> None:
    said = judge([noisy(4) for _ in range(40)] + [noisy(90)])
    assert said.index(Cause.BLACK) == round(SPOILT_S * 15)
    assert said[-1] is Cause.NONE


def test_a_hand_that_passes_is_not_said() -> None:
    assert set(judge([noisy(4) for _ in range(20)] + [noisy(90)] + [noisy(4) for _ in range(20)])) == {Cause.NONE}


def test_a_picture_that_stands_still_is_frozen() -> None:
    said = judge([noisy(90), *[noisy(90)] * 1] + [np.full((180, 320, 3), 90, np.uint8)] * 40)
    assert said[-1] is Cause.FROZEN
    assert Cause.FROZEN not in said[:STILL_FRAMES]


def test_somebody_who_stands_still_before_a_sensor_is_not_frozen() -> None:
    assert set(judge([noisy(90, spread=1) for _ in range(60)])) == {Cause.NONE}


def test_a_slow_camera_that_repeats_a_frame_is_not_frozen() -> None:
    frame = noisy(90)
    assert Cause.FROZEN not in judge([frame] * (STILL_FRAMES - 1), fps=1.0)


def test_a_film_may_stand_still() -> None:
    assert set(judge([noisy(90)] * 60, noise=False)) == {Cause.NONE}


def test_a_camera_has_shown_that_it_sees_after_two_frames_that_differ() -> None:
    sight = Sight(noisy=True)
    frame = noisy(90)
    proven = []
    for n, picture in enumerate([noisy(3), frame, frame, noisy(90), noisy(3)]):
        sight.see(picture, float(n))
        proven.append(sight.proven)
    assert proven == [False, True, False, True, False]


def test_noise_in_a_part_of_the_picture_changes_the_fingerprint() -> None:
    picture = noisy(90)
    other = picture.copy()
    other[96, 10, 1] ^= 1
    assert fingerprint(picture) != fingerprint(other)


def test_views_of_pictures_are_judged_like_copies() -> None:
    wide = noisy(90, shape=(180, 640))
    assert fingerprint(wide[:, :320]) == fingerprint(wide[:, :320].copy())
