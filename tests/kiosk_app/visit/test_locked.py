"""Locked from afar, and a notice to residents: nobody is cut off without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk_app.lab.samples import KNOWN, ONLINE, TOLD, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import StartTimer
from kiosk_app.visit.events import KeyPressed, LockChanged, NoticeChanged, PowerChanged, Pressed, TimerFired
from kiosk_app.visit.locked import AGAIN_S, CLOSING_S
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Lock,
    LockComing,
    OutOfService,
    Paying,
    Submitting,
    Timer,
    Visit,
)

DESK = desk()
LOCKED = OutOfService("locked")
FORM = replace(ONLINE, place=Form("bank"), visit=replace(KNOWN, started=True))
OVER = [TimerFired("farewell")] * 6
WANTED, URGENT, NONE = LockChanged(Lock.WANTED), LockChanged(Lock.URGENT), LockChanged(Lock.NONE)


def walk(state: State, *events: object) -> State:
    for event in events:
        state, _ = step(state, event, DESK)  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize("lock", [WANTED, URGENT])
def test_a_terminal_where_nobody_is_closes_at_once_and_opens_again(lock: LockChanged) -> None:
    closed = walk(ONLINE, lock)
    assert closed.place == LOCKED
    assert walk(closed, KeyPressed("help"), Pressed("cover.close"), TimerFired("idle")).place == LOCKED
    assert walk(closed, NONE).place == Attract()


def test_a_lock_waits_for_the_visit_and_says_nothing() -> None:
    there = walk(FORM, WANTED)
    assert (there.place, there.cover, there.visit) == (FORM.place, None, FORM.visit)
    left = walk(there, Pressed("actions.end"))
    assert isinstance(left.place, Farewell)
    assert walk(left, *OVER).place == LOCKED


def test_an_urgent_lock_tells_once_gives_two_minutes_and_ends_the_visit() -> None:
    told, effects = step(FORM, URGENT, DESK)
    assert told.cover == LockComing()
    assert StartTimer(Timer.LOCK, CLOSING_S) in effects
    there = walk(told, Pressed("cover.continue"))
    assert (there.place, there.cover, there.visit.answers) == (FORM.place, None, FORM.visit.answers)
    ended = walk(there, TimerFired("lock"))
    assert isinstance(ended.place, Farewell)
    assert not ended.visit.answers
    assert walk(ended, *OVER).place == LOCKED


@pytest.mark.parametrize("place", [Submitting(), Paying()])
def test_what_is_being_handed_in_or_paid_is_not_cut_off(place: Submitting | Paying) -> None:
    there = walk(replace(FORM, place=place), URGENT, Pressed("cover.continue"))
    after, effects = step(there, TimerFired("lock"), DESK)
    assert after.place == there.place
    assert effects == (StartTimer(Timer.LOCK, AGAIN_S),)


def test_a_lock_that_is_taken_back_takes_its_words_back() -> None:
    there = walk(FORM, URGENT, NONE)
    assert (there.cover, there.place) == (None, FORM.place)
    assert walk(there, TimerFired("lock")).place == FORM.place


def test_the_mains_that_come_back_do_not_open_a_locked_terminal() -> None:
    assert walk(ONLINE, PowerChanged("low"), WANTED, PowerChanged("mains")).place == LOCKED


def test_a_notice_stands_on_the_first_page_and_is_said_until_its_time() -> None:
    there = walk(ONLINE, NoticeChanged(TOLD))
    assert there.page == ONLINE.page + 1, "whoever waits there hears it"
    shown = view(there, DESK)
    assert [node.text for node in shown.nodes if node.id == "attract.notice"] == [TOLD.zh]
    assert TOLD.zh in shown.intro
    english = view(replace(there, prefs=replace(there.prefs, lang="en")), DESK)
    assert TOLD.en in english.intro
    assert TOLD.zh not in view(there, replace(DESK, now=TOLD.until)).intro
    assert TOLD.zh in view(there, replace(DESK, now=TOLD.until - timedelta(seconds=1))).intro
    assert view(walk(there, NoticeChanged(None)), DESK).intro == view(ONLINE, DESK).intro


def test_a_notice_disturbs_no_visit() -> None:
    assert walk(FORM, NoticeChanged(TOLD)).page == FORM.page
    assert walk(FORM, NoticeChanged(TOLD)).visit == FORM.visit != Visit()
