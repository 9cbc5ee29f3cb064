"""What a code reader says, pure: the messages, and lines of UTF-8 ended by CR or LF as most readers send them.

`CodeParser` also knows the acknowledgement of the GM65 class; other families are in `dialects`.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

TRIGGER = bytes.fromhex("7E000801000201ABCD")
"""GM65 and GM861: read once. AB CD in place of a CRC means that none is checked."""
ACK = bytes.fromhex("02000001003331")
LONGEST = 1024
"""A credential is at most 1 KB (contract of the token check); nothing longer is worth remembering."""

_ENDS = (0x0D, 0x0A)
_IDEOGRAPHIC_SPACE = "\u3000"


class Refusal(StrEnum):
    """Closed set of why something that was read is not a code."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_PRINTABLE = "not_printable"
    NOT_ASCII = "not_ascii"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One code."""

    text: str

    def __repr__(self) -> str:
        return f"Line({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that is not a code."""

    why: Refusal


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The reader has taken the trigger."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The reader does not take the trigger; `verdict` is its byte (15 not done, 05 not known)."""

    verdict: int


Message = Line | Refused | Acknowledged | Declined


class Parser(Protocol):
    """Cuts a stream into messages and never keeps more than a little over 1 KB of it."""

    @property
    def inside(self) -> bool:
        """True while a message has begun and not ended."""

    def reset(self) -> None:
        """Forget what has begun and not ended."""

    def tear(self) -> None:
        """Give up what has begun: its rest, should it still come, is refused and never taken for a code of its own."""

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return what they complete, in order."""


def check_text(raw: bytes) -> Line | Refused:
    """Return the code that `raw` holds (without its end), or why it is none."""
    if len(raw) > LONGEST:
        return Refused(Refusal.TOO_LONG)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Refused(Refusal.NOT_UTF8)
    if not printable(text):
        return Refused(Refusal.NOT_PRINTABLE)
    return Line(text)


def printable(text: str) -> bool:
    """True when every character can be seen (or is the ideographic space); no control character is part of a code."""
    return all(char.isprintable() or char == _IDEOGRAPHIC_SPACE for char in text)


class LineParser:
    """Lines ended by CR or LF; empty ones (CR LF) are nothing. A family's own answers are found by `_answer`."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._overflowed = False
        self._torn = False

    @property
    def inside(self) -> bool:
        """True while a line has begun and not ended."""
        return bool(self._line) or self._overflowed

    def reset(self) -> None:
        """Forget a line that has not ended."""
        self._line.clear()
        self._overflowed = self._torn = False

    def tear(self) -> None:
        """Give up a line that has begun; what still comes of it is refused."""
        self._torn = self._torn or self.inside
        self._line.clear()
        self._overflowed = False

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return what they complete, in order."""
        messages: list[Message] = []
        for byte in data:
            if byte in _ENDS:
                if self._overflowed:
                    messages.append(Refused(Refusal.TOO_LONG))
                elif self._torn and self._line:
                    messages.append(Refused(Refusal.DAMAGED))
                elif self._line:
                    messages.append(check_text(bytes(self._line)))
                self.reset()
                continue
            self._line.append(byte)
            answer = self._answer()
            if answer is not None:
                messages.append(answer)
            elif len(self._line) > LONGEST + len(ACK):
                self._overflowed = True
                del self._line[: -len(ACK)]
        return messages

    def _answer(self) -> Message | None:
        """Cut an answer to a command off the end of the line, if one has just ended there."""
        return None


class CodeParser(LineParser):
    """The GM65 class: lines, and answers of seven bytes, `02 00 00 01 | value | CRC-16`, the CRC without the 02."""

    def _answer(self) -> Message | None:
        # 02 00 cannot stand in a printable code: an answer is one wherever it comes.
        frame = bytes(self._line[-len(ACK) :])
        if frame[:-3] != ACK[:-3] or int.from_bytes(frame[-2:], "big") != binascii.crc_hqx(frame[1:-2], 0):
            return None
        del self._line[-len(ACK) :]
        return Acknowledged() if frame == ACK else None
