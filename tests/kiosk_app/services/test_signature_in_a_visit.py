"""A signature in a visit: where it leads, what takes it away again, who sees it, and where it goes."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from contracts import GM
from contracts.handwriting import Way
from kiosk_app.lab.samples import ELDER, ONLINE
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.services.ink import read
from kiosk_app.services.values import signed_of
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Effect, Submit, Wipe
from kiosk_app.visit.events import Edited, Event, Pressed
from kiosk_app.visit.state import Case, Form, Review, Submitting, Verdict, Visit
from tests.kiosk_app.services.kinds import GOOD, SERVICE, desk, signed
from ui.view import Node, Role, ScreenView

DESK = desk(signed())
NEXT = Pressed("actions.next")
DRAWN = "100,100 300,100 300,300;500,200 700,200"
PIECE = "300,100"
"""A point of it."""


def asking(lang: str = "zh", **visit: object) -> State:
    """Everything is answered but the signature."""
    here = Visit(service=SERVICE, started=True, answers=GOOD, person=ELDER)
    return replace(ONLINE, prefs=replace(ONLINE.prefs, lang=lang), place=Form("sign"), visit=replace(here, **visit))  # type: ignore[arg-type]


def walk(state: State, *events: Event) -> tuple[State, list[Effect]]:
    done: list[Effect] = []
    for event in events:
        state, effects = step(state, event, DESK)
        done += effects
    return state, done


def at_review(text: str = DRAWN, lang: str = "zh") -> State:
    state, _ = walk(asking(lang), Edited("form.sign", text), NEXT)
    assert isinstance(state.place, Review)
    return state


def page(state: State) -> ScreenView:
    return view(state, DESK)


def node(state: State, name: str) -> Node:
    found = page(state).node(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        (DRAWN, "zh", "手写签名"),
        (DRAWN, "en", "Signed by hand"),
        ("confirmed", "zh", "已确认，作为签名"),
        ("confirmed", "en", "Confirmed as signature"),
    ],
)
def test_the_review_says_how_it_was_signed_and_shows_what_was_drawn(text: str, lang: str, words: str) -> None:
    row = node(at_review(text, lang), "review.sign")
    assert (row.value, row.spoken) == (words, words)
    assert len(read(row.ink)) == (2 if text == DRAWN else 0)


def test_the_question_offers_both_ways() -> None:
    field = next(n for n in page(asking()).nodes if n.role is Role.FIELD)
    assert (field.panel, [option.text for option in field.options]) == ("signature", ["我确认，作为签名"])


def test_a_second_stroke_is_drawn_beside_the_first() -> None:
    one, _ = walk(asking(), Edited("form.sign", "100,100 300,200"))
    field = node(one, "form.sign")
    two, _ = walk(one, Edited("form.sign", f"{field.ink};500,100 500,300"))
    assert read(node(two, "form.sign").ink)[0] == read(field.ink)[0]
    assert len(read(node(two, "form.sign").ink)) == 2
    cleared, _ = walk(two, Edited("form.sign", ""))
    assert (node(cleared, "form.sign").ink, node(cleared, "form.sign").value) == ("", "")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "内容改过了，请您再签一次。"), ("en", "Your answers have changed. Please sign again.")]
)
@pytest.mark.parametrize("text", [DRAWN, "confirmed"])
def test_a_change_on_the_review_takes_it_away_and_asks_again_in_words(text: str, lang: str, words: str) -> None:
    state, _ = walk(at_review(text, lang), Pressed("review.plate"), Edited("form.plate", "京A12346"), NEXT)
    assert state.place == Form("sign")
    assert PIECE not in str(asdict(page(state)))
    assert page(state).intro == (words,)
    assert (node(state, "question.problem").text, node(state, "form.sign").hint) == (words, words)
    elsewhere, _ = walk(state, Pressed("form.year"))
    assert page(elsewhere).node("form.sign") is None
    stays, _ = walk(state, NEXT)
    assert isinstance(stays.place, Form)
    again, _ = walk(state, Edited("form.sign", text), NEXT)
    assert isinstance(again.place, Review)


def test_a_change_that_is_changed_back_before_going_on_takes_nothing_away() -> None:
    state = at_review()
    after, _ = walk(
        state, Pressed("review.plate"), Edited("form.plate", "京A1"), Edited("form.plate", GOOD["plate"]), NEXT
    )
    assert isinstance(after.place, Review)
    assert after.visit.answers == state.visit.answers


def test_what_was_not_signed_is_not_submitted() -> None:
    state = at_review()
    visit = replace(state.visit, consent=True, answers={**state.visit.answers, "year": "2024"})
    after, effects = walk(replace(state, visit=visit), Pressed("actions.submit"))
    assert after.place == Form("sign")
    assert not [effect for effect in effects if isinstance(effect, Submit)]


@pytest.mark.parametrize("text", [DRAWN, "confirmed"])
def test_it_goes_into_what_is_submitted_and_into_no_representation(text: str) -> None:
    state = at_review(text)
    state = replace(state, visit=replace(state.visit, consent=True))
    after, effects = walk(state, Pressed("actions.submit"))
    assert isinstance(after.place, Submitting)
    [body] = [effect.body for effect in effects if isinstance(effect, Submit)]
    found = signed_of(body["answers"]["sign"])
    assert found is not None
    assert found.way is (Way.DRAWN if text == DRAWN else Way.CONFIRMED)
    whole = body["answers"]["sign"].rpartition(":")[2]
    for text in (repr(state), repr(after), str(effects), repr(page(state)), repr(found)):
        assert whole not in text
        assert PIECE not in text


def test_a_site_of_the_other_suite_signs_with_its_digest() -> None:
    here = replace(DESK, site=replace(DESK.site, suite=GM))
    state, _ = step(asking(), Edited("form.sign", "confirmed"), here)
    assert state.visit.answers["sign"].startswith("sig1:confirmed:sm3:")
    after, _ = step(state, NEXT, here)
    assert isinstance(after.place, Review)


def test_a_helper_sees_nothing_of_it_and_does_not_sign() -> None:
    state = at_review()
    helped = replace(state, visit=replace(state.visit, helped=True))
    assert PIECE not in str(asdict(page(helped)))
    assert node(helped, "review.sign").ink == ""
    back, _ = walk(helped, Pressed("review.sign"))
    assert (node(back, "form.sign").ink, node(back, "form.sign").style) == ("", "drawn")
    for text in (DRAWN, "confirmed"):
        refused, _ = walk(asking(helped=True), Edited("form.sign", text))
        assert refused.visit.answers.get("sign", "") == ""
        assert node(refused, "question.problem").text == "签名要您本人来。请先把机器交还给本人。"
        assert page(refused).page != page(asking(helped=True)).page, "it is said"


@pytest.mark.parametrize("verdict", [Verdict.SAVED, Verdict.ACCEPTED])
@pytest.mark.parametrize(("text", "words"), [(DRAWN, "手写签名"), ("confirmed", "已确认，作为签名")])
def test_the_receipt_says_how_it_was_signed(text: str, words: str, verdict: Verdict) -> None:
    state = at_review(text)
    case = Case(submission="0" * 32, provisional="XC-0042-0001", verdict=verdict)
    model = receipt_of(replace(state, visit=replace(state.visit, case=case)), DESK)
    assert model is not None
    assert f"签名：{words}" in model.lines
    assert "sig1" not in str(model)


def test_it_is_gone_with_the_visit() -> None:
    state, effects = walk(at_review(), Pressed("actions.end"))
    assert any(isinstance(effect, Wipe) for effect in effects)
    assert state.visit.answers == {}
    assert PIECE not in str(asdict(page(state)))
