"""What an order is and what becomes of it, as a pure table: (state, event) -> (state, what to ask of the provider).

Only what the provider says in answer to our own question counts; a notice merely makes us ask. The money of a resident
is in one of three places at the end: still theirs (CLOSED), with the payee and the matter done (DELIVERED), or given
back (REFUNDED).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an order stands.

    CREATED: written down, the provider was perhaps not asked yet. PENDING: the provider has it, nobody has paid.
    UNKNOWN: an answer is missing, it may be anything. PAID: the whole amount has arrived, the matter is not done.
    DELIVERED: its case was opened. CLOSED: it cannot be paid any more. REFUNDING: the money is being given back.
    """

    CREATED = "created"
    PENDING = "pending"
    UNKNOWN = "unknown"
    PAID = "paid"
    DELIVERED = "delivered"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Call(StrEnum):
    """What is asked of the provider. Each may be asked again without a second effect."""

    CREATE = "create"
    QUERY = "query"
    CLOSE = "close"
    REFUND = "refund"


class There(StrEnum):
    """What an order is at the provider."""

    ABSENT = "absent"
    PENDING = "pending"
    PAID = "paid"
    CLOSED = "closed"
    REFUNDED = "refunded"


class Alarm(StrEnum):
    """What a person has to look at."""

    AMOUNT = "amount"
    CONTRADICTED = "contradicted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Seen:
    """The provider's answer: what the order is there, and how much was paid, in fen."""

    there: There
    paid_fen: int = 0


@dataclass(frozen=True, slots=True)
class Unclear:
    """The call gave no answer that can be believed: it may or may not have been done."""

    call: Call


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider will not do it, whoever asks again."""

    call: Call


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants to know how it stands."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nobody wants to pay it any more; one that is paid meanwhile stays so."""


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The time is over that this state may last."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Its case is being opened, in the same transaction."""


Event = Seen | Unclear | Declined | Asked | Unwanted | TimeUp | Delivered

UNPAID = frozenset({State.CREATED, State.PENDING, State.UNKNOWN})
FINAL = frozenset({State.DELIVERED, State.REFUNDED})


@dataclass(frozen=True, slots=True)
class Step:
    """The state from now on, what to ask of the provider, and what a person has to look at."""

    state: State
    call: Call | None = None
    alarm: Alarm | None = None


def decide(state: State, event: Event, fen: int) -> Step:
    """Answer one event of an order over `fen`."""
    match state:
        case State.DELIVERED | State.REFUNDED:
            return Step(state)
        case State.CREATED | State.PENDING | State.UNKNOWN:
            return _unpaid(state, event, fen)
        case State.PAID:
            return _paid(event)
        case State.CLOSED:
            return _closed(event)
        case State.REFUNDING:
            return _refunding(event)


def _unpaid(state: State, event: Event, fen: int) -> Step:
    match event:
        case Seen(There.PAID, paid) if paid == fen:
            return Step(State.PAID)
        case Seen(There.PAID):
            # More or less than was asked for: nothing is done for it, all of it goes back.
            return Step(State.REFUNDING, Call.REFUND, Alarm.AMOUNT)
        case Seen(There.PENDING):
            return Step(State.PENDING)
        case Seen(There.CLOSED):
            return Step(State.CLOSED)
        case Seen(There.REFUNDED):
            return Step(State.REFUNDED, alarm=Alarm.CONTRADICTED)
        case Seen(There.ABSENT) if state is State.PENDING:
            return Step(State.UNKNOWN, alarm=Alarm.CONTRADICTED)
        case Seen(There.ABSENT):
            return Step(State.CREATED)
        case Unclear(Call.CREATE | Call.CLOSE):
            return Step(State.UNKNOWN)
        case Declined(Call.CREATE) if state is State.CREATED:
            return Step(State.CLOSED)
        case Declined():
            return Step(State.UNKNOWN, alarm=Alarm.DECLINED)
        case Asked():
            return Step(state, Call.QUERY if state is State.PENDING else Call.CREATE)
        case Unwanted() | TimeUp():
            return Step(state, Call.CLOSE)
        case _:
            return Step(state)


def _paid(event: Event) -> Step:
    match event:
        case Delivered():
            return Step(State.DELIVERED)
        case TimeUp():
            return Step(State.REFUNDING, Call.REFUND)
        case Seen(There.REFUNDED):
            return Step(State.REFUNDED, alarm=Alarm.CONTRADICTED)
        case _:
            return Step(State.PAID)


def _closed(event: Event) -> Step:
    match event:
        case Seen(There.PAID):
            # Somebody paid at the last moment, or the provider let it through too late.
            return Step(State.REFUNDING, Call.REFUND)
        case Seen(There.PENDING):
            return Step(State.CLOSED, Call.CLOSE, Alarm.CONTRADICTED)
        case Seen(There.REFUNDED):
            return Step(State.REFUNDED)
        case TimeUp():
            return Step(State.CLOSED, Call.QUERY)
        case _:
            return Step(State.CLOSED)


def _refunding(event: Event) -> Step:
    match event:
        case Seen(There.REFUNDED):
            return Step(State.REFUNDED)
        case Seen(There.CLOSED | There.PENDING | There.ABSENT):
            return Step(State.REFUNDING, alarm=Alarm.CONTRADICTED)
        case Declined():
            return Step(State.REFUNDING, alarm=Alarm.DECLINED)
        case Asked() | TimeUp():
            return Step(State.REFUNDING, Call.REFUND)
        case _:
            return Step(State.REFUNDING)
