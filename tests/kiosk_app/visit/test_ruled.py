"""A case that rules decided: the page, the paper and the ear say why, and what to do now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk_app.documents import ReceiptKind, read_aloud, text_of
from kiosk_app.lab.samples import CERTIFIED, INSURED, ONLINE, RECEIPT, RULED_OUT, WITH_OFFICER, desk
from kiosk_app.receipts import receipt_of
from kiosk_app.screens import view
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import Effect, Log, Print, PrintCertificate
from kiosk_app.visit.events import Accepted, Pressed, PrintEnded
from kiosk_app.visit.ruling import ruling_of
from kiosk_app.visit.state import Case, Outcome, Rating, Submitting, Verdict
from kiosk_app.words import say
from ui.view import Role, Tone

DESK = desk()
SAVED = Case("s1", "L1", Verdict.SAVED)
SUBMITTING = replace(ONLINE, place=Submitting(saved=True), visit=replace(INSURED, case=SAVED))
ADVICE = ("where", "bring", "by", "call")


def accepted(receipt: dict[str, Any], lang: str = "zh") -> tuple[State, tuple[Effect, ...]]:
    start = replace(SUBMITTING, prefs=replace(SUBMITTING.prefs, lang=lang))
    return step(start, Accepted("s1", receipt), DESK)


def values(state: State) -> dict[str, str]:
    """What the page shows: the facts by id, notices by their text."""
    return {n.id: n.value or n.text for n in view(state, DESK).nodes if n.role in {Role.FACT, Role.NOTICE}}


def paper(state: State) -> str:
    model = receipt_of(state, DESK)
    assert model is not None
    return "\n".join(text_of(model))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_is_refused_reads_why_where_with_what_until_when_whom_to_call_and_the_rule(lang: str) -> None:
    state, _ = accepted(RULED_OUT, lang)
    said, shown = RULED_OUT["decision"], values(state)
    assert isinstance(state.place, Outcome)
    assert shown["outcome.reason"] == said["words"][lang]
    assert shown["outcome.where"] == said["where"][lang]
    assert shown["outcome.bring"] == said["bring"][lang]
    assert shown["outcome.by"] == {"zh": "12月22日 以前", "en": "By 22 December"}[lang]
    assert "66007070" in shown["outcome.call"]
    assert shown["outcome.rule"] == "SB01-1"
    assert shown["outcome.number"] == RECEIPT["number"]


def test_nothing_on_the_page_of_a_refusal_looks_like_success() -> None:
    state, effects = accepted(RULED_OUT)
    page = view(state, DESK)
    assert (page.title, page.tone) == (say("zh", "outcome.ruled"), Tone.WAIT)
    assert page.intro[:2] == (page.title, RULED_OUT["decision"]["words"]["zh"])
    assert not [effect for effect in effects if isinstance(effect, PrintCertificate)]
    assert "outcome.due" not in values(state)


def test_a_refusal_without_a_deadline_is_open_at_any_time() -> None:
    state, _ = accepted({**RULED_OUT, "decision": {**RULED_OUT["decision"], "by": None}})
    assert values(state)["outcome.by"] == say("zh", "outcome.by_any")
    assert "随时都可以" in paper(state)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_of_a_refusal_says_all_of_it_and_promises_nothing(lang: str) -> None:
    state, effects = accepted(RULED_OUT, lang)
    said, model = RULED_OUT["decision"], receipt_of(state, DESK)
    assert [effect for effect in effects if isinstance(effect, Print)]
    assert model is not None
    assert (model.kind, model.due, model.next, model.title) == (ReceiptKind.REFUSED, None, (), "")
    printed = paper(state).replace("\n", "")
    for words in (said["words"], said["where"], said["bring"]):
        assert words[lang] in printed
    assert {"zh": "2026年12月22日以前", "en": "by 22 December 2026"}[lang] in printed
    assert "SB01-1" in printed
    package = DESK.catalogue.package("SB01")
    assert package is not None
    assert package["receipt"]["pickup"][lang] not in printed
    heard = " ".join(read_aloud(model))
    assert all(words[lang].rstrip("。.") in heard for words in (said["words"], said["where"], said["bring"]))


def test_a_refused_case_can_be_rated_printed_again_and_heard() -> None:
    state, _ = accepted(RULED_OUT)
    state, _ = step(state, PrintEnded("s1.0", "printed", ""), DESK)
    active = {node.id for node in view(state, DESK).nodes if node.actions}
    assert {"print.again", "actions.listen", "actions.rate", "actions.again"} <= active
    rated, _ = step(state, Pressed("actions.rate"), DESK)
    assert isinstance(rated.place, Rating)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_officer_s_case_is_accepted_with_a_day_and_the_reason_and_without_a_certificate(lang: str) -> None:
    state, effects = accepted(WITH_OFFICER, lang)
    shown = values(state)
    assert view(state, DESK).title == say(lang, "outcome.accepted")
    assert shown["outcome.reason"] == WITH_OFFICER["decision"]["words"][lang]
    assert shown["outcome.rule"] == "SB01-0"
    due = view(state, DESK).node("outcome.due")
    service = DESK.service("SB01")
    assert due is not None
    assert service is not None
    assert due.note != service.limit.text.of(lang), "it is not done on the spot"
    assert not any(f"outcome.{name}" in shown for name in ADVICE)
    assert not [effect for effect in effects if isinstance(effect, PrintCertificate)]
    model = receipt_of(state, DESK)
    assert model is not None
    assert (model.kind, model.next, model.due) == (ReceiptKind.ACCEPTED, (), date(2026, 11, 25))
    assert WITH_OFFICER["decision"]["words"][lang] in paper(state).replace("\n", "")


def test_who_is_granted_reads_the_rule_too() -> None:
    state, effects = accepted(CERTIFIED)
    shown = values(state)
    assert (shown["outcome.rule"], shown["outcome.reason"]) == ("SB01-2", CERTIFIED["decision"]["words"]["zh"])
    assert [effect for effect in effects if isinstance(effect, PrintCertificate)]
    assert "SB01-2" in paper(state)


def test_the_rule_and_its_outcome_are_logged_and_nothing_of_the_words() -> None:
    _, effects = accepted(RULED_OUT)
    logs = {effect.event: effect.fields for effect in effects if isinstance(effect, Log)}
    assert logs["ruled"] == {"rule": "SB01-1", "outcome": "refused"}
    assert "没有缴费" not in repr(logs)


@pytest.mark.parametrize(
    "decision",
    [None, "no", {}, {"rule": "SB01-1"}, {"rule": "SB01-1", "outcome": "refused", "words": {}, "by": "tomorrow"}],
)
def test_a_decision_that_cannot_be_read_is_none(decision: object) -> None:
    assert ruling_of({**RECEIPT, "decision": decision}) is None
    assert ruling_of(None) is None
