"""A child under 14 does nothing here alone: who may stand by, and what is still missing (PIPL article 31)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk_app.identity.levels import CardEvidence, Evidence, Level, level
from kiosk_app.identity.person import ADULT_AGE, Person, expired


class Relation(StrEnum):
    """What the guardian is to the child; OTHER is anybody else whom law or a court made guardian."""

    PARENT = "parent"
    GRANDPARENT = "grandparent"
    OTHER = "other"


class Missing(StrEnum):
    """What is still needed of a guardian, in the order in which it is asked."""

    CARD = "card"
    RELATION = "relation"
    CONSENT = "consent"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Guardian:
    """The adult beside the child: their own card and proofs, what they are to the child, and whether they agree."""

    person: Person = field(repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    relation: Relation | None = None
    consent: bool = False


def unfit(person: Person, child: Person, today: date) -> str:
    """Return why this card cannot be the guardian's: same, expired, young, no_age; empty when it can."""
    if person.id_number == child.id_number:
        return "same"
    if expired(person, today):
        return "expired"
    years = person.age(today)
    if years is None:
        return "no_age"
    return "young" if years < ADULT_AGE else ""


def missing(guardian: Guardian | None, child: Person, need: Level, online: bool, today: date) -> tuple[Missing, ...]:
    """Return what is still needed before the child's case may be handed in; empty when nothing is.

    The guardian's own evidence must reach `need` and hold a card; the child's card or code only names the child.
    """
    if guardian is None or unfit(guardian.person, child, today) or not _has_card(guardian):
        return (Missing.CARD, Missing.RELATION, Missing.CONSENT, Missing.PROOF)
    out = []
    if guardian.relation is None:
        out.append(Missing.RELATION)
    if not guardian.consent:
        out.append(Missing.CONSENT)
    if level(guardian.evidence, online) < need:
        out.append(Missing.PROOF)
    return tuple(out)


def _has_card(guardian: Guardian) -> bool:
    return any(
        isinstance(e, CardEvidence) and not e.expired and e.person.id_number == guardian.person.id_number
        for e in guardian.evidence
    )
