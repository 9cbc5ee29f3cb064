"""My cases: the list, one case, and its certificate."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit.certificate import print_certificate
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.events import CasesFound, CasesMissing
from kiosk_app.visit.flow import blank, find_cases, home
from kiosk_app.visit.mine import Mine, MyCases
from kiosk_app.visit.sealed import Sheet
from kiosk_app.visit.state import Case, MyCase, Outcome, Progress, State, Verdict
from kiosk_app.visit.table import Result, on, press


def mine(state: State) -> MyCases | None:
    """What was found in this visit; nothing when it was found for somebody who stood here before."""
    found, person = state.visit.mine, state.visit.person
    return found if found is not None and person is not None and found.owner == person.id_number else None


def case_here(state: State) -> Mine | None:
    """The case that the page is about."""
    found = mine(state)
    return found.find(state.place.number) if found is not None and isinstance(state.place, MyCase) else None


def look(state: State) -> Result:
    """Ask where the cases stand. Without a network, what was seen before is shown, with its time."""
    if not state.world.online:
        return state.at(Progress(waiting=False, missing=True)), ()
    return state.at(Progress(waiting=True)), find_cases(state)


@on(Progress, event=CasesFound)
def found(state: State, event: CasesFound, desk: Desk) -> Result:
    """Show them. What was answered in this visit is still on its way, whatever the platform says."""
    person, before = state.visit.person, mine(state)
    if person is None or person.id_number != event.owner:
        # Whom it was asked for has gone, and somebody else stands here.
        return state, ()
    kept = MyCases(desk.now, person.id_number, event.cases, before.sent if before is not None else frozenset())
    shown = state.with_visit(mine=kept)
    return replace(shown, place=Progress(waiting=False), page=state.page + 1), ()


@on(Progress, event=CasesMissing)
def missing(state: State, event: CasesMissing, desk: Desk) -> Result:
    """Say that the platform could not be asked."""
    return replace(state, place=Progress(waiting=False, missing=True), page=state.page + 1), ()


@press(Progress, node="actions.again")
def ask_again(state: State, argument: str, desk: Desk) -> Result:
    """Ask the platform once more."""
    return (state, ()) if state.visit.person is None else look(state)


@press(Progress, node="case")
def open_case(state: State, argument: str, desk: Desk) -> Result:
    """One case, with all that happened."""
    known = mine(state)
    if known is None or known.find(argument) is None:
        return state, ()
    return state.at(MyCase(argument)), ()


@press(MyCase, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Back to the list as it was seen."""
    return state.at(Progress(waiting=False, missing=not state.world.online)), ()


@press(MyCase, node="actions.again")
def look_again(state: State, argument: str, desk: Desk) -> Result:
    """Ask the platform once more."""
    return look(state)


@press(MyCase, node="actions.result")
def take_result(state: State, argument: str, desk: Desk) -> Result:
    """The certificate of a case: printed once, or taken to the phone."""
    case = case_here(state)
    if case is None or case.receipt is None or case.certificate is None or desk.service(case.service) is None:
        return state, ()
    before = state.visit.case
    if before is not None and before.number == case.number and before.certificate is not None:
        # Printed a moment ago, or just being printed: the sheets are where that page says they are.
        return state.at(Outcome()), ()
    sealed = case.certificate
    if case.number in state.visit.sheets_out:
        sealed = replace(sealed, sheet=Sheet.PRINTED, before=True)
    opened = Case(case.number, case.number, Verdict.ACCEPTED, case.receipt, certificate=sealed, rated=True)
    visit = replace(blank(state.visit, case.service), case=opened)
    shown, sheets = print_certificate(replace(state, visit=visit).at(Outcome()))
    return shown, sheets


@press(Outcome, node="actions.mine")
def to_my_cases(state: State, argument: str, desk: Desk) -> Result:
    """From what became of an answer or a result back to the cases."""
    return home(state) if state.visit.person is None else look(state)
