"""A page as dots: 576 across, black on white, thresholded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import segno
from PIL import Image, ImageChops, ImageDraw

from drivers.receipt_printer import Bitmap
from kiosk_app.documents.breaking import break_lines
from kiosk_app.documents.fonts import Font, Typeface, system_typeface
from kiosk_app.documents.page import Caption, Code, Fact, Item, Line, Mark, Notice, Number, Page, Rule, Small, Title

WIDTH = 576
MARGIN = 8
LARGE = 1.45
"""Large print: 38 dots are 4.7 mm, above the 4 mm that elderly people need on thermal paper."""
LINE_HEIGHT = 1.34
THRESHOLD = 150
"""Grey below it becomes black; thin strokes survive the head's dot gain at this value."""
MODULE = 7
MODULE_LARGE = 9
QUIET = 4
TEXT = 26
BOX_PADDING = 14
LABEL_MOST = WIDTH * 0.3
"""A wider label stands above its value."""

Draw = Callable[[ImageDraw.ImageDraw, Image.Image, int], None]
"""Draws itself with its top at the given row."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the page: rows it takes and how it draws itself."""

    height: int
    draw: Draw


def render(page: Page, typeface: Typeface | None = None) -> Bitmap:
    """Draw a page.

    Raises:
        UncoveredCharacterError: a character has no glyph in any font; nothing is printed with a hole in a name.
        ValueError: a QR code does not fit on the paper.
    """
    painter = _Painter(typeface or system_typeface(), page)
    blocks = [block for line in page.lines for block in painter.blocks(line)]
    height = sum(block.height for block in blocks) + 2 * MARGIN
    image = Image.new("L", (WIDTH, height), 255)
    canvas = ImageDraw.Draw(image)
    top = MARGIN
    for block in blocks:
        block.draw(canvas, image, top)
        top += block.height
    black = ImageChops.invert(image).point([0] * (256 - THRESHOLD) + [255] * THRESHOLD, "1")
    return Bitmap(WIDTH, height, black.tobytes())


class _Painter:
    def __init__(self, typeface: Typeface, page: Page) -> None:
        self._typeface = typeface
        self._fonts: dict[tuple[int, bool], Font] = {}
        self._large = page.large
        labels = [self._label_font().measure(line.label) for line in page.lines if isinstance(line, Fact)]
        self._column = MARGIN + round(max((width for width in labels if width <= LABEL_MOST), default=0.0)) + 12

    def _size(self, standard: int) -> int:
        return round(standard * LARGE) if self._large else standard

    def _font(self, standard: int, bold: bool = False) -> Font:
        return self._of_size(self._size(standard), bold)

    def _of_size(self, size: int, bold: bool) -> Font:
        return self._fonts.setdefault((size, bold), Font(self._typeface, size, bold))

    def blocks(self, line: Line) -> Iterator[_Block]:
        """The blocks of one line of the page."""
        match line:
            case Title(text):
                yield from self._paragraph(text, self._title_font(text), centred=True)
                yield _gap(4)
            case Mark(text):
                yield from self._paragraph(text, self._font(28, True), centred=True)
            case Caption(text, size, strong, centred):
                yield from self._paragraph(text, self._font(size, strong), centred=centred)
                yield _gap(4)
            case Small(text):
                small = self._of_size(26 if self._large else 21, False)
                yield from self._paragraph(text, small, centred=True)
            case Rule():
                yield _Block(20, _dashes)
            case Number(label, value):
                yield from self._paragraph(label, self._label_font(), centred=False)
                yield from self._paragraph(value, self._number_font(value), centred=False)
                yield _gap(6)
            case Fact(label, value, strong):
                yield from self._fact(label, value, strong)
            case Item(number, text):
                yield from self._hanging(f"{number}. ", text, self._font(24))
            case Notice(title, body):
                yield from self._notice(title, body)
            case Code(url):
                yield _code(url, MODULE_LARGE if self._large else MODULE)

    def _label_font(self) -> Font:
        return self._of_size(30, False) if self._large else self._font(TEXT)

    def _title_font(self, text: str) -> Font:
        """As big as the headline allows on one line, down to two thirds."""
        return self._widest(text, 42, 28)

    def _number_font(self, text: str) -> Font:
        """A number is never broken: smaller instead."""
        return self._widest(text, 36, 20)

    def _widest(self, text: str, most: int, least: int) -> Font:
        fonts = (self._font(size, True) for size in range(most, least, -2))
        return next((one for one in fonts if one.measure(text) <= WIDTH - 2 * MARGIN), self._font(least, True))

    def _paragraph(self, text: str, one: Font, *, centred: bool, left: int = MARGIN) -> Iterator[_Block]:
        room = WIDTH - left - MARGIN
        for row in break_lines(text, room, one.size, one.measure, even=centred):
            x = left + (room - one.measure(row)) / 2 if centred else left
            yield _Block(round(one.size * LINE_HEIGHT), partial(_text, row, one, x))

    def _fact(self, label: str, value: str, strong: bool) -> Iterator[_Block]:
        name, one = self._label_font(), self._font(28 if strong else TEXT, strong)
        if self._large or name.measure(label) > LABEL_MOST:
            yield from self._paragraph(label, name, centred=False)
            yield from self._paragraph(value, one, centred=False)
            yield _gap(8)
            return
        rows = list(self._paragraph(value, one, centred=False, left=self._column))
        first = rows[0].height if rows else 0
        drop = (one.size - name.size) // 2
        yield _Block(0, lambda canvas, image, top: _text(label, name, MARGIN, canvas, image, top + max(0, drop)))
        yield from rows or (_gap(first),)

    def _hanging(self, mark: str, text: str, one: Font) -> Iterator[_Block]:
        left = MARGIN + round(one.measure(mark))
        yield _Block(0, partial(_text, mark, one, MARGIN))
        yield from self._paragraph(text, one, centred=False, left=left)

    def _notice(self, title: str, body: str) -> Iterator[_Block]:
        bold, text = self._font(30, True), self._font(TEXT, True)
        left = MARGIN + BOX_PADDING
        room = WIDTH - 2 * left
        rows = [(row, bold, True) for row in break_lines(title, room, bold.size, bold.measure)]
        rows += [(row, text, False) for row in break_lines(body, room, text.size, text.measure)]
        heights = [round(one.size * LINE_HEIGHT) for _, one, _ in rows]
        height = sum(heights) + 2 * BOX_PADDING

        def draw(canvas: ImageDraw.ImageDraw, image: Image.Image, top: int) -> None:
            canvas.rectangle((MARGIN // 2, top + 2, WIDTH - MARGIN // 2 - 1, top + height - 3), outline=0, width=3)
            y = top + BOX_PADDING
            for (row, one, centred), step in zip(rows, heights, strict=True):
                x = left + (room - one.measure(row)) / 2 if centred else left
                _text(row, one, x, canvas, image, y)
                y += step

        yield _Block(height, draw)


def _gap(rows: int) -> _Block:
    return _Block(rows, lambda _canvas, _image, _top: None)


def _text(text: str, one: Font, x: float, canvas: ImageDraw.ImageDraw, _image: Image.Image, top: int) -> None:
    baseline = top + one.ascent - round(one.size * 0.12)
    for run in one.runs(text):
        canvas.text((x, baseline), run.text, font=run.font, fill=0, anchor="ls")
        x += run.width


def _dashes(canvas: ImageDraw.ImageDraw, _image: Image.Image, top: int) -> None:
    for x in range(MARGIN // 2, WIDTH - MARGIN // 2, 10):
        canvas.line((x, top + 9, x + 5, top + 9), fill=0, width=2)


def code_picture(url: str, module: int) -> tuple[Image.Image, int]:
    """Return a QR code with its quiet zone, error correction M, and its dots per module: `module` or what fits.

    Raises:
        ValueError: it does not fit on the paper.
    """
    symbol = segno.make(url, error="m", boost_error=False, micro=False)
    modules = symbol.symbol_size(border=QUIET)[0]
    scale = int(min(module, WIDTH // modules))
    if scale < 3:
        raise ValueError("the address is too long for a QR code on this paper")
    side = int(modules * scale)
    data = bytes(255 * (1 - bit) for row in symbol.matrix_iter(scale=scale, border=QUIET) for bit in row)
    return Image.frombytes("L", (side, side), data), scale


def _code(url: str, module: int) -> _Block:
    picture, _ = code_picture(url, module)
    side = picture.height
    return _Block(side, lambda _canvas, image, top: image.paste(picture, ((WIDTH - side) // 2, top)))
