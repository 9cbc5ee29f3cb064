"""A child's case: the guardian lays down their own card, says what they are to the child, agrees, proves themselves.

Each step is asked by what is missing, so it does not matter whose card was laid down first.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import CardEvidence, Guardian, Missing, Relation, unfit
from kiosk_app.visit import consents
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Log
from kiosk_app.visit.events import CardRead
from kiosk_app.visit.flow import guardian_lacks, proceed
from kiosk_app.visit.proof import told
from kiosk_app.visit.state import Guide, Home, Identify, State, WithGuardian
from kiosk_app.visit.table import Result, press

CONSENT = "consent.guardian"
SOCIAL = "social"


def asked(state: State, desk: Desk) -> Missing:
    """What the page asks for now."""
    place = state.place
    assert isinstance(place, WithGuardian)
    lacks = guardian_lacks(state, desk, place.need)
    return lacks[0] if lacks else Missing.PROOF


def card(state: State, event: CardRead, desk: Desk) -> Result:
    """The guardian's own card; what it cannot be is said kindly."""
    place = state.place
    assert isinstance(place, WithGuardian | Identify)
    beside = candidate(state, event, desk)
    if beside is None:
        return told(state, f"guardian_{_unfit(state, event, desk)}"), ()
    known, logs = beside
    after, effects = proceed(known, desk, place.need, place.goal)
    return after, (*logs, *effects)


def candidate(state: State, event: CardRead, desk: Desk) -> Result | None:
    """Remember who stands beside the child; None when this card cannot be the guardian's."""
    if _unfit(state, event, desk):
        return None
    before = state.visit.guardian
    card = CardEvidence(event.person, event.layout, photo=event.photo)
    if before is not None and before.person.id_number == event.person.id_number:
        rest = tuple(e for e in before.evidence if not isinstance(e, CardEvidence))
        guardian = replace(before, evidence=(*rest, card))
    else:
        guardian = Guardian(event.person, (card,))
    known = state.with_visit(guardian=guardian, card_on_pad=True)
    return known, (Log("identified", {"level": "L1", "way": "guardian"}),)


def _unfit(state: State, event: CardRead, desk: Desk) -> str:
    child = state.visit.person
    if child is None or event.layout == SOCIAL:
        return "needs_id"
    return unfit(event.person, child, desk.now.date())


@press(WithGuardian, node="relation")
def relation(state: State, argument: str, desk: Desk) -> Result:
    """What the guardian is to the child."""
    place, guardian = state.place, state.visit.guardian
    assert isinstance(place, WithGuardian)
    if guardian is None or argument not in {r.value for r in Relation}:
        return state, ()
    return proceed(
        state.with_visit(guardian=replace(guardian, relation=Relation(argument))), desk, place.need, place.goal
    )


@press(WithGuardian, node="actions.agree")
def agree(state: State, argument: str, desk: Desk) -> Result:
    """The guardian agrees to the child's data being used for this."""
    place, guardian = state.place, state.visit.guardian
    assert isinstance(place, WithGuardian)
    if guardian is None or asked(state, desk) is not Missing.CONSENT:
        return state, ()
    known, logs = consents.record(state, CONSENT, consents.GUARDIAN, given=True)
    after, effects = proceed(known.with_visit(guardian=replace(guardian, consent=True)), desk, place.need, place.goal)
    return after, (*logs, *effects)


@press(WithGuardian, node="actions.decline")
def decline(state: State, argument: str, desk: Desk) -> Result:
    """Nothing is done with a child's data without it; people help."""
    place = state.place
    assert isinstance(place, WithGuardian)
    if asked(state, desk) is not Missing.CONSENT:
        return state, ()
    known, logs = consents.record(state, CONSENT, consents.GUARDIAN, given=False)
    return told(known, "guardian_declined"), logs


@press(WithGuardian, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """One question back; before the first one, the guide."""
    place, guardian = state.place, state.visit.guardian
    assert isinstance(place, WithGuardian)
    step = asked(state, desk)
    if guardian is not None and step is Missing.CONSENT:
        return state.with_visit(guardian=replace(guardian, relation=None)).at(replace(place, notice="")), ()
    if step is Missing.RELATION:
        return state.with_visit(guardian=None).at(replace(place, notice="")), ()
    return state.at(Guide() if state.visit.service else Home()), ()


def ask_again(state: State, place: Identify) -> Result:
    """Back from the guardian's second proof: the consent is asked anew."""
    guardian = state.visit.guardian
    known = state.with_visit(guardian=replace(guardian, consent=False)) if guardian is not None else state
    return known.at(WithGuardian(need=place.need, goal=place.goal)), ()
