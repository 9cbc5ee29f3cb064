from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.errors import (
    BadSignature,
    CaptivePortal,
    NetworkLost,
    NotAuthorised,
    PlatformBusy,
    PlatformError,
    Refused,
)
from offline_cache.items import Candidate
from offline_cache.sync.policy import (
    ITEM_OVERHEAD,
    MAX_BYTES,
    MAX_ITEMS,
    Backoff,
    Breaker,
    BreakerState,
    Failure,
    Verdict,
    batch_limit,
    choose,
    classify,
    next_due,
    stale_packages,
)

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        case_key=st.sampled_from([f"case-{n}" for n in range(12)]),
        dead=st.booleans(),
        attempts=st.integers(0, 30),
        next_at=st.sampled_from([0.0, 50.0, 150.0]),
        size=st.integers(0, 490_000),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (NetworkLost("x", sent=True), Failure.TRANSPORT),
        (CaptivePortal("x", sent=True), Failure.TRANSPORT),
        (PlatformBusy(429, 3.0), Failure.BUSY),
        (PlatformBusy(500), Failure.BUSY),
        (NotAuthorised(401), Failure.PAUSE),
        (NotAuthorised(403), Failure.PAUSE),
        (Refused(422, "data-invalid"), Failure.DEAD),
        (BadSignature("x"), Failure.DEAD),
        (PlatformError("x"), Failure.BUSY),
    ],
)
def test_every_failure_has_its_meaning(error: PlatformError, failure: Failure) -> None:
    assert classify(error) is failure


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_jitter_is_full_and_capped(attempt: int, drawn: float) -> None:
    ceiling = min(300.0, 2.0 * 2.0 ** min(attempt, 60))
    assert Backoff().delay(attempt, lambda: drawn) == drawn * ceiling


def test_what_the_platform_asked_for_comes_first() -> None:
    assert Backoff().delay(0, lambda: 0.5, 60.0) == 61.0


def test_the_herd_spreads_out() -> None:
    draw = random.Random(1).random
    arrivals = [int(Backoff().delay(9, draw)) for _ in range(20_000)]
    assert max(arrivals.count(second) for second in range(300)) < 110


def test_a_batch_shrinks_with_every_failure() -> None:
    assert [batch_limit(n) for n in (0, 1, 2, 3, 19, 100)] == [20, 10, 7, 5, 1, 1]


@given(CANDIDATES)
def test_only_the_oldest_due_item_of_a_case_travels(candidates: list[Candidate]) -> None:
    chosen = choose(candidates, 100.0)
    for candidate in chosen:
        first = next(c for c in candidates if c.case_key == candidate.case_key)
        assert candidate is first
        assert not candidate.dead
        assert candidate.next_at <= 100.0


@given(CANDIDATES)
def test_a_batch_keeps_its_limits(candidates: list[Candidate]) -> None:
    chosen = choose(candidates, 100.0)
    assert len(chosen) <= MAX_ITEMS
    assert len(chosen) == 1 or sum(c.size + ITEM_OVERHEAD for c in chosen) <= MAX_BYTES
    if chosen:
        assert len(chosen) <= min(batch_limit(c.attempts) for c in chosen) or len(chosen) == 1


@given(CANDIDATES)
def test_something_travels_whenever_something_is_due(candidates: list[Candidate]) -> None:
    assert bool(choose(candidates, 100.0)) == (next_due(candidates, 100.0) == 0.0)


def test_other_cases_pass_a_stuck_one() -> None:
    stuck = Candidate("a", "case-1", True, 0, 0, 10)
    behind = Candidate("b", "case-1", False, 0, 0, 10)
    other = Candidate("c", "case-2", False, 0, 0, 10)
    assert choose([stuck, behind, other], 0) == [other]
    assert next_due([stuck, behind], 0) == math.inf


def test_a_poison_item_ends_up_alone() -> None:
    poison = Candidate("p", "case-1", False, 19, 0, 10)
    others = [Candidate(f"{n}", f"other-{n}", False, 0, 0, 10) for n in range(5)]
    assert choose([poison, *others], 0) == [poison]
    assert choose([*others, poison], 0) == others


def test_the_breaker_opens_after_five_and_one_probe_decides() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker = breaker.failed()
    assert breaker.lets_through
    breaker = breaker.failed()
    assert not breaker.lets_through
    assert breaker.probing().state is BreakerState.HALF_OPEN
    assert breaker.probing().failed().state is BreakerState.OPEN
    assert breaker.probing().succeeded() == Breaker()


def test_a_success_starts_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker = breaker.failed()
    breaker = breaker.succeeded()
    for _ in range(4):
        breaker = breaker.failed()
    assert breaker.lets_through


def test_the_first_call_decides_and_a_single_change_does_not() -> None:
    verdict = Verdict().saw(True)
    assert verdict.online is True
    verdict = verdict.saw(False)
    assert verdict.online is True
    verdict = verdict.saw(True).saw(False).saw(False)
    assert verdict.online is False
    assert verdict.saw(True).online is False
    assert verdict.saw(True).saw(True).online is True


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_the_verdict_never_flickers_on_alternating_calls(calls: list[bool]) -> None:
    verdict = Verdict()
    changes: list[int] = []
    for at, success in enumerate(calls):
        before = verdict.online
        verdict = verdict.saw(success)
        if before is not None and before != verdict.online:
            changes.append(at)
            assert calls[at] == calls[at - 1]
    assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(changes))


def test_only_packages_that_changed_are_fetched_and_closed_ones_dropped() -> None:
    kept = {"SB01": "d1", "YL01": "old", "GA02": "d3"}
    index = [("SB01", "d1", True), ("YL01", "d2", True), ("XF01", "d4", True), ("GA02", "d3", False)]
    assert stale_packages(index, kept.get) == (["YL01", "XF01"], ["GA02"])


def test_a_clock_that_was_set_back_does_not_keep_items_waiting() -> None:
    late = Candidate("a", "case-1", False, 0, 1_000_000.0, 10)
    assert choose([late], 0.0) == [late]


def test_a_platform_cannot_ask_for_more_than_an_hour() -> None:
    assert Backoff().delay(0, lambda: 0.0, 1e9) == 3600.0
