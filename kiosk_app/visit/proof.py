"""What every way of proving who one is shares: whose proof it is, what it adds, what a failure means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app.identity import (
    MOST_FAILURES,
    CardEvidence,
    Evidence,
    Guardian,
    Person,
    needs_guardian,
    next_ways,
)
from kiosk_app.identity import Way as Offer
from kiosk_app.visit.consents import APPLICANT, GUARDIAN
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CallHost, Effect, Log
from kiosk_app.visit.flow import home, means_of, proceed
from kiosk_app.visit.state import CardShown, Identify, State, Visit, WithGuardian
from kiosk_app.visit.table import Result


def whose(state: State) -> str:
    """Whose proof the page asks for: applicant, or the guardian of a child."""
    return GUARDIAN if isinstance(state.place, Identify) and state.place.guardian else APPLICANT


def person_here(state: State) -> Person | None:
    """The person who is proving who they are on this page."""
    guardian = state.visit.guardian
    return guardian.person if whose(state) == GUARDIAN and guardian is not None else state.visit.person


def evidence_here(state: State) -> tuple[Evidence, ...]:
    """What that person has proved so far."""
    guardian = state.visit.guardian
    return guardian.evidence if whose(state) == GUARDIAN and guardian is not None else state.visit.evidence


def photo_here(state: State) -> bool:
    """True when a face can be compared with the card that this person laid down."""
    person = person_here(state)
    return person is not None and any(
        isinstance(e, CardEvidence) and e.photo and not e.expired and e.person.id_number == person.id_number
        for e in evidence_here(state)
    )


def offered(state: State, desk: Desk) -> tuple[Offer, ...]:
    """The ways that lead on from this page, best first."""
    place = state.place
    if not isinstance(place, Identify):
        return ()
    return next_ways(place.need, evidence_here(state), means_of(state, desk), state.visit.failures)


def fresh(place: Identify, **changes: Any) -> Identify:
    """The same question from its beginning: nothing typed, nothing pending."""
    return Identify(need=place.need, goal=place.goal, guardian=place.guardian, **changes)


def identified(state: State, person: Person | None, evidence: Evidence, way: str, desk: Desk) -> Result:
    """Add evidence of the person whom this page asks; a different person than before starts from nothing."""
    place = state.place
    if isinstance(place, Identify) and place.guardian:
        return _guardian_proved(state, place, person, evidence, way, desk)
    visit = state.visit
    if person is not None and visit.person is not None and visit.person.id_number != person.id_number:
        visit = another(visit, person, desk)
    visit = replace(visit, evidence=_with(visit.evidence, evidence), person=person or visit.person)
    known = replace(state, visit=visit)
    reached = visit.level(state.world.online)
    log = Log("identified", {"level": reached.name, "way": way})
    if not isinstance(place, Identify):
        return known, (log,)
    nameless = place.goal in {"progress", "supplement"} and visit.person is None
    if place.goal == "home":
        moved, effects = home(known) if reached >= place.need else (known.at(fresh(place)), ())
    elif nameless:
        moved, effects = known.at(fresh(place)), ()
    else:
        moved, effects = proceed(known, desk, place.need, place.goal)
    return moved, (log, *effects)


def another(visit: Visit, person: Person, desk: Desk) -> Visit:
    """Whom the visit is for changes. A child's card after an adult's own: the adult came as the guardian."""
    today = desk.now.date()
    guardian, consents = None, visit.consents[:0]
    before = visit.person
    grown = before is not None and any(isinstance(e, CardEvidence) and not e.expired for e in visit.evidence)
    if needs_guardian(person, today) and before is not None and grown and not needs_guardian(before, today):
        guardian = Guardian(before, visit.evidence)
        consents = tuple(replace(c, who=GUARDIAN) for c in visit.consents)
    return replace(
        visit,
        evidence=(),
        answers={},
        sources={},
        prefilled=frozenset(),
        consent=False,
        papers={},
        licences=None,
        phone="",
        mine=None,
        answering="",
        guardian=guardian,
        consents=consents,
        closed=visit.closed if guardian is not None else frozenset(),
    )


def _guardian_proved(
    state: State, place: Identify, person: Person | None, evidence: Evidence, way: str, desk: Desk
) -> Result:
    guardian = state.visit.guardian
    if guardian is None:
        return state.at(WithGuardian(need=place.need, goal=place.goal)), ()
    if person is not None and person.id_number != guardian.person.id_number:
        return state.at(fresh(place, notice="guardian_other")), ()
    proved = replace(guardian, evidence=_with(guardian.evidence, evidence))
    known = state.with_visit(guardian=proved)
    moved, effects = proceed(known, desk, place.need, place.goal)
    return moved, (
        Log("identified", {"level": Visit(evidence=proved.evidence).level(state.world.online).name, "way": way}),
        *effects,
    )


def _with(before: tuple[Evidence, ...], evidence: Evidence) -> tuple[Evidence, ...]:
    return (*(e for e in before if type(e) is not type(evidence)), evidence)


def told(state: State, notice: str, **changes: Any) -> State:
    """Back to all ways with a sentence; a page that is no question of identity keeps still."""
    place = state.place
    if isinstance(place, Identify):
        return state.at(fresh(place, notice=notice, **changes))
    if isinstance(place, WithGuardian):
        return state.at(replace(place, notice=notice))
    return state


def failed(state: State, way: str, notice: str, *, minutes: int = 0) -> Result:
    """Say kindly what happened, count it, keep the other ways open; after five, people come."""
    place = state.place
    counted = replace(state, visit=state.visit.failed(way))
    if isinstance(place, Identify):
        counted = replace(counted, place=replace(place, busy="", notice=notice, minutes=minutes), page=state.page + 1)
    elif isinstance(place, WithGuardian | CardShown):
        counted = told(counted, notice)
    effects: tuple[Effect, ...] = (Log("identification_failed", {"way": way, "cause": notice}),)
    if sum(counted.visit.failures.values()) == MOST_FAILURES:
        effects = (*effects, CallHost("identify"))
    return counted, effects
