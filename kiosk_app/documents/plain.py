"""A page in the printer's own letters, for lines too slow for pictures.

The same lines in the same order as the picture. A line that holds a character which the printer's letters lack is
drawn by us, on the same grid, and goes as a picture between the others; what no font has is refused as always.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from PIL import Image, ImageChops, ImageDraw

from drivers.receipt_printer import COLUMNS, Bitmap, Qr, Slip, Space, Text, columns, in_rom
from drivers.receipt_printer.slip import Piece
from kiosk_app.documents.breaking import break_lines
from kiosk_app.documents.fonts import Font, Typeface, system_typeface
from kiosk_app.documents.page import Caption, Code, Fact, Item, Line, Mark, Notice, Number, Page, Rule, Small, Title
from kiosk_app.documents.render import MODULE, MODULE_LARGE, QUIET, THRESHOLD, WIDTH, code_picture

HALF = 12
"""Dots of a Latin letter; a Chinese one has twice as many."""
CELL = 24
LABEL_MOST = 14
"""A wider label, in Latin letters, stands above its value."""
BIG_SIZE = 34
AIR = 10


@dataclass(frozen=True, slots=True)
class _Type:
    """How large and heavy letters are."""

    wide: int = 1
    tall: int = 1
    bold: bool = False

    @property
    def room(self) -> int:
        """Latin letters of this size on one line."""
        return COLUMNS // self.wide


def slip_of(page: Page, *, native_codes: bool = True, typeface: Typeface | None = None) -> Slip:
    """Lay a page out in the printer's letters; `native_codes`: the printer draws QR codes itself.

    Raises:
        UncoveredCharacterError: neither the printer's letters nor any font has one of the characters.
        ValueError: a QR code does not fit on the paper.
    """
    setter = _Setter(page, native_codes, typeface or system_typeface())
    return Slip(tuple(piece for line in page.lines for piece in setter.pieces(line)))


class _Setter:
    def __init__(self, page: Page, native_codes: bool, typeface: Typeface) -> None:
        self._large = page.large
        self._native = native_codes
        self._typeface = typeface
        labels = [columns(line.label) for line in page.lines if isinstance(line, Fact)]
        self._column = max((width for width in labels if width <= LABEL_MOST), default=0) + 2

    @property
    def _body(self) -> _Type:
        return _Type(2, 2) if self._large else _Type()

    def pieces(self, line: Line) -> Iterator[Piece]:
        """The pieces of one line of the page."""
        big = _Type(2, 2, True)
        match line:
            case Title(text):
                huge = self._large and columns(text) * 3 <= COLUMNS
                yield from self._rows(text, _Type(3, 3, True) if huge else big, centred=True)
            case Mark(text):
                yield from self._rows(text, _Type(1, 2, True), centred=True)
            case Caption(text, size, strong, centred):
                kind = _Type(2, 2, strong) if size >= BIG_SIZE else _Type(self._body.wide, self._body.tall, strong)
                yield from self._rows(text, kind, centred=centred)
            case Small(text):
                yield from self._rows(text, _Type(1, 2 if self._large else 1), centred=True)
            case Rule():
                yield Text("-" * COLUMNS)
            case Number(label, value):
                yield from self._rows(label, self._body)
                wide = 2 if columns(value) * 2 <= COLUMNS else 1
                yield from self._rows(value, _Type(wide, 2, True))
            case Fact(label, value, strong):
                yield from self._fact(label, value, strong)
            case Item(number, text):
                yield from self._hanging(f"{number}. ", text, self._body)
            case Notice(title, body):
                yield Text("=" * COLUMNS)
                yield from self._rows(title, big, centred=True)
                yield from self._rows(body, _Type(self._body.wide, max(2, self._body.tall), True))
                yield Text("=" * COLUMNS)
            case Code(url):
                yield from self._code(url)

    def _rows(self, text: str, kind: _Type, *, centred: bool = False) -> Iterator[Piece]:
        for row in _broken(text, kind, kind.room, even=centred):
            yield self._row(row, kind, centred)
            yield from _air(kind)

    def _fact(self, label: str, value: str, strong: bool) -> Iterator[Piece]:
        kind = _Type(self._body.wide, self._body.tall, strong)
        if self._large or columns(label) > self._column - 2:
            yield from self._rows(label, _Type(1, kind.tall))
            yield from self._rows(value, kind)
            return
        yield from self._hanging(label.ljust(len(label) + self._column - columns(label)), value, kind)

    def _hanging(self, mark: str, text: str, kind: _Type) -> Iterator[Piece]:
        """The mark, and the text indented beside it."""
        indent = columns(mark)
        for number, row in enumerate(_broken(text, kind, kind.room - indent) or [""]):
            yield self._row((mark if number == 0 else " " * indent) + row, kind, False)
            yield from _air(kind)

    def _row(self, text: str, kind: _Type, centred: bool) -> Piece:
        if all(map(in_rom, text)):
            return Text(text, kind.bold, kind.wide, kind.tall, centred)
        return _drawn(text, kind, centred, self._typeface)

    def _code(self, url: str) -> Iterator[Piece]:
        module = MODULE_LARGE if self._large else MODULE
        picture, scale = code_picture(url, module)
        if self._native and url.isascii():
            yield Space(QUIET * scale)
            yield Qr(url, scale)
            yield Space(QUIET * scale)
        else:
            sheet = Image.new("L", (WIDTH, picture.height), 255)
            sheet.paste(picture, ((WIDTH - picture.width) // 2, 0))
            yield _bitmap(sheet)


def _air(kind: _Type) -> Iterator[Piece]:
    """Tall letters fill their line; the next one needs a little distance."""
    if kind.tall > 1:
        yield Space(AIR)


def _broken(text: str, kind: _Type, room: int, *, even: bool = False) -> list[str]:
    measure = partial(_dots, wide=kind.wide)
    return break_lines(text, room * HALF * kind.wide, CELL * kind.wide, measure, even=even)


def _dots(text: str, wide: int) -> float:
    return float(columns(text) * HALF * wide)


def _drawn(text: str, kind: _Type, centred: bool, typeface: Typeface) -> Bitmap:
    """The line as the printer would set it, one cell a character, with our fonts."""
    one = Font(typeface, CELL * kind.tall - 2, kind.bold)
    height = CELL * kind.tall + 10
    sheet = Image.new("L", (WIDTH, height), 255)
    pen = ImageDraw.Draw(sheet)
    x = (WIDTH - columns(text) * HALF * kind.wide) // 2 if centred else 0
    for char in text:
        cell = columns(char) * HALF * kind.wide
        for run in one.runs(char):
            pen.text((x + cell / 2, height - 10), run.text, font=run.font, fill=0, anchor="ms")
        x += cell
    return _bitmap(sheet)


def _bitmap(sheet: Image.Image) -> Bitmap:
    black = ImageChops.invert(sheet).point([0] * (256 - THRESHOLD) + [255] * THRESHOLD, "1")
    return Bitmap(sheet.width, sheet.height, black.tobytes())
