"""Bytes to and from an ESC/POS receipt printer. Pure functions; the words are those of the Epson command reference.

Commands are built from the constants of python-escpos 3.1; its status, text and image functions are not used because
they fail open (its `paper_status()` says "plenty" when the printer does not answer).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import escpos
from escpos.constants import DLE, ENQ, ESC, GS, HW_INIT, NUL, RT_STATUS, S_RASTER_N

if escpos.__version__ != "3.1":
    # PyPI `escpos` is another project that installs the same import name.
    raise ImportError(f"python-escpos 3.1 is needed, found {escpos.__version__}")

WIDTH_DOTS = 576
"""Printable width of an 80 mm mechanism at 203 dpi."""
ROWS_PER_MM = 8

INITIALISE: bytes = HW_INIT
"""ESC @: defaults, print buffer cleared; automatic status is off after it."""
STATUS_BACK: bytes = GS + b"a\x0e"
"""GS a: send four status bytes at once and whenever online, error or paper change."""
MOTION_UNITS: bytes = GS + b"P\xcb\xcb"
"""GS P 203 203: ESC J counts dots, also on models whose default is half a dot."""
CUT: bytes = GS + b"VB\0"
"""GS V 66 0: feed to the cutter, then partial cut."""
CLEAR_BUFFERS: bytes = DLE + b"\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: in real time, drop everything received and not yet printed; answered by a `Cleared`."""
RECOVER: bytes = DLE + ENQ + b"\x02"
"""DLE ENQ 2: in real time, clear the buffers and recover from a recoverable error."""
PAPER_SENSOR: bytes = GS + b"r\x01"
"""GS r 1: the paper sensor, answered in order with the data before it."""
FLUSH: bytes = NUL * 4608
"""As many bytes as the largest raster band: completes one that was cut short, and is ignored otherwise."""

ACK_ID_BYTES = 4
_ACK_ALPHABET = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REQUEST_ID: bytes = GS + b"(H\x06\x00\x30\x30"
_BLOCK_HEADERS = frozenset(b"\x35\x37\x3b\x3d\x5f")
_BLOCK_LIMIT = 96
_XON, _XOFF = 0x11, 0x13


def realtime_status(n: int) -> bytes:
    """DLE EOT n, n = 1..4: printer, offline cause, error cause, paper sensor; answered at once by one byte."""
    if not 1 <= n <= 4:
        raise ValueError("DLE EOT takes 1 to 4")
    return bytes(RT_STATUS) + bytes([n])


def raster(width_bytes: int, data: bytes, rows: int) -> bytes:
    """GS v 0 m=0: `rows` rows of `width_bytes` bytes, MSB first, 1 = black."""
    if len(data) != width_bytes * rows or not 1 <= width_bytes <= 0xFFFF or not 1 <= rows <= 0xFFFF:
        raise ValueError(f"{len(data)} bytes are not {rows} rows of {width_bytes}")
    return bytes(S_RASTER_N) + width_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little") + data


def feed(rows: int) -> Iterator[bytes]:
    """ESC J: feed `rows` dot rows, 255 at most per command."""
    while rows > 0:
        step = min(rows, 255)
        yield bytes(ESC) + b"J" + bytes([step])
        rows -= step


def ack_id(random: bytes) -> bytes:
    """Return the process ID of four printable characters drawn from four random bytes."""
    if len(random) != ACK_ID_BYTES:
        raise ValueError("an acknowledgement ID takes four random bytes")
    return bytes(_ACK_ALPHABET[byte % len(_ACK_ALPHABET)] for byte in random)


def request_ack(process_id: bytes) -> bytes:
    """GS ( H 48: ask for `process_id` back when everything before it has been printed."""
    if len(process_id) != ACK_ID_BYTES or not all(0x20 <= byte <= 0x7E for byte in process_id):
        raise ValueError("a process ID is four printable characters")
    return _REQUEST_ID + process_id


@dataclass(frozen=True, slots=True)
class RealTime:
    """Answer to DLE EOT. It does not say to which n."""

    value: int


@dataclass(frozen=True, slots=True)
class StatusBack:
    """Automatic status: four bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Sensor:
    """Answer to GS r."""

    value: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Answer to GS ( H 48: the printing before it is completed."""

    process_id: bytes


@dataclass(frozen=True, slots=True)
class Cleared:
    """Answer to DLE DC4 8: the buffers are empty."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block reply that none of our requests expects, header and NUL included."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte that no reply may contain."""

    value: int


Reply = RealTime | StatusBack | Sensor | Acknowledged | Cleared | Block | Noise


class ReplyParser:
    """Replies from a stream of bytes, split anywhere. Each byte is recognised by its fixed bits, never by its place."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """Take bytes; return the replies they complete."""
        self._pending += data
        replies: list[Reply] = []
        while self._pending:
            reply, length = _first_reply(bytes(self._pending))
            if not length:
                break
            del self._pending[:length]
            if reply is not None:
                replies.append(reply)
        return replies

    def reset(self) -> None:
        """Forget a reply that had begun."""
        self._pending.clear()


def _first_reply(data: bytes) -> tuple[Reply | None, int]:
    """The reply that `data` begins with and its length; length 0 when more bytes must come."""
    first = data[0]
    if first in (_XON, _XOFF):
        return None, 1
    if first in _BLOCK_HEADERS:
        return _block(data)
    if first & 0x93 == 0x12:
        return RealTime(first), 1
    if first & 0x93 == 0x10:
        rest = data[1:4]
        if any(byte & 0x90 for byte in rest):
            return Noise(first), 1
        return (StatusBack(data[:4]), 4) if len(rest) == 3 else (None, 0)
    if first & 0x90 == 0:
        return Sensor(first), 1
    return Noise(first), 1


def _block(data: bytes) -> tuple[Reply | None, int]:
    end = data.find(0, 0, _BLOCK_LIMIT)
    if end < 0:
        return (Noise(data[0]), 1) if len(data) >= _BLOCK_LIMIT else (None, 0)
    block = data[: end + 1]
    if block[:2] == b"\x37\x22" and len(block) == 3 + ACK_ID_BYTES:
        return Acknowledged(block[2:-1]), len(block)
    if block == b"\x37\x25\x00":
        return Cleared(), len(block)
    return Block(block), len(block)
