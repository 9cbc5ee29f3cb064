"""Answering what staff asked: only what they asked for, one thing at a time, then once more in full, then saved.

The answer takes the ways of a new case from there: saved durably first, sent while the resident waits, or later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk_app.identity import Level
from kiosk_app.services import FieldSpec, Form, normalise, problems
from kiosk_app.services.model import Control, Group, Page
from kiosk_app.visit.body import evidence_json
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Answer, Log
from kiosk_app.visit.events import Edited, Held
from kiosk_app.visit.flow import blank, proceed
from kiosk_app.visit.following import case_here, mine
from kiosk_app.visit.mine import Asked, Mine
from kiosk_app.visit.state import MyCase, State, Submitting, Supplement, SupplementReview
from kiosk_app.visit.table import Result, on, press
from kiosk_app.words import table

REPLY = "answerInWords"
"""The scope of the answer in words; no field of a form has it."""
MOST_REPLY = 300
_PARTS = ("label", "short", "hint", "why", "ask", "error.required", "error.invalid")


def answered_case(state: State) -> Mine | None:
    """The case that is being answered."""
    found = mine(state)
    return found.find(state.visit.answering) if found is not None else None


def can_answer(case: Mine, desk: Desk) -> bool:
    """True when this terminal has the questions that are asked."""
    service = desk.service(case.service)
    if case.asked is None or service is None:
        return False
    try:
        form = desk.form(case.service)
    except (KeyError, ValueError):
        return False
    return all(form.field(scope) is not None for scope in case.asked.fields)


def questions(case: Mine, desk: Desk) -> Form:
    """The form of what is asked: those fields of the service's own form, and a field for the answer in words."""
    asked = case.asked
    assert asked is not None
    whole = desk.form(case.service)
    fields = tuple(replace(spec, rules=()) for spec in whole.fields if spec.scope in asked.fields)
    if asked.free:
        fields = (*fields, _reply())
    words = {
        lang: {
            **whole.strings.get(lang, {}),
            **{f"field.{REPLY}.{p}": table(lang)[f"answer.reply.{p}"] for p in _PARTS},
        }
        for lang in ("zh", "en")
    }
    scopes = frozenset(asked.fields)

    def validate(answers: Any) -> tuple[tuple[str, str], ...]:
        given = {name: value for name, value in answers.items() if name in scopes}
        return tuple(found for found in whole.validate(given) if found[0] in scopes)

    pages = (Page("answer", "", "", (Group("answer", "", fields),)),)
    return replace(whole, pages=pages, fields=fields, strings=words, validate=validate)


def _reply() -> FieldSpec:
    label, short, hint, why, ask, *_ = (f"field.{REPLY}.{part}" for part in _PARTS)
    return FieldSpec(
        REPLY, Control.LONG_TEXT, "pinyin", label, short, hint, why, ask, required=True, least=2, limit=MOST_REPLY
    )


def wrong_with(state: State, desk: Desk, case: Mine, scope: str) -> str:
    """What is wrong with one answer, as a sentence; empty when it is fine."""
    found = problems(questions(case, desk), state.visit.answers, desk.now.date(), state.prefs.lang)
    return next((p.text for p in found if p.scope == scope), "")


def current_of(state: State, asked: Form) -> FieldSpec:
    """The question that has the panel; the first one to begin with."""
    place = state.place
    scope = place.current if isinstance(place, Supplement) else ""
    return asked.field(scope) or asked.fields[0]


@press(MyCase, node="actions.answer")
def begin(state: State, argument: str, desk: Desk) -> Result:
    """Answer here and now; the service's own level of proof is needed for it."""
    case, found, service = case_here(state), mine(state), None
    if case is not None:
        service = desk.service(case.service)
    if case is None or found is None or service is None or not found.to_do(case) or not can_answer(case, desk):
        return state, ()
    assert case.asked is not None
    visit = replace(blank(state.visit, case.service), answering=case.number, answers=dict(case.asked.answers))
    return proceed(replace(state, visit=visit), desk, max(service.level, Level.L1), goal="supplement")


@on(Supplement, event=Edited)
def edited(state: State, event: Edited, desk: Desk) -> Result:
    """An answer grows; a field that was not asked for is not taken."""
    case = answered_case(state)
    head, _, scope = event.node.partition(".")
    if case is None or head != "form" or questions(case, desk).field(scope) is None:
        return state, (Log("unexpected_event", {"state": "Supplement", "event": "Edited"}),)
    visit = replace(state.visit, answers={**state.visit.answers, scope: event.text})
    return replace(state, visit=visit, place=Supplement(scope, told=state.visit.helped)), ()


@press(Supplement, node="form")
@press(SupplementReview, node="review")
def pick(state: State, argument: str, desk: Desk) -> Result:
    """Go to one question."""
    case = answered_case(state)
    if case is None or questions(case, desk).field(argument) is None:
        return state, ()
    return state.with_visit(reveal=False).at(Supplement(argument)), ()


@press(Supplement, node="actions.next")
def following(state: State, argument: str, desk: Desk) -> Result:
    """The next question, or everything once more; a wrong answer says what is missing and stays."""
    place, case = state.place, answered_case(state)
    assert isinstance(place, Supplement)
    if case is None:
        return state, ()
    asked = questions(case, desk)
    current = current_of(state, asked)
    wrong = wrong_with(state, desk, case, current.scope)
    if wrong:
        refused = Log("input_refused", {"service": case.service, "field": current.scope, "rule": "value"})
        return replace(state, place=replace(place, problem=wrong), page=state.page + 1), (refused,)
    at = asked.fields.index(current) + 1
    if at < len(asked.fields):
        return state.at(Supplement(asked.fields[at].scope)), ()
    return state.at(SupplementReview()), ()


@press(Supplement, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """The question before, then the case; answers stay until the visit goes elsewhere."""
    case = answered_case(state)
    if case is None:
        return state.at(MyCase(state.visit.answering)), ()
    asked = questions(case, desk)
    at = asked.fields.index(current_of(state, asked))
    if at > 0:
        return state.at(Supplement(asked.fields[at - 1].scope)), ()
    return state.at(MyCase(case.number)), ()


@press(SupplementReview, node="actions.back")
def back_in_review(state: State, argument: str, desk: Desk) -> Result:
    """The last question."""
    case = answered_case(state)
    if case is None:
        return state.at(MyCase(state.visit.answering)), ()
    return state.with_visit(reveal=False).at(Supplement(questions(case, desk).fields[-1].scope)), ()


@on(Supplement, SupplementReview, event=Held)
def reveal(state: State, event: Held, desk: Desk) -> Result:
    """Full values while 看一下 is held, never on the speaker."""
    return state.with_visit(reveal=event.down), ()


@press(SupplementReview, node="reveal")
def reveal_key(state: State, argument: str, desk: Desk) -> Result:
    """By keypad the same node is a switch."""
    return state.with_visit(reveal=not state.visit.reveal), ()


@press(SupplementReview, node="actions.submit")
def submit(state: State, argument: str, desk: Desk) -> Result:
    """Save and send. Refused below the level of the service, or when an answer is wrong."""
    case, found, person = answered_case(state), mine(state), state.visit.person
    service = desk.service(case.service) if case is not None else None
    if case is None or found is None or person is None or service is None or not found.to_do(case):
        return state, ()
    assert case.asked is not None
    if state.visit.level(state.world.online) < max(service.level, Level.L1):
        return replace(state, place=SupplementReview("level_first"), page=state.page + 1), ()
    if not state.world.online and not desk.dated:
        return replace(state, place=SupplementReview("answer_clock"), page=state.page + 1), ()
    asked = questions(case, desk)
    for spec in asked.fields:
        if wrong_with(state, desk, case, spec.scope):
            return state.at(Supplement(spec.scope)), ()
    body = _body(state, case, case.asked, asked)
    leaving = state.with_visit(reveal=False).at(Submitting())
    return leaving, (Answer(body, hurry=state.world.online),)


def _body(state: State, case: Mine, wanted: Asked, asked: Form) -> dict[str, Any]:
    """What the platform gets: the contract's `supplement` body."""
    person = state.visit.person
    assert person is not None
    answers = normalise(asked, state.visit.answers)
    words = answers.pop(REPLY, "")
    return {
        "case_no": case.number,
        "supplement": wanted.id,
        "answers": answers,
        "words": words,
        "person": {"name": person.name, "id_no": person.id_number},
        "evidence": list(evidence_json(state.visit.evidence)),
        "lang": state.prefs.lang,
    }
