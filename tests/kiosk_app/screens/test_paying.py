"""What the pages of a payment say: the amount for eye and ear, what is safe, and the number to ask about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app import money
from kiosk_app.lab.samples import BILL, desk, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Outcome, Paying, Payment, PayStage, Receipt, State
from ui.view import Action, Privacy, Role, ScreenView, Slot

ALL = {name: state for name, state in pages().items() if name.startswith("pay-") and name != "pay-review"}
CODES = [name for name, state in ALL.items() if getattr(state.place, "stage", None) is PayStage.WAITING]
UNSURE = ["pay-unsure", "pay-unsure-no-paper"]
MONEY = [n for n, s in ALL.items() if s.visit.payment or (s.visit.case and s.visit.case.payment)]


def page(name: str, lang: str = "zh", state: State | None = None) -> ScreenView:
    state = state or ALL[name]
    return view(replace(state, prefs=replace(state.prefs, lang=lang)), desk())


def bill(name: str) -> Payment:
    return ALL[name].visit.payment or BILL


def words(shown: ScreenView) -> str:
    return " ".join([shown.title, shown.lead, *(f"{n.text} {n.note} {n.value}" for n in shown.nodes)])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ALL)
def test_every_sentence_that_is_said_stands_on_the_page(name: str, lang: str) -> None:
    shown = page(name, lang)
    stands = words(shown)
    # The amount is the one thing that is said in words and stands in figures.
    fen = bill(name).fen
    said = [s.replace(money.spoken(fen, lang), money.shown(fen, lang)) for s in shown.intro]
    assert [s for s in said if s not in stands] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", CODES)
def test_the_amount_is_shown_in_figures_and_said_in_words(name: str, lang: str) -> None:
    shown, asked = page(name, lang), bill(name)
    assert money.shown(asked.fen, lang) in shown.title
    assert money.spoken(asked.fen, lang) in shown.intro[0]
    assert asked.payee[lang] in shown.lead
    assert asked.subject[lang] in shown.lead


@pytest.mark.parametrize(
    ("fen", "lang", "figures", "spoken"),
    [
        (8_640, "zh", "86.40 元", "八十六元四角"),
        (8_640, "en", "86.40 yuan", "eighty-six yuan and forty fen"),
        (20_000, "zh", "200.00 元", "两百元"),
        (120_005, "zh", "1,200.05 元", "一千两百元零五分"),
    ],
)
def test_amounts_for_eye_and_ear(fen: int, lang: str, figures: str, spoken: str) -> None:
    assert (money.shown(fen, lang), money.spoken(fen, lang)) == (figures, spoken)


@pytest.mark.parametrize("name", CODES)
def test_who_hears_is_told_that_a_phone_is_needed_and_the_way_without_one(name: str) -> None:
    shown = page(name)
    no_phone = next(n.text for n in shown.nodes if n.id == "pay.no_phone")
    assert no_phone in shown.intro
    assert desk().service(ALL[name].visit.service).window.of("zh") in no_phone
    assert any("手机" in sentence for sentence in shown.intro)


@pytest.mark.parametrize("name", CODES)
def test_the_code_is_told_apart_from_the_words_and_never_read_out(name: str) -> None:
    shown = page(name)
    code = shown.node("pay.code")
    assert code is not None
    assert (code.role, code.value) == (Role.CODE, bill(name).code)
    assert not [s for s in shown.intro if BILL.code in s]


def test_whose_bill_it_is_is_private_and_masked() -> None:
    holder = page("pay-code").node("pay.holder")
    assert holder is not None
    assert holder.privacy is Privacy.PRIVATE
    assert "*" in holder.value
    assert not [s for s in page("pay-code").intro if holder.value in s]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", MONEY)
def test_a_demonstration_says_on_every_page_about_money_that_none_moves(name: str, lang: str) -> None:
    state = ALL[name]
    if isinstance(state.place, Receipt) or (isinstance(state.place, Paying) and state.place.stage is PayStage.CLOSING):
        return
    marked = page(name, lang).node("pay.simulated")
    real = name == "pay-code-real"
    assert (marked is None) is real


@pytest.mark.parametrize("name", ALL)
def test_nothing_simulated_is_said_of_real_money(name: str) -> None:
    state = ALL[name]
    visit = state.visit
    payment = replace(BILL, simulated=False, state=visit.payment.state if visit.payment else "paid")
    case = None if visit.case is None else replace(visit.case, payment=visit.case.payment and payment)
    real = replace(state, visit=replace(visit, payment=visit.payment and payment, case=case))
    assert "演示" not in words(page(name, state=real))


@pytest.mark.parametrize("name", ALL)
def test_three_keys_a_row_are_the_most_and_somebody_helps(name: str) -> None:
    for lang in ("zh", "en"):
        shown = page(name, lang)
        assert len([n for n in shown.nodes if n.slot is Slot.ACTIONS]) <= 3
        assert "dock.help" in {n.id for n in shown.nodes if Action.PRESS in n.actions and n.enabled}


@pytest.mark.parametrize("name", [*UNSURE, "pay-not-paid", "pay-expired", "pay-refused"])
def test_whoever_may_have_been_charged_gets_the_number_to_ask_about(name: str) -> None:
    for lang in ("zh", "en"):
        assert BILL.number in words(page(name, lang))


@pytest.mark.parametrize("name", [n for n, s in ALL.items() if isinstance(s.place, Outcome | Receipt)])
def test_after_the_money_no_page_offers_to_pay_again(name: str) -> None:
    assert page(name).node("actions.pay") is None


@pytest.mark.parametrize("name", UNSURE)
def test_what_is_unsure_is_called_neither_paid_nor_unpaid(name: str) -> None:
    shown = page(name)
    for wrong in ("已付", "钱已收到", "没有付款", "没有扣"):
        assert wrong not in words(shown)
