"""How a biometric adapter is told from other things on a port: it is greeted, and says what it compares."""

from __future__ import annotations

from drivers.biometric import codec
from drivers.biometric.codec import Frame, FrameParser, Hello, Welcome
from drivers.identify import Match, Question

BAUD = 115200
LISTEN_S = 0.4
GREETING = codec.encode(Frame(1, Hello()))


def find(heard: bytes) -> Match | None:
    """A welcome to this greeting. The profile's entry needs the key that was agreed with the authority as well."""
    for frame in FrameParser().feed(heard):
        if isinstance(frame.message, Welcome) and frame.sequence == 1:
            return Match(frame.message.modality.kind, {"baud": str(BAUD)})
    return None


QUESTIONS = (Question("biometric", BAUD, GREETING, LISTEN_S, find),)
