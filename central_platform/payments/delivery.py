"""Using up a paid order: in the transaction that opens its case, once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.payments import ledger
from central_platform.payments.models import PaymentOrder
from central_platform.payments.states import Delivered, State, decide
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import ApplicationBody

GONE = frozenset({State.CLOSED, State.REFUNDING, State.REFUNDED})


def deliver(
    platform: Platform, session: Session, terminal: str, submission: str, body: ApplicationBody, now: datetime
) -> PaymentOrder:
    """Use the order of this submission, which names it; undone with the transaction when the case is not opened.

    Raises:
        Refusal: payment-required (no such order, not this matter, not paid), payment-returned, or bill-paid when
            somebody else has paid the same bill meanwhile.
    """
    mine = select(PaymentOrder).where(PaymentOrder.submission == submission, PaymentOrder.terminal == terminal)
    order = session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if order is None or order.number != body.payment:
        raise Refusal(ProblemCode.PAYMENT_REQUIRED, field="/payment")
    if order.service != body.service or order.matter != ledger.matter_of(platform, body):
        raise Refusal(ProblemCode.PAYMENT_REQUIRED, "something else was paid for", field="/payment")
    state = State(order.state)
    if decide(state, Delivered(), order.fen).state is not State.DELIVERED:
        code = ProblemCode.PAYMENT_RETURNED if state in GONE else ProblemCode.PAYMENT_REQUIRED
        raise Refusal(code, field="/payment")
    if ledger.paid_already(session, order.bill, order.number):
        raise Refusal(ProblemCode.BILL_PAID, field="/payment")
    ledger.take(platform, session, order, Delivered(), now)
    return order


def on_receipt(order: PaymentOrder) -> dict[str, Any]:
    """Return what a receipt says of the payment (`wire.submissions.PaidFor`)."""
    return {
        "number": order.number,
        "fen": order.fen,
        "payee": json.loads(order.payee),
        "subject": json.loads(order.subject),
        "paid_at": (order.paid_at or order.created_at).isoformat(timespec="seconds"),
        "simulated": order.simulated,
    }
