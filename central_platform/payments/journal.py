"""Orders and their journals as operators and the lab read them. Nothing personal is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from central_platform.payments.models import PaymentEntry, PaymentOrder
from central_platform.payments.states import State
from central_platform.platform import Platform

SETTLED = (State.DELIVERED, State.CLOSED, State.REFUNDED)


def listed(platform: Platform, *, settled_too: bool = False) -> Sequence[PaymentOrder]:
    """Return the orders that have not come to their end, oldest first; with `settled_too` all there are."""
    query = select(PaymentOrder).order_by(PaymentOrder.created_at, PaymentOrder.number)
    if not settled_too:
        query = query.where(PaymentOrder.state.not_in([state.value for state in SETTLED]))
    with platform.database.read() as session:
        return session.scalars(query).all()


def entries(platform: Platform, number: str) -> Sequence[PaymentEntry]:
    """Return the journal of an order, oldest line first; nothing of one that is not there."""
    query = select(PaymentEntry).where(PaymentEntry.number == number).order_by(PaymentEntry.id)
    with platform.database.read() as session:
        return session.scalars(query).all()


def find(platform: Platform, number: str) -> PaymentOrder | None:
    """Return an order, or None."""
    with platform.database.read() as session:
        return session.get(PaymentOrder, number)


def plain(platform: Platform, submission: str | None) -> list[dict[str, Any]]:
    """Return orders as JSON for the lab, all or the one of a submission."""
    return [
        {
            **{name: getattr(order, name) for name in ("number", "submission", "terminal", "service", "state")},
            **{name: getattr(order, name) for name in ("fen", "paid_fen", "case_number")},
            "journal": [f"{entry.what} {entry.word} -> {entry.state}" for entry in entries(platform, order.number)],
        }
        for order in listed(platform, settled_too=True)
        if submission is None or order.submission == submission
    ]
