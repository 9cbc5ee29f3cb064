"""The jack: private words follow it. Out counts at once; in, when the contacts are quiet.

A worn jack chatters, up to 20 changes a second. The first change of a quiet jack acts at once; what follows within
`SETTLES_S` waits until it is quiet again, so that nothing is started, introduced or announced 20 times a second. The
one exception is out: private words stop at the very first sign of it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Replay, StartTimer
from kiosk_app.visit.events import HeadphonesChanged
from kiosk_app.visit.flow import consistent, guided
from kiosk_app.visit.state import Aloud, Attract, Jack, State, Timer
from kiosk_app.visit.table import Result, on

SETTLES_S = 0.6
"""Contacts that did not move for so long are quiet; a hand needs longer to pull a plug and put it back."""


@on(event=HeadphonesChanged)
def headphones(state: State, event: HeadphonesChanged, desk: Desk) -> Result:
    """A plug in the jack starts the voice; pulled out, private words stop at once (the player does that)."""
    before = state.world.jack
    quiet = before.at is None or (desk.now - before.at).total_seconds() >= SETTLES_S
    jack = Jack(event.plugged, desk.now, settled=quiet)
    known = replace(state, world=replace(state.world, jack=jack))
    waiting = () if quiet else (StartTimer(Timer.JACK, SETTLES_S),)
    if not event.plugged:
        return _out(known), waiting
    if not quiet:
        return known, waiting
    return _in(known)


def settled(state: State) -> Result:
    """Nothing moved for a while: what the jack says now is true."""
    known = replace(state, world=replace(state.world, jack=replace(state.world.jack, settled=True)))
    plugged = known.world.jack.plugged
    return _in(known) if plugged and not known.world.headphones else (known, ())


def _out(state: State) -> State:
    return replace(state, world=replace(state.world, headphones=False), prefs=consistent(state.prefs, headphones=False))


def _in(state: State) -> Result:
    """Somebody listens in private: the voice is on, and a question about reading aloud has answered itself."""
    if state.world.headphones and not isinstance(state.place, Attract):
        return state, ()
    known = replace(state, world=replace(state.world, headphones=True), aloud=False)
    if isinstance(known.cover, Aloud):
        asked = known.cover.what
        uncovered = replace(known, cover=None, prefs=replace(known.prefs, voice=True, text_only=False))
        return uncovered, (Replay(asked),)
    return guided(known)
