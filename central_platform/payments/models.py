"""The tables of payments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central_platform.models import Base, Instant


class PaymentOrder(Base):
    """One order: what one application is to cost. `submission` is the idempotency key; the provider and the resident
    know it by its `number`.

    `matter` is a keyed hash of what is paid for, `bill` one of the bill: neither tells whose it is, and a bill is
    delivered once. `code`, `phone` and `holder` are emptied when the order has come to its end. `next_at`: when it is
    looked at again by itself.
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        Index("ix_payment_order_terminal_created_at", "terminal", "created_at"),
        Index(
            "ix_payment_order_bill_delivered",
            "bill",
            unique=True,
            sqlite_where=text("state = 'delivered'"),
            postgresql_where=text("state = 'delivered'"),
        ),
    )
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    submission: Mapped[str] = mapped_column(String(36), unique=True)
    terminal: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    service: Mapped[str] = mapped_column(String(16))
    matter: Mapped[str] = mapped_column(String(64))
    bill: Mapped[str | None] = mapped_column(String(64))
    fen: Mapped[int] = mapped_column(Integer)
    payee: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(Text)
    declined: Mapped[int] = mapped_column(Integer)
    provider_no: Mapped[str] = mapped_column(String(64))
    paid_fen: Mapped[int] = mapped_column(Integer)
    simulated: Mapped[bool] = mapped_column()
    tries: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    next_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    case_number: Mapped[str | None] = mapped_column(String(24))


class PaymentEntry(Base):
    """One line of the journal of orders; never changed. `what`: event, call, answer, notice or alarm."""

    __tablename__ = "payment_entry"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(ForeignKey("payment_order.number"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(8))
    word: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    fen: Mapped[int] = mapped_column(Integer)
