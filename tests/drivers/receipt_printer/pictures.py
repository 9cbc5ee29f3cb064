"""Compare what was sent with what came out."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

from drivers.receipt_printer import Bitmap


def image_of(bitmap: Bitmap) -> Image.Image:
    """The bitmap on paper of full width, black = 0."""
    inverted = bytes(byte ^ 0xFF for byte in bitmap.rows)
    dots = Image.frombytes("1", (bitmap.width, bitmap.height), inverted)
    paper = Image.new("1", (576, bitmap.height), 1)
    paper.paste(dots, (0, 0))
    return paper


def differing_pixels(bitmap: Bitmap, printed: Path | Image.Image) -> int:
    """Number of differing pixels; a different size counts as all of them."""
    expected = image_of(bitmap)
    found = printed if isinstance(printed, Image.Image) else Image.open(printed)
    found = found.convert("1")
    if found.size != expected.size:
        return expected.width * expected.height
    return sum(ImageChops.logical_xor(expected, found).histogram()[255:])
