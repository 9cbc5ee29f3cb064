"""What a serial code reader says, pure: lines of UTF-8 ended by CR or LF, and the trigger of the GM65 class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TRIGGER = bytes.fromhex("7E000801000201ABCD")
"""GM65 and GM861: read once. AB CD in place of a CRC means that none is checked."""
ACK = bytes.fromhex("02000001003331")
LONGEST = 1024
"""A credential is at most 1 KB (contract of the token check); nothing longer is worth remembering."""

_ENDS = (0x0D, 0x0A)
_IDEOGRAPHIC_SPACE = "\u3000"


class Refusal(StrEnum):
    """Closed set of why a line is not a code."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_PRINTABLE = "not_printable"


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


Message = Line | Refused | Acknowledged


def check_text(raw: bytes) -> Line | Refused:
    """Return the code that `raw` holds (without its end), or why it is none."""
    if len(raw) > LONGEST:
        return Refused(Refusal.TOO_LONG)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Refused(Refusal.NOT_UTF8)
    if not all(char.isprintable() or char == _IDEOGRAPHIC_SPACE for char in text):
        return Refused(Refusal.NOT_PRINTABLE)
    return Line(text)


class CodeParser:
    """Cuts a stream into messages. Never keeps more than 1 KB and a bit; empty lines (CR LF) are nothing."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._overflowed = False

    @property
    def inside(self) -> bool:
        """True while a line has begun and not ended."""
        return bool(self._line) or self._overflowed

    def reset(self) -> None:
        """Forget a line that has not ended."""
        self._line.clear()
        self._overflowed = False

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return what they complete, in order."""
        messages: list[Message] = []
        for byte in data:
            if byte in _ENDS:
                if self._overflowed:
                    messages.append(Refused(Refusal.TOO_LONG))
                elif self._line:
                    messages.append(check_text(bytes(self._line)))
                self.reset()
                continue
            self._line.append(byte)
            # 02 00 cannot stand in a printable code: an acknowledgement is one wherever it comes.
            if self._line.endswith(ACK):
                del self._line[-len(ACK) :]
                messages.append(Acknowledged())
            elif len(self._line) > LONGEST + len(ACK):
                self._overflowed = True
                del self._line[: -len(ACK)]
        return messages
