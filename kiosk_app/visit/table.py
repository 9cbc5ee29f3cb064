"""The table of the statechart: (place, event) -> handler, with a declared default for everything else.

A handler is `handler(state, event, desk) -> (state, effects)`. Presses are looked up by node id: the whole id first,
then its head (`tile.T03` -> `tile`), first for the place, then for everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Effect, Log
from kiosk_app.visit.events import Event
from kiosk_app.visit.state import PLACES, Place, State

Result = tuple[State, tuple[Effect, ...]]
Handler = Callable[[State, Any, Desk], Result]
PressHandler = Callable[[State, str, Desk], Result]

EVENT_TABLE: dict[tuple[type[Place], type[Event]], Handler] = {}
PRESS_TABLE: dict[tuple[type[Place], str], PressHandler] = {}
DEFAULTS: dict[type[Event], str] = {}


def on(*places: type[Place], event: type[Event]) -> Callable[[Handler], Handler]:
    """Register a handler of `event` at `places` (no place = everywhere that has none of its own)."""

    def register(handler: Handler) -> Handler:
        for place in places or PLACES:
            if places:
                EVENT_TABLE[place, event] = handler
            else:
                EVENT_TABLE.setdefault((place, event), handler)
        return handler

    return register


def press(*places: type[Place], node: str) -> Callable[[PressHandler], PressHandler]:
    """Register what pressing `node` does at `places`; the handler gets what stands behind the head."""

    def register(handler: PressHandler) -> PressHandler:
        for place in places or PLACES:
            if places:
                PRESS_TABLE[place, node] = handler
            else:
                PRESS_TABLE.setdefault((place, node), handler)
        return handler

    return register


def default(reason: str, *events: type[Event]) -> None:
    """Declare that these events change nothing where nobody handles them, and why that is right."""
    for event in events:
        DEFAULTS[event] = reason


def find_press(place: type[Place], node: str) -> tuple[PressHandler, str] | None:
    """Return the handler of a press and its argument, or None when nothing at this place answers to it."""
    head, _, tail = node.partition(".")
    for key, argument in ((node, ""), (head, tail)):
        handler = PRESS_TABLE.get((place, key))
        if handler is not None:
            return handler, argument
    return None


def stay(state: State, event: Event, desk: Desk) -> Result:
    """The declared default: nothing changes, the event is logged."""
    return state, (Log("unexpected_event", {"state": type(state.place).__name__, "event": type(event).__name__}),)
