"""Frames of the HLK-LD2410 family of 24 GHz presence radars, pure. Numbers are little-endian.

Reports come by themselves, about ten a second: `F4 F3 F2 F1 | length (2) | type AA .. 55 00 | F8 F7 F6 F5`.
Commands and their answers: `FD FC FB FA | length (2) | word (2) | value | 04 03 02 01`; an answer's word has bit 8
set, its value begins with a status (0 is done). While settings are open the radar sends no reports.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

BAUD = 256000
REPORT_HEAD, REPORT_END = bytes.fromhex("F4F3F2F1"), bytes.fromhex("F8F7F6F5")
COMMAND_HEAD, COMMAND_END = bytes.fromhex("FDFCFBFA"), bytes.fromhex("04030201")
LONGEST = 64
"""Bytes between length and end: engineering reports have 35 to 39, the longest answer 28."""
ANSWERS = 0x0100
_HEADS = {REPORT_HEAD: REPORT_END, COMMAND_HEAD: COMMAND_END}
_BASIC = struct.Struct("<BHBHBH")
_DATA, _TAIL = 0xAA, 0x55
_EDGE = 6


class FrameError(ValueError):
    """Bytes that are no frame, or a frame that is none of ours."""


class Target(IntEnum):
    """What stands before the radar."""

    NOBODY = 0
    MOVING = 1
    STILL = 2
    BOTH = 3


class Form(IntEnum):
    """Types of reports. ENGINEERING adds the energy of every gate, which nobody here needs."""

    ENGINEERING = 1
    BASIC = 2


class Word(IntEnum):
    """Commands, none of which changes a setting."""

    END_CONFIG = 0x00FE
    ENABLE_CONFIG = 0x00FF
    READ_PARAMETERS = 0x0061
    READ_FIRMWARE = 0x00A0


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report. Distances in cm, energies 0 to 100; those of a target that is not there say nothing."""

    target: Target
    moving_cm: int
    moving_energy: int
    still_cm: int
    still_energy: int

    @property
    def nearest_cm(self) -> int | None:
        """How far away somebody is, None when nobody is there."""
        seen = []
        if self.target in (Target.MOVING, Target.BOTH):
            seen.append(self.moving_cm)
        if self.target in (Target.STILL, Target.BOTH):
            seen.append(self.still_cm)
        return min(seen, default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a command; `value` is what follows the status."""

    word: int
    done: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    """How the radar is set. Gates are 0.75 m wide (0.2 m where so chosen); sensitivities 0 to 100 from gate 0 on."""

    moving_gates: int
    still_gates: int
    moving: tuple[int, ...]
    still: tuple[int, ...]
    hold_s: int
    """How long the radar itself goes on saying that somebody is there."""


Message = Sighting | Answer


def encode_report(sighting: Sighting, *, engineering: bool = False) -> bytes:
    """Return the bytes of a report, for simulators."""
    basic = _BASIC.pack(
        sighting.target,
        sighting.moving_cm,
        sighting.moving_energy,
        sighting.still_cm,
        sighting.still_energy,
        sighting.nearest_cm or 0,
    )
    more = bytes((8, 8)) + bytes(9) + bytes(9) if engineering else b""
    body = bytes((Form.ENGINEERING if engineering else Form.BASIC, _DATA)) + basic + more + bytes((_TAIL, 0))
    return _wrap(REPORT_HEAD, body, REPORT_END)


def encode_command(word: Word) -> bytes:
    """Return the bytes of a command."""
    value = b"\x01\x00" if word is Word.ENABLE_CONFIG else b""
    return _wrap(COMMAND_HEAD, struct.pack("<H", word) + value, COMMAND_END)


def encode_answer(answer: Answer) -> bytes:
    """Return the bytes of an answer, for simulators."""
    head = struct.pack("<HH", answer.word | ANSWERS, 0 if answer.done else 1)
    return _wrap(COMMAND_HEAD, head + answer.value, COMMAND_END)


def _wrap(head: bytes, body: bytes, end: bytes) -> bytes:
    return head + struct.pack("<H", len(body)) + body + end


def decode(raw: bytes) -> Message:
    """Return the message of one whole frame.

    Raises:
        FrameError: it is none.
    """
    if len(raw) < _EDGE + 4 or raw[:4] not in _HEADS:
        raise FrameError("head")
    body = raw[_EDGE:-4]
    if int.from_bytes(raw[4:6], "little") != len(body) or raw[-4:] != _HEADS[raw[:4]]:
        raise FrameError("length or end")
    return _report(body) if raw[:4] == REPORT_HEAD else _answer(body)


def _report(body: bytes) -> Sighting:
    if len(body) < 2 + _BASIC.size + 2 or body[1] != _DATA or body[-2] != _TAIL:
        raise FrameError("report")
    try:
        form, target = Form(body[0]), Target(body[2])
    except ValueError:
        raise FrameError("a value that is not listed") from None
    if form is Form.BASIC and len(body) != 2 + _BASIC.size + 2:
        raise FrameError("length of a basic report")
    _, moving_cm, moving_energy, still_cm, still_energy, _ = _BASIC.unpack_from(body, 2)
    return Sighting(target, moving_cm, moving_energy, still_cm, still_energy)


def _answer(body: bytes) -> Answer:
    if len(body) < 4:
        raise FrameError("answer")
    word, status = struct.unpack_from("<HH", body)
    if not word & ANSWERS:
        raise FrameError("a command, not an answer")
    return Answer(word & ~ANSWERS, status == 0, body[4:])


def command_in(raw: bytes) -> int:
    """Return the word of a whole command frame, for simulators.

    Raises:
        FrameError: it is none.
    """
    if len(raw) < _EDGE + 2 + 4 or not (raw.startswith(COMMAND_HEAD) and raw.endswith(COMMAND_END)):
        raise FrameError("command")
    return int.from_bytes(raw[6:8], "little")


def parameters(value: bytes) -> Parameters:
    """Read the answer to READ_PARAMETERS: AA, highest gate N, both farthest gates, 2 (N + 1) sensitivities, seconds.

    Raises:
        FrameError: the lengths do not agree.
    """
    gates = value[1] + 1 if len(value) > 1 else 0
    if not gates or value[0] != _DATA or len(value) != 4 + 2 * gates + 2:
        raise FrameError("parameters")
    moving, still = value[4 : 4 + gates], value[4 + gates : 4 + 2 * gates]
    return Parameters(value[2], value[3], tuple(moving), tuple(still), int.from_bytes(value[-2:], "little"))


def firmware(value: bytes) -> str:
    """Read the answer to READ_FIRMWARE: `00 00 02 01 16 24 06 22` is V1.02.22062416.

    Raises:
        FrameError: it is too short.
    """
    if len(value) < 8:
        raise FrameError("firmware")
    return f"V{value[3]:X}.{value[2]:02X}.{value[7]:02X}{value[6]:02X}{value[5]:02X}{value[4]:02X}"


class FrameParser:
    """Finds frames in a stream and takes up again behind garbage. Keeps at most one frame's bytes.

    `damaged` counts what began like a frame and was none; `noise` the bytes that belonged to no frame.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()
        self.damaged = 0
        self.noise = 0

    def reset(self) -> None:
        """Forget what has not become a frame."""
        self._waiting.clear()

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return the messages that they complete."""
        self._waiting += data
        found: list[Message] = []
        while True:
            start = min((at for head in _HEADS if (at := self._waiting.find(head)) >= 0), default=-1)
            if start < 0:
                # The last three bytes may be the first of a head.
                self._drop(max(0, len(self._waiting) - 3))
                return found
            self._drop(start)
            if len(self._waiting) < _EDGE:
                return found
            size = int.from_bytes(self._waiting[4:6], "little")
            end = _EDGE + size + 4
            if size <= LONGEST and len(self._waiting) < end:
                return found
            try:
                found.append(decode(bytes(self._waiting[:end])))
                del self._waiting[:end]
            except FrameError:
                self.damaged += 1
                # A true frame may begin inside the false one.
                self._drop(1)

    def _drop(self, count: int) -> None:
        self.noise += count
        del self._waiting[:count]
