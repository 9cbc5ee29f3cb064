"""Payments: what a terminal asks for, and how an order stands."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from central_platform.wire.common import Text, Uuid, Wire
from central_platform.wire.submissions import ApplicationBody


class PaymentState(StrEnum):
    """Where an order stands. `unknown`: an answer of the provider is missing; ask again."""

    CREATED = "created"
    PENDING = "pending"
    UNKNOWN = "unknown"
    PAID = "paid"
    DELIVERED = "delivered"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class PaymentOpen(Wire):
    """Open the order of an application that is to be submitted under this id; the same again is the same order."""

    submission: Uuid
    application: ApplicationBody = Field(repr=False)


class PaymentQuery(Wire):
    """The order of one submission of this terminal."""

    submission: Uuid


class Payment(Wire):
    """How an order stands. Amounts are in fen."""

    number: str = Field(examples=["PY-7K3M-9QXW-2TRB"], description="What the resident asks about")
    state: PaymentState
    fen: int
    payee: Text
    subject: Text
    holder: str = Field(repr=False, description="Whose bill it is, masked; empty when nobody's")
    code: str = Field(repr=False, description="What a phone scans; empty unless it can be paid now")
    expires_s: int = Field(description="So long the code can be scanned")
    declined: int = Field(description="How often a phone tried and its bank refused; nothing was taken then")
    simulated: bool = Field(description="No money moves: a demonstration")
    track_url: str = Field(description="A public page that says what became of it")


class Noticed(Wire):
    """A notice was taken."""

    ok: bool
