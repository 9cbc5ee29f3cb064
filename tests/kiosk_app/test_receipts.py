"""Which paper a case gets when money is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.documents import ReceiptKind, ReceiptModel, read_aloud, text_of
from kiosk_app.lab.samples import BILL, desk, pages
from kiosk_app.receipts import receipt_of
from kiosk_app.words import say


def paper(name: str) -> ReceiptModel:
    made = receipt_of(pages()[name], desk())
    assert made is not None
    return made


def test_a_paid_case_gets_a_receipt_with_the_money_on_it() -> None:
    made = paper("pay-done")
    assert (made.paid, made.asked, made.payment) == ("86.40 元", "", BILL.number)
    assert made.kind is ReceiptKind.DONE
    assert made.simulated


@pytest.mark.parametrize("name", ["pay-saved", "pay-confirming"])
def test_a_paid_case_that_nobody_accepted_yet_says_that_the_money_is_safe(name: str) -> None:
    made = paper(name)
    assert (made.kind, made.paid) == (ReceiptKind.PENDING, "86.40 元")
    assert say("zh", "pay.safe") in made.lines


def test_an_unsure_payment_gets_a_slip_with_its_number_and_nobodys_name() -> None:
    made = paper("pay-unsure")
    assert (made.number, made.asked, made.paid) == (BILL.number, "86.40 元", "")
    assert made.lines == (say("zh", "pay.slip_line"),)
    words = "\n".join([*text_of(made), *read_aloud(made)])
    assert BILL.holder not in words
    assert "1000000008" not in words
    assert made.track_url == BILL.track_url


def test_a_paid_case_that_was_refused_gets_a_slip_that_says_the_money_comes_back() -> None:
    made = paper("pay-refused")
    assert (made.kind, made.number, made.paid) == (ReceiptKind.INFO, BILL.number, "86.40 元")
    assert made.lines == (say("zh", "pay.back_line"),)
    assert made.title == say("zh", "pay.back_title")
    assert made.track_url == BILL.track_url


def test_a_refused_case_without_money_gets_no_paper() -> None:
    state = pages()["pay-refused"]
    assert state.visit.case is not None
    unpaid = replace(state.visit.case, payment=None)
    assert receipt_of(replace(state, visit=replace(state.visit, case=unpaid)), desk()) is None


def test_paid_but_not_handed_in_is_called_paid() -> None:
    made = paper("pay-unsaved")
    assert (made.paid, made.asked) == ("86.40 元", "")
    assert made.lines == (say("zh", "pay.safe"),)
