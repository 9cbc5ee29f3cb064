"""A place that somebody else took in the same second: one of the next free ones is booked instead."""

from __future__ import annotations

from kiosk_app.services import FieldSpec
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import DeletePending, Effect, Log
from kiosk_app.visit.filling import submit
from kiosk_app.visit.state import Form, Outcome, State
from kiosk_app.visit.table import Result, press

SLOT_FULL = "slot-full"
OTHER_TIME = "other"


@press(Outcome, node="slot")
def other_time(state: State, argument: str, desk: Desk) -> Result:
    """Book one of the places that are free instead, or choose a day anew: a new case. The refused one was told to its
    resident and needs nobody else, so it does not stay among the dead letters.
    """
    case = state.visit.case
    if case is None or case.problem != SLOT_FULL or place_fields(state, desk) is None:
        return state, ()
    anew = state.with_visit(case=None)
    settled: tuple[Effect, ...] = (
        DeletePending(case.submission),
        Log("deleted", {"submission": case.submission}),
    )
    if argument == OTHER_TIME:
        return anew.at(Form(current="date")), settled
    if not argument.isdecimal() or int(argument) >= len(case.free):
        return state, ()
    day, slot = case.free[int(argument)]
    moved, effects = submit(anew.with_visit(answers={**anew.visit.answers, "date": day, "slot": slot}), "", desk)
    return moved, (*settled, *effects)


def place_fields(state: State, desk: Desk) -> tuple[FieldSpec, FieldSpec] | None:
    """The questions for day and time of a booking; None for a service that books nothing."""
    form = desk.form(state.visit.service)
    day, slot = form.field("date"), form.field("slot")
    return None if day is None or slot is None else (day, slot)
