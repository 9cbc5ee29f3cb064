"""What the narrator wants done, as data: speak, be silent, stand still, go on, draw the caption."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.voice.utterance import Utterance
from ui.view import Privacy


@dataclass(frozen=True, slots=True)
class SpeakNow:
    """Hand this to the speech device."""

    id: str
    utterance: Utterance = field(repr=False)
    rate: float
    volume: float
    headphones: bool

    @property
    def private(self) -> bool:
        """True when any of the words are the resident's own."""
        return self.utterance.privacy is Privacy.PRIVATE


@dataclass(frozen=True, slots=True)
class HushNow:
    """Silence, in this very turn."""


@dataclass(frozen=True, slots=True)
class PauseNow:
    """Stand still in the middle of a word."""


@dataclass(frozen=True, slots=True)
class ResumeNow:
    """Go on where it stood still."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Draw again: the caption or the node that is spoken of has changed."""

    text: str = field(repr=False)
    node: str


Effect = SpeakNow | HushNow | PauseNow | ResumeNow | Caption
Effects = tuple[Effect, ...]
