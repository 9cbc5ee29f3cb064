"""Which level of identity a set of evidence reaches, as far as the platform can check it.

L1 is a card, a verified token or a phone code, or a social-security card beside a phone code or a staff witness: its
fields can be copied, so alone it only names somebody. L2 is a card with a second proof (phone code, staff witness,
face, voice, palm or iris), or a token with a phone code. A face or another biometric is compared with what belongs to
the card, so without a card it says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from central_platform import codes, population
from central_platform.models import PhoneChallenge, Terminal, Token
from central_platform.wire.submissions import Evidence, Person


class Level(IntEnum):
    """Levels of identity; higher includes lower."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3


WITNESS = frozenset({"witness", "staff_witness"})
BIOMETRIC = frozenset({"face", "voice", "palm", "iris"})
SECOND = frozenset({"phone_code", "witness"}) | BIOMETRIC
"""What makes L2 of a card."""
NAMING = frozenset({"card", "token"})
"""What says by itself who somebody is."""


def reached(kinds: frozenset[str]) -> Level:
    """Return the level of proofs that hold, by the names that `holding` gives them."""
    phone = "phone_code" in kinds
    if ("card" in kinds and kinds & SECOND) or ("token" in kinds and phone):
        return Level.L2
    if kinds & {"card", "token", "phone_code"} or {"social_card", "witness"} <= kinds:
        return Level.L1
    return Level.L0


def names_somebody(kinds: frozenset[str]) -> bool:
    """True when the proofs say who it is, not only that somebody holds a phone."""
    return bool(kinds & NAMING) or ("social_card" in kinds and bool(kinds & {"phone_code", "witness"}))


def holding(
    session: Session,
    terminal: str,
    person: Person | None,
    evidence: Sequence[Evidence],
    since: datetime | None = None,
) -> frozenset[str]:
    """Return the kinds of proof that hold for `person`; tokens and phone codes older than `since` do not."""
    found = set()
    for item in evidence:
        if _holds(session, terminal, person, item, since):
            found.add("witness" if item.kind in WITNESS else item.kind)
    return frozenset(found)


def registered(session: Session, person: Person, terminal: str, item: Evidence, since: datetime | None) -> bool:
    """True when a code that was sent for this person went to the phone that the platform knows as theirs."""
    record = population.record_in(session, person.id_no)
    phone, name = str(record.get("phone") or ""), str(record.get("name") or "")
    found = _challenges(session, terminal, person, item, since)
    same_name = not name or name.strip() == person.name.strip()
    return bool(phone) and same_name and any(row.id_no and codes.same(row.phone, phone) for row in found)


def _holds(session: Session, terminal: str, person: Person | None, item: Evidence, since: datetime | None) -> bool:
    match item.kind:
        case "card" | "social_card" | "voice" | "palm" | "iris":
            return person is not None
        case "face":
            return person is not None and bool(item.live)
        case "token":
            return person is not None and _token(session, terminal, person.id_no, since)
        case "phone_code":
            return _phone(session, terminal, person, item, since)
        case kind if kind in WITNESS:
            return bool(item.host) and _witness(session, terminal, item.host or "")
        case _:
            return False


def _token(session: Session, terminal: str, id_no: str, since: datetime | None) -> bool:
    used = select(Token.hash).where(Token.id_no == id_no, Token.terminal == terminal, Token.used_at.is_not(None))
    if since is not None:
        used = used.where(Token.used_at > since)
    return session.scalar(used.limit(1)) is not None


def _phone(session: Session, terminal: str, person: Person | None, item: Evidence, since: datetime | None) -> bool:
    found = _challenges(session, terminal, person, item, since)
    if person is None or not found:
        return bool(found)
    # A code that was sent for nobody in particular: another phone than the registered one is not theirs.
    known = str(population.record_in(session, person.id_no).get("phone") or "")
    return any(row.id_no or not known or codes.same(row.phone, known) for row in found)


def _challenges(
    session: Session, terminal: str, person: Person | None, item: Evidence, since: datetime | None
) -> Sequence[PhoneChallenge]:
    """Return challenges that were passed here and that this evidence means; never those sent for somebody else."""
    if not item.challenge and not item.phone:
        return ()
    query = select(PhoneChallenge).where(PhoneChallenge.terminal == terminal, PhoneChallenge.passed_at.is_not(None))
    if item.challenge:
        query = query.where(PhoneChallenge.id == item.challenge)
    if item.phone:
        query = query.where(PhoneChallenge.phone == item.phone)
    if person is not None:
        query = query.where(or_(PhoneChallenge.id_no.is_(None), PhoneChallenge.id_no == person.id_no))
    if since is not None:
        query = query.where(PhoneChallenge.passed_at > since)
    return session.scalars(query.order_by(PhoneChallenge.passed_at.desc()).limit(20)).all()


def _witness(session: Session, terminal: str, host: str) -> bool:
    row = session.get(Terminal, terminal)
    witnesses = json.loads(row.profile).get("witnesses", []) if row else []
    return any(isinstance(entry, dict) and entry.get("name") == host for entry in witnesses)
