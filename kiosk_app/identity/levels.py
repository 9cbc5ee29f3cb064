"""Levels of identity and the evidence that reaches them (requirements B, codes)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from kiosk_app.identity.person import Person


class Level(IntEnum):
    """L0 nobody · L1 one proof · L2 a proof and a second one · L3 L2 with a signature (not on this terminal yet)."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """The chip of a card was read. `layout` is resident, hmt, foreigner_2017 or foreigner_2023; an expired card proves
    nothing.
    """

    person: Person
    layout: str = "resident"
    expired: bool = False


@dataclass(frozen=True, slots=True)
class TokenEvidence:
    """The platform vouched for the holder of a code (QR, single use, 60 s)."""

    person: Person
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class PhoneCodeEvidence:
    """The code that was sent to this phone was typed here. `confirmed` once the platform compared it."""

    phone: str = field(repr=False)
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class WitnessEvidence:
    """A host of the place stood by with card and PIN and saw that card and holder belong together."""

    host: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FaceEvidence:
    """The face before the camera is the one on the chip of the card, on this terminal; nothing of it is kept.

    `live` is how a picture was ruled out: challenge or passive.
    """

    live: str = "challenge"


@dataclass(frozen=True, slots=True)
class SocialCardEvidence:
    """The chip of a social-security card was read. Its fields can be copied: it names somebody, as a card does not."""

    person: Person


@dataclass(frozen=True, slots=True)
class BiometricEvidence:
    """A module of the site compared voice, palm or iris (`kind`) with the template that its authority keeps."""

    kind: str


Evidence = (
    CardEvidence
    | TokenEvidence
    | PhoneCodeEvidence
    | WitnessEvidence
    | FaceEvidence
    | SocialCardEvidence
    | BiometricEvidence
)


def level(evidence: Iterable[Evidence], online: bool) -> Level:
    """Return the level that `evidence` reaches.

    A code that the platform confirmed keeps its worth when the network drops afterwards; one that it has not confirmed
    counts only while the platform can be asked (`online`). A witness needs no network, and counts only beside a card.
    """
    card = token = phone = witness = False
    for item in evidence:
        match item:
            case CardEvidence(expired=False):
                card = True
            case TokenEvidence(confirmed=confirmed):
                token = token or confirmed or online
            case PhoneCodeEvidence(confirmed=confirmed):
                phone = phone or confirmed or online
            case WitnessEvidence():
                witness = True
            case _:
                pass
    if (card and (phone or witness)) or (token and phone):
        return Level.L2
    if card or token or phone:
        return Level.L1
    return Level.L0


def person_of(evidence: Iterable[Evidence]) -> Person | None:
    """Return whom the evidence names: the card first, then the code; None when only a phone is known."""
    items = tuple(evidence)
    for kind in (CardEvidence, TokenEvidence):
        for item in items:
            if isinstance(item, kind):
                return item.person
    return None
