"""Where to stand, what a distance means: pure decisions with numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.vision.faces.aim import REASONS, Seen, judge, judge_empty
from drivers.vision.faces.geometry import Box, overlap
from drivers.vision.faces.limits import Limits
from drivers.vision.faces.match import best, decide
from drivers.vision.faces.quality import Cover, Light
from drivers.vision.messages import Aim, Decision, FaceSettings, Reason

GOOD = Seen((1280, 720), Box(530, 250, 220, 220), (), 0.0, Light(120.0, 110.0), 200.0, Cover(3.0, 12.0))


def box(x: float, y: float, width: float = 220) -> Box:
    return Box(x - width / 2, y - width / 2, width, width)


@pytest.mark.parametrize(
    ("seen", "aim"),
    [
        (GOOD, Aim.GOOD),
        (replace(GOOD, face=box(200, 360)), Aim.LEFT),  # at the left of the picture: too far to their own right
        (replace(GOOD, face=box(1080, 360)), Aim.RIGHT),
        (replace(GOOD, face=box(640, 660)), Aim.HIGHER),
        (replace(GOOD, face=box(640, 60)), Aim.LOWER),
        (replace(GOOD, face=box(640, 360, 90)), Aim.NEARER),
        (replace(GOOD, face=box(640, 360, 500)), Aim.FARTHER),
        (replace(GOOD, others=(180.0,)), Aim.ALONE),
        (replace(GOOD, light=Light(20.0, 25.0)), Aim.LIGHT),
        (replace(GOOD, light=Light(50.0, 230.0)), Aim.NO_BACKLIGHT),
        (replace(GOOD, cover=Cover(30.0, 2.0)), Aim.UNCOVER),
        (replace(GOOD, yaw=0.7), Aim.STRAIGHT),
        (replace(GOOD, sharp=5.0), Aim.STILL),
    ],
)
def test_the_one_thing_to_change(seen: Seen, aim: Aim) -> None:
    assert judge(seen, Limits()) is aim


@pytest.mark.parametrize("y", [130, 250, 360, 500, 600])
def test_sitting_and_small_people_need_not_move(y: float) -> None:
    assert judge(replace(GOOD, face=box(640, y)), Limits()) is Aim.GOOD


def test_somebody_small_in_the_background_does_not_count() -> None:
    assert judge(replace(GOOD, others=(70.0,)), Limits()) is Aim.GOOD


def test_coloured_light_is_no_mask() -> None:
    assert judge(replace(GOOD, cover=Cover(35.0, 20.0)), Limits()) is Aim.GOOD


@pytest.mark.parametrize(
    ("mean", "middle", "aim"), [(10.0, 9.0, Aim.LIGHT), (210.0, 50.0, Aim.NO_BACKLIGHT), (120.0, 110.0, Aim.NOBODY)]
)
def test_an_empty_picture_says_why(mean: float, middle: float, aim: Aim) -> None:
    assert judge_empty(mean, middle, Limits()) is aim


def test_troubles_of_the_picture_have_their_reasons() -> None:
    assert REASONS[Aim.UNCOVER] is Reason.COVERED
    assert Aim.NEARER not in REASONS


@pytest.mark.parametrize(
    ("distance", "decision"),
    [
        (0.0, Decision.ACCEPT),
        (0.50, Decision.ACCEPT),
        (0.5001, Decision.SECOND_FACTOR),
        (0.60, Decision.SECOND_FACTOR),
        (0.6001, Decision.REJECT),
        (None, Decision.NO_FACE),
    ],
)
def test_thresholds_decide(distance: float | None, decision: Decision) -> None:
    assert decide(distance, FaceSettings()) is decision


def test_the_nearest_of_several_looks_counts() -> None:
    assert best([0.7, 0.4, 0.6]) == 0.4
    assert best([]) is None


def test_boxes_overlap_by_area() -> None:
    assert overlap(Box(0, 0, 10, 10), Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap(Box(0, 0, 10, 10), Box(20, 0, 10, 10)) == 0.0
