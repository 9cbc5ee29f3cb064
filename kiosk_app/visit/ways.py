"""使用方式: how to see, hear and touch, changed at any step without losing anything; reading aloud; a helper."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Replay, Tune
from kiosk_app.visit.flow import consistent
from kiosk_app.visit.state import (
    Aloud,
    Attract,
    CardShown,
    Farewell,
    Form,
    Help,
    Materials,
    Outcome,
    OutOfService,
    Prefs,
    Receipt,
    Review,
    State,
    Verdict,
    Ways,
)
from kiosk_app.visit.supplied import ScanStage
from kiosk_app.visit.table import Result, press

HOLD_S = 0.6
"""A press counts after so long a rest; long enough for a brush to be none, short enough to be no test of patience."""
STEADY_S = 1.0
"""Within it a second strike of the same place is a tremor (EN 301 549, 5.8: adjustable to at least 0.5 s)."""
USUAL = Prefs()
TUNES = frozenset({"slower", "faster", "louder", "softer"})


@press(node="cover.ways")
def open_ways(state: State, argument: str, desk: Desk) -> Result:
    """From help, which every page has, to all the ways to use it. What is beneath waits."""
    return (replace(state, cover=Ways()), ()) if isinstance(state.cover, Help) else (state, ())


@press(node="ways")
def choose(state: State, argument: str, desk: Desk) -> Result:
    """One of them on or off."""
    if not isinstance(state.cover, Ways | Help):
        return state, ()
    if argument in TUNES:
        return state, (() if state.prefs.text_only else (Tune(argument),))
    match argument:
        case "aloud":
            free = not (state.world.headphones or state.visit.helped or state.prefs.text_only)
            return replace(state, aloud=free and not state.aloud), ()
        case "helper":
            return _helper(state)
        case "hand_back":
            return _hand_back(state)
        case _:
            return _look(state, argument)


def _look(state: State, name: str) -> Result:
    prefs = state.prefs
    headphones = state.world.headphones
    match name:
        case "voice":
            prefs = replace(prefs, voice=not prefs.voice, text_only=False)
        case "screen_off":
            prefs = replace(prefs, screen_off=not prefs.screen_off)
        case "text_only":
            prefs = replace(prefs, text_only=not prefs.text_only)
        case "lowglare":
            prefs = replace(prefs, theme=USUAL.theme if prefs.theme == "lowglare" else "lowglare")
        case "contrast":
            prefs = replace(prefs, theme=USUAL.theme if prefs.theme == "dark" else "dark")
        case "hold":
            prefs = replace(prefs, hold_s=0.0 if prefs.hold_s else HOLD_S)
        case "steady":
            prefs = replace(prefs, strike_s=USUAL.strike_s if prefs.strike_s == STEADY_S else STEADY_S)
        case "explore":
            prefs = replace(prefs, explore=not prefs.explore)
        case _:
            return state, ()
    after = consistent(prefs, headphones)
    begins = after.voice and not state.prefs.voice
    silent = after.text_only
    return replace(state, prefs=after, page=state.page + (1 if begins else 0), aloud=state.aloud and not silent), ()


def _helper(state: State) -> Result:
    """From now on private values are covered; where nobody is in the middle of something there are none."""
    if isinstance(state.place, Attract | Farewell | OutOfService):
        return state, ()
    return replace(state.with_visit(helped=True, reveal=False), aloud=False, page=state.page + 1), ()


def _hand_back(state: State) -> Result:
    """It is the resident's again, as they left it."""
    place = replace(state.place, told=False) if isinstance(state.place, Form) else state.place
    return replace(state.with_visit(helped=False), place=place, cover=None, page=state.page + 1), ()


@press(node="actions.listen")
def listen(state: State, argument: str, desk: Desk) -> Result:
    """Read this page to me; private words are asked about first, unless nobody else can hear them."""
    what = _what(state)
    asked = isinstance(state.place, Materials) and state.place.stage is ScanStage.CONSENT
    if not (asked or isinstance(state.place, Review | Outcome | Receipt | CardShown)):
        return state, (Replay("page"),)
    if state.visit.helped:
        return state, (Replay("helped"),)
    if state.world.headphones or state.aloud or state.prefs.text_only or what == "":
        return state, (Replay(what or "page"),)
    return replace(state, cover=Aloud(what)), ()


def _what(state: State) -> str:
    """What is read: the receipt when there is one, else the page; empty where nothing on it is private."""
    case = state.visit.case
    if not isinstance(state.place, Outcome | Receipt) or case is None:
        return "page"
    return "" if case.verdict in {Verdict.REFUSED, Verdict.DELETED} else "receipt"


@press(node="cover.aloud")
def aloud(state: State, argument: str, desk: Desk) -> Result:
    """Yes, others may hear it: for this page only."""
    if not isinstance(state.cover, Aloud):
        return state, ()
    return replace(state, cover=None, aloud=True), (Replay(state.cover.what),)
