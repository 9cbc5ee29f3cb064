"""A technician's code: the RFC's own numbers, good once, within a step of the present, and guessing costs more each
time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk_app.identity.one_time import LONGEST_S, REST_S, STEP_S, TRIES, Tries, hotp, judge, step_of

SECRET = b"12345678901234567890"
NOW = datetime(2026, 12, 1, 10, 0, 5, tzinfo=UTC)


def code(steps: int = 0, at: datetime = NOW) -> str:
    return hotp(SECRET, step_of(at) + steps)


def wrong(*, at: datetime = NOW) -> str:
    near = {code(steps, at) for steps in range(-30, 31)}
    return next(one for one in (f"{n:06}" for n in range(100)) if one not in near)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, expected: str) -> None:
    assert hotp(SECRET, step_of(datetime.fromtimestamp(seconds, UTC)), 8) == expected


def test_the_vectors_of_rfc_4226() -> None:
    assert [hotp(SECRET, n) for n in range(4)] == ["755224", "287082", "359152", "969429"]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_the_present_or_of_one_step_beside_it_is_right(steps: int) -> None:
    assert judge(SECRET, code(steps), NOW, Tries(3)).tries == Tries(last=step_of(NOW) + steps)


def test_a_code_is_good_once_and_so_is_everything_before_it() -> None:
    first = judge(SECRET, code(), NOW, Tries())
    assert first.why == ""
    assert judge(SECRET, code(), NOW, first.tries).why == "used"
    assert judge(SECRET, code(-1), NOW, first.tries).why == "used"
    assert judge(SECRET, code(1), NOW, first.tries).why == ""


def test_a_code_of_another_time_tells_that_a_clock_is_wrong_and_costs_a_try() -> None:
    verdict = judge(SECRET, code(-6), NOW, Tries())
    assert (verdict.why, verdict.tries.failures) == ("clock", 1)


def test_five_wrong_codes_rest_it_and_each_further_one_twice_as_long() -> None:
    tries, now, pauses = Tries(), NOW, []
    for n in range(TRIES + 8):
        verdict = judge(SECRET, wrong(at=now), now, tries)
        tries = verdict.tries
        assert verdict.why == ("wrong" if n < TRIES - 1 else "locked")
        if verdict.locked_s:
            pauses.append(verdict.locked_s)
            now += timedelta(seconds=verdict.locked_s)
    assert pauses == [min(LONGEST_S, REST_S * 2**n) for n in range(len(pauses))]
    assert judge(SECRET, code(at=now), now, tries).tries == Tries(last=step_of(now))


def test_while_it_rests_not_even_the_right_code_is_taken_nor_is_it_longer_for_trying() -> None:
    resting = Tries(TRIES, until=NOW + timedelta(seconds=60))
    verdict = judge(SECRET, code(), NOW, resting)
    assert (verdict.why, verdict.tries, verdict.locked_s) == ("locked", resting, 60)


def test_a_clock_that_was_set_back_makes_the_pause_no_longer_than_it_was() -> None:
    resting = Tries(TRIES, until=NOW + timedelta(days=400))
    assert judge(SECRET, code(), NOW, resting).locked_s == REST_S
    assert STEP_S == 30
