"""The table of orders: every state answers every event, and money never gets lost on the way."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_platform.payments.states import (
    FINAL,
    UNPAID,
    Alarm,
    Asked,
    Call,
    Declined,
    Delivered,
    Event,
    Seen,
    State,
    Step,
    There,
    TimeUp,
    Unclear,
    Unwanted,
    decide,
)

FEN = 1500
S, C = State, Call
EVENTS: tuple[Event, ...] = (
    *(Seen(there, FEN if there in (There.PAID, There.REFUNDED) else 0) for there in There),
    Seen(There.PAID, FEN - 1),
    *(Unclear(call) for call in Call),
    *(Declined(call) for call in Call),
    Asked(),
    Unwanted(),
    TimeUp(),
    Delivered(),
)
PAID, SHORT = Seen(There.PAID, FEN), Seen(There.PAID, FEN - 1)
TABLE: list[tuple[State, Event, Step]] = [
    (S.CREATED, Asked(), Step(S.CREATED, C.CREATE)),
    (S.CREATED, Seen(There.PENDING), Step(S.PENDING)),
    (S.CREATED, Unclear(C.CREATE), Step(S.UNKNOWN)),
    (S.CREATED, Declined(C.CREATE), Step(S.CLOSED)),
    (S.CREATED, TimeUp(), Step(S.CREATED, C.CLOSE)),
    (S.CREATED, Unwanted(), Step(S.CREATED, C.CLOSE)),
    (S.UNKNOWN, Asked(), Step(S.UNKNOWN, C.CREATE)),
    (S.UNKNOWN, Seen(There.PENDING), Step(S.PENDING)),
    (S.UNKNOWN, Seen(There.ABSENT), Step(S.CREATED)),
    (S.UNKNOWN, PAID, Step(S.PAID)),
    (S.UNKNOWN, Declined(C.CREATE), Step(S.UNKNOWN, alarm=Alarm.DECLINED)),
    (S.PENDING, Asked(), Step(S.PENDING, C.QUERY)),
    (S.PENDING, Unclear(C.QUERY), Step(S.PENDING)),
    (S.PENDING, Unclear(C.CLOSE), Step(S.UNKNOWN)),
    (S.PENDING, PAID, Step(S.PAID)),
    (S.PENDING, SHORT, Step(S.REFUNDING, C.REFUND, Alarm.AMOUNT)),
    (S.PENDING, Seen(There.CLOSED), Step(S.CLOSED)),
    (S.PENDING, Seen(There.ABSENT), Step(S.UNKNOWN, alarm=Alarm.CONTRADICTED)),
    (S.PENDING, TimeUp(), Step(S.PENDING, C.CLOSE)),
    (S.PENDING, Unwanted(), Step(S.PENDING, C.CLOSE)),
    (S.PENDING, Delivered(), Step(S.PENDING)),
    (S.PAID, Delivered(), Step(S.DELIVERED)),
    (S.PAID, TimeUp(), Step(S.REFUNDING, C.REFUND)),
    (S.PAID, Unwanted(), Step(S.PAID)),
    (S.PAID, PAID, Step(S.PAID)),
    (S.PAID, Seen(There.REFUNDED, FEN), Step(S.REFUNDED, alarm=Alarm.CONTRADICTED)),
    (S.CLOSED, PAID, Step(S.REFUNDING, C.REFUND)),
    (S.CLOSED, Delivered(), Step(S.CLOSED)),
    (S.CLOSED, TimeUp(), Step(S.CLOSED, C.QUERY)),
    (S.CLOSED, Unwanted(), Step(S.CLOSED)),
    (S.CLOSED, Seen(There.PENDING), Step(S.CLOSED, C.CLOSE, Alarm.CONTRADICTED)),
    (S.REFUNDING, Delivered(), Step(S.REFUNDING)),
    (S.REFUNDING, Seen(There.REFUNDED, FEN), Step(S.REFUNDED)),
    (S.REFUNDING, Unclear(C.REFUND), Step(S.REFUNDING)),
    (S.REFUNDING, Declined(C.REFUND), Step(S.REFUNDING, alarm=Alarm.DECLINED)),
    (S.REFUNDING, TimeUp(), Step(S.REFUNDING, C.REFUND)),
    (S.REFUNDED, PAID, Step(S.REFUNDED)),
    (S.DELIVERED, TimeUp(), Step(S.DELIVERED)),
]


@pytest.mark.parametrize(("state", "event", "step"), TABLE, ids=lambda value: getattr(value, "value", None))
def test_the_table(state: State, event: Event, step: Step) -> None:
    assert decide(state, event, FEN) == step


def steps() -> Iterable[tuple[State, Event, Step]]:
    return ((state, event, decide(state, event, FEN)) for state, event in itertools.product(State, EVENTS))


def test_what_has_ended_stays_so() -> None:
    assert all(step == Step(state) for state, _, step in steps() if state in FINAL)


def test_only_what_was_paid_in_full_is_delivered() -> None:
    assert {state for state, _, step in steps() if step.state is S.DELIVERED and state is not S.DELIVERED} == {S.PAID}
    assert all(event == PAID for state, event, step in steps() if step.state is S.PAID and state is not S.PAID)


def test_a_closed_order_is_never_paid_again() -> None:
    assert all(step.state in {S.CLOSED, S.REFUNDING, S.REFUNDED} for state, _, step in steps() if state is S.CLOSED)


def test_money_is_given_back_only_where_that_is_written_down() -> None:
    assert all((step.call is C.REFUND) <= (step.state is S.REFUNDING) for _, _, step in steps())


def test_nothing_is_made_payable_once_it_was_paid_or_closed() -> None:
    assert not [s for s in steps() if s[0] not in UNPAID and s[2].call is C.CREATE]
    assert not [s for s in steps() if s[0] not in UNPAID and s[2].state in UNPAID]


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_whatever_happens_in_whatever_order_one_of_three_ends_is_reached_once(events: list[Event]) -> None:
    state, passed = S.CREATED, []
    for event in events:
        after = decide(state, event, FEN).state
        passed += [after] if after is not state else []
        state = after
    assert passed.count(S.DELIVERED) <= 1
    assert S.DELIVERED not in passed or not {S.REFUNDING, S.REFUNDED} & set(passed)
