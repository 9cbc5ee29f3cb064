"""Voice, palm and iris by modules of the site: asked first, compared by the module, never the only way."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.identity import BiometricEvidence
from kiosk_app.visit import consents
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CheckBiometric, Log
from kiosk_app.visit.events import BiometricEnded
from kiosk_app.visit.proof import failed, fresh, identified, offered, person_here, told, whose
from kiosk_app.visit.state import Identify, State, Way
from kiosk_app.visit.table import Result, on

NOTICES = {"not_enrolled": "body_not_enrolled", "poor_sample": "body_poor_sample"}
WAYS = {"voice": Way.VOICE, "palm": Way.PALM, "iris": Way.IRIS}


def choose(state: State, place: Identify, way: Way, desk: Desk) -> Result:
    """The resident picked a module: asked once, then compared at once."""
    if way.value not in offered(state, desk):
        return told(state, "body_offline"), ()
    asking = fresh(place, way=way)
    if consents.answered(state.visit, f"consent.{way}", whose(state)):
        return _start(state, asking)
    return state.at(asking), ()


def agree(state: State, place: Identify) -> Result:
    """Yes: kept with its text, then the module compares."""
    if place.busy:
        return state, ()
    known, logs = consents.record(state, f"consent.{place.way}", whose(state), given=True)
    after, effects = _start(known, place)
    return after, (*logs, *effects)


def decline(state: State, place: Identify) -> Result:
    """No: not asked again; the other ways stand there at once."""
    known, logs = consents.record(state, f"consent.{place.way}", whose(state), given=False)
    return told(known.with_visit(closed=known.visit.closed | {place.way.value}), "body_declined"), logs


def _start(state: State, place: Identify) -> Result:
    person = person_here(state)
    if person is None:
        return told(state, "body_offline"), ()
    return state.at(replace(place, busy="body", notice="")), (CheckBiometric(place.way.value, person.id_number),)


@on(Identify, event=BiometricEnded)
def ended(state: State, event: BiometricEnded, desk: Desk) -> Result:
    """The module answered. An answer to a question that is no longer asked changes nothing."""
    place = state.place
    assert isinstance(place, Identify)
    if place.busy != "body" or place.way is not WAYS.get(event.kind):
        return state, ()
    if event.decision == "accept":
        return identified(state, None, BiometricEvidence(event.kind), event.kind, desk)
    if event.decision == "reject":
        return failed(replace(state, place=fresh(place)), event.kind, "body_reject")
    known = state
    if event.decision == "not_enrolled":
        known = state.with_visit(closed=state.visit.closed | {event.kind})
    notice = NOTICES.get(event.decision, "body_offline")
    return told(known, notice), (Log("identification_failed", {"way": event.kind, "cause": notice}),)
