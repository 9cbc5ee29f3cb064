"""Modbus RTU, as much of it as a relay board needs, pure: `unit | function | data | CRC-16 (low byte first)`.

Read coils (01), read discrete inputs (02), write single coil (05); an answer with bit 7 of the function set is an
exception. Numbers are big-endian, addresses count from 0; bits come eight to a byte, the lowest first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

BAUD = 9600
UNITS = range(1, 248)
MOST_BITS = 2000
ON, OFF = 0xFF00, 0x0000
EXCEPTION = 0x80
LONGEST = 256
_REQUEST = struct.Struct(">BBHH")


class FrameError(ValueError):
    """Bytes that are no frame."""


class Function(IntEnum):
    """What is asked."""

    READ_COILS = 1
    READ_INPUTS = 2
    WRITE_COIL = 5


class Fault(IntEnum):
    """Exception codes that boards send."""

    FUNCTION = 1
    ADDRESS = 2
    VALUE = 3
    FAILURE = 4
    BUSY = 6


@dataclass(frozen=True, slots=True)
class Request:
    """One question. `value` is how many bits to read, or ON or OFF."""

    unit: int
    function: Function
    address: int
    value: int

    @property
    def answer_bytes(self) -> int:
        """How long its answer is, when it is no exception."""
        return 8 if self.function is Function.WRITE_COIL else 5 + (self.value + 7) // 8


@dataclass(frozen=True, slots=True)
class Bits:
    """The answer to a read: at least as many as were asked for."""

    values: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The coil was written: the request came back."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An exception; `code` is one of `Fault`, or another number."""

    code: int


Answer = Bits | Written | Refused


def _shifted(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


_TABLE = tuple(_shifted(byte) for byte in range(256))


def crc(data: bytes) -> bytes:
    """Return the CRC-16 of `data` (polynomial A001, begins at FFFF) as it goes over the wire."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return struct.pack("<H", value)


def encode(request: Request) -> bytes:
    """Return the bytes of a question."""
    frame = _REQUEST.pack(request.unit, request.function, request.address, request.value)
    return frame + crc(frame)


def decode_request(raw: bytes) -> Request:
    """Read a question, for simulators.

    Raises:
        FrameError: it is none.
    """
    if len(raw) != _REQUEST.size + 2 or raw[-2:] != crc(raw[:-2]):
        raise FrameError("length or checksum")
    unit, function, address, value = _REQUEST.unpack_from(raw)
    try:
        return Request(unit, Function(function), address, value)
    except ValueError:
        raise FrameError("function") from None


def encode_answer(request: Request, answer: Answer) -> bytes:
    """Return the bytes of an answer, for simulators."""
    match answer:
        case Refused(code):
            frame = bytes((request.unit, request.function | EXCEPTION, code))
        case Written():
            return encode(request)
        case Bits(values):
            packed = bytearray((len(values) + 7) // 8)
            for at, value in enumerate(values):
                packed[at // 8] |= value << at % 8
            frame = bytes((request.unit, request.function, len(packed))) + packed
    return frame + crc(frame)


def find_answer(request: Request, stream: bytes) -> Answer | None:
    """Return the answer to `request` that stands somewhere in `stream`; None while there is none.

    Noise before it is passed over, and so is an answer to something else.
    """
    for at in range(len(stream)):
        found = _answer_at(request, stream[at:])
        if found is not None:
            return found
    return None


def _answer_at(request: Request, raw: bytes) -> Answer | None:
    if len(raw) < 5 or raw[0] != request.unit:
        return None
    if raw[1] == request.function | EXCEPTION and raw[3:5] == crc(raw[:3]):
        return Refused(raw[2])
    size = request.answer_bytes
    if raw[1] != request.function or len(raw) < size or raw[size - 2 : size] != crc(raw[: size - 2]):
        return None
    if request.function is Function.WRITE_COIL:
        return Written() if raw[:size] == encode(request) else None
    if raw[2] != size - 5:
        return None
    bits = tuple(bool(byte >> bit & 1) for byte in raw[3 : size - 2] for bit in range(8))
    return Bits(bits[: request.value])
