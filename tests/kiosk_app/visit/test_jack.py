"""The jack: out at once, in when it is quiet; a chattering one starts and announces next to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk_app.lab.samples import DEVICES, KNOWN, ONLINE, desk
from kiosk_app.visit import Desk, State, step
from kiosk_app.visit.effects import Replay, StartTimer
from kiosk_app.visit.events import HeadphonesChanged, TimerFired
from kiosk_app.visit.jack import SETTLES_S
from kiosk_app.visit.state import Aloud, Attract, Form, Home, IdleWarning, Prefs, Review, Submitting, Timer

DESK = desk()
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)


def at(seconds: float) -> Desk:
    return replace(DESK, now=DESK.now + timedelta(seconds=seconds))


def plug(state: State, plugged: bool, seconds: float = 0.0) -> State:
    after, _ = step(state, HeadphonesChanged(plugged), at(seconds))
    return after


def settle(state: State) -> State:
    after, _ = step(state, TimerFired(Timer.JACK), DESK)
    return after


def test_a_plug_starts_the_voice_at_once_and_loses_nothing() -> None:
    state = plug(FORM, True)
    assert state.world.headphones
    assert state.prefs.voice
    assert state.visit == FORM.visit
    assert state.place == FORM.place


def test_a_plug_in_the_waiting_terminal_begins_a_visit() -> None:
    assert plug(ONLINE, True).place == Home()


def test_headphones_that_were_left_behind_guide_the_next_resident() -> None:
    left = replace(ONLINE, world=replace(ONLINE.world, headphones=True))
    assert plug(left, True).place == Home()
    assert plug(replace(FORM, world=left.world), True).page == FORM.page


def test_a_plug_ends_text_only() -> None:
    assert not plug(replace(FORM, prefs=Prefs(text_only=True)), True).prefs.text_only


def test_out_counts_at_once_even_right_after_in() -> None:
    state = plug(plug(FORM, True), False, 0.05)
    assert not state.world.headphones
    assert not state.world.jack.settled


def test_a_chattering_jack_is_one_change_of_page_and_true_when_it_is_quiet() -> None:
    state = FORM
    for n in range(20):
        state = plug(state, n % 2 == 0, n / 20)
        assert state.world.headphones <= (n % 2 == 0), "headphones in only while the plug is"
    assert state.page == FORM.page + 1
    assert not state.world.headphones
    quiet = settle(state)
    assert not quiet.world.headphones
    assert quiet.world.jack.settled


def test_what_the_quiet_jack_says_is_believed() -> None:
    state = plug(plug(plug(FORM, True), False, 0.05), True, 0.1)
    assert not state.world.headphones
    assert settle(state).world.headphones


def test_every_change_of_a_jack_that_is_not_quiet_waits_anew() -> None:
    state = plug(FORM, True)
    for plugged in (False, True):
        state, effects = step(state, HeadphonesChanged(plugged), at(0.1))
        assert StartTimer(Timer.JACK, SETTLES_S) in effects


@pytest.mark.parametrize("place", [Attract(), Submitting(), Form("bank"), Review()])
def test_the_jack_settles_on_every_page(place: object) -> None:
    state = plug(plug(plug(replace(FORM, place=place), True), False, 0.05), True, 0.1)  # type: ignore[arg-type]
    assert settle(state).world.headphones


def test_a_plug_that_comes_out_under_the_idle_warning_is_out() -> None:
    state = replace(plug(FORM, True), cover=IdleWarning(20))
    after, _ = step(state, HeadphonesChanged(False), at(5))
    assert not after.world.headphones
    assert after.cover is None


def test_a_plug_answers_the_question_about_reading_aloud() -> None:
    asked = replace(FORM, place=Review(), cover=Aloud("page"))
    state, effects = step(asked, HeadphonesChanged(True), at(0))
    assert state.cover is None
    assert not state.aloud
    assert Replay("page") in effects


def test_without_headphones_and_voice_the_screen_is_on_again() -> None:
    dark = replace(plug(FORM, True), prefs=Prefs(screen_off=True))
    assert not plug(dark, False, 5).prefs.screen_off
    guided = replace(dark, prefs=Prefs(screen_off=True, voice=True))
    assert plug(guided, False, 5).prefs.screen_off


def test_the_printer_is_still_there() -> None:
    assert plug(FORM, True).world.devices == DEVICES
