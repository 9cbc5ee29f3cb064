"""How a presence radar is told from other things on a port: by listening."""

from __future__ import annotations

from drivers.identify import Match, Question
from drivers.presence.codec import BAUD, FrameParser, Sighting
from drivers.presence.driver import KIND

LISTEN_S = 0.6


def find(heard: bytes) -> Match | None:
    """A report is enough."""
    messages = FrameParser().feed(heard)
    return Match(KIND, {"baud": str(BAUD)}) if any(isinstance(one, Sighting) for one in messages) else None


QUESTIONS = (Question("ld2410", BAUD, b"", LISTEN_S, find),)
