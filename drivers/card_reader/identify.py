"""How a card reader is told from other things on a port: its status is asked for, at each rate."""

from __future__ import annotations

from drivers.card_reader import codec
from drivers.card_reader.codec import BAUDS, FrameParser
from drivers.card_reader.driver import KIND
from drivers.identify import Match, Question

LISTEN_S = 0.4


def _finder(baud: int) -> Question:
    def find(heard: bytes) -> Match | None:
        return Match(KIND, {"baud": str(baud)}) if FrameParser().feed(heard) else None

    return Question(f"sam-{baud}", baud, codec.STATUS, LISTEN_S, find)


QUESTIONS = tuple(_finder(baud) for baud in BAUDS)
