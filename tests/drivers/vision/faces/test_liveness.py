"""The state machine of the challenges, with numbers alone."""

from __future__ import annotations

import pytest

from drivers.vision.faces.limits import Limits
from drivers.vision.faces.liveness import Look, Phase, Rest, Trial, rest_of
from drivers.vision.messages import Challenge, Reason

LIMITS = Limits()
REST = Rest(ear=0.30, mar=0.05, yaw=0.10)
STEP = 0.1
NEUTRAL = {"ear": 0.30, "mar": 0.05, "yaw": 0.10, "flat": 0.008}
LEFT = {**NEUTRAL, "yaw": 0.60, "flat": 0.045}
RIGHT = {**NEUTRAL, "yaw": -0.40, "flat": 0.045}
MOUTH = {**NEUTRAL, "mar": 0.60}
SHUT = {**NEUTRAL, "ear": 0.14}
BLINKS = [*[NEUTRAL] * 4, SHUT, SHUT, NEUTRAL, NEUTRAL, SHUT, SHUT, NEUTRAL, NEUTRAL]
SHOWN = {
    Challenge.TURN_LEFT: [*[NEUTRAL] * 5, *[LEFT] * 4],
    Challenge.TURN_RIGHT: [*[NEUTRAL] * 5, *[RIGHT] * 4],
    Challenge.OPEN_MOUTH: [*[NEUTRAL] * 5, *[MOUTH] * 4],
    Challenge.BLINK_TWICE: BLINKS,
}


def played(looks: list[dict[str, float]], *challenges: Challenge, seconds: float = 6.0) -> Trial:
    trial = Trial(challenges, REST, seconds, 0.0)
    for number, numbers in enumerate(looks):
        trial = trial.after(Look(at=number * STEP, **numbers), LIMITS)
    return trial


@pytest.mark.parametrize("challenge", list(Challenge))
def test_the_asked_action_is_done(challenge: Challenge) -> None:
    assert played([*SHOWN[challenge], *[NEUTRAL] * 5], challenge).phase is Phase.DONE


@pytest.mark.parametrize("first", list(Challenge))
@pytest.mark.parametrize("second", list(Challenge))
def test_two_actions_in_the_given_order_are_done(first: Challenge, second: Challenge) -> None:
    looks = [*SHOWN[first], *[NEUTRAL] * 5, *SHOWN[second], *[NEUTRAL] * 5]
    assert played(looks, first, second).phase is Phase.DONE


@pytest.mark.parametrize("asked", list(Challenge))
@pytest.mark.parametrize("done", [Challenge.TURN_LEFT, Challenge.TURN_RIGHT, Challenge.OPEN_MOUTH])
def test_another_strong_action_is_wrong(asked: Challenge, done: Challenge) -> None:
    if asked is done:
        return
    trial = played(SHOWN[done], asked)
    assert (trial.phase, trial.reason) == (Phase.FAILED, Reason.WRONG_ACTION)


def test_a_blink_of_ones_own_is_never_wrong() -> None:
    assert played(BLINKS, Challenge.TURN_LEFT).phase is Phase.PERFORM


def test_doing_nothing_runs_out() -> None:
    trial = played([NEUTRAL] * 65, Challenge.OPEN_MOUTH)
    assert (trial.phase, trial.reason) == (Phase.FAILED, Reason.NO_ANSWER)


def test_a_turn_that_a_flat_picture_explains_is_not_alive() -> None:
    trial = played([*[NEUTRAL] * 4, *[{**LEFT, "flat": 0.012}] * 8], Challenge.TURN_LEFT)
    assert (trial.phase, trial.reason) == (Phase.FAILED, Reason.NOT_LIVE)


def test_an_action_under_way_before_the_prompt_does_not_count() -> None:
    assert played([MOUTH] * 10, Challenge.OPEN_MOUTH).phase is Phase.PERFORM


def test_an_action_counts_again_after_a_rest() -> None:
    looks = [*[MOUTH] * 3, *[NEUTRAL] * 3, *[MOUTH] * 4, *[NEUTRAL] * 4]
    assert played(looks, Challenge.OPEN_MOUTH).phase is Phase.DONE


def test_one_blink_is_not_two() -> None:
    assert played([*BLINKS[:7], *[NEUTRAL] * 20], Challenge.BLINK_TWICE).phase is Phase.PERFORM


def test_eyes_that_close_slowly_do_not_blink() -> None:
    slow = [{**NEUTRAL, "ear": 0.30 - 0.018 * k} for k in range(9)] + [
        {**NEUTRAL, "ear": 0.16 + 0.018 * k} for k in range(9)
    ]
    assert played(slow * 2, Challenge.BLINK_TWICE).phase is Phase.PERFORM


def test_lids_seen_from_the_side_do_not_blink() -> None:
    looks = [NEUTRAL, {**SHUT, "yaw": 0.35}, NEUTRAL, {**SHUT, "yaw": 0.35}, NEUTRAL] * 2
    assert played(looks, Challenge.BLINK_TWICE).blinks == ()


def test_the_next_prompt_waits_for_rest() -> None:
    trial = played([*SHOWN[Challenge.TURN_LEFT], *[LEFT] * 5], Challenge.TURN_LEFT, Challenge.TURN_RIGHT)
    assert (trial.phase, trial.step) == (Phase.REST, 0)


def test_a_face_that_never_rests_again_fails() -> None:
    trial = played([*SHOWN[Challenge.TURN_LEFT], *[LEFT] * 45], Challenge.TURN_LEFT, Challenge.TURN_RIGHT)
    assert (trial.phase, trial.reason) == (Phase.FAILED, Reason.NO_ANSWER)


def test_rest_is_known_after_long_enough() -> None:
    looks = [Look(at=k * STEP, ear=0.3, mar=0.05, yaw=0.1 + 0.01 * (k % 2)) for k in range(8)]
    assert rest_of(looks, LIMITS) is not None
    assert rest_of(looks[:3], LIMITS) is None


def test_a_moving_head_is_not_at_rest() -> None:
    assert rest_of([Look(at=k * STEP, ear=0.3, mar=0.05, yaw=0.05 * k) for k in range(8)], LIMITS) is None


def test_blinks_of_ones_own_do_not_spoil_the_rest() -> None:
    ears = [0.3, 0.3, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3]
    rest = rest_of([Look(at=k * STEP, ear=ear, mar=0.05, yaw=0.1) for k, ear in enumerate(ears)], LIMITS)
    assert rest is not None
    assert rest.ear == pytest.approx(0.3)
