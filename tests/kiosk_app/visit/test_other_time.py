"""A place that somebody else took in the same second: the next free ones, one touch away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.lab.samples import KNOWN, ONLINE, desk
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import DeletePending, Effect, Submit
from kiosk_app.visit.events import Accepted, Event, Pressed, Rejected, Saved
from kiosk_app.visit.state import Case, Form, Outcome, Review, Submitting, Verdict
from kiosk_app.words import say
from ui.view import Action

DESK = desk()
FREE = (("2026-11-23", "1000"), ("2026-11-23", "1330"), ("2026-11-25", "0900"))
BOOKED = {"hall": "H01", "item": "W01", "date": "2026-11-23", "slot": "0900", "phone": "13800138000"}
SAVED = Case("s1", "L1", Verdict.SAVED)
WAITING = replace(
    ONLINE,
    place=Submitting(saved=True),
    visit=replace(KNOWN, service="YY01", answers=BOOKED, consent=True, case=SAVED),
)


def after(state: State, *events: Event) -> tuple[State, list[Effect]]:
    effects: list[Effect] = []
    for event in events:
        state, some = step(state, event, DESK)
        effects += some
    return state, effects


def refused(free: tuple[tuple[str, str], ...] = FREE, lang: str = "zh") -> State:
    start = replace(WAITING, prefs=replace(WAITING.prefs, lang=lang))
    return after(start, Rejected("s1", "slot-full", free))[0]


def submits(effects: list[Effect]) -> list[Submit]:
    return [effect for effect in effects if isinstance(effect, Submit)]


def offers(state: State) -> list[str]:
    return [node.id for node in view(state, DESK).nodes if node.id.startswith("slot.")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_free_place_is_a_touch_with_its_day_and_time(lang: str) -> None:
    state = refused(lang=lang)
    page = view(state, DESK)
    shown = [node for node in page.nodes if node.id.startswith("slot.")]
    assert [node.id for node in shown] == ["slot.0", "slot.1", "slot.2", "slot.other"]
    assert all(Action.PRESS in node.actions for node in shown)
    assert (page.title, page.focus) == (say(lang, "outcome.full"), "slot.0")
    package = DESK.catalogue.package("YY01")
    assert package is not None
    assert package["strings"][lang]["option.slot.1330"] in shown[1].text
    assert {"zh": "25日", "en": "25 November"}[lang] in shown[2].text
    assert list(page.intro[2:]) == [node.text for node in shown[:3]], "they are read out"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_touch_sends_a_new_case_with_that_place_and_everything_else_as_it_was(number: int) -> None:
    state, effects = after(refused(), Pressed(f"slot.{number}"))
    (sent,) = submits(effects)
    day, slot = FREE[number]
    assert sent.hurry
    assert sent.body["answers"] == {**BOOKED, "date": day, "slot": slot}
    assert sent.body["consents"][-1]["given"] is True
    assert isinstance(state.place, Submitting)
    assert state.visit.case is None


def test_the_place_that_was_touched_is_the_one_that_is_booked() -> None:
    receipt = {"number": "XC-2026-1122-000124", "state": "done"}
    late = Rejected("s1", "slot-full")
    state, _ = after(refused(), Pressed("slot.2"), Saved("s2", "L2"), late, Accepted("s2", receipt))
    assert isinstance(state.place, Outcome)
    assert view(state, DESK).title == say("zh", "outcome.booked")
    assert (state.visit.answers["date"], state.visit.answers["slot"]) == FREE[2]


def test_that_place_may_be_gone_too() -> None:
    state, _ = after(refused(), Pressed("slot.0"), Saved("s2", "L2"), Rejected("s2", "slot-full", FREE[1:]))
    assert offers(state) == ["slot.0", "slot.1", "slot.other"]


@pytest.mark.parametrize("node", ["slot.1", "slot.other"])
def test_the_refused_case_does_not_stay_behind(node: str) -> None:
    _, effects = after(refused(), Pressed(node))
    assert effects[0] == DeletePending("s1")
    assert effects.index(DeletePending("s1")) < min([effects.index(e) for e in submits(effects)], default=len(effects))


def test_another_time_is_chosen_in_the_form_and_nothing_is_lost() -> None:
    state, effects = after(refused(), Pressed("slot.other"))
    assert state.place == Form(current="date")
    assert state.visit.answers == BOOKED
    assert not submits(effects)


def test_without_a_free_place_the_day_is_chosen_anew() -> None:
    state = refused(())
    page = view(state, DESK)
    assert offers(state) == ["slot.other"]
    assert (page.focus, page.lead) == ("slot.other", say("zh", "outcome.full_lead_none"))


def test_a_touch_off_line_sends_nothing_and_says_why() -> None:
    state = refused()
    off = replace(state, world=replace(state.world, online=False))
    moved, effects = after(off, Pressed("slot.0"))
    assert not submits(effects)
    assert isinstance(moved.place, Review)
    assert moved.place.notice == "closed_offline"


@pytest.mark.parametrize("node", ["slot.3", "slot.-1", "slot.x", "slot.", "slot"])
def test_a_touch_on_nothing_sends_nothing(node: str) -> None:
    state, effects = after(refused(), Pressed(node))
    assert not submits(effects)
    assert isinstance(state.place, Outcome)


def test_other_refusals_offer_no_time() -> None:
    state, _ = after(WAITING, Rejected("s1", "data-invalid"))
    assert offers(state) == []
    assert not submits(after(state, Pressed("slot.0"))[1])


def test_a_refusal_of_a_service_without_times_is_shown_as_every_other_one() -> None:
    state = replace(WAITING, visit=replace(WAITING.visit, service="YL01"))
    state, _ = after(state, Rejected("s1", "slot-full", FREE))
    assert view(state, DESK).title == say("zh", "outcome.refused")
    assert offers(state) == []
    assert not submits(after(state, Pressed("slot.other"), Pressed("slot.0"))[1])
