from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.identity import Lockout
from kiosk_app.identity.lockout import MOST_KEYS


def fail(lock: Lockout, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        lock.failed("host", now)


def test_four_failures_lock_nobody() -> None:
    lock = Lockout()
    fail(lock, 4)
    assert lock.locked("host", 0.0) == 0.0


def test_the_fifth_failure_rests_the_key_for_a_quarter_of_an_hour() -> None:
    lock = Lockout()
    fail(lock, 5, now=100.0)
    assert lock.locked("host", 100.0) == 900.0
    assert lock.locked("host", 400.0) == 600.0
    assert lock.locked("host", 1000.0) == 0.0


def test_another_key_is_free() -> None:
    lock = Lockout()
    fail(lock, 5)
    assert lock.locked("other", 0.0) == 0.0


def test_being_right_clears() -> None:
    lock = Lockout()
    fail(lock, 4)
    lock.cleared("host")
    fail(lock, 4)
    assert lock.locked("host", 0.0) == 0.0


def test_trying_on_does_not_lengthen_the_rest() -> None:
    lock = Lockout()
    fail(lock, 5)
    fail(lock, 20, now=899.0)
    assert lock.locked("host", 900.0) == 0.0


def test_after_the_rest_there_are_five_tries_again() -> None:
    lock = Lockout()
    fail(lock, 5)
    fail(lock, 4, now=900.0)
    assert lock.locked("host", 900.0) == 0.0
    lock.failed("host", 900.0)
    assert lock.locked("host", 900.0) == 900.0


def test_last_weeks_failures_are_forgotten() -> None:
    lock = Lockout()
    fail(lock, 4)
    lock.failed("host", 1000.0)
    assert lock.locked("host", 1000.0) == 0.0


def test_trying_many_keys_frees_none_that_is_locked() -> None:
    lock = Lockout()
    fail(lock, 5)
    for n in range(MOST_KEYS + 10):
        lock.failed(f"key-{n}", 1.0)
    assert lock.locked("host", 1.0) > 0


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1.0), (1, 0.0)])
def test_a_lockout_that_locks_nothing_is_refused(tries: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one try"):
        Lockout(tries, seconds)


@given(st.lists(st.floats(0, 5000), max_size=60).map(sorted))
def test_no_more_than_five_tries_in_any_quarter_of_an_hour(times: list[float]) -> None:
    lock = Lockout()
    allowed = []
    for now in times:
        if lock.locked("host", now) == 0.0:
            allowed.append(now)
            lock.failed("host", now)
    # A count begins anew when the last failure is old: the window that matters is one of allowed failures in a row.
    for first in range(len(allowed) - 9):
        assert allowed[first + 9] - allowed[first] >= 900.0
