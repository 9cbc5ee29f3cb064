"""Orders as terminals use them: opened once for each submission, looked at, closed; and how the provider is asked.

A call to the provider never runs inside a transaction: what is about to be asked is written down and committed first,
what was answered is written down afterwards. A crash in between leaves an order that is asked about again.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from central_platform import codes, effects
from central_platform.models import Deleted, Submission
from central_platform.payments import ledger
from central_platform.payments.models import PaymentOrder
from central_platform.payments.protocol import Found, ProtocolError
from central_platform.payments.provider import DeclinedError, NewOrder, Provider, UnclearError
from central_platform.payments.rules import Charge, Rule
from central_platform.payments.states import (
    FINAL,
    UNPAID,
    Asked,
    Call,
    Declined,
    Event,
    Seen,
    State,
    There,
    TimeUp,
    Unclear,
    Unwanted,
)
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import payments as wire
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.submissions import ApplicationBody

HOUR = timedelta(hours=1)
MOST_CALLS = 3
"""Calls that one event may lead to, such as a closing that finds money and gives it back."""
NOTIFY = "/payments/notify"
ROUNDED = timedelta(milliseconds=1)
"""A time that was stored is another one by so much."""
log = logging.getLogger("central_platform")

Answer = tuple[Event, Found | None]


def begin(platform: Platform, terminal: str, asked: wire.PaymentOpen) -> wire.Payment:
    """Open the order of an application, or return the one that is there under this submission.

    Raises:
        Refusal: as an application would be refused; bill-unknown, bill-paid, amount-needed, amount-unfit;
            payment-unavailable; digest-conflict when the submission was opened for something else; deleted,
            already-accepted, too-many.
    """
    matter = ledger.matter_of(platform, asked.application)
    with platform.database.read() as session:
        order = _of(session, asked.submission)
    if order is None:
        order = _make(platform, terminal, asked, matter)
    if order.terminal != terminal or order.matter != matter:
        raise Refusal(ProblemCode.DIGEST_CONFLICT)
    return shown(platform, look(platform, order))


def state(platform: Platform, terminal: str, submission: str) -> wire.Payment:
    """Return how an order stands, asking the provider when it was not asked just now.

    Raises:
        Refusal: payment-unknown.
    """
    return shown(platform, look(platform, _own(platform, terminal, submission)))


def close(platform: Platform, terminal: str, submission: str) -> wire.Payment:
    """Make an order that nobody has paid unpayable. One that was paid stays paid: the answer says so.

    Raises:
        Refusal: payment-unknown.
    """
    order = _own(platform, terminal, submission)
    if State(order.state) in UNPAID:
        order = advance(platform, order.number, Unwanted())
    return shown(platform, order)


def noticed(platform: Platform, data: bytes) -> None:
    """The provider says that something happened to an order: ask it. What the notice itself says counts for nothing.

    Raises:
        Refusal: signature-invalid; the notice is not the provider's.
    """
    provider = platform.cashier.provider()
    if provider is None:
        raise Refusal(ProblemCode.PAYMENT_UNAVAILABLE)
    try:
        number = provider.read_notice(data)
    except ProtocolError as error:
        raise Refusal(ProblemCode.SIGNATURE_INVALID, error.why) from None
    with platform.database.write() as session:
        order = session.get(PaymentOrder, number)
        if order is None:
            # Signed, and not known here: a restored database may have lost it.
            log.error("payment %s: a notice about an order that is not here", number)
            return
        if State(order.state) in FINAL:
            return
        ledger.write(session, order, "notice", "notice", platform.clock.now())
    _answered(platform, number, _ask(platform, provider, order, Call.QUERY))


def look(platform: Platform, order: PaymentOrder) -> PaymentOrder:
    """Ask the provider how an unpaid order stands, at most every `cashier.LOOK_EVERY_S`; nothing is written that is no
    news.
    """
    at = State(order.state)
    if at not in UNPAID or not platform.cashier.may_look(order.number):
        return order
    if at is not State.PENDING:
        return advance(platform, order.number, Asked())
    provider = platform.cashier.provider()
    if provider is None:
        return order
    event, found = _ask(platform, provider, order, Call.QUERY)
    waits = found is not None and found.there is There.PENDING and found.declined == order.declined
    if waits or isinstance(event, Unclear):
        return order
    return _answered(platform, order.number, (event, found))


def advance(platform: Platform, number: str, event: Event) -> PaymentOrder:
    """Let something happen to an order, ask the provider what it wants asked, and return the order as it then is."""
    return _answered(platform, number, (event, None))


def shown(platform: Platform, order: PaymentOrder) -> wire.Payment:
    """Return an order as its terminal sees it."""
    left = (order.expires_at - platform.clock.now()).total_seconds()
    payable = State(order.state) is State.PENDING and left > 0
    return wire.Payment(
        number=order.number,
        state=wire.PaymentState(order.state),
        fen=order.fen,
        payee=Text.model_validate(json.loads(order.payee)),
        subject=Text.model_validate(json.loads(order.subject)),
        holder=order.holder,
        code=order.code if payable else "",
        expires_s=max(0, int(left)),
        declined=order.declined,
        simulated=order.simulated,
        track_url=f"{platform.public_url}/payments/{order.number}",
    )


def _make(platform: Platform, terminal: str, asked: wire.PaymentOpen, matter: str) -> PaymentOrder:
    body, now = asked.application, platform.clock.now()
    platform.see_switches()
    with platform.database.read() as session:
        rule = effects.examine(platform, session, terminal, body, now, now).package.payment
    if rule is None:
        raise Refusal(ProblemCode.SERVICE_UNKNOWN, "the service takes no payment")
    if platform.cashier.provider() is None:
        raise Refusal(ProblemCode.PAYMENT_UNAVAILABLE)
    charge = _charge(platform, rule, body)
    bill = ledger.keyed(platform, "payment-bill", charge.bill.encode()) if charge.bill else None
    try:
        with platform.database.write() as session:
            _admit(platform, session, terminal, asked.submission, bill, now)
            order = PaymentOrder(
                number=codes.order_number(platform.authority.derive("payment-number"), asked.submission),
                submission=asked.submission,
                terminal=terminal,
                service=body.service,
                matter=matter,
                bill=bill,
                fen=charge.fen,
                payee=json.dumps(dict(charge.payee), ensure_ascii=False),
                subject=json.dumps(dict(charge.subject), ensure_ascii=False),
                holder=charge.holder,
                phone=_phone(body),
                state=State.CREATED.value,
                code="",
                declined=0,
                provider_no="",
                paid_fen=0,
                simulated=False,
                tries=0,
                created_at=now,
                expires_at=now + timedelta(seconds=platform.settings.payment_code_s),
            )
            order.next_at = ledger.next_look(State.CREATED, order, now, platform.settings)
            session.add(order)
            session.flush()
            ledger.write(session, order, "event", "opened", now)
        return order
    except IntegrityError:
        # Two of the same at once: the other one was first.
        with platform.database.read() as session:
            found = _of(session, asked.submission)
        if found is None:
            raise
        return found


def _admit(
    platform: Platform, session: Session, terminal: str, submission: str, bill: str | None, now: datetime
) -> None:
    if session.get(Deleted, (submission, terminal)) is not None:
        raise Refusal(ProblemCode.DELETED)
    if session.get(Submission, submission) is not None:
        raise Refusal(ProblemCode.ALREADY_ACCEPTED)
    recent = select(func.count()).where(PaymentOrder.terminal == terminal, PaymentOrder.created_at > now - HOUR)
    if (session.scalar(recent) or 0) >= platform.settings.terminal_per_hour:
        raise Refusal(ProblemCode.TOO_MANY, retry_s=int(HOUR.total_seconds()))
    if ledger.paid_already(session, bill, soon_too=True):
        raise Refusal(ProblemCode.BILL_PAID)


def _charge(platform: Platform, rule: Rule, body: ApplicationBody) -> Charge:
    return rule.charge(body.answers, platform.cashier.bills, "" if body.person is None else body.person.id_no)


def _phone(body: ApplicationBody) -> str | None:
    """Where the resident is told when the money goes back: what they gave for this matter, or proved."""
    given = [str(body.answers.get("phone") or ""), *(item.phone or "" for item in body.evidence)]
    return next((phone for phone in given if phone and len(phone) <= 20), None)


def _of(session: Session, submission: str) -> PaymentOrder | None:
    return session.scalar(select(PaymentOrder).where(PaymentOrder.submission == submission))


def _own(platform: Platform, terminal: str, submission: str) -> PaymentOrder:
    with platform.database.read() as session:
        order = _of(session, submission)
    if order is None or order.terminal != terminal:
        raise Refusal(ProblemCode.PAYMENT_UNKNOWN)
    return order


def _answered(platform: Platform, number: str, answer: Answer) -> PaymentOrder:
    order, call = _taken(platform, number, answer)
    for _ in range(MOST_CALLS):
        if call is None:
            break
        provider = platform.cashier.provider()
        answer = (Unclear(call), None) if provider is None else _ask(platform, provider, order, call)
        order, call = _taken(platform, number, answer)
    return order


def _taken(platform: Platform, number: str, answer: Answer) -> tuple[PaymentOrder, Call | None]:
    event, found = answer
    with platform.database.write() as session:
        order, now = ledger.locked(session, number), platform.clock.now()
        if isinstance(event, TimeUp) and (order.next_at is None or order.next_at > now + ROUNDED):
            # It was due when it was looked for; what it waited for has come since, such as the money.
            return order, None
        step = ledger.take(platform, session, order, event, now, found)
    return order, step.call


def _ask(platform: Platform, provider: Provider, order: PaymentOrder, call: Call) -> Answer:
    try:
        match call:
            case Call.CREATE:
                found = provider.create(_new(platform, order))
            case Call.QUERY:
                found = provider.query(order.number)
            case Call.CLOSE:
                found = provider.close(order.number)
            case Call.REFUND:
                found = provider.refund(order.number, order.paid_fen or order.fen)
    except UnclearError as error:
        log.warning("payment %s: %s gave no answer: %s", order.number, call, error)
        return Unclear(call), None
    except DeclinedError as error:
        log.warning("payment %s: %s was declined: %s", order.number, call, error)
        return Declined(call), None
    return Seen(found.there, found.paid_fen), found


def _new(platform: Platform, order: PaymentOrder) -> NewOrder:
    left = (order.expires_at - platform.clock.now()).total_seconds()
    return NewOrder(
        number=order.number,
        fen=order.fen,
        payee=json.loads(order.payee)["zh"],
        subject=json.loads(order.subject)["zh"],
        seconds=max(1, int(left)),
        notify_url=platform.public_url + NOTIFY,
    )
