"""Commands to a chip card and its answers as bytes (ISO/IEC 7816-4, short lengths), pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

LONGEST_DATA = 255
LONGEST_ANSWER = 256 + 2
SELECT = 0xA4
READ_RECORD = 0xB2
GET_RESPONSE = 0xC0
BY_NAME = 0x04
RECORD_BY_TAG = 0x00
RECORD_BY_NUMBER = 0x04


class ApduError(ValueError):
    """Bytes that are no command or no answer."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """One command. `le` is how many bytes are wanted (1 to 256), None when the command asks for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def encode(self) -> bytes:
        """Return the bytes.

        Raises:
            ApduError: a parameter does not fit.
        """
        if not all(0 <= part <= 0xFF for part in (self.cla, self.ins, self.p1, self.p2)):
            raise ApduError("a parameter is no byte")
        if len(self.data) > LONGEST_DATA or not (self.le is None or 1 <= self.le <= 256):
            raise ApduError("too long for a short command")
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        body = bytes((len(self.data),)) + self.data if self.data else b""
        return head + body + (b"" if self.le is None else bytes((self.le & 0xFF,)))


def decode_command(raw: bytes) -> Apdu:
    """Return the command that `raw` is, of any of the four short cases. P3 = 00 alone asks for 256 bytes.

    Raises:
        ApduError: too short, or the length inside disagrees.
    """
    if len(raw) < 4:
        raise ApduError("a command has at least 4 bytes")
    cla, ins, p1, p2, *_ = raw
    rest = raw[4:]
    if not rest:
        return Apdu(cla, ins, p1, p2)
    if len(rest) == 1:
        return Apdu(cla, ins, p1, p2, le=rest[0] or 256)
    size = rest[0]
    if size == 0 or len(rest) not in (1 + size, 2 + size):
        raise ApduError(f"length field {size}, {len(rest) - 1} bytes follow")
    le = (rest[-1] or 256) if len(rest) == 2 + size else None
    return Apdu(cla, ins, p1, p2, rest[1 : 1 + size], le)


class Verdict(Enum):
    """What a status word means to a reader of public fields."""

    OK = auto()
    MORE = auto()  # 61xx: fetch xx bytes with GET RESPONSE
    AGAIN = auto()  # 6Cxx: the same with Le = xx
    NOT_FOUND = auto()
    NEEDS_PIN = auto()
    LOCKED = auto()
    NOT_KNOWN = auto()  # the card does not know the command or its class
    FAILED = auto()


_VERDICTS = {
    0x9000: Verdict.OK,
    0x6A82: Verdict.NOT_FOUND,
    0x6A83: Verdict.NOT_FOUND,
    0x6A88: Verdict.NOT_FOUND,
    0x9404: Verdict.NOT_FOUND,
    0x6982: Verdict.NEEDS_PIN,
    0x6983: Verdict.LOCKED,
    0x6283: Verdict.LOCKED,
    0x6A81: Verdict.LOCKED,
    0x9303: Verdict.LOCKED,
    0x6D00: Verdict.NOT_KNOWN,
    0x6E00: Verdict.NOT_KNOWN,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a card said: data and status word."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def verdict(self) -> Verdict:
        """The status word's meaning; one that is not listed is a failure."""
        match self.sw >> 8:
            case 0x61:
                return Verdict.MORE
            case 0x6C:
                return Verdict.AGAIN
            case _:
                return _VERDICTS.get(self.sw, Verdict.FAILED)

    @property
    def count(self) -> int:
        """How many bytes 61xx and 6Cxx speak of (00 means 256)."""
        return (self.sw & 0xFF) or 256

    def encode(self) -> bytes:
        """Return the bytes."""
        return self.data + self.sw.to_bytes(2, "big")


def decode_answer(raw: bytes) -> Answer:
    """Return the answer that `raw` is.

    Raises:
        ApduError: shorter than a status word, or longer than a short answer can be.
    """
    if not 2 <= len(raw) <= LONGEST_ANSWER:
        raise ApduError(f"an answer of {len(raw)} bytes")
    return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))


def select_application(name: bytes) -> Apdu:
    """SELECT by name (AID)."""
    return Apdu(0x00, SELECT, BY_NAME, 0x00, name)


def select_file(identifier: int, how: int) -> Apdu:
    """SELECT a file by its identifier. `how` is P1: 02 under the application, 00 anywhere."""
    return Apdu(0x00, SELECT, how, 0x00, identifier.to_bytes(2, "big"))


def read_record(reference: int, how: int, size: int) -> Apdu:
    """READ RECORD. `how` is P2: 00 `reference` is a tag, 04 it is a number; `size` counts tag and length too."""
    return Apdu(0x00, READ_RECORD, reference, how, le=size)


def get_response(count: int) -> Apdu:
    """GET RESPONSE."""
    return Apdu(0x00, GET_RESPONSE, 0x00, 0x00, le=count)
