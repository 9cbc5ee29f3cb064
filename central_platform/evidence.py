"""Which level of identity the evidence of an application reaches, as far as the platform can check it.

L1 is a card, a verified token or a phone code. L2 is a card with a phone code, a card with a staff witness (the way
without a network), or a token with a phone code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.models import PhoneChallenge, Terminal, Token
from central_platform.wire.submissions import Evidence, Person


class Level(IntEnum):
    """Levels of identity; higher includes lower."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3


CARD = frozenset({"card"})
TOKEN = frozenset({"token"})
PHONE = frozenset({"phone_code"})
WITNESS = frozenset({"witness", "staff_witness"})


def reached(kinds: frozenset[str]) -> Level:
    """Return the level of proofs that hold, named card, token, phone_code, witness."""
    second = "phone_code" in kinds
    if ("card" in kinds and (second or "witness" in kinds)) or ("token" in kinds and second):
        return Level.L2
    return Level.L1 if kinds & {"card", "token", "phone_code"} else Level.L0


def holding(session: Session, terminal: str, person: Person | None, evidence: Sequence[Evidence]) -> frozenset[str]:
    """Return the kinds of proof that hold: a card needs its person, everything else is looked up."""
    found = set()
    for item in evidence:
        if item.kind in CARD and person is not None:
            found.add("card")
        elif item.kind in TOKEN and person is not None and _token(session, terminal, person.id_no):
            found.add("token")
        elif item.kind in PHONE and _phone(session, terminal, item):
            found.add("phone_code")
        elif item.kind in WITNESS and item.host and _witness(session, terminal, item.host):
            found.add("witness")
    return frozenset(found)


def _token(session: Session, terminal: str, id_no: str) -> bool:
    used = select(Token.hash).where(Token.id_no == id_no, Token.terminal == terminal, Token.used_at.is_not(None))
    return session.scalar(used.limit(1)) is not None


def _phone(session: Session, terminal: str, item: Evidence) -> bool:
    query = select(PhoneChallenge.id).where(PhoneChallenge.terminal == terminal, PhoneChallenge.passed_at.is_not(None))
    if item.challenge is not None:
        query = query.where(PhoneChallenge.id == item.challenge)
    elif item.phone is not None:
        query = query.where(PhoneChallenge.phone == item.phone)
    else:
        return False
    return session.scalar(query.limit(1)) is not None


def _witness(session: Session, terminal: str, host: str) -> bool:
    row = session.get(Terminal, terminal)
    witnesses = json.loads(row.profile).get("witnesses", []) if row else []
    return any(isinstance(entry, dict) and entry.get("name") == host for entry in witnesses)
