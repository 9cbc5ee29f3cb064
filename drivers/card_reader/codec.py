"""SAM_V frames, pure: bytes to replies and back (GA/T 467-2019 as it is implemented in the field).

    request  AA AA AA 96 69 | length | command parameter [data] | check
    reply    AA AA AA 96 69 | length | SW1 SW2 SW3 [data]       | check

The length is big-endian and counts what follows it, check included; the check is the XOR of everything between preamble
and check. The standard's text is not public: this rests on the agreement of independent implementations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from itertools import pairwise
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
SHORTEST_REPLY = 4
SHORTEST_REQUEST = 3
LONGEST = 0x0A00
TEXT_BYTES = 256
PHOTO_BYTES = 1024
ADDRESS_BYTES = 70
ADDRESSES = 4
"""A card takes up to four addresses that were changed after it was made."""

# Some readers (CVR-100D) put a 00 between the AAs.
_PREAMBLE = re.compile(rb"\xaa\x00?\xaa\x00?\xaa\x96\x69")
_PREAMBLE_MAX = 7


class Sw3(IntEnum):
    """The module's verdict. SW1 and SW2 belong to the card and carry none."""

    OK = 0x90
    ITEM_EMPTY = 0x91
    CARD_FOUND = 0x9F
    RX_CHECKSUM = 0x10
    RX_LENGTH = 0x11
    BAD_COMMAND = 0x21
    UNAUTHORISED_OPERATION = 0x23
    UNRECOGNISED = 0x24
    CARD_REJECTS_SAM = 0x31
    SAM_REJECTS_CARD = 0x32
    MAC_ERROR = 0x33
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    SAM_NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


_STATUS = {int(status): status for status in Sw3}


class FrameError(ValueError):
    """The bytes are not a frame. The text never shows them."""


class ChecksumError(FrameError):
    """The XOR over everything after the preamble is not zero."""


class LengthError(FrameError):
    """A length disagrees with the bytes received."""


class PreambleError(FrameError):
    """The frame does not begin with AA AA AA 96 69."""


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """One SAM reply. `status` is SW3 (unheard-of values read as UNRECOGNISED, `code` keeps them)."""

    status: Sw3
    code: int
    card_status: int
    data: bytes

    def __repr__(self) -> str:
        return f"Reply({self.status.name}, code={self.code:02X}, {len(self.data)} bytes)"


def encode(body: bytes) -> bytes:
    """Frame a body (command, parameter and data; or SW1 SW2 SW3 and data)."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


RESET = encode(b"\x10\xff")
STATUS = encode(b"\x11\xff")
SAM_ID = encode(b"\x12\xff")
FIND = encode(b"\x20\x01")
SELECT = encode(b"\x20\x02")
READ = encode(b"\x30\x01")
READ_WITH_FINGERPRINT = encode(b"\x30\x10")
READ_NEW_ADDRESSES = encode(b"\x30\x03")
READ_BODY_NUMBER = encode(b"\x30\x05")
MAX_RF_FRAME = encode(b"\x61\xff\x50")
BAUDS = (115200, 57600, 38400, 19200, 9600)


def set_baud(baud: int) -> bytes:
    """Return the command that changes the reader's rate; the port is reopened 5 ms after its answer.

    Raises:
        ValueError: not one of `BAUDS`.
    """
    return encode(bytes([0x60, BAUDS.index(baud)]))


def unframe(frame: bytes, shortest: int = SHORTEST_REPLY) -> bytes:
    """Return the body of one whole frame, preamble included.

    Raises:
        PreambleError, LengthError, ChecksumError: it is no frame.
    """
    if not frame.startswith(PREAMBLE):
        raise PreambleError("no preamble")
    counted = frame[len(PREAMBLE) :]
    if len(counted) < 2:
        raise LengthError("no length")
    length = int.from_bytes(counted[:2], "big")
    if not shortest <= length <= LONGEST or len(counted) != 2 + length:
        raise LengthError(f"length field {length}, {max(0, len(counted) - 2)} bytes follow")
    if reduce(xor, counted):
        raise ChecksumError("checksum")
    return counted[2:-1]


def decode_reply(frame: bytes) -> Reply:
    """Decode one whole reply, preamble included.

    Raises:
        PreambleError, LengthError, ChecksumError: it is no frame.
    """
    body = unframe(frame)
    code = body[2]
    status = _STATUS.get(code, Sw3.UNRECOGNISED)
    return Reply(status, code, int.from_bytes(body[:2], "big"), body[3:])


class FrameParser:
    """Finds frames in a stream by their lengths; noise before, between and inside costs nothing but the noise.

    `damaged` counts what began like a frame and was none: a wrong length or a wrong check.
    """

    def __init__(self, shortest: int = SHORTEST_REPLY) -> None:
        self._shortest = shortest
        self._waiting = bytearray()
        self.damaged = 0

    @property
    def inside(self) -> bool:
        """True while a frame has begun and not ended."""
        return _PREAMBLE.match(self._waiting) is not None

    @property
    def held(self) -> int:
        """How many bytes wait for the rest of their frame: never more than the longest frame has."""
        return len(self._waiting)

    def reset(self) -> None:
        """Forget what has not become a frame."""
        self._waiting.clear()

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes in and return the whole, checked frames they complete, each with the plain preamble."""
        self._waiting += data
        frames: list[bytes] = []
        while (frame := self._next()) is not None:
            if frame:
                frames.append(frame)
        return frames

    def resync(self) -> list[bytes]:
        """The frame that has begun will not end: give it up and return the true ones that were taken for its inside."""
        if self.inside:
            self.damaged += 1
            del self._waiting[0]
        return self.feed(b"")

    def _next(self) -> bytes | None:
        """Return a frame, b"" after a step of resynchronising, None when more bytes are needed."""
        found = _PREAMBLE.search(self._waiting)
        if found is None:
            del self._waiting[: max(0, len(self._waiting) - _PREAMBLE_MAX + 1)]
            return None
        del self._waiting[: found.start()]
        start = found.end() - found.start()
        if len(self._waiting) < start + 2:
            return None
        length = int.from_bytes(self._waiting[start : start + 2], "big")
        end = start + 2 + length
        if self._shortest <= length <= LONGEST:
            if len(self._waiting) < end:
                return None
            counted = bytes(self._waiting[start:end])
            if not reduce(xor, counted):
                del self._waiting[:end]
                return PREAMBLE + counted
        self.damaged += 1
        # A true frame may begin inside the false one: go on right behind its first byte.
        del self._waiting[0]
        return b""


@dataclass(frozen=True, slots=True, repr=False)
class Blocks:
    """What a read command brings: 256 bytes of text, a WLT photo, and features if they were asked for."""

    text: bytes
    photo: bytes
    fingerprint: bytes = b""

    def __repr__(self) -> str:
        return f"Blocks(text={len(self.text)}, photo={len(self.photo)}, fingerprint={len(self.fingerprint)} bytes)"


def split_blocks(data: bytes, *, with_fingerprint: bool = False) -> Blocks:
    """Split the data of a read reply by the lengths in it.

    Raises:
        LengthError: the lengths do not add up, the text is not 256 bytes, or the photo is longer than 1024.
    """
    count = 3 if with_fingerprint else 2
    lengths = [int.from_bytes(data[2 * i : 2 * i + 2], "big") for i in range(count)]
    if len(data) != 2 * count + sum(lengths) or lengths[0] != TEXT_BYTES or lengths[1] > PHOTO_BYTES:
        raise LengthError(f"blocks of {lengths} in {len(data)} bytes")
    ends = [2 * count + sum(lengths[:i]) for i in range(count + 1)]
    parts = [data[a:b] for a, b in pairwise(ends)]
    return Blocks(*parts)


def split_addresses(data: bytes) -> tuple[str, ...]:
    """Return the addresses of a reply to `READ_NEW_ADDRESSES`, in their order, without the empty places.

    Raises:
        LengthError: not one to four times 70 bytes.
        FrameError: no UTF-16.
    """
    if not data or len(data) % ADDRESS_BYTES or len(data) > ADDRESSES * ADDRESS_BYTES:
        raise LengthError(f"addresses of {len(data)} bytes")
    parts = [data[at : at + ADDRESS_BYTES] for at in range(0, len(data), ADDRESS_BYTES)]
    try:
        texts = [part.decode("utf-16-le").strip(" \0\u3000") for part in parts]
    except UnicodeDecodeError:
        raise FrameError("an address is no UTF-16") from None
    return tuple(text for text in texts if text)


def format_sam_id(data: bytes) -> str:
    """Return the module's number as it is printed: `05.01-00020231-0012345678-0987654321`.

    Raises:
        LengthError: not 16 bytes.
    """
    if len(data) != 16:
        raise LengthError(f"a module number has 16 bytes, not {len(data)}")
    number = [int.from_bytes(data[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))]
    return f"{number[0]:02d}.{number[1]:02d}-{number[2]:08d}-{number[3]:010d}-{number[4]:010d}"
