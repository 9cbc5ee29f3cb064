"""One order's row: taking an event, writing down what was asked and answered, saying when it is looked at again.

Every function runs inside a writing transaction of the caller, who holds the row (`locked`): the row is the lock that
keeps an order from being delivered and refunded at once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform import alarms
from central_platform.models import Message
from central_platform.payments.models import PaymentEntry, PaymentOrder
from central_platform.payments.protocol import Found
from central_platform.payments.rules import yuan
from central_platform.payments.states import (
    FINAL,
    UNPAID,
    Alarm,
    Declined,
    Delivered,
    Event,
    Seen,
    State,
    Step,
    There,
    TimeUp,
    Unclear,
    Unwanted,
    decide,
)
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.settings import Settings
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import ApplicationBody
from contracts.canonical import CanonicalError, canonical

GRACE = timedelta(seconds=10)
"""A code is closed so long after its end: whoever paid in the last second is heard first."""
BACK_OFF_S, LONGEST_BACK_OFF_S = 5, 3600
RECONCILED = (timedelta(minutes=15), timedelta(days=1))
"""A closed order is looked at again so long after its end: money that came all the same goes back."""
RECONCILED_AGAIN = timedelta(minutes=15)
"""So soon again where that gave no answer: only an answer counts as a look."""
STUCK_AFTER = 8
"""So many tries that came to nothing, some twenty minutes, are for a person to look at."""
ALARMS: Mapping[Alarm, alarms.Kind] = {
    Alarm.AMOUNT: alarms.Kind.PAYMENT_AMOUNT,
    Alarm.CONTRADICTED: alarms.Kind.PAYMENT_PROVIDER,
    Alarm.DECLINED: alarms.Kind.PAYMENT_PROVIDER,
}


def locked(session: Session, number: str) -> PaymentOrder:
    """Return an order that nobody else changes until this transaction ends."""
    return session.get_one(PaymentOrder, number, with_for_update=True, populate_existing=True)


def take(
    platform: Platform, session: Session, order: PaymentOrder, event: Event, now: datetime, found: Found | None = None
) -> Step:
    """Bring an order to where an event leads, with everything that belongs to that; `found` are details of a `Seen`."""
    before = State(order.state)
    step = decide(before, event, order.fen)
    if step.state is not before:
        order.tries = 0
    elif before is State.CLOSED:
        order.tries = max(order.tries, _looked(order, event, now))
    elif isinstance(event, TimeUp):
        order.tries += 1
    order.state = step.state.value
    if found is not None:
        _detail(order, found)
    if step.state is State.PAID and before is not State.PAID:
        order.paid_at = now
    if step.state in FINAL | {State.CLOSED} and before is not step.state:
        order.ended_at = now
    order.next_at = next_look(step.state, order, now, platform.settings)
    _forget(order, step.state)
    write(session, order, "event", word_of(event), now)
    if step.call is not None:
        write(session, order, "call", step.call.value, now)
    if step.state is State.REFUNDING and before is not State.REFUNDING and order.phone:
        session.add(Message(phone=order.phone, text=_words(order), at=now))
    _alarm(session, order, step, now)
    return step


def write(session: Session, order: PaymentOrder, what: str, word: str, now: datetime) -> None:
    """Add a line to the journal."""
    fen = order.paid_fen if word.startswith("seen") else order.fen
    session.add(PaymentEntry(number=order.number, at=now, what=what, word=word, state=order.state, fen=fen))


def next_look(state: State, order: PaymentOrder, now: datetime, settings: Settings) -> datetime | None:
    """Return when an order is looked at again by itself; None when it has come to its end."""
    back_off = timedelta(seconds=min(LONGEST_BACK_OFF_S, BACK_OFF_S << min(order.tries, 20)))
    match state:
        case State.DELIVERED | State.REFUNDED:
            return None
        case State.PAID:
            return (order.paid_at or now) + timedelta(seconds=settings.payment_deliver_s)
        case State.REFUNDING:
            return now + back_off
        case State.CLOSED:
            if order.tries >= len(RECONCILED):
                return None
            due = (order.ended_at or now) + RECONCILED[order.tries]
            return due if due > now else now + RECONCILED_AGAIN
        case _:
            return max(order.expires_at + GRACE, now + back_off)


def word_of(event: Event) -> str:
    """Name an event for the journal."""
    match event:
        case Seen(there):
            return f"seen-{there}"
        case Unclear(call):
            return f"unclear-{call}"
        case Declined(call):
            return f"declined-{call}"
        case Unwanted():
            return "unwanted"
        case TimeUp():
            return "time-up"
        case Delivered():
            return "delivered"
        case _:
            return "asked"


def matter_of(platform: Platform, body: ApplicationBody) -> str:
    """Return a keyed hash of what is paid for: service, answers, applicant.

    Raises:
        Refusal: data-invalid; the answers have no canonical form.
    """
    person = None if body.person is None else body.person.id_no
    try:
        text = canonical({"service": body.service, "answers": body.answers, "person": person})
    except (CanonicalError, UnicodeEncodeError, RecursionError):
        raise Refusal(ProblemCode.DATA_INVALID, "the answers have no canonical form", field="/answers") from None
    return keyed(platform, "payment-matter", text)


def keyed(platform: Platform, purpose: str, text: bytes) -> str:
    """Return a hash of 64 digits that nobody can search without this platform's key."""
    return hmac.new(platform.authority.derive(purpose), text, hashlib.sha256).hexdigest()


def paid_already(session: Session, bill: str | None, but: str = "", *, soon_too: bool = False) -> bool:
    """True when another order has paid this bill; `soon_too`: or is about to."""
    if bill is None:
        return False
    states = [State.DELIVERED.value, *([State.PAID.value] if soon_too else [])]
    query = select(PaymentOrder.number).where(PaymentOrder.bill == bill, PaymentOrder.number != but)
    return session.scalar(query.where(PaymentOrder.state.in_(states)).limit(1)) is not None


def _looked(order: PaymentOrder, event: Event, now: datetime) -> int:
    """Return how many looks at a closed order an answer makes up for."""
    if not isinstance(event, Seen | Declined):
        return 0
    return sum((order.ended_at or now) + after <= now for after in RECONCILED)


def _detail(order: PaymentOrder, found: Found) -> None:
    if found.there in (There.PAID, There.REFUNDED):
        order.paid_fen = found.paid_fen
    order.declined = found.declined
    order.provider_no = found.provider_no or order.provider_no
    order.simulated = found.simulated or order.simulated
    order.code = found.code or order.code


def _forget(order: PaymentOrder, state: State) -> None:
    """What is of use no longer goes: a code that nobody may scan, and at the end whose it was."""
    if state not in UNPAID:
        order.code = ""
    if order.next_at is None:
        order.phone, order.holder = None, ""


def _alarm(session: Session, order: PaymentOrder, step: Step, now: datetime) -> None:
    if step.alarm is not None:
        write(session, order, "alarm", step.alarm.value, now)
        alarms.note(session, order.terminal, ALARMS[step.alarm], {"order": order.number, "why": step.alarm.value}, now)
    waits = step.state in UNPAID | {State.REFUNDING}
    if waits and order.tries == STUCK_AFTER:
        alarms.note(session, order.terminal, alarms.Kind.PAYMENT_STUCK, {"order": order.number}, now)


def _words(order: PaymentOrder) -> str:
    paid = yuan(order.paid_fen)
    return (
        f"【家门口】您付的 {paid} 元（缴费编号 {order.number}）没有办成，钱正在原路退回，不用您做什么。"
        f" Your payment of {paid} yuan is being returned. Questions: 66007070."
    )
