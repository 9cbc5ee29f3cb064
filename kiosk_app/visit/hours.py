"""Opening hours, and the people of the place: who begins, who is told, who can be called. Nobody is thrown out.

Outside the hours nobody begins; a visit under way goes on to its end as ever, told once until when staff are here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from contracts.site import Accessibility
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CallHost, Effect, HandBack, Say
from kiosk_app.visit.events import ClockTicked, SiteChanged
from kiosk_app.visit.flow import to_attract
from kiosk_app.visit.state import (
    Attract,
    ClosingSoon,
    Farewell,
    OutOfService,
    Prefs,
    State,
    Submitting,
)
from kiosk_app.visit.table import Result, on, press

NOTICE = timedelta(minutes=10)
"""How long before the closing time whoever is here is told."""


def bell(desk: Desk, why: str) -> tuple[Effect, ...]:
    """Ask the people of the place to come; when nobody is here at this hour, that is what is said."""
    return (CallHost(why), Say("say.host_called")) if desk.staffed else (Say("say.host_away"),)


def prefs_of(usual: Accessibility) -> Prefs:
    """How visits begin, as a resident would have chosen it."""
    return Prefs(usual.lang, usual.theme, usual.size / 100, seated=usual.seated, voice=usual.voice)


@on(event=SiteChanged)
def site_changed(state: State, event: SiteChanged, desk: Desk) -> Result:
    """The next visit begins as the site says; a page that somebody has changed to their wishes stays so."""
    world = replace(state.world, usual=prefs_of(desk.site.usual), prints=desk.site.prints)
    untouched = isinstance(state.place, Attract | OutOfService) and state.prefs == state.world.waiting
    return replace(state, world=world, prefs=world.waiting if untouched else state.prefs), ()


@on(event=ClockTicked)
def ticked(state: State, event: ClockTicked, desk: Desk) -> Result:
    """What follows from the time is settled with every step."""
    return state, ()


@press(Attract, node="partner.back")
def hand_back(state: State, argument: str, desk: Desk) -> Result:
    """Back to the host's own programme; nothing of ours stays on the screen."""
    if desk.site.partner is None:
        return state, ()
    ended, effects = to_attract(state, "handed_back")
    return ended, (*effects, HandBack())


@press(Attract, node="card_left")
def card_kept(state: State, argument: str, desk: Desk) -> Result:
    """Somebody of the place has taken the card that was left into their care."""
    return replace(state, world=replace(state.world, card_left=False)), ()


def settle(before: State, after: State, effects: tuple[Effect, ...], desk: Desk) -> Result:
    """What the hour makes of a step: nobody begins a visit outside the hours, whoever is here is told once before."""
    if _begins(before, after) and not desk.staffed:
        # The wish to see or hear it another way is granted; the page says when it opens.
        return replace(before, world=after.world, prefs=after.prefs, cover=None, page=before.page + 1), ()
    if not after.visit.started or after.visit.told_closing or after.cover is not None or not desk.dated:
        return after, effects
    if isinstance(after.place, Attract | Farewell | OutOfService | Submitting):
        return after, effects
    end = desk.site.hours.closes(desk.now)
    if end is None or end - desk.now > NOTICE:
        return after, effects
    told = replace(after.with_visit(told_closing=True), cover=ClosingSoon(end), page=after.page + 1, aloud=False)
    return told, effects


def _begins(before: State, after: State) -> bool:
    """A visit, that is: technicians come at any hour."""
    return isinstance(before.place, Attract) and after.visit.started and not before.visit.started
