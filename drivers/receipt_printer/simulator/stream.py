"""The printer's view of its input: real-time commands are seen on arrival, everything else in order.

Written from the command reference and not from `codec`, so that one checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass

_DLE = 0x10
_REALTIME_LENGTHS = {0x04: 3, 0x05: 3}
_CLEAR = bytes.fromhex("10140801031401060208")
_DC4_LENGTHS = {1: 5, 2: 5, 3: 8, 7: 4, 8: 10}

# Fixed lengths, prefix included, of the commands that have no data of variable length.
_FIXED = {
    b"\x1b@": 2,
    b"\x1b2": 2,
    b"\x1bJ": 3,
    b"\x1bd": 3,
    b"\x1b3": 3,
    b"\x1b!": 3,
    b"\x1ba": 3,
    b"\x1bE": 3,
    b"\x1bM": 3,
    b"\x1bt": 3,
    b"\x1di": 2,
    b"\x1da": 3,
    b"\x1dr": 3,
    b"\x1d!": 3,
    b"\x1dP": 4,
    b"\x1dL": 4,
    b"\x1dW": 4,
    b"\x1c&": 2,
    b"\x1c.": 2,
    b"\x1c!": 3,
    b"\x1b{": 3,
}


@dataclass(frozen=True, slots=True)
class RealTime:
    """DLE EOT, DLE ENQ or DLE DC4 8, as its bytes. `end` counts the bytes of the fed piece up to its last one."""

    data: bytes
    end: int


class RealTimeScanner:
    """Finds real-time commands in the raw input, also inside picture data, as real printers do."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[RealTime]:
        """Take bytes; return the real-time commands they complete."""
        stream = self._tail + data
        old = len(self._tail)
        found: list[RealTime] = []
        at = stream.find(_DLE)
        while at >= 0:
            length = self._length(stream[at:])
            if length < 0:
                self._tail = stream[at:]
                return found
            if length:
                found.append(RealTime(stream[at : at + length], at + length - old))
            at = stream.find(_DLE, at + max(length, 1))
        self._tail = b""
        return found

    @staticmethod
    def _length(rest: bytes) -> int:
        """Length of the command at the start, 0 when it is none, -1 when more must come."""
        if len(rest) < 2:
            return -1
        if rest[1] in _REALTIME_LENGTHS:
            return 3 if len(rest) >= 3 else -1
        if _CLEAR.startswith(rest[: len(_CLEAR)]):
            return len(_CLEAR) if len(rest) >= len(_CLEAR) else -1
        return 0


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its prefix and what follows."""

    name: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """Printable bytes in the printer's encoding."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    """A byte that begins nothing we know."""

    data: bytes


Token = Command | Text | Unknown


def next_token(buffer: bytearray) -> Token | None:
    """Take the first token off `buffer`; None when it is not complete."""
    while buffer:
        first = buffer[0]
        if first == _DLE:
            length = _realtime_length(buffer)
            if length is None:
                return None
            del buffer[:length]
            continue
        if first in (0x1B, 0x1C, 0x1D):
            return _command(buffer)
        if first == 0x0A:
            return Command(b"\n", _take(buffer, 1))
        if first < 0x20:
            # NUL and other controls print nothing; a cut-short picture is flushed with NULs.
            del buffer[0]
            continue
        end = next((i for i, byte in enumerate(buffer) if byte < 0x20), len(buffer))
        return Text(_take(buffer, end))
    return None


def _realtime_length(buffer: bytearray) -> int | None:
    """Length of the real-time command at the start, already acted upon when it arrived."""
    if len(buffer) < 2:
        return None
    if buffer[1] in (0x04, 0x05):
        return 3 if len(buffer) >= 3 else None
    if buffer[1] == 0x14:
        if len(buffer) < 3:
            return None
        length = _DC4_LENGTHS.get(buffer[2], 3)
        return length if len(buffer) >= length else None
    return 1


def _command(buffer: bytearray) -> Token | None:
    if len(buffer) < 2:
        return None
    prefix = bytes(buffer[:2])
    if prefix in _FIXED:
        return _whole(buffer, prefix, _FIXED[prefix])
    if prefix == b"\x1dV":
        return _whole(buffer, prefix, 4 if len(buffer) > 2 and buffer[2] in (65, 66, 97, 98, 103, 104) else 3)
    if prefix == b"\x1d(":
        if len(buffer) < 5:
            return None
        return _whole(buffer, bytes(buffer[:3]), 5 + int.from_bytes(buffer[3:5], "little"))
    if prefix == b"\x1dv":
        if len(buffer) < 8:
            return None
        size = int.from_bytes(buffer[4:6], "little") * int.from_bytes(buffer[6:8], "little")
        return _whole(buffer, prefix, 8 + size)
    return Unknown(_take(buffer, 1))


def _whole(buffer: bytearray, name: bytes, length: int) -> Command | None:
    if len(buffer) < length:
        return None
    return Command(name, _take(buffer, length)[len(name) :])


def _take(buffer: bytearray, count: int) -> bytes:
    data = bytes(buffer[:count])
    del buffer[:count]
    return data
