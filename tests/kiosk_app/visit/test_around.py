"""Somebody before the terminal, and a battery that runs down: nothing of it ends a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk_app.lab.samples import KNOWN, ONLINE, desk
from kiosk_app.visit import Desk, State, step
from kiosk_app.visit.around import BEACON, GREET_AGAIN_S, LIGHT, lamps
from kiosk_app.visit.effects import Effect, Say, StartTimer
from kiosk_app.visit.events import Halted, PowerChanged, PresenceChanged, Pressed, Restored, TimerFired
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Help,
    Home,
    IdleWarning,
    OutOfService,
    PowerLow,
    Prefs,
    Review,
    Submitting,
    Timer,
)

DESK = desk()
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
NEAR, AWAY = PresenceChanged(True), PresenceChanged(False)
LOW, BATTERY, MAINS = PowerChanged("low"), PowerChanged("battery"), PowerChanged("mains")


def walk(state: State, *events: object, at: Desk = DESK) -> State:
    for event in events:
        state, _ = step(state, event, at)  # type: ignore[arg-type]
    return state


def said(state: State, event: object, seconds: float = 0.0) -> list[str]:
    _, effects = step(state, event, replace(DESK, now=DESK.now + timedelta(seconds=seconds)))  # type: ignore[arg-type]
    return [effect.key for effect in effects if isinstance(effect, Say)]


def idles(effects: tuple[Effect, ...]) -> list[float]:
    return [e.seconds for e in effects if isinstance(e, StartTimer) and e.name == Timer.IDLE]


def test_somebody_who_comes_to_the_waiting_terminal_is_greeted_and_nothing_begins() -> None:
    assert said(ONLINE, NEAR) == ["attract.title"]
    after = walk(ONLINE, NEAR)
    assert after.place == Attract()
    assert not after.visit.started


def test_whoever_walks_to_and_fro_is_greeted_once_in_a_while() -> None:
    there = walk(ONLINE, NEAR, AWAY)
    assert said(there, NEAR, GREET_AGAIN_S - 1) == []
    assert said(there, NEAR, GREET_AGAIN_S) == ["attract.title"]


@pytest.mark.parametrize(
    "state",
    [FORM, replace(ONLINE, prefs=Prefs(voice=True)), replace(ONLINE, cover=Help()), replace(ONLINE, place=Home())],
)
def test_nobody_is_greeted_in_the_middle_of_something(state: State) -> None:
    assert said(state, NEAR) == []


def test_a_site_may_want_nobody_greeted() -> None:
    assert said(ONLINE, PresenceChanged(True, greets=False)) == []


@pytest.mark.parametrize("place", [Form("bank"), Review(), Home(), Submitting(saved=True), Farewell("finished")])
def test_somebody_who_can_no_longer_be_seen_changes_nothing_of_a_visit(place: object) -> None:
    before = walk(replace(FORM, place=place), NEAR)
    after, effects = step(before, AWAY, DESK)
    assert effects == ()
    assert after == replace(before, world=replace(before.world, near=False))


def test_whoever_still_stands_there_is_asked_later_and_never_not_at_all() -> None:
    held, effects = step(walk(FORM, NEAR), TimerFired(Timer.IDLE), DESK)
    assert held.cover is None
    assert len(idles(effects)) == 1
    asked = walk(held, TimerFired(Timer.IDLE))
    assert isinstance(asked.cover, IdleWarning)


def test_whoever_is_not_seen_is_asked_when_it_is_time_and_before_anything_ends() -> None:
    assert isinstance(walk(FORM, NEAR, AWAY, TimerFired(Timer.IDLE)).cover, IdleWarning)
    assert isinstance(walk(FORM, TimerFired(Timer.IDLE)).cover, IdleWarning)


def test_on_a_battery_everything_goes_on() -> None:
    assert walk(ONLINE, BATTERY).place == Attract()
    assert walk(FORM, BATTERY).cover is None


def test_with_a_low_battery_nobody_begins_and_the_mains_open_again() -> None:
    closed = walk(ONLINE, BATTERY, LOW)
    assert closed.place == OutOfService("power")
    assert walk(closed, MAINS).place == Attract()
    assert walk(closed, BATTERY).place == Attract()


def test_whoever_is_in_the_middle_is_told_once_loses_nothing_and_may_go_on() -> None:
    told, effects = step(FORM, LOW, DESK)
    assert told.cover == PowerLow()
    assert (told.place, told.visit) == (FORM.place, FORM.visit)
    assert idles(effects), "somebody who has left is still noticed"
    on = walk(told, Pressed("cover.continue"))
    assert on.cover is None
    assert walk(on, LOW, TimerFired(Timer.SLOW)).cover is None


def test_whoever_ends_there_is_said_goodbye_to_and_then_it_is_closed() -> None:
    over = walk(replace(FORM, visit=replace(KNOWN, card_on_pad=False)), LOW, Pressed("cover.end"))
    assert isinstance(over.place, Farewell)
    assert walk(over, TimerFired(Timer.FAREWELL)).place == OutOfService("power")


def test_what_is_being_handed_in_is_not_covered_and_told_afterwards() -> None:
    sending = walk(replace(FORM, place=Submitting()), LOW)
    assert sending.cover is None
    assert sending.place == Submitting()


def test_under_another_cover_it_is_told_when_that_is_gone() -> None:
    helped = walk(replace(FORM, cover=Help()), LOW)
    assert helped.cover == Help()
    assert walk(helped, Pressed("cover.close")).cover == PowerLow()


def test_the_idle_warning_gives_way_and_the_idle_clock_begins_again() -> None:
    told, effects = step(replace(FORM, cover=IdleWarning(10)), LOW, DESK)
    assert told.cover == PowerLow()
    assert idles(effects)


def test_the_mains_take_the_cover_away() -> None:
    back = walk(FORM, LOW, MAINS)
    assert back.cover is None
    assert walk(back, LOW).cover == PowerLow(), "a second outage is told again"


def test_a_store_that_was_mended_on_a_low_battery_stays_closed_for_the_battery() -> None:
    halted = walk(ONLINE, LOW, Halted("store"))
    assert halted.place == OutOfService("store")
    assert walk(halted, MAINS).place == OutOfService("store")
    assert walk(halted, Restored()).place == OutOfService("power")


def test_lamps() -> None:
    from kiosk_app.identity import Level
    from kiosk_app.visit.state import Identify, Way

    assert lamps(ONLINE) == frozenset()
    assert lamps(replace(FORM, place=Identify(Level.L2, way=Way.FACE))) == {LIGHT}
    assert lamps(replace(FORM, cover=Help(called=True))) == {BEACON}
    assert lamps(replace(ONLINE, place=OutOfService("store"))) == {BEACON}
    assert lamps(replace(ONLINE, place=OutOfService("power"))) == frozenset()
