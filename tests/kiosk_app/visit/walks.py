"""Steps through the statechart at a site of one's choice, with invented people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from kiosk_app.identity import Level
from kiosk_app.lab.samples import ADULT, CHILD, ELDER, SEEING, desk
from kiosk_app.screens import view
from kiosk_app.visit import Desk, State, step
from kiosk_app.visit.effects import Effect
from kiosk_app.visit.events import CardRead, Event, Pressed
from kiosk_app.visit.state import Identify, Visit

DESK = desk()
NEEDS_L2 = "GA02"


def walk(state: State, *events: Event, at: Desk = DESK) -> tuple[State, tuple[Effect, ...]]:
    """Step through events; every page on the way can be drawn. Returns the last state and all effects."""
    done: tuple[Effect, ...] = ()
    for event in events:
        state, effects = step(state, event, at)
        view(state, at)
        done = (*done, *effects)
    return state, done


def later(seconds: float) -> Desk:
    """The desk so many seconds after the first one."""
    return replace(DESK, now=DESK.now + timedelta(seconds=seconds))


def only(effects: Iterable[Effect], kind: type) -> list[Effect]:
    """The effects of one kind, in order."""
    return [e for e in effects if isinstance(e, kind)]


def asked(state: State = SEEING, service: str = NEEDS_L2, need: Level = Level.L2) -> State:
    """A resident before the question who they are."""
    return replace(state, place=Identify(need), visit=Visit(service=service, started=True))


def with_card(state: State = SEEING, *, photo: bool = True) -> State:
    """The card of a grown-up was read at the question; a second proof is wanted."""
    after, _ = walk(asked(state), CardRead(ADULT, photo=photo))
    assert isinstance(after.place, Identify)
    return after


def with_child(state: State = SEEING) -> State:
    """The card of a child was read at the question."""
    after, _ = walk(asked(state), CardRead(CHILD))
    return after


def checking(state: State = SEEING, *, quiet: bool = False) -> State:
    """The camera was allowed and is being started."""
    after, _ = walk(with_card(state), Pressed("way.face"), Pressed("actions.quiet" if quiet else "actions.agree"))
    return after


__all__ = ["ADULT", "CHILD", "DESK", "ELDER", "asked", "checking", "later", "only", "walk", "with_card", "with_child"]
