"""Levels of identity and the evidence that reaches them (requirements B, codes)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from kiosk_app.identity.person import Person


class Level(IntEnum):
    """L0 nobody · L1 one proof · L2 a proof and a second one · L3 L2 with a signature, asked in the form."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3

    @property
    def proofs(self) -> Level:
        """The level that proofs must reach for it."""
        return min(self, Level.L2)


@dataclass(frozen=True, slots=True)
class CardEvidence:
    """The chip of a card was read. `layout` is resident, hmt, foreigner_2017 or foreigner_2023; an expired card proves
    nothing. `photo`: a face can be compared with the picture on its chip.
    """

    person: Person
    layout: str = "resident"
    expired: bool = False
    photo: bool = False


@dataclass(frozen=True, slots=True)
class TokenEvidence:
    """The platform vouched for the holder of a code (QR, single use, 60 s). `kind` is which of the codes it was:
    doorstep, medical, social_security, network_id, city_app.
    """

    person: Person
    confirmed: bool = True
    kind: str = "doorstep"


@dataclass(frozen=True, slots=True)
class PhoneCodeEvidence:
    """The code that was sent to this phone was typed here. `confirmed` once the platform compared it; `challenge` is
    how the platform calls that message.
    """

    phone: str = field(repr=False)
    confirmed: bool = True
    challenge: str = ""


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

    L2 is a card with a phone, a witness, a face or another biometric; or a token with a phone. A social-security card
    names somebody and proves nothing alone: L1 with a phone or a witness. A code that the platform confirmed keeps
    its worth when the network drops afterwards; one that it has not confirmed counts only while the platform can be
    asked (`online`). A witness needs no network; witness and body count only beside a card.
    """
    card = token = phone = witness = social = body = False
    for item in evidence:
        match item:
            case CardEvidence(expired=expired):
                card = card or not expired
            case TokenEvidence(confirmed=confirmed):
                token = token or confirmed or online
            case PhoneCodeEvidence(confirmed=confirmed):
                phone = phone or confirmed or online
            case WitnessEvidence():
                witness = True
            case SocialCardEvidence():
                social = True
            case FaceEvidence() | BiometricEvidence():
                body = True
    if (card and (phone or witness or body)) or (token and phone):
        return Level.L2
    if card or token or phone or (social and witness):
        return Level.L1
    return Level.L0


def person_of(evidence: Iterable[Evidence]) -> Person | None:
    """Return whom the evidence names: the card first, then the code, then the social-security card; None when only a
    phone is known.
    """
    items = tuple(evidence)
    for kind in (CardEvidence, TokenEvidence, SocialCardEvidence):
        for item in items:
            if isinstance(item, kind):
                return item.person
    return None
