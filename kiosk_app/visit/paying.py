"""Paying: the platform says what it costs, a phone pays, and only then is the case handed in.

Nobody pays twice: a code is paid at most once, another one is made only when the first is surely closed, and while that
is not sure the page says so and gives the number to ask about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk_app.visit.body import submission_body
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import (
    AskPayment,
    CancelTimer,
    ClosePayment,
    Deliver,
    Effect,
    LeavePayment,
    Log,
    OpenPayment,
    StartTimer,
)
from kiosk_app.visit.ending import unsure
from kiosk_app.visit.events import Event, PaymentMissing, PaymentRefused, PaymentTold
from kiosk_app.visit.flow import PATIENCE_SECONDS, scopes
from kiosk_app.visit.state import (
    Form,
    IdleWarning,
    Outcome,
    Paying,
    Payment,
    PayStage,
    Receipt,
    Review,
    State,
    Submitting,
    Timer,
    Verdict,
)
from kiosk_app.visit.table import Result, on, press
from kiosk_app.words import has, say

POLL_S = 2.0
AGAIN_S = 4.0
"""How often it is asked whether the money came, and how soon again after no answer."""
CLOSING_SECONDS = 20.0
"""How long anybody waits to hear that a code is closed."""
PAID = frozenset({"paid", "delivered"})
UNPAID = frozenset({"created", "pending", "unknown"})


def begin(state: State, desk: Desk) -> Result:
    """Have the code made. Nothing is owed yet."""
    body = submission_body(state, desk)
    opening = state.at(Paying())
    fresh = opening.with_visit(reveal=False, payment=None, case=None, attempt=opening.page)
    return fresh, (OpenPayment(body, opening.page), StartTimer(Timer.SLOW, PATIENCE_SECONDS))


def is_late(state: State, event: Event) -> bool:
    """True for an answer about a payment that the resident has left: its code must not be shown for that of another."""
    return isinstance(event, PaymentTold | PaymentRefused | PaymentMissing) and event.attempt != state.visit.attempt


def tick(state: State, desk: Desk) -> Result:
    """Time to look: has the money come, has the code run out, is it closed by now."""
    place, payment = state.place, state.visit.payment
    match place:
        case Paying(stage=PayStage.OPENING):
            return state, (AskPayment(),)
        case Paying(stage=PayStage.WAITING) if payment is not None:
            if payment.until is not None and desk.now >= payment.until:
                return _closing(state, desk, "expired")
            return state, (AskPayment(),)
        case Paying(stage=PayStage.CLOSING, since=since) if payment is not None:
            if since is not None and desk.now - since >= timedelta(seconds=CLOSING_SECONDS):
                return _give_up_waiting(state, payment, desk)
            return state, (ClosePayment(),)
        case Outcome() | Receipt() if _is_unsure(state):
            return state, (AskPayment(),)
        case _:
            return state, ()


@on(Paying, event=PaymentTold)
def told(state: State, event: PaymentTold, desk: Desk) -> Result:
    """The platform says how it stands."""
    place, payment = state.place, event.payment
    assert isinstance(place, Paying)
    if payment.state in PAID:
        return _deliver(state, payment)
    if payment.state not in UNPAID:
        return _not_paid(state, payment, place)
    match place.stage:
        case PayStage.OPENING if payment.state == "pending":
            shown = state.with_visit(payment=payment).at(Paying(PayStage.WAITING))
            return shown, (
                Log("payment_offered", {"order": payment.number, "fen": payment.fen}),
                CancelTimer(Timer.SLOW),
                StartTimer(Timer.PAY, POLL_S),
            )
        case PayStage.OPENING:
            return state.with_visit(payment=payment), (StartTimer(Timer.PAY, POLL_S),)
        case PayStage.WAITING if payment.state == "pending":
            before = state.visit.payment
            if not payment.code and before is not None:
                # It has just run out: the next look closes it, and until then the page keeps its code.
                payment = replace(payment, code=before.code)
            there = replace(place, lost=False, checking=False)
            return replace(state.with_visit(payment=payment), place=there), (StartTimer(Timer.PAY, POLL_S),)
        case PayStage.WAITING:
            # The provider is not sure of it any more: the code stays, whoever has scanned it may still be paying.
            return replace(state, place=replace(place, lost=True, checking=False)), (StartTimer(Timer.PAY, AGAIN_S),)
        case PayStage.CLOSING:
            return state, (StartTimer(Timer.PAY, AGAIN_S),)
        case PayStage.NOT_PAID:
            return state, ()


@on(Outcome, Receipt, event=PaymentTold)
def told_later(state: State, event: PaymentTold, desk: Desk) -> Result:
    """What nobody knew is known now, while the resident still stands there."""
    if not _is_unsure(state):
        return state, ()
    if event.payment.state in PAID:
        return _deliver(state, event.payment)
    if event.payment.state in UNPAID:
        return state, (StartTimer(Timer.PAY, AGAIN_S),)
    return _not_paid(state.with_visit(case=None), event.payment, Paying(why="closed"))


@on(Paying, event=PaymentMissing)
def missing(state: State, event: PaymentMissing, desk: Desk) -> Result:
    """No answer. A code that nobody has seen is given up; one that is shown stays, and it is asked again."""
    place = state.place
    assert isinstance(place, Paying)
    match place.stage:
        case PayStage.OPENING:
            return _back_to_review(state, f"pay_{event.why}")
        case PayStage.WAITING:
            return replace(state, place=replace(place, lost=True, checking=False)), (StartTimer(Timer.PAY, AGAIN_S),)
        case PayStage.CLOSING:
            return state, (StartTimer(Timer.PAY, AGAIN_S),)
        case PayStage.NOT_PAID:
            return state, ()


@on(Outcome, Receipt, event=PaymentMissing)
def missing_later(state: State, event: PaymentMissing, desk: Desk) -> Result:
    """Still no answer: asked again as long as the page is there."""
    return state, ((StartTimer(Timer.PAY, AGAIN_S),) if _is_unsure(state) else ())


@on(Paying, event=PaymentRefused)
def refused(state: State, event: PaymentRefused, desk: Desk) -> Result:
    """No such payment is begun: said with the reason, at the question whose answer is to blame where there is one."""
    place = state.place
    assert isinstance(place, Paying)
    if place.stage is not PayStage.OPENING:
        return missing(state, PaymentMissing("busy", event.attempt), desk)
    notice = f"pay_{event.why}" if has(f"notice.pay_{event.why}") else "pay_other"
    moved, effects = _back_to_review(state, notice)
    if event.scope in scopes(state, desk):
        problem = _own_words(state, event, desk) or say(state.prefs.lang, f"notice.{notice}")
        moved = replace(moved, place=Form(current=event.scope, problem=problem))
    return moved, (Log("service_refused", {"service": state.visit.service, "why": event.why}), *effects)


def _own_words(state: State, event: PaymentRefused, desk: Desk) -> str:
    """What the package says when this answer finds no such payment; empty when it says nothing."""
    key = f"field.{event.scope}.error.{event.why}"
    words = desk.form(state.visit.service).text(key, state.prefs.lang)
    return "" if words == key else words


@press(Paying, node="actions.check")
def check(state: State, argument: str, desk: Desk) -> Result:
    """我付好了: look at once."""
    place = state.place
    assert isinstance(place, Paying)
    if place.stage is not PayStage.WAITING or place.checking:
        return state, ()
    return replace(state, place=replace(place, checking=True)), (AskPayment(),)


@press(Paying, node="actions.back")
def back(state: State, argument: str, desk: Desk) -> Result:
    """Not now: a code that was shown is closed first, because somebody may just be paying it."""
    place = state.place
    assert isinstance(place, Paying)
    match place.stage:
        case PayStage.OPENING:
            return _back_to_review(state, "pay_closed")
        case PayStage.WAITING:
            return _closing(state, desk, "closed")
        case PayStage.CLOSING:
            return state, ()
        case PayStage.NOT_PAID:
            return state.at(Review()), ()


@press(Paying, node="actions.leave")
def not_waited_for(state: State, argument: str, desk: Desk) -> Result:
    """The resident need not wait to hear that the code is closed."""
    place, payment = state.place, state.visit.payment
    assert isinstance(place, Paying)
    if place.stage is not PayStage.CLOSING or not place.slow or payment is None:
        return state, ()
    return _give_up_waiting(state, payment, desk)


@press(Paying, node="actions.pay")
def again(state: State, argument: str, desk: Desk) -> Result:
    """再付一次: another code; the first is surely closed."""
    place = state.place
    assert isinstance(place, Paying)
    return begin(state, desk) if place.stage is PayStage.NOT_PAID else (state, ())


def _deliver(state: State, payment: Payment) -> Result:
    """Paid: hand the case in."""
    awake = replace(state, cover=None) if isinstance(state.cover, IdleWarning) else state
    paid = awake.with_visit(payment=payment, case=None, phone_used=True)
    return paid.at(Submitting()), (
        CancelTimer(Timer.PAY),
        CancelTimer(Timer.SLOW),
        CancelTimer(Timer.TICK),
        Log("payment_paid", {"order": payment.number, "fen": payment.fen}),
        Deliver(),
    )


def _not_paid(state: State, payment: Payment, place: Paying) -> Result:
    """Closed, and nothing was taken; or more or less came than was asked for, and goes back."""
    # Closed while it was shown, and by nobody here: its time was over.
    why = place.why or ("expired" if place.stage is PayStage.WAITING else "closed")
    if payment.state != "closed":
        why = "returned"
    known = state.with_visit(payment=payment)
    return known.at(Paying(PayStage.NOT_PAID, why=why)), (
        CancelTimer(Timer.PAY),
        CancelTimer(Timer.SLOW),
        Log("payment_ended", {"order": payment.number, "outcome": payment.state}),
    )


def _closing(state: State, desk: Desk, why: str) -> Result:
    closing = Paying(PayStage.CLOSING, why=why, since=desk.now)
    return state.at(closing), (
        CancelTimer(Timer.PAY),
        ClosePayment(),
        StartTimer(Timer.SLOW, PATIENCE_SECONDS),
    )


def _give_up_waiting(state: State, payment: Payment, desk: Desk) -> Result:
    moved, effects = unsure(state, payment, desk)
    looking: tuple[Effect, ...] = (CancelTimer(Timer.SLOW), StartTimer(Timer.PAY, AGAIN_S))
    return moved, (*looking, *effects)


def _back_to_review(state: State, notice: str) -> Result:
    left = state.with_visit(payment=None, attempt=0)
    return left.at(Review(notice=notice)), (CancelTimer(Timer.SLOW), CancelTimer(Timer.PAY), LeavePayment())


def _is_unsure(state: State) -> bool:
    case = state.visit.case
    return case is not None and case.verdict is Verdict.UNSURE
