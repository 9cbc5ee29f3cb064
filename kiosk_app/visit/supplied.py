"""What became of the papers that a service asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk_app.services import Text


class Given(StrEnum):
    """How a material is handed in: photographed here, brought to the window in time, by an electronic licence of the
    platform, or not at all.
    """

    PAPER = "paper"
    LATER = "later"
    LICENCE = "licence"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Licence:
    """What the platform tells of an electronic licence that it holds. `until` is its last day; None = for good."""

    kind: str
    name: Text = field(repr=False)
    number: str = field(repr=False)
    """Masked."""
    issuer: Text = field(repr=False)
    until: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Licences:
    """The licences that the platform holds of `owner` for papers of a service, by the code of the paper."""

    owner: str = field(repr=False)
    service: str
    of: Mapping[str, Licence] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Agreed:
    """That a licence may be used: which one, for what, when, and in which words it was asked."""

    kind: str = field(repr=False)
    number: str = field(repr=False)
    purpose: str
    at: datetime
    lang: str
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One material of this visit. `pages` are the digests of pictures that the terminal holds in memory until the case
    is saved; `given` is None while the resident has not said that it is all; `agreed` belongs to a licence.
    """

    pages: tuple[str, ...] = ()
    given: Given | None = None
    agreed: Agreed | None = None


class ScanStage(StrEnum):
    """Where the page stands: what would you like, may your licence be used, the camera looks, look at what it took."""

    ASK = "ask"
    CONSENT = "consent"
    AIM = "aim"
    LOOK = "look"
