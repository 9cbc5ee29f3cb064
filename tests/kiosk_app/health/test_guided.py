"""Tests that a person takes part in: what passes, what fails and why, and that nobody passes blindly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.health.guided import REASONS, row_json, rows_json
from kiosk_app.visit.guided import (
    CHOICES,
    KEYS,
    NOTHING_HEARD,
    SPOTS,
    TARGETS,
    Chose,
    Did,
    Guided,
    Late,
    Outcome,
    Printed,
    Read,
    Row,
    Running,
    Signal,
    Skip,
    Trial,
    Typed,
    Unread,
    answer,
    begin,
    deadline,
    offered,
)

DRAWS = (3, 1, 4, 1, 5)


def played(test: Trial, *signals: Signal) -> Running | Row:
    found: Running | Row = begin(test, DRAWS)
    for signal in signals:
        assert isinstance(found, Running), f"ended before {signal}"
        found = answer(found, signal)
    return found


def right(test: Trial) -> str:
    return begin(test, DRAWS).answer


def wrong(test: Trial) -> str:
    running = begin(test, DRAWS)
    return next(choice for choice in running.choices if choice != running.answer)


@pytest.mark.parametrize(
    ("test", "signals"),
    [
        (Trial.LOUDSPEAKER, [Chose(right(Trial.LOUDSPEAKER))]),
        (Trial.LOUDSPEAKER, [Chose(wrong(Trial.LOUDSPEAKER)), Chose(right(Trial.LOUDSPEAKER))]),
        (Trial.HEADPHONES, [Did("in"), Chose(right(Trial.HEADPHONES)), Did("out")]),
        (Trial.HEADPHONES, [Did("in"), Did("out"), Did("in"), Chose(right(Trial.HEADPHONES)), Did("out")]),
        (Trial.SCREEN, [Chose(right(Trial.SCREEN))]),
        (Trial.TOUCH, [Did(target) for target in (*TARGETS[:3], TARGETS[0], *TARGETS[3:])]),
        (Trial.KEYPAD, [Did(key) for key in reversed(KEYS)]),
        (Trial.CARD, [Unread(), Read()]),
        (Trial.CODE, [Read("anything")]),
        (Trial.RECEIPT, [Printed(well=True), Typed("3"), Typed(right(Trial.RECEIPT))]),
    ],
)
def test_what_is_told_back_rightly_passes(test: Trial, signals: list[Signal]) -> None:
    assert played(test, *signals) == Row(test, Outcome.PASS)


@pytest.mark.parametrize(
    ("test", "signals", "reason"),
    [
        (Trial.LOUDSPEAKER, [Chose(wrong(Trial.LOUDSPEAKER))] * 2, "other_heard"),
        (Trial.LOUDSPEAKER, [Chose(NOTHING_HEARD)], "not_heard"),
        (Trial.HEADPHONES, [Did("in"), Chose(NOTHING_HEARD)], "not_heard"),
        (Trial.SCREEN, [Chose(wrong(Trial.SCREEN))] * 2, "other_picture"),
        (Trial.SCREEN, [Chose(SPOTS)], "spots"),
        (Trial.CARD, [Unread(), Unread()], "unread"),
        (Trial.RECEIPT, [Printed(well=False)], "not_printed"),
        (Trial.RECEIPT, [Printed(well=True), Typed("9999"), Typed("9999")], "other_number"),
    ],
)
def test_what_is_told_back_wrongly_fails_with_its_reason(test: Trial, signals: list[Signal], reason: str) -> None:
    assert played(test, *signals) == Row(test, Outcome.FAIL, reason)


@pytest.mark.parametrize("test", list(Trial))
def test_each_can_be_left_out_and_each_has_a_deadline(test: Trial) -> None:
    assert played(test, Skip()) == Row(test, Outcome.SKIPPED, "skipped")
    assert played(test, Late()) == Row(test, Outcome.FAIL, "late")
    assert 30 <= deadline(test) <= 120


@pytest.mark.parametrize(
    ("test", "signal"),
    [
        (Trial.LOUDSPEAKER, Read()),
        (Trial.HEADPHONES, Chose(right(Trial.HEADPHONES))),
        (Trial.TOUCH, Did("elsewhere")),
        (Trial.RECEIPT, Typed(right(Trial.RECEIPT))),
        (Trial.SCREEN, Chose(NOTHING_HEARD)),
    ],
)
def test_what_a_test_does_not_wait_for_changes_nothing(test: Trial, signal: Signal) -> None:
    assert played(test, signal) == begin(test, DRAWS)


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=8))
def test_the_answer_is_one_of_three_different_choices(draws: list[int]) -> None:
    for test in (Trial.LOUDSPEAKER, Trial.HEADPHONES, Trial.SCREEN):
        running = begin(test, tuple(draws))
        assert len(set(running.choices)) == CHOICES
        assert running.answer in running.choices
    assert len(begin(Trial.RECEIPT, tuple(draws)).answer) == 4


def test_pressing_the_same_key_every_time_does_not_pass() -> None:
    answers = {
        begin(Trial.LOUDSPEAKER, (a, b, c, d)).answer for a in range(3) for b in (0, 1) for c in (2,) for d in (0, 1)
    }
    assert len(answers) > 2


def test_a_site_is_asked_only_about_what_it_has() -> None:
    assert offered(()) == (Trial.SCREEN, Trial.TOUCH)
    assert offered(("card_reader", "speech")) == (Trial.LOUDSPEAKER, Trial.SCREEN, Trial.TOUCH, Trial.CARD)


def test_the_newest_row_of_each_counts() -> None:
    guided = Guided((Trial.CARD, Trial.SCREEN))
    for row in (Row(Trial.SCREEN, Outcome.PASS), Row(Trial.CARD, Outcome.FAIL, "late"), Row(Trial.CARD, Outcome.PASS)):
        guided = guided.ended(row)
    assert [(row["id"], row["outcome"]) for row in rows_json(guided)] == [("card", "pass"), ("screen", "pass")]


@pytest.mark.parametrize("reason", list(REASONS))
def test_every_row_of_a_report_says_part_cause_remedy_and_whose_turn(reason: str) -> None:
    for test in Trial:
        row = row_json(Row(test, Outcome.FAIL if reason else Outcome.PASS, reason))
        assert all(row.values())
        assert (row["who"] == "nobody") is (reason == "")
