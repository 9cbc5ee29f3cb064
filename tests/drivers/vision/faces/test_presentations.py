"""Whole checks on synthetic presentations: the living are let through, the others are not. The larger set is in
docs/faces.md.
"""

from __future__ import annotations

import pytest

from drivers.vision.faces.check import FaceCheck
from drivers.vision.faces.engine import Engine
from drivers.vision.messages import (
    PHOTO_BYTES,
    Aim,
    Challenge,
    Decision,
    FaceChecked,
    FaceSettings,
    Progress,
    Reason,
    Stage,
)
from drivers.vision.simulator.show import Attack, Show
from drivers.vision.simulator.stage import Place, Room, Scene
from tests.tools.presentations import Cast, present

BONA_FIDE = 20
SHORT = FaceSettings(aim_s=2.5)


@pytest.mark.slow
@pytest.mark.timeout(300)  # half a minute alone, several times that when everything runs at once
def test_twenty_living_are_accepted_at_ninety_percent(cast: Cast) -> None:
    ends = [present(cast, number).result for number in range(BONA_FIDE)]
    accepted = sum(end == FaceChecked(Decision.ACCEPT) for end in ends)
    assert accepted >= 0.9 * BONA_FIDE, ends


@pytest.mark.parametrize("number", [0, 1, 4])
@pytest.mark.parametrize("attack", list(Attack))
def test_no_attack_is_accepted(cast: Cast, attack: Attack, number: int) -> None:
    result = present(cast, number, attack=attack).result
    assert result is not None
    assert result.decision is Decision.REJECT


def test_somebody_elses_card_is_refused(cast: Cast) -> None:
    other = cast.other(0).card[:, :, ::-1].tobytes()
    assert present(cast, 0, card=other).result == FaceChecked(Decision.REJECT, Reason.NOT_ALIKE)


def test_taking_over_in_the_middle_is_called_so(cast: Cast) -> None:
    result = present(cast, 0, attack=Attack.SWAP).result
    assert result == FaceChecked(Decision.REJECT, Reason.SWAPPED)


def test_doing_something_else_is_called_so(cast: Cast) -> None:
    asked = (Challenge.TURN_LEFT, Challenge.OPEN_MOUTH)
    result = present(cast, 1, attack=Attack.WRONG_ORDER, challenges=asked).result
    assert result == FaceChecked(Decision.REJECT, Reason.WRONG_ACTION)


def test_the_way_without_challenge_ends_with_a_second_factor(cast: Cast) -> None:
    course = present(cast, 0, challenges=())
    assert course.result == FaceChecked(Decision.SECOND_FACTOR, Reason.NOT_SURE)
    assert [progress.stage for progress in course.told][-1] is Stage.COMPARING


@pytest.mark.parametrize(
    ("scene", "aim", "reason"),
    [
        (Scene.DARK, Aim.LIGHT, Reason.DARK),
        (Scene.BACKLIGHT, Aim.NO_BACKLIGHT, Reason.BACKLIGHT),
        (Scene.TWO_FACES, Aim.ALONE, Reason.TWO_FACES),
        (Scene.MASK, Aim.UNCOVER, Reason.COVERED),
        (Scene.NOBODY, Aim.NOBODY, Reason.NO_FACE),
    ],
)
def test_a_bad_picture_says_what_to_change_and_why_it_ended(cast: Cast, scene: Scene, aim: Aim, reason: Reason) -> None:
    course = present(cast, 0, scene=scene, settings=SHORT)
    assert aim in {progress.aim for progress in course.told}
    assert course.result == FaceChecked(Decision.NO_FACE, reason)


@pytest.mark.parametrize(
    ("scene", "reason"), [(Scene.BLACK, Reason.CAMERA_BLACK), (Scene.FROZEN, Reason.CAMERA_FROZEN)]
)
def test_a_camera_without_a_picture_ends_the_check(cast: Cast, scene: Scene, reason: Reason) -> None:
    assert present(cast, 0, scene=scene).result == FaceChecked(Decision.NO_FACE, reason)


def test_a_card_without_a_face_ends_the_check_at_once(engine: Engine) -> None:
    check = FaceCheck(engine, bytes(PHOTO_BYTES), (Challenge.OPEN_MOUTH,), FaceSettings())
    assert check.result == FaceChecked(Decision.NO_FACE, Reason.PHOTO_UNUSABLE)


def test_a_photo_of_another_size_is_an_error(engine: Engine) -> None:
    with pytest.raises(ValueError, match="bytes"):
        FaceCheck(engine, b"\0" * 100, (), FaceSettings())


@pytest.mark.parametrize(
    ("place", "aim"),
    [(Place(dx=-0.35), Aim.LEFT), (Place(dx=0.35), Aim.RIGHT), (Place(scale=0.55), Aim.NEARER)],
)
def test_directions_are_the_persons_own(cast: Cast, place: Place, aim: Aim) -> None:
    check = FaceCheck(cast.engine, cast.card(0), (), FaceSettings())
    show = Show(cast.figure(0), Room(cast.size, 1), 1, place=place)
    told = [p for number in range(6) for p in check.feed(show.frame(number / 10), number / 10)]
    assert aim in {progress.aim for progress in told}


def test_progress_tells_each_challenge_and_that_it_was_done(cast: Cast) -> None:
    asked = (Challenge.TURN_RIGHT, Challenge.OPEN_MOUTH)
    told = [p for p in present(cast, 2, challenges=asked).told if p.stage is Stage.CHALLENGE]
    assert told == [
        Progress(Stage.CHALLENGE, step=1, steps=2, doing=asked[0]),
        Progress(Stage.CHALLENGE, step=1, steps=2, doing=asked[0], done=True),
        Progress(Stage.CHALLENGE, step=2, steps=2, doing=asked[1]),
        Progress(Stage.CHALLENGE, step=2, steps=2, doing=asked[1], done=True),
    ]


def test_nothing_is_left_after_wiping(cast: Cast) -> None:
    check = FaceCheck(cast.engine, cast.card(0), (Challenge.TURN_LEFT,), FaceSettings())
    show = Show(cast.figure(0), Room(cast.size, 1), 1)
    for number in range(12):
        check.feed(show.frame(number / 10), number / 10)
    kept = [check._card, check._first, check._rest_points]
    assert all(array is not None and array.any() for array in kept)
    check.wipe()
    assert not any(array is not None and array.any() for array in kept)
    assert check.result is not None
