"""A slip as GB18030 text and native QR codes: a fiftieth of the bytes of its picture. Pictures in it go as bands."""

from __future__ import annotations

from collections.abc import Iterator

from escpos.constants import ESC, GS

from drivers.receipt_printer import bands, codec
from drivers.receipt_printer.bitmap import Bitmap
from drivers.receipt_printer.slip import Piece, Qr, Slip, Space, Text

CHINESE_ON: bytes = b"\x1c&"
"""FS &: two bytes from 81 on are one character."""
LINE_DOTS = 34
_SPACING: bytes = bytes(ESC) + b"3" + bytes([LINE_DOTS])
_MODEL_2 = b"\x31\x41\x32\x00"
_LEVEL_M = b"\x31\x45\x31"
_PRINT = b"\x31\x51\x30"


def encode(slip: Slip) -> bytes:
    """Return the commands that print `slip`."""
    return CHINESE_ON + _SPACING + b"".join(part for piece in slip.pieces for part in _piece(piece))


def _piece(piece: Piece) -> Iterator[bytes]:
    match piece:
        case Text(text, bold, wide, tall, centred):
            yield _align(centred) + _bold(bold) + _size(wide, tall) + text.encode("gb18030") + b"\n"
        case Qr(text, module):
            yield _align(True) + _qr(text.encode("ascii"), module)
        case Space(rows):
            yield from codec.feed(rows)
        case Bitmap():
            yield _align(False) + bands.encode(piece)


def _align(centred: bool) -> bytes:
    """ESC a."""
    return bytes(ESC) + b"a" + bytes([centred])


def _bold(bold: bool) -> bytes:
    """ESC E."""
    return bytes(ESC) + b"E" + bytes([bold])


def _size(wide: int, tall: int) -> bytes:
    """GS !: for Latin and Chinese letters alike."""
    return bytes(GS) + b"!" + bytes([(wide - 1) << 4 | (tall - 1)])


def _qr(data: bytes, module: int) -> bytes:
    """GS ( k: model 2, dots per module, level M, store, print."""
    parts = (_MODEL_2, b"\x31\x43" + bytes([module]), _LEVEL_M, b"\x31\x50\x30" + data, _PRINT)
    return b"".join(bytes(GS) + b"(k" + len(part).to_bytes(2, "little") + part for part in parts)
