"""A bitmap as raster bands.

One `GS v 0` of a whole receipt is a command of tens of kilobytes: when the line breaks inside it, everything sent later
is swallowed as picture. Bands of at most 64 rows bound that to 4608 bytes. Blank paper is fed, not drawn, and each band
is trimmed on the right: together that halves the bytes, which on a serial line is the time a resident waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.receipt_printer import codec
from drivers.receipt_printer.bitmap import Bitmap

BAND_ROWS = 64
MIN_BLANK_ROWS = 8
"""A shorter gap inside a band is drawn: many small commands make a thermal mechanism stop and start."""


def encode(bitmap: Bitmap) -> bytes:
    """Return the commands that print `bitmap` from the left edge, `bitmap.height` rows of paper in all."""
    return b"".join(_commands(bitmap))


def _commands(bitmap: Bitmap) -> Iterator[bytes]:
    used = [len(bitmap.row(y).rstrip(b"\0")) for y in range(bitmap.height)]
    y = 0
    while y < bitmap.height:
        blank = _run(used, y, bitmap.height)
        if blank:
            yield from codec.feed(blank)
            y += blank
            continue
        end = _band_end(used, y, bitmap.height)
        width = max(used[y:end])
        yield codec.raster(width, b"".join(bitmap.row(row)[:width] for row in range(y, end)), end - y)
        y = end


def _run(used: list[int], start: int, limit: int) -> int:
    """Number of blank rows from `start`, before `limit`."""
    end = start
    while end < limit and not used[end]:
        end += 1
    return end - start


def _band_end(used: list[int], start: int, height: int) -> int:
    """First row after the band that begins at `start`; the band ends with a row that has ink."""
    limit = min(start + BAND_ROWS, height)
    y = start
    while y < limit:
        blank = _run(used, y, limit)
        if blank >= MIN_BLANK_ROWS or y + blank == limit:
            return y
        y += max(blank, 1)
    return limit
