"""The printer's own letters: a ROM of 24 dots a Chinese character, drawn from the font that the screens ship.

Read with the rules of the printer's manual: from FS & on, two bytes from 81 are one character; four-byte GB18030 is
not known and shows as what its bytes look like, which is why nobody must send it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from drivers.receipt_printer.simulator.paper import WIDTH_BYTES

CELL = 24
HALF = CELL // 2
DOTS = WIDTH_BYTES * 8
FONTS = (
    Path(__file__).parents[3] / "ui" / "fonts" / "DoorstepSans-Regular.otf",
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
THRESHOLD = 110


@dataclass(frozen=True, slots=True)
class Style:
    """How the next letters look."""

    chinese: bool = False
    bold: bool = False
    wide: int = 1
    tall: int = 1


@dataclass(slots=True)
class Line:
    """What waits in the line buffer."""

    parts: list[tuple[bytes, Style]] = field(default_factory=list)

    def add(self, data: bytes, style: Style) -> None:
        """Append bytes in a style."""
        self.parts.append((data, style))


class Letters:
    """Draws lines."""

    def draw(self, line: Line, centred: bool) -> tuple[str, list[bytes]]:
        """Return the text of a line and its rows of dots; what does not fit is lost at the right edge."""
        pieces = [(char, style) for data, style in line.parts for char in _characters(data, style.chinese)]
        if not pieces:
            return "", []
        widths = [(HALF if char.isascii() else CELL) * style.wide for char, style in pieces]
        height = CELL * max(style.tall for _, style in pieces)
        picture = Image.new("1", (DOTS, height), 0)
        x = max(0, (DOTS - sum(widths)) // 2) if centred else 0
        for (char, style), width in zip(pieces, widths, strict=True):
            cell = _cell(char, style.bold).resize((width, CELL * style.tall), Image.Resampling.NEAREST)
            picture.paste(cell, (x, height - cell.height))
            x += width
        data = picture.tobytes()
        text = "".join(char for char, _ in pieces)
        return text, [data[at : at + WIDTH_BYTES] for at in range(0, len(data), WIDTH_BYTES)]


def _characters(data: bytes, chinese: bool) -> list[str]:
    found = []
    at = 0
    while at < len(data):
        pair = data[at : at + 2]
        if chinese and pair[0] >= 0x81 and len(pair) == 2 and pair[1] >= 0x40:
            found.append(pair.decode("gb18030", "replace"))
            at += 2
        else:
            found.append(pair[:1].decode("cp437"))
            at += 1
    return found


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | None:
    path = next((path for path in FONTS if path.is_file()), None)
    return ImageFont.truetype(str(path), CELL - 1, layout_engine=ImageFont.Layout.BASIC) if path else None


@lru_cache(maxsize=4096)
def _cell(char: str, bold: bool) -> Image.Image:
    """One character in its cell; a frame when there is no font."""
    width = HALF if char.isascii() else CELL
    grey = Image.new("L", (width, CELL), 0)
    pen = ImageDraw.Draw(grey)
    font = _font()
    if font is None:
        pen.rectangle((2, 2, width - 3, CELL - 3), outline=255 if char.strip() else 0)
    else:
        pen.text((width / 2, CELL - 4), char, font=font, fill=255, anchor="ms", stroke_width=1 if bold else 0)
    return grey.point([0] * THRESHOLD + [255] * (256 - THRESHOLD), "1")


def qr_rows(data: bytes, module: int, centred: bool) -> list[bytes]:
    """Rows of dots of a QR code, level M, without quiet zone."""
    symbol = segno.make(data.decode("latin-1"), error="m", boost_error=False, micro=False)
    side = int(symbol.symbol_size(border=0)[0] * module)
    bits = bytes(255 * bit for row in symbol.matrix_iter(scale=module, border=0) for bit in row)
    picture = Image.new("1", (DOTS, side), 0)
    picture.paste(Image.frombytes("L", (side, side), bits).convert("1"), ((DOTS - side) // 2 if centred else 0, 0))
    dots = picture.tobytes()
    return [dots[at : at + WIDTH_BYTES] for at in range(0, len(dots), WIDTH_BYTES)]
