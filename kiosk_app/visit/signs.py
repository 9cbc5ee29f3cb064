"""The clip in sign language beside a page: it runs, stands still, or is put away. Chosen once, kept for the visit."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import State
from kiosk_app.visit.table import Result, press

PLAYS, STANDS, AWAY = "play", "still", "away"


@press(node="sign")
def choose(state: State, argument: str, desk: Desk) -> Result:
    """Stop and go on, put away and bring back."""
    now = state.prefs.sign
    after = {
        "clip": STANDS if now == PLAYS else PLAYS,
        "hide": AWAY,
        "show": PLAYS,
    }.get(argument, now)
    return replace(state, prefs=replace(state.prefs, sign=after)), ()
