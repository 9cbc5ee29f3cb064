"""What stands around a visit: somebody before the terminal, the mains, lamps. Nothing of it ends a visit.

Somebody who comes near is greeted, and may think a little longer than the idle clock allows; somebody who can no
longer be seen changes nothing. A battery that runs down lets nobody begin anew; whoever is in the middle is told once
and goes on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Effect, Log, Say, StartTimer
from kiosk_app.visit.events import PowerChanged, PresenceChanged
from kiosk_app.visit.flow import idle_seconds
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Help,
    Identify,
    IdleWarning,
    OutOfService,
    PowerLow,
    State,
    Submitting,
    Timer,
    Way,
)
from kiosk_app.visit.table import Result, on

WHY = "power"
GREET_AGAIN_S = 120.0
"""Whoever walks to and fro before the terminal is not greeted each time."""
LIGHT, BEACON = "light", "beacon"
"""Names of the lamps that a site may have: light on a face, and a lamp that calls people."""


@on(event=PresenceChanged)
def presence(state: State, event: PresenceChanged, desk: Desk) -> Result:
    """Somebody came near, or cannot be seen any more."""
    near = replace(state, world=replace(state.world, near=event.near))
    last = state.world.greeted
    rested = last is None or desk.now - last >= timedelta(seconds=GREET_AGAIN_S)
    waiting = isinstance(state.place, Attract) and state.cover is None and not state.prefs.voice
    if not (event.near and event.greets and waiting and rested):
        return near, ()
    return replace(near, world=replace(near.world, greeted=desk.now)), (Say("attract.title"),)


def held(state: State) -> tuple[State, tuple[Effect, ...]] | None:
    """Hold the idle clock for whoever still stands here, once on each page; None when it is time to ask."""
    if not state.world.near or state.held == state.page or isinstance(state.place, Attract):
        return None
    return replace(state, held=state.page), (StartTimer(Timer.IDLE, idle_seconds(state.prefs)),)


@on(event=PowerChanged)
def power(state: State, event: PowerChanged, desk: Desk) -> Result:
    """The mains went or came back; what follows from it is settled with every step."""
    before, low = state.world.power, event.power == "low"
    known = replace(state, world=replace(state.world, power=event.power, told=state.world.told and low))
    logged: tuple[Effect, ...] = (Log("power_changed", {"power": event.power}),) if before != event.power else ()
    if not low and known.place == OutOfService(WHY):
        known = known.at(Attract())
    if not low and isinstance(known.cover, PowerLow):
        known = replace(known, cover=None, page=known.page + 1)
    return known, logged


def settle(after: State) -> State:
    """What a low battery makes of a state: closed when nobody is here, told once when somebody is."""
    if after.world.power != "low":
        return after
    talks = after.visit.talk.shown or after.visit.remark.shown
    match after.place:
        case OutOfService() | Farewell():
            return after
        case Attract() if after.cover is None and not talks:
            world = replace(after.world, told=False)
            return replace(after, world=world).at(OutOfService(WHY))
        case Attract() | Submitting():
            return after
    if after.world.told or not (after.cover is None or isinstance(after.cover, IdleWarning)):
        return after
    world = replace(after.world, told=True)
    return replace(after, world=world, cover=PowerLow(), page=after.page + 1, aloud=False)


def lamps(state: State) -> frozenset[str]:
    """The lamps that should burn now: light while a face is looked at, the beacon while people are called."""
    lit: set[str] = set()
    if isinstance(state.place, Identify) and state.place.way is Way.FACE:
        lit.add(LIGHT)
    called = isinstance(state.cover, Help) and state.cover.called
    if called or (isinstance(state.place, OutOfService) and state.place != OutOfService(WHY)):
        lit.add(BEACON)
    return frozenset(lit)
