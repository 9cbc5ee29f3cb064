"""Frames between the terminal and a biometric adapter, pure. docs/devices/biometric.md is the protocol.

`D0 0B | length (2) | type (1) | sequence (4) | body | CRC (2)`, numbers big-endian. Length counts the body, at most
64 bytes; the CRC is CRC-16/CCITT-FALSE over everything before it.
"""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass, field
from enum import IntEnum

from drivers.biometric.messages import SUBJECT_BYTES, Decision, Modality, Prompt

MAGIC = b"\xd0\x0b"
VERSION = 1
LONGEST_BODY = 64
"""Room for a reference and a verdict, and for no picture, sound or template."""
ECHO_BYTES = 8
_HEAD = struct.Struct(">2sHBI")
_CRC = struct.Struct(">H")
OVERHEAD = _HEAD.size + _CRC.size


class FrameError(ValueError):
    """Bytes that are no frame, or a frame that is none of ours."""


class Kind(IntEnum):
    """Types of frames; the module's have the high bit set."""

    HELLO = 0x01
    COMPARE = 0x02
    CANCEL = 0x03
    PING = 0x04
    WELCOME = 0x81
    TAKEN = 0x82
    VERDICT = 0x83
    PONG = 0x84
    PROMPT = 0x85
    REFUSED = 0x86


class State(IntEnum):
    """How a module is."""

    READY = 0
    BUSY = 1
    STARTING = 2
    SENSOR_FAULT = 3
    SERVICE_FAULT = 4  # the vendor's service or its templates cannot be reached


class Refusal(IntEnum):
    """Why a module does not compare."""

    NOT_UNDERSTOOD = 1
    BUSY = 2
    FAULT = 3
    CANCELLED = 4


@dataclass(frozen=True, slots=True)
class Hello:
    """Who are you? Begins a connection; whatever was being compared ends, and every verdict is forgotten."""

    version: int = VERSION


@dataclass(frozen=True, slots=True)
class CompareNow:
    """Compare; the same sequence again asks for the same answer again and starts nothing new."""

    subject: bytes = field(repr=False)
    seconds: int = 30


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the comparison of this sequence."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you still there?"""


@dataclass(frozen=True, slots=True)
class Welcome:
    """This is what I am."""

    version: int
    modality: Modality
    state: State


@dataclass(frozen=True, slots=True)
class Taken:
    """The comparison has begun."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict. `echo` is the beginning of the subject: an answer about somebody else is none."""

    decision: Decision
    echo: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pong:
    """I am, and this is how."""

    state: State


@dataclass(frozen=True, slots=True)
class Prompted:
    """Somebody should do this now."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Refused:
    """No comparison."""

    why: Refusal


Message = Hello | CompareNow | Cancel | Ping | Welcome | Taken | Judged | Pong | Prompted | Refused

_MODALITIES = tuple(Modality)
_DECISIONS = tuple(Decision)
_PROMPTS = tuple(Prompt)


@dataclass(frozen=True, slots=True)
class Frame:
    """One message and the number that joins question and answer."""

    sequence: int
    message: Message


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame.

    Raises:
        FrameError: a value does not fit.
    """
    try:
        kind, body = _body(frame.message)
        head = _HEAD.pack(MAGIC, len(body), kind, frame.sequence) + body
    except (struct.error, ValueError) as error:
        raise FrameError("a value does not fit") from error
    return head + checksum(head)


def checksum(data: bytes) -> bytes:
    """Return the two bytes that end a frame whose other bytes are `data`."""
    return _CRC.pack(binascii.crc_hqx(data, 0xFFFF))


def _body(message: Message) -> tuple[Kind, bytes]:
    match message:
        case Hello(version):
            return Kind.HELLO, bytes((version,))
        case CompareNow(subject, seconds):
            if len(subject) != SUBJECT_BYTES:
                raise ValueError
            return Kind.COMPARE, subject + struct.pack(">H", seconds)
        case Cancel():
            return Kind.CANCEL, b""
        case Ping():
            return Kind.PING, b""
        case Welcome(version, modality, state):
            return Kind.WELCOME, bytes((version, _MODALITIES.index(modality), state))
        case Taken():
            return Kind.TAKEN, b""
        case Judged(decision, echo):
            if len(echo) != ECHO_BYTES:
                raise ValueError
            return Kind.VERDICT, bytes((_DECISIONS.index(decision),)) + echo
        case Pong(state):
            return Kind.PONG, bytes((state,))
        case Prompted(prompt):
            return Kind.PROMPT, bytes((_PROMPTS.index(prompt),))
        case Refused(why):
            return Kind.REFUSED, bytes((why,))


def decode(raw: bytes) -> Frame:
    """Return the frame that `raw` is, whole.

    Raises:
        FrameError: it is none.
    """
    if not OVERHEAD <= len(raw) <= OVERHEAD + LONGEST_BODY:
        raise FrameError("length")
    magic, size, kind, sequence = _HEAD.unpack_from(raw)
    if magic != MAGIC or len(raw) != OVERHEAD + size:
        raise FrameError("length or magic")
    if raw[-_CRC.size :] != checksum(raw[: -_CRC.size]):
        raise FrameError("checksum")
    return Frame(sequence, _message(kind, raw[_HEAD.size : -_CRC.size]))


def _message(number: int, body: bytes) -> Message:
    try:
        kind = Kind(number)
        match kind, len(body):
            case Kind.HELLO, 1:
                return Hello(body[0])
            case Kind.COMPARE, 34:
                return CompareNow(body[:SUBJECT_BYTES], int.from_bytes(body[SUBJECT_BYTES:], "big"))
            case Kind.CANCEL, 0:
                return Cancel()
            case Kind.PING, 0:
                return Ping()
            case Kind.WELCOME, 3:
                return Welcome(body[0], _MODALITIES[body[1]], State(body[2]))
            case Kind.TAKEN, 0:
                return Taken()
            case Kind.VERDICT, 9:
                return Judged(_DECISIONS[body[0]], body[1:])
            case Kind.PONG, 1:
                return Pong(State(body[0]))
            case Kind.PROMPT, 1:
                return Prompted(_PROMPTS[body[0]])
            case Kind.REFUSED, 1:
                return Refused(Refusal(body[0]))
    except (ValueError, IndexError):
        raise FrameError("a value that is not listed") from None
    raise FrameError("a body that does not fit its type")


class FrameParser:
    """Finds frames in a stream; noise costs nothing but the noise. Keeps at most one frame's bytes.

    `damaged` counts what began like a frame and was none.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()
        self.damaged = 0

    def reset(self) -> None:
        """Forget what has not become a frame."""
        self._waiting.clear()

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes in and return the frames that they complete."""
        self._waiting += data
        frames: list[Frame] = []
        while (start := self._waiting.find(MAGIC)) >= 0:
            del self._waiting[:start]
            if len(self._waiting) < _HEAD.size:
                return frames
            end = OVERHEAD + int.from_bytes(self._waiting[2:4], "big")
            if end <= OVERHEAD + LONGEST_BODY and len(self._waiting) < end:
                return frames
            try:
                frames.append(decode(bytes(self._waiting[:end])))
            except FrameError:
                self.damaged += 1
                # A true frame may begin inside the false one.
                end = 1
            del self._waiting[:end]
        # The last byte may be the first of a frame.
        del self._waiting[: max(0, len(self._waiting) - 1)]
        return frames
