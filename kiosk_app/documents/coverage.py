"""Which characters a font file has, read from its `cmap` table (OpenType 1.9.1: directory, cmap formats 4 and 12).

A reader of two formats instead of a font library: the library's tables of every OpenType feature cost the terminal 8 MB
after its first receipt. The tests compare it with fontTools on every font that is used.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

COLLECTION = b"ttcf"
UNICODE, WINDOWS = 0, 3
WINDOWS_UNICODE = (1, 10)
BASIC_PLANE_END = 0xFFFF


class FontFileError(ValueError):
    """The file is no font, or one whose character map is in neither of the two formats."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Code points as runs: `edges` holds where a run begins and, one past its end, where it stops, ascending."""

    edges: tuple[int, ...]

    def __contains__(self, char: str) -> bool:
        """Return whether the font has a glyph for this character."""
        return bisect_right(self.edges, ord(char)) % 2 == 1


def coverage(path: Path, index: int = 0) -> Coverage:
    """Read the character map of one font; `index` counts the fonts of a collection.

    Raises:
        OSError: the file cannot be read.
        FontFileError: it is no such font.
    """
    try:
        table = _table(path, index)
        runs = sorted(run for subtable in _subtables(table) for run in _runs(subtable))
    except (struct.error, IndexError):
        raise FontFileError(f"{path.name}: cut short") from None
    if not runs:
        raise FontFileError(f"{path.name}: no Unicode characters in format 4 or 12")
    edges: list[int] = []
    for first, last in runs:
        if edges and first <= edges[-1]:
            edges[-1] = max(edges[-1], last + 1)
        else:
            edges += (first, last + 1)
    return Coverage(tuple(edges))


def _table(path: Path, index: int) -> bytes:
    """Return the bytes of the `cmap` table; only they and the directory are read."""
    with path.open("rb") as file:
        start = 0
        if file.read(4) == COLLECTION:
            file.seek(12 + 4 * index)
            (start,) = struct.unpack(">I", file.read(4))
        file.seek(start + 4)
        (count,) = struct.unpack(">H6x", file.read(8))
        for _ in range(count):
            tag, offset, length = struct.unpack(">4s4xII", file.read(16))
            if tag == b"cmap":
                file.seek(offset)
                return file.read(length)
    raise FontFileError(f"{path.name}: no character map")


def _subtables(table: bytes) -> Iterator[bytes]:
    """Yield the Unicode subtables."""
    (count,) = struct.unpack_from(">2xH", table)
    for at in range(4, 4 + 8 * count, 8):
        platform, encoding, offset = struct.unpack_from(">HHI", table, at)
        if platform == UNICODE or (platform == WINDOWS and encoding in WINDOWS_UNICODE):
            yield table[offset:]


def _runs(subtable: bytes) -> Iterator[tuple[int, int]]:
    """Yield first and last code point of each run that has glyphs."""
    (form,) = struct.unpack_from(">H", subtable)
    if form == 4:
        yield from _format_4(subtable)
    elif form == 12:
        (count,) = struct.unpack_from(">I", subtable, 12)
        for first, last, glyph in struct.iter_unpack(">III", subtable[16 : 16 + 12 * count]):
            yield (first if glyph else first + 1, last)


def _format_4(subtable: bytes) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", subtable, 6)
    count = double // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", subtable, at) for at in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    for segment, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        if offset == 0:
            missing = [-delta & BASIC_PLANE_END]
        else:
            at = 16 + 3 * double + 2 * segment + offset
            glyphs = struct.unpack_from(f">{last - first + 1}H", subtable, at)
            missing = [
                first + i for i, glyph in enumerate(glyphs) if (glyph + delta) & BASIC_PLANE_END == 0 or not glyph
            ]
        last = min(last, BASIC_PLANE_END - 1)
        cuts = [first - 1, *(m for m in missing if first <= m <= last), last + 1]
        yield from ((a + 1, b - 1) for a, b in pairwise(cuts) if a + 1 <= b - 1)
