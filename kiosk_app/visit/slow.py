"""Nobody waits longer than three seconds for the network without a way on."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit import filling, following
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.events import CasesMissing, PrefillMissing
from kiosk_app.visit.state import Form, Paying, PayStage, Progress, State, Submitting
from kiosk_app.visit.table import Result


def slow(state: State, desk: Desk) -> Result:
    """The answer is late: the form goes on without it, a case that is saved and a payment need not be waited for.

    Cases that come later are still shown; what would be filled in later is not, a hand may be typing there.
    """
    match state.place:
        case Form(waiting=True):
            return filling.prefill_missing(state, PrefillMissing(), desk)
        case Progress(waiting=True):
            return following.missing(state, CasesMissing(), desk)
        case Submitting(saved=True) as place:
            return replace(state, place=replace(place, slow=True)), ()
        case Paying(stage=PayStage.OPENING | PayStage.CLOSING) as waiting:
            return replace(state, place=replace(waiting, slow=True)), ()
        case _:
            return state, ()
