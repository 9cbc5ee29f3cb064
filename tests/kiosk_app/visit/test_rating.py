"""好差评: five grades, none chosen, voluntary, once for a case; reasons and words with the two low ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.plain import MOST_CHAT
from kiosk_app.lab.samples import DONE, KNOWN, ONLINE, PENDING
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.effects import Effect, Rate
from kiosk_app.visit.events import Edited, Event, KeyPressed, Pressed
from kiosk_app.visit.state import Farewell, Outcome, Rating, Verdict
from tests.kiosk_app.visit.walks import DESK, only, walk
from ui.view import Privacy, Role

HERE = replace(ONLINE, place=Rating(), visit=replace(KNOWN, case=DONE))
LISTED = [one.id for one in DESK.catalogue.rating_reasons()]


def rated(*events: Event, state: State = HERE) -> list[Effect]:
    _, effects = walk(state, *events, Pressed("actions.rate"))
    return only(effects, Rate)


def write(text: str) -> tuple[Event, ...]:
    return Pressed("rating.write"), Edited("rating.words", text), Pressed("actions.next")


def test_five_grades_stand_alike_and_none_is_chosen() -> None:
    grades = [n for n in view(HERE, DESK).nodes if n.id.startswith("grade.")]
    assert [n.id for n in grades] == ["grade.5", "grade.4", "grade.3", "grade.2", "grade.1"]
    assert {(n.role, n.checked, n.tint, n.enabled) for n in grades} == {(Role.CHOICE, False, "", True)}
    assert rated() == []


def test_nobody_has_to_rate() -> None:
    after, effects = walk(HERE, Pressed("grade.1"), Pressed("reason.slow"), Pressed("actions.skip"))
    assert isinstance(after.place, Farewell)
    assert only(effects, Rate) == []


@pytest.mark.parametrize("grade", [5, 4, 3])
def test_the_upper_grades_ask_for_no_reason_and_send_none(grade: int) -> None:
    low, _ = walk(HERE, Pressed("grade.1"), Pressed("reason.slow"), *write("太久"), Pressed(f"grade.{grade}"))
    assert not [n.id for n in view(low, DESK).nodes if n.id.startswith(("reason.", "rating.write"))]
    assert rated(state=low) == [Rate("s1", grade)]


@pytest.mark.parametrize("grade", [2, 1])
def test_the_low_grades_offer_every_reason_of_the_list_and_own_words(grade: int) -> None:
    low, _ = walk(HERE, Pressed(f"grade.{grade}"))
    shown = [n.id.removeprefix("reason.") for n in view(low, DESK).nodes if n.id.startswith("reason.")]
    assert shown == LISTED
    assert len(shown) >= 5
    assert rated(state=low) == [Rate("s1", grade)]
    assert rated(Pressed("reason.slow"), Pressed("reason.guide"), *write(" 太久 "), state=low) == [
        Rate("s1", grade, ("slow", "guide"), "太久")
    ]


def test_another_low_grade_keeps_what_was_said_and_a_reason_can_be_taken_off() -> None:
    plan = (Pressed("grade.2"), Pressed("reason.slow"), Pressed("reason.hard"), *write("太久"), Pressed("grade.1"))
    assert rated(*plan, Pressed("reason.slow")) == [Rate("s1", 1, ("hard",), "太久")]


def test_a_reason_that_is_not_on_the_list_is_none() -> None:
    assert rated(Pressed("grade.1"), Pressed("reason.110102194203155128")) == [Rate("s1", 1)]


def test_any_words_are_made_plain_and_cut() -> None:
    (rate,) = rated(Pressed("grade.1"), *write("坏\x00\u202e" * 10_000))
    assert isinstance(rate, Rate)
    assert rate.words == "坏" * MOST_CHAT
    assert "坏" not in repr(rate)


def test_own_words_are_private_and_the_back_key_keeps_them() -> None:
    writing, _ = walk(HERE, Pressed("grade.1"), Pressed("rating.write"), Edited("rating.words", "太久"))
    field = view(writing, DESK).node("rating.words")
    assert field is not None
    assert field.privacy is Privacy.PRIVATE
    back, _ = walk(writing, KeyPressed("back"))
    assert back.place == Rating(1, (), "太久")
    assert isinstance(walk(back, KeyPressed("back"))[0].place, Outcome)


def test_a_case_is_rated_once() -> None:
    assert rated(Pressed("grade.5"), Pressed("actions.rate")) == [Rate("s1", 5)]
    again = replace(HERE, visit=replace(KNOWN, case=replace(DONE, rated=True)))
    assert rated(Pressed("grade.1"), state=again) == []
    ended, _ = walk(replace(again, place=Outcome()), Pressed("actions.rate"))
    assert isinstance(ended.place, Farewell)


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.DELETED, Verdict.UNSURE])
def test_what_was_not_handed_in_is_not_rated(verdict: Verdict) -> None:
    case = replace(PENDING, verdict=verdict)
    ended, _ = walk(replace(HERE, place=Outcome(), visit=replace(KNOWN, case=case)), Pressed("actions.rate"))
    assert isinstance(ended.place, Farewell)


def test_a_case_that_waits_for_the_network_is_rated_too() -> None:
    there, _ = walk(replace(HERE, place=Outcome(), visit=replace(KNOWN, case=PENDING)), Pressed("actions.rate"))
    assert isinstance(there.place, Rating)
