"""Paying: a code is paid at most once, nothing unsure is called sure, and everything that is paid is handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.lab.samples import BILL, OFFLINE, ONLINE, PAYER, RECEIPT, pages
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.effects import (
    AskPayment,
    CancelTimer,
    ClosePayment,
    DeletePending,
    Deliver,
    LeavePayment,
    Log,
    OpenPayment,
    Print,
    StartTimer,
    Submit,
    Wipe,
)
from kiosk_app.visit.events import (
    Accepted,
    Event,
    Halted,
    PaymentMissing,
    PaymentRefused,
    PaymentTold,
    Pressed,
    PrintEnded,
    Rejected,
    Saved,
    SaveFailed,
    TimerFired,
)
from kiosk_app.visit.paying import AGAIN_S, CLOSING_SECONDS, POLL_S
from kiosk_app.visit.state import (
    Attract,
    Farewell,
    Form,
    Guide,
    Home,
    IdleWarning,
    Outcome,
    Paying,
    PayStage,
    PrintState,
    Review,
    Submitting,
    Timer,
    Verdict,
    World,
)
from tests.kiosk_app.visit.walks import DESK, later, only, walk

REVIEW = replace(ONLINE, place=Review(), visit=PAYER)
FIRST = REVIEW.page + 1
"""The first opening of a payment; the page that it leads to names it."""
MADE = PaymentTold(BILL, FIRST)
PAID = PaymentTold(replace(BILL, state="paid", code=""), FIRST)
CLOSED = PaymentTold(replace(BILL, state="closed", code=""), FIRST)
LOOK = TimerFired(Timer.PAY)
NO_PAPER = World(online=True)


def told(**changes: Any) -> PaymentTold:
    return PaymentTold(replace(BILL, **changes), FIRST)


def shown(state: State = REVIEW) -> State:
    """The code is on the page."""
    after, _ = walk(state, Pressed("actions.submit"), MADE)
    assert after.place == Paying(PayStage.WAITING)
    return after


def closing() -> State:
    after, _ = walk(shown(), Pressed("actions.back"))
    assert isinstance(after.place, Paying)
    return after


def unsure() -> State:
    """The resident would not wait any longer to hear that the code is closed."""
    after, _ = walk(closing(), TimerFired(Timer.SLOW), Pressed("actions.leave"))
    assert after.visit.case is not None
    return after


def stage(state: State) -> PayStage:
    assert isinstance(state.place, Paying)
    return state.place.stage


def said(state: State, desk: Any = DESK) -> str:
    page = view(state, desk)
    return " ".join([page.title, page.lead, *(f"{n.text} {n.value} {n.note}" for n in page.nodes)])


# The code


def test_nothing_is_sent_before_it_is_paid() -> None:
    after, effects = walk(REVIEW, Pressed("actions.submit"))
    assert after.place == Paying(PayStage.OPENING)
    assert not only(effects, Submit)
    (opened,) = only(effects, OpenPayment)
    assert isinstance(opened, OpenPayment)
    assert opened.body["service"] == "SH01"
    assert opened.body["answers"] == {"accountNo": "1000000008"}
    assert not {"fen", "price", "payment"} & set(opened.body)


def test_what_it_costs_is_what_the_platform_says() -> None:
    after, effects = walk(REVIEW, Pressed("actions.submit"), MADE)
    assert after.visit.payment == BILL
    assert Log("payment_offered", {"order": BILL.number, "fen": 8640}) in effects
    assert StartTimer(Timer.PAY, POLL_S) in effects
    page = view(after, DESK)
    assert "86.40" in page.title
    code = page.node("pay.code")
    assert code is not None
    assert code.value == BILL.code


def test_without_a_code_the_page_waits_and_can_be_left() -> None:
    waiting, effects = walk(REVIEW, Pressed("actions.submit"), told(state="created", code=""))
    assert stage(waiting) is PayStage.OPENING
    assert {StartTimer(Timer.IDLE, 180.0), StartTimer(Timer.PAY, POLL_S)} <= set(only(effects, StartTimer))
    _, effects = walk(waiting, LOOK)
    assert only(effects, AskPayment) == [AskPayment()]
    back, effects = walk(waiting, Pressed("actions.back"))
    assert back.place == Review(notice="pay_closed")
    assert only(effects, LeavePayment) == [LeavePayment()]
    assert back.visit.payment is None
    assert back.visit.answers == PAYER.answers


def test_what_comes_for_a_code_that_was_given_up_is_not_taken_for_the_next_one() -> None:
    waiting, effects = walk(REVIEW, Pressed("actions.submit"), Pressed("actions.back"), Pressed("actions.submit"))
    assert len({opened.attempt for opened in only(effects, OpenPayment) if isinstance(opened, OpenPayment)}) == 2
    for late in (MADE, PAID, CLOSED, PaymentMissing("busy", FIRST), PaymentRefused("bill-paid", "accountNo", FIRST)):
        after, effects = walk(waiting, late)
        assert after == waiting
        assert {type(effect) for effect in effects} == {Log}
    after, _ = walk(waiting, replace(MADE, attempt=waiting.visit.attempt))
    assert after.place == Paying(PayStage.WAITING)


def test_after_three_seconds_without_an_answer_the_page_says_that_it_is_slow() -> None:
    slow, _ = walk(REVIEW, Pressed("actions.submit"), TimerFired(Timer.SLOW))
    assert slow.place == Paying(PayStage.OPENING, slow=True)
    assert "没有扣钱" in said(slow)
    after, _ = walk(slow, MADE)
    assert after.place == Paying(PayStage.WAITING)


@pytest.mark.parametrize("why", ["offline", "busy", "store"])
def test_no_answer_before_the_code_leads_back_and_nothing_was_taken(why: str) -> None:
    after, effects = walk(REVIEW, Pressed("actions.submit"), PaymentMissing(why, FIRST))
    assert after.place == Review(notice=f"pay_{why}")
    assert "没有扣钱" in said(after)
    assert only(effects, LeavePayment) == [LeavePayment()]


@pytest.mark.parametrize(
    ("why", "word"),
    [
        ("bill-unknown", "没有查到"),
        ("bill-paid", "没有要交的钱"),
        ("payment-unavailable", "不能付款"),
        ("too-many", "付款太多"),
        ("invalid-request", "没有开始付款"),
    ],
)
def test_a_refusal_is_said_where_the_answer_to_blame_stands(why: str, word: str) -> None:
    field, effects = walk(REVIEW, Pressed("actions.submit"), PaymentRefused(why, "accountNo", FIRST))
    assert isinstance(field.place, Form)
    assert (field.place.current, only(effects, LeavePayment)) == ("accountNo", [LeavePayment()])
    assert word in field.place.problem
    page, _ = walk(REVIEW, Pressed("actions.submit"), PaymentRefused(why, "nothing.known", FIRST))
    assert isinstance(page.place, Review)
    assert word in said(page)
    assert Log("service_refused", {"service": "SH01", "why": why}) in effects


def test_at_its_field_a_refusal_is_said_in_the_words_of_the_package() -> None:
    words = DESK.form("SH01").text("field.accountNo.error.bill-unknown", "zh")
    field, _ = walk(REVIEW, Pressed("actions.submit"), PaymentRefused("bill-unknown", "accountNo", FIRST))
    page, _ = walk(REVIEW, Pressed("actions.submit"), PaymentRefused("bill-unknown", attempt=FIRST))
    assert isinstance(field.place, Form)
    assert field.place.problem == words
    assert words not in said(page)


def test_off_line_no_payment_is_begun() -> None:
    after, effects = walk(replace(OFFLINE, place=Review(), visit=PAYER), Pressed("actions.submit"))
    assert isinstance(after.place, Review)
    assert not only(effects, OpenPayment)


# Waiting


def test_every_look_asks_and_leads_to_another() -> None:
    state = shown()
    for _ in range(3):
        state, effects = walk(state, LOOK)
        assert only(effects, AskPayment) == [AskPayment()]
        state, effects = walk(state, MADE)
        assert StartTimer(Timer.PAY, POLL_S) in effects
    assert stage(state) is PayStage.WAITING


def test_how_long_the_code_is_good_counts_down() -> None:
    state = shown()
    assert "4 分 30 秒" in said(state)
    assert "0 分 09 秒" in said(state, later(261))
    assert "0 分 00 秒" in said(state, later(999))


def test_a_refusal_of_the_bank_is_said_and_the_code_stays() -> None:
    after, _ = walk(shown(), LOOK, told(declined=1))
    assert stage(after) is PayStage.WAITING
    assert "没有扣钱" in said(after)
    assert (node := view(after, DESK).node("pay.code")) is not None
    assert node.value == BILL.code


@pytest.mark.parametrize(
    "event", [PaymentMissing("offline", FIRST), PaymentMissing("busy", FIRST), told(state="unknown", code="")]
)
def test_while_nobody_answers_the_code_stays_and_no_second_one_can_be_had(event: Event) -> None:
    lost, effects = walk(shown(), LOOK, event)
    assert StartTimer(Timer.PAY, AGAIN_S) in effects
    assert "钱不会丢" in said(lost)
    page = view(lost, DESK)
    assert page.node("actions.pay") is None
    assert (node := page.node("pay.code")) is not None
    assert node.value == BILL.code
    back, _ = walk(lost, LOOK, MADE)
    assert back.place == Paying(PayStage.WAITING)


def test_a_refusal_while_waiting_is_no_end() -> None:
    after, effects = walk(shown(), LOOK, PaymentRefused("payment-unknown", attempt=FIRST))
    assert stage(after) is PayStage.WAITING
    assert StartTimer(Timer.PAY, AGAIN_S) in effects


def test_a_code_that_has_just_run_out_stays_on_the_page_until_the_next_look() -> None:
    after, _ = walk(shown(), told(code=""))
    assert after.visit.payment is not None
    assert after.visit.payment.code == BILL.code


def test_i_have_paid_looks_at_once_and_only_once() -> None:
    after, effects = walk(shown(), Pressed("actions.check"))
    assert only(effects, AskPayment) == [AskPayment()]
    assert (node := view(after, DESK).node("actions.check")) is not None
    assert node.enabled is False
    _, effects = walk(after, Pressed("actions.check"))
    assert not only(effects, AskPayment)
    again, _ = walk(after, MADE, Pressed("actions.check"))
    assert isinstance(again.place, Paying)
    assert again.place.checking


def test_who_is_busy_with_a_phone_is_not_hurried_and_then_warned() -> None:
    state = shown()
    _, effects = walk(state, Pressed("dock.help"))
    assert StartTimer(Timer.IDLE, 180.0) in effects
    warned, _ = walk(state, TimerFired(Timer.IDLE))
    assert isinstance(warned.cover, IdleWarning)
    paid, effects = walk(warned, PAID)
    assert (paid.cover, isinstance(paid.place, Submitting)) == (None, True)
    assert CancelTimer(Timer.TICK) in effects


def test_the_page_beneath_a_cover_goes_on() -> None:
    covered, _ = walk(shown(), Pressed("dock.help"))
    _, effects = walk(covered, LOOK)
    assert only(effects, AskPayment) == [AskPayment()]
    after, effects = walk(covered, PAID)
    assert only(effects, Deliver) == [Deliver()]
    assert isinstance(after.place, Submitting)


# Paid


def test_paid_means_handed_in_and_no_delivery_without() -> None:
    after, effects = walk(shown(), PAID)
    assert isinstance(after.place, Submitting)
    assert only(effects, Deliver) == [Deliver()]
    assert CancelTimer(Timer.PAY) in effects
    assert Log("payment_paid", {"order": BILL.number, "fen": 8640}) in effects
    done, effects = walk(after, Saved("s1", "L1"), Accepted("s1", {**RECEIPT, "state": "done", "due": None}))
    assert isinstance(done.place, Outcome)
    assert done.visit.case is not None
    assert done.visit.case.payment is not None
    assert "86.40" in said(done)
    assert BILL.number in said(done)
    assert only(effects, Print)


@pytest.mark.parametrize("state", ["paid", "delivered"])
def test_paid_at_any_stage_is_delivered_once(state: str) -> None:
    paid = told(state=state, code="")
    for start in (walk(REVIEW, Pressed("actions.submit"))[0], shown(), closing(), unsure()):
        after, effects = walk(start, paid)
        assert only(effects, Deliver) == [Deliver()]
        assert isinstance(after.place, Submitting)
        _, effects = walk(after, paid, LOOK)
        assert not only(effects, Deliver)


def test_what_is_paid_and_saved_but_not_answered_is_called_safe_and_cannot_be_deleted() -> None:
    saved, _ = walk(shown(), PAID, Saved("s1", "L1"))
    after, _ = walk(saved, TimerFired(Timer.ANSWER))
    assert after.visit.case is not None
    assert after.visit.case.verdict is Verdict.CONFIRMING
    assert "请不要重复付" in said(after)
    assert view(after, DESK).node("delete") is None
    _, effects = walk(after, Pressed("delete"))
    assert not only(effects, DeletePending)


def test_a_paid_case_that_is_refused_says_that_the_money_comes_back_and_prints_the_number() -> None:
    after, effects = walk(shown(), PAID, Saved("s1", "L1"), Rejected("s1", "bill-paid"))
    words = said(after)
    assert "原路退回" in words
    assert BILL.number in words
    assert only(effects, Print) == [Print("s1.0", None, 0)]


def test_what_was_printed_before_the_refusal_has_the_number_already() -> None:
    saved, _ = walk(shown(), PAID, Saved("s1", "L1"), TimerFired(Timer.ANSWER), PrintEnded("s1.0", "printed"))
    _, effects = walk(saved, Rejected("s1", "bill-paid"))
    assert not only(effects, Print)


def test_a_refused_case_without_money_is_not_printed() -> None:
    unpaid = replace(REVIEW, place=Submitting(), visit=replace(PAYER, payment=None))
    _, effects = walk(unpaid, Saved("s1", "L1"), Rejected("s1", "data-invalid"))
    assert not only(effects, Print)


def test_a_paid_case_that_cannot_be_saved_is_unsure_and_nobody_pays_again() -> None:
    after, effects = walk(shown(), PAID, SaveFailed("full"))
    case = after.visit.case
    assert case is not None
    assert (case.verdict, case.number) == (Verdict.UNSURE, BILL.number)
    assert Log("payment_unknown", {"order": BILL.number}) in effects
    page = view(after, DESK)
    assert page.node("actions.pay") is None
    assert "钱已收到" in page.title
    assert "请不要重复付" in said(after)


def test_the_case_of_another_payment_carries_none() -> None:
    after, _ = walk(shown(), PAID, Saved("s2", "L1"))
    assert after.visit.case is not None
    assert after.visit.case.payment is None


# Not paid


@pytest.mark.parametrize(("start", "word"), [(closing(), "没有扣您的钱"), (shown(), "过了时间")])
def test_closed_is_said_kindly_with_the_way_on(start: State, word: str) -> None:
    at = later(30)
    after, effects = walk(start, CLOSED, at=at)
    assert stage(after) is PayStage.NOT_PAID
    assert word in said(after, at)
    assert BILL.number in said(after, at)
    assert Log("payment_ended", {"order": BILL.number, "outcome": "closed"}) in effects
    assert {CancelTimer(Timer.PAY), CancelTimer(Timer.SLOW)} <= set(only(effects, CancelTimer))
    again, effects = walk(after, Pressed("actions.pay"))
    assert again.place == Paying(PayStage.OPENING)
    assert again.visit.payment is None
    assert len(only(effects, OpenPayment)) == 1
    back, _ = walk(after, Pressed("actions.back"))
    assert back.place == Review()


@pytest.mark.parametrize("state", ["refunding", "refunded"])
def test_another_amount_goes_back(state: str) -> None:
    after, _ = walk(shown(), told(state=state, code=""))
    assert isinstance(after.place, Paying)
    assert after.place.why == "returned"
    assert "原路退回" in said(after)


def test_a_code_that_ran_out_is_closed_before_anything_else() -> None:
    at = later(271)
    after, effects = walk(shown(), LOOK, at=at)
    assert isinstance(after.place, Paying)
    assert (after.place.stage, after.place.why) == (PayStage.CLOSING, "expired")
    assert only(effects, ClosePayment) == [ClosePayment()]
    assert not only(effects, AskPayment)
    over, _ = walk(after, CLOSED, at=at)
    assert "过了时间" in said(over, at)


def test_back_closes_first_and_believes_nothing_until_it_is_closed() -> None:
    state = shown()
    state, effects = walk(state, Pressed("actions.back"))
    assert stage(state) is PayStage.CLOSING
    assert only(effects, ClosePayment) == [ClosePayment()]
    for event in (
        MADE,
        told(state="unknown", code=""),
        PaymentMissing("offline", FIRST),
        PaymentRefused("internal", attempt=FIRST),
    ):
        state, effects = walk(state, event)
        assert stage(state) is PayStage.CLOSING
        assert StartTimer(Timer.PAY, AGAIN_S) in effects
        state, effects = walk(state, LOOK)
        assert only(effects, ClosePayment) == [ClosePayment()]
    assert not view(state, DESK).node("actions.pay")
    over, _ = walk(state, CLOSED)
    assert stage(over) is PayStage.NOT_PAID


def test_nobody_waits_for_the_closing_longer_than_they_like() -> None:
    state, _ = walk(closing(), Pressed("actions.leave"))
    assert stage(state) is PayStage.CLOSING, "not before three seconds"
    slow, _ = walk(state, TimerFired(Timer.SLOW))
    after, effects = walk(slow, Pressed("actions.leave"))
    assert isinstance(after.place, Outcome)
    assert StartTimer(Timer.PAY, AGAIN_S) in effects
    assert Log("payment_unknown", {"order": BILL.number}) in effects
    (printed,) = only(effects, Print)
    assert isinstance(printed, Print)
    assert printed.job == f"{BILL.number}.0"


def test_after_twenty_seconds_the_page_goes_on_by_itself() -> None:
    state = closing()
    still, effects = walk(state, LOOK, at=later(CLOSING_SECONDS - 1))
    assert stage(still) is PayStage.CLOSING
    after, effects = walk(state, LOOK, at=later(CLOSING_SECONDS))
    assert isinstance(after.place, Outcome)
    assert not only(effects, ClosePayment)


# Unsure


def test_what_nobody_knows_gives_the_number_and_no_second_code() -> None:
    words = said(unsure())
    assert BILL.number in words
    assert "66007070" in words
    assert "请不要重复付" in words
    assert view(unsure(), DESK).node("actions.pay") is None


def test_it_is_asked_on_while_the_page_stands_there() -> None:
    state = unsure()
    for event in (PaymentMissing("offline", FIRST), told(state="unknown", code=""), MADE):
        state, effects = walk(state, LOOK)
        assert only(effects, AskPayment) == [AskPayment()]
        state, effects = walk(state, event)
        assert StartTimer(Timer.PAY, AGAIN_S) in effects
    assert state.visit.case is not None
    assert state.visit.case.verdict is Verdict.UNSURE


def test_it_turns_out_not_to_be_paid() -> None:
    after, _ = walk(unsure(), CLOSED)
    assert stage(after) is PayStage.NOT_PAID
    assert after.visit.case is None
    again, effects = walk(after, Pressed("actions.pay"))
    assert len(only(effects, OpenPayment)) == 1
    assert again.place == Paying(PayStage.OPENING)


def test_it_turns_out_to_be_paid_while_its_slip_is_printing() -> None:
    printing = unsure()
    assert printing.visit.case is not None
    assert printing.visit.case.print is PrintState.PRINTING
    paid, effects = walk(printing, PAID)
    assert only(effects, Deliver) == [Deliver()]
    after, _ = walk(paid, PrintEnded(f"{BILL.number}.0", "printed"), Saved("s1", "L1"), Accepted("s1", RECEIPT))
    assert after.visit.case is not None
    assert (after.visit.case.number, after.visit.case.print) == (RECEIPT["number"], PrintState.PRINTING)


def test_another_service_leaves_the_unsure_one_to_be_settled_behind_the_screen() -> None:
    after, effects = walk(unsure(), Pressed("actions.again"))
    assert isinstance(after.place, Home)
    assert only(effects, LeavePayment) == [LeavePayment()]
    assert CancelTimer(Timer.PAY) in effects
    assert after.visit.payment is None
    still, effects = walk(after, LOOK, PAID, MADE)
    assert (still.place, only(effects, Deliver)) == (after.place, [])


def test_an_unsure_payment_is_not_graded() -> None:
    after, _ = walk(unsure(), Pressed("actions.rate"))
    assert isinstance(after.place, Farewell)


def test_what_another_visit_paid_is_nobodys_business() -> None:
    for state in (replace(ONLINE, place=Home()), replace(ONLINE, place=Guide(), visit=PAYER), ONLINE):
        after, effects = walk(
            state, PAID, CLOSED, PaymentMissing("busy", FIRST), PaymentRefused("bill-paid", "accountNo", FIRST)
        )
        assert after == state
        assert {type(effect) for effect in effects} == {Log}


# The end


@pytest.mark.parametrize("name", [n for n in pages() if n.startswith("pay-") and n != "pay-review"])
def test_who_walks_away_leaves_nothing_on_the_page(name: str) -> None:
    state = pages()[name]
    if isinstance(state.place, Submitting):
        return
    after, effects = walk(state, TimerFired(Timer.IDLE), *[TimerFired(Timer.TICK)] * 31)
    assert isinstance(after.place, Farewell)
    assert after.visit.payment is None
    assert only(effects, Wipe)
    assert CancelTimer(Timer.PAY) in effects


def test_a_halt_ends_it_too() -> None:
    after, effects = walk(shown(), Halted("store"))
    assert after.visit.payment is None
    assert only(effects, Wipe)


def test_a_payment_keeps_its_code_and_its_holder_to_itself() -> None:
    for secret in (BILL.code, BILL.holder):
        assert secret not in repr(shown())
        assert secret not in repr(MADE)
    _, effects = walk(REVIEW, Pressed("actions.submit"))
    assert "1000000008" not in repr(effects)


# Whatever happens

HAPPENINGS = st.one_of(
    st.sampled_from(
        [
            MADE,
            PAID,
            CLOSED,
            told(state="created", code=""),
            told(state="unknown", code=""),
            told(state="refunding", code=""),
            told(declined=2),
            PaymentMissing("offline", FIRST),
            PaymentMissing("store", FIRST),
            PaymentRefused("bill-paid", "accountNo", FIRST),
            PaymentRefused("payment-unknown", attempt=FIRST),
            LOOK,
            TimerFired(Timer.SLOW),
            TimerFired(Timer.ANSWER),
            TimerFired(Timer.IDLE),
            TimerFired(Timer.TICK),
            Saved("s1", "L1"),
            SaveFailed("full"),
            Accepted("s1", RECEIPT),
            Rejected("s1", "payment-returned"),
            PrintEnded(f"{BILL.number}.0", "printed"),
        ]
    ),
    st.integers(0, 20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HAPPENINGS, max_size=40), st.sampled_from([ONLINE, replace(ONLINE, world=NO_PAPER)]))
def test_a_second_code_is_made_only_when_the_first_is_surely_gone(plan: list[Event | int], site: State) -> None:
    """Gone means: closed or going back, as the platform said; given up before anybody saw it; or left to be closed."""
    state = replace(site, place=Review(), visit=PAYER)
    seconds, live, delivered = 0, False, False
    for item in plan:
        seconds += 7
        at = replace(DESK, now=DESK.now + timedelta(seconds=seconds))
        active = [n for n in view(state, at).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        if isinstance(event, PaymentTold | PaymentMissing | PaymentRefused):
            event = replace(event, attempt=state.visit.attempt)
        before = state
        state, effects = walk(state, event, at=at)
        for effect in effects:
            if isinstance(effect, OpenPayment):
                assert not live
                live, delivered = True, False
            if isinstance(effect, LeavePayment | Wipe):
                live = False
            if isinstance(effect, Deliver):
                assert not delivered
                live, delivered = False, True
        if isinstance(event, PaymentTold) and event.payment.state in {"closed", "refunding"} and _hears(before):
            live = False
        if isinstance(event, SaveFailed):
            # Handed back to be tried behind the screen.
            live, delivered = False, False
        if isinstance(state.place, Attract | Farewell):
            assert state.visit.payment is None
            live = False


def _hears(state: State) -> bool:
    case = state.visit.case
    return isinstance(state.place, Paying) or (case is not None and case.verdict is Verdict.UNSURE)


def test_the_look_of_a_page_that_is_over_does_nothing() -> None:
    for state in (REVIEW, walk(shown(), PAID)[0], walk(shown(), CLOSED)[0]):
        _, effects = walk(state, LOOK)
        assert not {type(e) for e in effects} & {AskPayment, ClosePayment, Deliver}
