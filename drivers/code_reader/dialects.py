"""How families of serial code readers are told to look and how they answer: one row of `DIALECTS` each, all pure.

Sources: the makers' published manuals and integrations of them that agree (docs/devices/code-readers.md); no reader
was at hand. Codes come as lines of UTF-8, except from VGuang, which puts them into frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drivers.code_reader.codec import (
    LONGEST,
    TRIGGER,
    Acknowledged,
    CodeParser,
    Declined,
    LineParser,
    Message,
    Parser,
    Refusal,
    Refused,
    check_text,
)

TAKEN, NOT_DONE, NOT_KNOWN = 0x06, 0x15, 0x05
"""ACK, NAK and ENQ: how Newland and Honeywell end an answer."""

NEWLAND_HEAD = bytes.fromhex("7E0130303030")
NEWLAND_ANSWER = bytes.fromhex("020130303030")
NEWLAND_END = bytes.fromhex("3B03")
NEWLAND_LONGEST = 64
"""Bytes of an answer to a trigger: 17; more than this is noise."""

HONEYWELL_ON = bytes.fromhex("16540D")
HONEYWELL_OFF = bytes.fromhex("16550D")
HONEYWELL_MENU = bytes.fromhex("164D0D")

VGUANG_HEAD = bytes.fromhex("55AA")
VGUANG_STATE = 0x01
VGUANG_CODE = 0x30
_VGUANG_FIXED = 6
"""Bytes of a reply before its data: head 2, command, flag, length 2."""


class DialectError(ValueError):
    """No dialect has this name; the text lists those there are."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One family. `trigger` begins a scan (or asks for a sign of life), `stop` ends it; empty where there is none."""

    name: str
    baud: int
    parser: Callable[[], Parser]
    trigger: bytes = b""
    stop: bytes = b""
    answers: bool = True
    """Whether a trigger is answered: then silence means that the reader is gone."""


def newland_command(setting: str, *, lasting: bool = False) -> bytes:
    """Return a unified command: `setting` is tag, sub-tag and data, such as SCNTRG1; `*`, `&`, `^` as data ask.

    A lasting one is written to the reader's flash memory.
    """
    return NEWLAND_HEAD + (b"@" if lasting else b"#") + setting.encode("ascii") + NEWLAND_END


def honeywell_command(setting: str, *, lasting: bool = False) -> bytes:
    """Return a menu command: `setting` is tag, sub-tag and data; `?` as data asks."""
    return HONEYWELL_MENU + setting.encode("ascii") + (b"." if lasting else b"!")


def vguang_command(command: int, data: bytes = b"") -> bytes:
    """Return a request: head, command, length (low byte first), data, XOR of all before it."""
    body = VGUANG_HEAD + bytes([command]) + len(data).to_bytes(2, "little") + data
    return body + bytes([xor(body)])


def vguang_reply(command: int, flag: int, data: bytes) -> bytes:
    """Return a reply as the reader makes it: like a request, with a flag (0 is well) behind the command."""
    body = VGUANG_HEAD + bytes([command, flag]) + len(data).to_bytes(2, "little") + data
    return body + bytes([xor(body)])


def xor(data: bytes | bytearray) -> int:
    """Return the exclusive or of all bytes."""
    total = 0
    for byte in data:
        total ^= byte
    return total


class NewlandParser(LineParser):
    """Lines, and answers to unified commands: 02 01 .. setting, verdict, 3B 03. Answers to others are not ours."""

    setting = b"SCNTRG"

    def _answer(self) -> Message | None:
        if not self._line.endswith(NEWLAND_END):
            return None
        # 02 01 cannot stand in a printable code.
        at = self._line.rfind(NEWLAND_ANSWER, -NEWLAND_LONGEST)
        if at < 0:
            return None
        said = bytes(self._line[at + len(NEWLAND_ANSWER) : -len(NEWLAND_END)])
        del self._line[at:]
        if len(said) < 2 or not said[1:].startswith(self.setting):
            return None
        return _verdict(said[-1])


class NewlandOldParser(LineParser):
    """Lines, and single bytes 06, 15 or 05 in answer to an ESC command."""

    def _answer(self) -> Message | None:
        # Only where no line has begun: within one they are a part of what was scanned, which is then no code.
        if len(self._line) > 1 or self._line[-1] not in (TAKEN, NOT_DONE, NOT_KNOWN):
            return None
        return _verdict(self._line.pop())


class HoneywellParser(LineParser):
    """Lines, and answers to menu commands: the setting and its value, a verdict, the command's own end."""

    setting = b"TRGMOD"

    def _answer(self) -> Message | None:
        if len(self._line) < 2 or self._line[-1] not in b".!" or self._line[-2] not in (TAKEN, NOT_DONE, NOT_KNOWN):
            return None
        verdict = self._line[-2]
        at = self._line.rfind(self.setting, -NEWLAND_LONGEST)
        ours = at >= 0
        del self._line[at if ours else 0 :]
        return _verdict(verdict) if ours else None


class VguangParser:
    """Frames 55 AA. A wrong sum or an impossible length is noise: the search for a head goes on behind it."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def inside(self) -> bool:
        """True while a frame has begun and not ended."""
        return bool(self._held)

    def reset(self) -> None:
        """Forget a frame that has not ended."""
        self._held.clear()

    def tear(self) -> None:
        """Give up a frame that has not ended; its rest has no head and no sum."""
        self._held.clear()

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return what they complete, in order."""
        messages: list[Message] = []
        for start in range(0, len(data), LONGEST):
            self._held += data[start : start + LONGEST]
            while (frame := self._frame(messages)) is not None:
                if (message := _vguang_message(frame)) is not None:
                    messages.append(message)
        return messages

    def _frame(self, messages: list[Message]) -> bytes | None:
        """Take the next whole frame off; what cannot begin one goes, a broken one becomes a refusal."""
        while True:
            at = self._held.find(VGUANG_HEAD)
            if at < 0:
                del self._held[: len(self._held) - self._held.endswith(VGUANG_HEAD[:1])]
                return None
            del self._held[:at]
            if len(self._held) < _VGUANG_FIXED:
                return None
            length = int.from_bytes(self._held[4:6], "little")
            end = _VGUANG_FIXED + length + 1
            if length > LONGEST + 2:
                messages.append(Refused(Refusal.TOO_LONG))
                del self._held[: len(VGUANG_HEAD)]
                continue
            if len(self._held) < end:
                return None
            if xor(self._held[:end]):
                messages.append(Refused(Refusal.DAMAGED))
                del self._held[: len(VGUANG_HEAD)]
                continue
            frame = bytes(self._held[:end])
            del self._held[:end]
            return frame


def _vguang_message(frame: bytes) -> Message | None:
    command, flag, data = frame[2], frame[3], frame[_VGUANG_FIXED:-1]
    if command == VGUANG_CODE and flag == 0:
        text = data.rstrip(b"\r\n")
        return check_text(text) if text else None
    if command == VGUANG_STATE:
        return Acknowledged() if flag == 0 else Declined(flag)
    return None


def _verdict(byte: int) -> Message:
    return Acknowledged() if byte == TAKEN else Declined(byte)


GM65 = Dialect("gm65", 9600, CodeParser, trigger=TRIGGER)
"""GM65, GM861 and their kin. No command ends a scan early."""
NEWLAND = Dialect("newland", 9600, NewlandParser, trigger=newland_command("SCNTRG1"), stop=newland_command("SCNTRG0"))
"""Newland modules with unified commands (EM20, FM30, FM430, NLS-HR52 and later)."""
NEWLAND_OLD = Dialect("newland-esc", 9600, NewlandOldParser, trigger=bytes.fromhex("1B31"), stop=bytes.fromhex("1B30"))
"""Older Newland modules: ESC 1 looks, ESC 0 ends, 06 answers."""
HONEYWELL = Dialect(
    "honeywell", 9600, HoneywellParser, trigger=honeywell_command("TRGMOD?") + HONEYWELL_ON, stop=HONEYWELL_OFF
)
"""Honeywell imagers. A trigger has no answer of its own: a question before it gives the sign of life."""
VGUANG = Dialect("vguang", 57600, VguangParser, trigger=vguang_command(VGUANG_STATE))
"""VGuang (微光) TX400, CR08: looks all the time; asking for its state gives the sign of life."""
PLAIN = Dialect("plain", 9600, LineParser, answers=False)
"""Any reader that is set to look by itself and to send lines: nothing is asked of it."""

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect for dialect in (GM65, NEWLAND, NEWLAND_OLD, HONEYWELL, VGUANG, PLAIN)
}


def dialect_named(name: str) -> Dialect:
    """Return a dialect.

    Raises:
        DialectError: there is none of that name.
    """
    found = DIALECTS.get(name)
    if found is None:
        raise DialectError(f"dialect={name}: expected one of {', '.join(DIALECTS)}")
    return found
