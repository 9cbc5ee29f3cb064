"""What became of the papers that a service asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Given(StrEnum):
    """How a material is handed in: photographed here, brought to the window in time, or not at all."""

    PAPER = "paper"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Paper:
    """One material of this visit. `pages` are the digests of pictures that the terminal holds in memory until the case
    is saved; `given` is None while the resident has not said that it is all.
    """

    pages: tuple[str, ...] = ()
    given: Given | None = None


class ScanStage(StrEnum):
    """Where the page stands: what would you like, the camera looks, look at what it took."""

    ASK = "ask"
    AIM = "aim"
    LOOK = "look"
