"""How a receipt printer is told from other things on a port: its status is asked for, which prints nothing."""

from __future__ import annotations

from drivers.identify import Match, Question, Sure
from drivers.receipt_printer.codec import realtime_status

KIND = "receipt_printer"
LISTEN_S = 0.3
BAUDS = (115200, 38400, 19200, 9600)
ASKED = (1, 4)
FIXED, SHAPE = 0x93, 0x12
"""Every answer has bits 1 and 4 set, and bits 0 and 7 clear."""


def _finder(baud: int) -> Question:
    def find(heard: bytes) -> Match | None:
        if len(heard) != len(ASKED) or any(byte & FIXED != SHAPE for byte in heard):
            return None
        return Match(KIND, {"baud": str(baud)}, sure=Sure.LIKELY)

    return Question(f"escpos-{baud}", baud, b"".join(realtime_status(n) for n in ASKED), LISTEN_S, find)


QUESTIONS = tuple(_finder(baud) for baud in BAUDS)
