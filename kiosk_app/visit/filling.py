"""The form and its review: only what nobody could answer for the resident is asked, one thing at a time."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.services import FieldSpec, Problem, guessed, problems
from kiosk_app.services.entries import number_of
from kiosk_app.services.model import Control
from kiosk_app.services.signing import sign
from kiosk_app.services.words import sentence
from kiosk_app.visit import materials, paying
from kiosk_app.visit.body import submission_body
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Log, Submit
from kiosk_app.visit.entries import asked_of, group_here, is_entry, without_empty
from kiosk_app.visit.events import Edited, Held, Prefilled, PrefillMissing
from kiosk_app.visit.flow import (
    before_materials,
    closed_because,
    entitled,
    fill,
    first_open,
    materials_of,
    problem_of,
    scopes,
    to_materials,
    top_scopes,
    without_unasked,
)
from kiosk_app.visit.helper import restored
from kiosk_app.visit.state import Form, Guide, Materials, Review, State, Submitting
from kiosk_app.visit.table import Result, on, press
from kiosk_app.visit.typed import digits

PAY = "PAY"
"""The kind of a service whose case is opened only once it is paid."""


@on(Form, event=Prefilled)
def prefilled(state: State, event: Prefilled, desk: Desk) -> Result:
    """What the platform holds is filled in and marked with its source; what was typed wins."""
    if not waiting(state):
        return state, ()
    return fill(state.with_visit(licences=event.licences), desk, event.fields, event.sources)


@on(Form, event=PrefillMissing)
def prefill_missing(state: State, event: PrefillMissing, desk: Desk) -> Result:
    """Nothing from the platform: the resident is asked."""
    return fill(state, desk, {}, {}) if waiting(state) else (state, ())


def waiting(state: State) -> bool:
    """True while the form waits for the platform; a later answer changes nothing."""
    return isinstance(state.place, Form) and state.place.waiting


@on(Form, event=Edited)
def edited(state: State, event: Edited, desk: Desk) -> Result:
    """An answer grows; a field the page does not show is not taken, nor how many entries a group has."""
    place = state.place
    assert isinstance(place, Form)
    head, _, scope = event.node.partition(".")
    spec = desk.form(state.visit.service).field(scope)
    if head != "form" or spec is None or spec.entries or scope not in scopes(state, desk):
        return state, (Log("unexpected_event", {"state": "Form", "event": "Edited"}),)
    answers = {**state.visit.answers, scope: event.text}
    if spec.control is Control.PIN:
        answers = _with_pin(state, desk, spec, event.text)
    if spec.control is Control.SIGNATURE:
        if state.visit.helped:
            own = sentence("signature-own", state.prefs.lang)
            return replace(state, place=Form(current=scope, problem=own), page=state.page + 1), ()
        answers[scope] = sign(desk.form(state.visit.service), state.visit.answers, spec, event.text, desk.site.suite)
    visit = replace(state.visit, answers=answers, prefilled=state.visit.prefilled - {scope})
    return replace(state, visit=visit, place=Form(current=scope, told=state.visit.helped)), ()


def _with_pin(state: State, desk: Desk, spec: FieldSpec, text: str) -> dict[str, str]:
    """A PIN grows under its cover; a repetition of one that has changed is asked for again."""
    held = state.visit.answers
    pin = digits(restored(held.get(spec.scope, ""), text), spec.limit)
    again = {one.scope for one in desk.form(state.visit.service).fields if one.equals == spec.scope}
    return {**{name: value for name, value in held.items() if name not in again}, spec.scope: pin}


@press(Form, node="form")
def pick(state: State, argument: str, desk: Desk) -> Result:
    """Go to a question, asked or already answered, or to an entry of a group."""
    if argument in scopes(state, desk) or is_entry(state, desk, argument):
        return without_unasked(state, desk).at(Form(current=argument)), ()
    return state, ()


@press(Form, node="actions.next")
def following(state: State, argument: str, desk: Desk) -> Result:
    """The next question that is open, or the review; a wrong answer says what is missing and stays."""
    place = state.place
    assert isinstance(place, Form)
    wrong = wrong_with(state, desk, place.current)
    if wrong:
        refused = Log("input_refused", {"service": state.visit.service, "field": place.current, "rule": "value"})
        return replace(state, place=replace(place, problem=wrong), page=state.page + 1), (refused,)
    state = without_unasked(_left_out(state, desk, place.current), desk)
    group = group_here(state, desk)
    if group is not None and place.current != group.scope:
        number = number_of(place.current)
        rest = () if is_entry(state, desk, place.current) else _behind(asked_of(state, desk, group, number), place)
        open_ones = [s for s in rest if not _settled(state, desk, s)]
        return state.at(Form(current=open_ones[0] if open_ones else group.scope)), ()
    if group is not None and (inside := _wrong_inside(state, desk, group.scope)):
        return state.at(Form(current=inside)), ()
    open_ones = [s for s in _behind(top_scopes(state, desk), place) if not _settled(state, desk, s)]
    if open_ones:
        return state.at(Form(current=open_ones[0])), ()
    missing = _first_open(state, desk)
    if missing:
        return state.at(Form(current=missing)), ()
    return to_materials(state, desk)


def _behind(asked: tuple[str, ...], place: Form) -> tuple[str, ...]:
    """What is asked after the question that is shown."""
    return asked[asked.index(place.current) + 1 :] if place.current in asked else asked


def _left_out(state: State, desk: Desk, scope: str) -> State:
    """A question that may stay open was passed over: it is not asked again when another answer is changed."""
    spec = desk.form(state.visit.service).field(scope)
    if spec is None or spec.entries or scope in state.visit.answers:
        return state
    return state.with_visit(answers={**state.visit.answers, scope: ""})


def _settled(state: State, desk: Desk, scope: str) -> bool:
    """A question that need not be asked again: its answer is right, or it was left out; of a group all of them are."""
    if scope not in state.visit.answers or wrong_with(state, desk, scope):
        return False
    return not _wrong_inside(state, desk, scope)


def _wrong_inside(state: State, desk: Desk, group: str) -> str:
    """The first question of a group's entries that is open or wrong."""
    form, answers = desk.form(state.visit.service), state.visit.answers
    found = problems(form, answers, desk.now.date(), state.prefs.lang)
    return next((p.scope for p in found if p.scope.startswith(f"{group}.")), "")


def wrong_with(state: State, desk: Desk, scope: str) -> str:
    """What is wrong with one answer, as a sentence, also for what is known of the resident; empty when it is fine."""
    return problem_of(state, desk, scope) or next((p.text for p in _guessed(state, desk) if p.scope == scope), "")


def _first_open(state: State, desk: Desk) -> str:
    """The first question that is open, also for what is known of the resident."""
    return first_open(state, desk) or next((p.scope for p in _guessed(state, desk)), "")


def _guessed(state: State, desk: Desk) -> tuple[Problem, ...]:
    """PINs that tell of whoever applies or stands by."""
    visit = state.visit
    known = [visit.person, visit.guardian.person if visit.guardian is not None else None]
    people = [person for person in known if person is not None]
    return guessed(desk.form(visit.service), visit.answers, people, state.prefs.lang)


@press(Form, node="actions.back")
def back_in_form(state: State, argument: str, desk: Desk) -> Result:
    """The question before, then the guide; answers stay."""
    place = state.place
    assert isinstance(place, Form)
    state = without_unasked(state, desk)
    group = group_here(state, desk)
    if group is not None and place.current != group.scope:
        return _back_in_entry(state, desk, group)
    asked = [s for s in top_scopes(state, desk) if s not in state.visit.prefilled]
    at = asked.index(place.current) if place.current in asked else 0
    if at > 0:
        return state.at(Form(current=asked[at - 1])), ()
    return state.at(Guide()), ()


def _back_in_entry(state: State, desk: Desk, group: FieldSpec) -> Result:
    """The question before in the same entry, then the list of the entries."""
    place = state.place
    assert isinstance(place, Form)
    number = number_of(place.current)
    asked = asked_of(state, desk, group, number)
    at = asked.index(place.current) if place.current in asked else 0
    if at > 0:
        return state.at(Form(current=asked[at - 1])), ()
    return without_empty(state, group, number).at(Form(current=group.scope)), ()


@press(Review, node="review")
def change(state: State, argument: str, desk: Desk) -> Result:
    """改: back to one question."""
    if argument in scopes(state, desk):
        return state.at(Form(current=argument)), ()
    return state, ()


@press(Review, node="paper")
def change_paper(state: State, argument: str, desk: Desk) -> Result:
    """改: back to one paper."""
    if argument in {material.code for material in materials_of(state, desk)}:
        return state.with_visit(reveal=False).at(Materials(argument)), ()
    return state, ()


@press(Review, node="consent")
def consent(state: State, argument: str, desk: Desk) -> Result:
    """Tick or untick; it starts unticked."""
    ticked = state.with_visit(consent=not state.visit.consent)
    return replace(ticked, place=Review()), ()


@on(Review, Form, event=Held)
def reveal(state: State, event: Held, desk: Desk) -> Result:
    """Full values while 看一下 is held, never on the speaker."""
    return state.with_visit(reveal=event.down), ()


@press(Review, node="reveal")
def reveal_key(state: State, argument: str, desk: Desk) -> Result:
    """By keypad the same node is a switch."""
    return state.with_visit(reveal=not state.visit.reveal), ()


@press(Review, node="actions.back")
def back_in_review(state: State, argument: str, desk: Desk) -> Result:
    """The last paper or question, or the guide when nothing was asked."""
    return before_materials(state.with_visit(reveal=False), desk)


@press(Review, node="actions.submit")
def submit(state: State, argument: str, desk: Desk) -> Result:
    """Save and send, or have it paid first. Refused without consent, below the level, or when it must be on line and is
    not.
    """
    visit, service = state.visit, desk.service(state.visit.service)
    if service is None:
        return state, ()
    if not visit.consent:
        return replace(state, place=Review(notice="consent_first"), page=state.page + 1), ()
    if not entitled(state, desk, service.level.proofs):
        refused = Log("service_refused", {"service": service.id, "why": "level"})
        return replace(state, place=Review(notice="level_first"), page=state.page + 1), (refused,)
    why = closed_because(state, desk)
    if why:
        refused = Log("service_refused", {"service": service.id, "why": why})
        return replace(state, place=Review(notice=f"closed_{why}"), page=state.page + 1), (refused,)
    missing = _first_open(state, desk)
    if missing:
        return state.at(Form(current=missing)), ()
    state = without_unasked(state, desk)
    if service.kind == PAY:
        return paying.begin(state, desk)
    asked, effects = to_materials(state, desk)
    if not isinstance(asked.place, Review):
        return asked, effects
    body = submission_body(state, desk)
    papers, pages = materials.handed_in(state, desk)
    if papers:
        body["materials"] = papers
    return state.with_visit(reveal=False).at(Submitting()), (Submit(body, state.world.online, pages),)
