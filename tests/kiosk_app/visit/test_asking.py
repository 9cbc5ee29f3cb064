"""Nothing is passed over in silence: what may be left out is asked once, also where all that must be there is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.identity import Level
from kiosk_app.lab.samples import ONLINE
from kiosk_app.services import Service
from kiosk_app.services.forms import visible_fields
from kiosk_app.visit import State
from kiosk_app.visit.events import CardRead, Edited, PrefillMissing, Pressed
from kiosk_app.visit.state import Form, Guide, Review, Visit
from tests.kiosk_app.services.data import GOOD
from tests.kiosk_app.visit.test_every_service import LIVE, PHONE, somebody_for
from tests.kiosk_app.visit.walks import DESK, walk

MOST_QUESTIONS = 12


def first_question(service: Service) -> State:
    proof = () if service.level is Level.L0 else (CardRead(somebody_for(service)),)
    more = PHONE if service.level >= Level.L2 else ()
    state = replace(ONLINE, place=Guide(), visit=Visit(service=service.id))
    state, _ = walk(state, Pressed("actions.start"), *proof, *more)
    return walk(state, PrefillMissing())[0] if state.place == Form(waiting=True) else state


def through(state: State) -> tuple[State, list[str]]:
    """Answer what has to be answered, leave out the rest; what was asked, in order."""
    asked: list[str] = []
    form = DESK.form(state.visit.service)
    while isinstance(state.place, Form) and len(asked) < MOST_QUESTIONS:
        scope = state.place.current
        asked.append(scope)
        spec = form.field(scope)
        assert spec is not None
        answer = GOOD[state.visit.service][scope] if spec.required else ""
        given = (Edited(f"form.{scope}", "confirmed" if answer.startswith("sig1:") else answer),) if answer else ()
        state, _ = walk(state, *given, Pressed("actions.next"))
    return state, asked


@pytest.mark.parametrize("service", LIVE, ids=lambda s: s.id)
def test_every_question_is_asked_once_or_its_answer_is_known(service: Service) -> None:
    state, asked = through(first_question(service))
    shown = {spec.scope for spec in visible_fields(DESK.form(service.id), state.visit.answers)}
    assert len(asked) == len(set(asked))
    assert shown <= set(asked) | state.visit.prefilled


def test_what_was_left_out_is_not_asked_again_when_another_answer_is_changed() -> None:
    state, asked = through(first_question(next(s for s in LIVE if s.id == "YB05")))
    assert asked == ["payeeIdNo"]
    assert isinstance(state.place, Review)
    state, _ = walk(state, Pressed("review.year"), Edited("form.year", "2026"), Pressed("actions.next"))
    assert isinstance(state.place, Review)
