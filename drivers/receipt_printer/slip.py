"""A receipt in the printer's own letters: lines of text, QR codes, and pictures between them.

What a ROM with Chinese letters holds is the double-byte part of GB18030. A line with any other character is no `Text`:
whoever makes the slip draws that line and puts the picture in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.receipt_printer.bitmap import Bitmap
from drivers.receipt_printer.codec import WIDTH_DOTS

CELL = 24
"""Dots of a Chinese letter, both ways; Latin letters are half as wide."""
COLUMNS = WIDTH_DOTS // (CELL // 2)
"""Latin letters on one line."""
_USER_ROWS = frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))
"""First bytes whose second byte from A1 on is user-defined; nothing dependable is drawn there."""


def in_rom(char: str) -> bool:
    """True when a printer with Chinese letters draws this character: printable ASCII or double-byte GB18030."""
    if " " <= char <= "~":
        return True
    try:
        code = char.encode("gb18030")
    except UnicodeEncodeError:
        return False
    if len(code) != 2:
        return False
    first, second = code
    user = (first in _USER_ROWS and second >= 0xA1) or (0xA1 <= first <= 0xA7 and second < 0xA1)
    return not user and first != 0xFE  # row FE is where the editions of the standard differ


def columns(text: str) -> int:
    """Width in Latin letters: a character above ASCII takes two."""
    return sum(1 if " " <= char <= "~" else 2 for char in text)


@dataclass(frozen=True, slots=True)
class Text:
    """One line in the printer's letters, `wide` and `tall` times their size.

    Raises:
        ValueError: it does not fit, or holds a character that the ROM may not have. The text is not in the message.
    """

    text: str = field(repr=False)
    bold: bool = False
    wide: int = 1
    tall: int = 1
    centred: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.wide <= 8 and 1 <= self.tall <= 8):
            raise ValueError("letters are 1 to 8 times their size")
        if columns(self.text) * self.wide > COLUMNS:
            raise ValueError("the line is wider than the paper")
        if not all(map(in_rom, self.text)):
            raise ValueError("a character is not among the printer's letters")


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code drawn by the printer, error correction M, `module` dots per module, centred.

    Raises:
        ValueError: not 1 to 7089 ASCII characters, or not 1 to 16 dots.
    """

    text: str = field(repr=False)
    module: int = 7

    def __post_init__(self) -> None:
        if not self.text.isascii() or not 1 <= len(self.text) <= 7089 or not 1 <= self.module <= 16:
            raise ValueError("a QR code takes ASCII text and 1 to 16 dots")


@dataclass(frozen=True, slots=True)
class Space:
    """Blank paper, in rows of dots."""

    rows: int


Piece = Text | Qr | Space | Bitmap


@dataclass(frozen=True, slots=True)
class Slip:
    """Pieces from top to bottom."""

    pieces: tuple[Piece, ...]
