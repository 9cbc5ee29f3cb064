"""The card of a permit or a foreigner is shown before it is taken: names in two scripts, English offered at once."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import CardEvidence
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.events import CardRead
from kiosk_app.visit.proof import identified
from kiosk_app.visit.state import CardShown, Home, Identify, State, Visit
from kiosk_app.visit.table import Result, press

LAYOUTS = frozenset({"hmt", "foreigner_2017", "foreigner_2023"})


def asks(event: CardRead, visit: Visit) -> bool:
    """True for a card that is shown first: its layout says so, and this visit has not taken it yet."""
    taken = any(
        isinstance(e, CardEvidence) and e.person.id_number == event.person.id_number and e.layout == event.layout
        for e in visit.evidence
    )
    return event.layout in LAYOUTS and not taken


def show(state: State, event: CardRead) -> Result:
    """Show it; the page it was laid down at is remembered by what it wanted."""
    place = state.place
    card = CardShown(event.person, event.layout, event.photo, dict(event.facts))
    if isinstance(place, Identify):
        card = replace(card, need=place.need, goal=place.goal)
    return state.at(card), ()


def back_where_it_was_laid(state: State, place: CardShown, notice: str = "") -> State:
    """The page that asked for a card, or the first page."""
    if place.goal == "home" and not notice:
        return state.at(Home())
    return state.at(Identify(need=place.need, goal=place.goal, notice=notice))


@press(CardShown, node="actions.next")
def that_is_me(state: State, argument: str, desk: Desk) -> Result:
    """Yes: now the card is taken."""
    place = state.place
    assert isinstance(place, CardShown)
    evidence = CardEvidence(place.person, place.layout, photo=place.photo)
    return identified(back_where_it_was_laid(state, place), place.person, evidence, "card", desk)


@press(CardShown, node="actions.not_me")
def not_me(state: State, argument: str, desk: Desk) -> Result:
    """No: nothing of it is kept."""
    place = state.place
    assert isinstance(place, CardShown)
    return back_where_it_was_laid(state, place, "card_not_me"), ()


@press(CardShown, node="actions.english")
def english(state: State, argument: str, desk: Desk) -> Result:
    """The rest of the visit in English."""
    return replace(state, prefs=replace(state.prefs, lang="en"), page=state.page + 1), ()


@press(CardShown, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Back to the page where the card was laid down; nothing of it is kept."""
    place = state.place
    assert isinstance(place, CardShown)
    return back_where_it_was_laid(state, place), ()
