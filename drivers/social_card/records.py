"""Records of a social-security card: tag, length, value; values in GBK, ASCII and BCD. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

_FILL = "\0 \u3000\uffff"


class RecordError(ValueError):
    """A record that is cut short, is another one, or holds what its field cannot hold. The text holds no value."""


class Encoding(StrEnum):
    """Closed set of how a value is written."""

    GBK = "gbk"
    ASCII = "ascii"
    BCD = "bcd"
    BCD_DATE = "bcd_date"


def encode_record(tag: int, value: bytes) -> bytes:
    """Return tag, length and value.

    Raises:
        RecordError: too long.
    """
    if len(value) > 253 or not 0 <= tag <= 0xFF:
        raise RecordError("does not fit into a record")
    return bytes((tag, len(value))) + value


def decode_record(raw: bytes, tag: int, size: int) -> bytes:
    """Return the value of one record. `size` is how long the profile says that it is.

    Raises:
        RecordError: cut short, another tag, another length.
    """
    if len(raw) < 2:
        raise RecordError(f"record {tag:02X} is cut short")
    if raw[0] != tag:
        raise RecordError(f"record {raw[0]:02X} instead of {tag:02X}")
    if raw[1] != size or len(raw) != 2 + size:
        raise RecordError(f"record {tag:02X} has {raw[1]} bytes and brings {len(raw) - 2}, expected {size}")
    return raw[2:]


def decode_value(value: bytes, encoding: Encoding) -> str:
    """Return the text of a value: GBK and ASCII without filling, BCD as digits, a date as YYYY-MM-DD.

    A value that was never written (all 00, all FF, all spaces) is "".

    Raises:
        RecordError: it is not written that way.
    """
    if not value.strip(b"\0") or not value.strip(b"\xff") or not value.strip(b" "):
        return ""
    match encoding:
        case Encoding.GBK:
            return _text(value, "gb18030")
        case Encoding.ASCII:
            return _text(value, "ascii")
        case Encoding.BCD:
            return _digits(value)
        case Encoding.BCD_DATE:
            return _date(value).isoformat()


def _text(value: bytes, coding: str) -> str:
    try:
        text = value.rstrip(b"\xff").decode(coding).strip(_FILL)
    except UnicodeDecodeError:
        raise RecordError(f"not {coding}") from None
    if not text.isprintable():
        raise RecordError("not printable")
    return text


def _digits(value: bytes) -> str:
    digits = value.hex().rstrip("f")
    if not digits.isdecimal():
        raise RecordError("not BCD")
    return digits


def _date(value: bytes) -> date:
    digits = _digits(value)
    try:
        if len(digits) != 8:
            raise ValueError
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise RecordError("no such day") from None
