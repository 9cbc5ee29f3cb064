"""A repeated group in a visit: a list of its entries, each asked question by question, then back to the list."""

from __future__ import annotations

from kiosk_app.services import FieldSpec
from kiosk_app.services.entries import added, group_of, is_empty, number_of, questions, removed
from kiosk_app.services.forms import count
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import Form, State
from kiosk_app.visit.table import Result, press


def group_here(state: State, desk: Desk) -> FieldSpec | None:
    """The group whose list, entry or question is shown."""
    place = state.place
    assert isinstance(place, Form)
    return group_of(desk.form(state.visit.service), place.current) if place.current else None


def is_entry(state: State, desk: Desk, scope: str) -> bool:
    """True for `members.2` when there are two entries or more."""
    group = group_of(desk.form(state.visit.service), scope)
    if group is None or scope != f"{group.scope}.{number_of(scope)}":
        return False
    return 1 <= number_of(scope) <= count(group, state.visit.answers)


def asked_of(state: State, desk: Desk, group: FieldSpec, number: int) -> tuple[str, ...]:
    """The scopes of what is asked of one entry now."""
    form = desk.form(state.visit.service)
    return tuple(spec.scope for spec in questions(form, group, number, state.visit.answers))


def without_empty(state: State, group: FieldSpec, number: int) -> State:
    """Forget an entry in which nothing was answered: whoever goes back from its first question did not want it."""
    if not is_empty(group, number, state.visit.answers):
        return state
    return state.with_visit(answers=removed(group, number, state.visit.answers))


@press(Form, node="entry.add")
def add(state: State, argument: str, desk: Desk) -> Result:
    """One entry more, and its first question."""
    place, group = state.place, group_here(state, desk)
    assert isinstance(place, Form)
    answers = state.visit.answers
    if group is None or place.current != group.scope or count(group, answers) == len(group.entries):
        return state, ()
    more = state.with_visit(answers=added(group, answers))
    return more.at(Form(current=asked_of(more, desk, group, count(group, answers) + 1)[0])), ()


@press(Form, node="entry.remove")
def remove(state: State, argument: str, desk: Desk) -> Result:
    """Asks first: what was filled in goes with it."""
    return _of_entry(state, desk, removing=True)


@press(Form, node="entry.keep")
def keep(state: State, argument: str, desk: Desk) -> Result:
    """It stays as it is."""
    return _of_entry(state, desk, removing=False)


@press(Form, node="entry.drop")
def drop(state: State, argument: str, desk: Desk) -> Result:
    """Removed, and back to the list; the entries behind it move up."""
    place, group = state.place, group_here(state, desk)
    assert isinstance(place, Form)
    if group is None or not place.removing or not is_entry(state, desk, place.current):
        return state, ()
    answers = removed(group, number_of(place.current), state.visit.answers)
    return state.with_visit(answers=answers).at(Form(current=group.scope)), ()


def _of_entry(state: State, desk: Desk, *, removing: bool) -> Result:
    place = state.place
    assert isinstance(place, Form)
    if not is_entry(state, desk, place.current):
        return state, ()
    return state.at(Form(current=place.current, removing=removing)), ()
