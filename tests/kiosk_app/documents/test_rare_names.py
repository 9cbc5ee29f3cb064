"""Rare characters of names: the dots on the paper are the font's own glyph of that character, and no box."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk_app.documents import Page, render
from kiosk_app.documents.fonts import Face, Typeface, system_typeface
from kiosk_app.documents.page import Caption

RARE = "𠮷㐂䶮𫖮𬭊𫍯𪚥龘㛃𮧵"
SIZE = 40


def glyph(char: str, face: Face) -> Image.Image:
    """The glyph of one face, drawn by the font alone, in its box."""
    font = ImageFont.truetype(str(face.path), SIZE, index=face.index, layout_engine=ImageFont.Layout.BASIC)
    sheet = Image.new("L", (SIZE * 2, SIZE * 2), 255)
    ImageDraw.Draw(sheet).text((SIZE // 2, int(SIZE * 1.5)), char, font=font, fill=0, anchor="ls")
    return boxed(sheet)


def boxed(sheet: Image.Image) -> Image.Image:
    """Black dots in their bounding box."""
    black = ImageChops.invert(sheet).point([0] * 106 + [255] * 150, "1")
    return black.crop(black.getbbox())


def printed(char: str) -> Image.Image:
    bitmap = render(Page((Caption(char, SIZE, centred=False),)))
    rows = bytes(byte ^ 0xFF for byte in bitmap.rows)
    return boxed(Image.frombytes("1", (bitmap.width, bitmap.height), rows).convert("L"))


def first_face(char: str) -> Face:
    """The first face whose cmap, read by fontTools, has the character."""
    for face in system_typeface().regular:
        with TTFont(str(face.path), fontNumber=face.index, lazy=True) as font:
            if ord(char) in font.getBestCmap():
                return face
    pytest.skip("needs fonts-noto-cjk and fonts-hanazono")


@pytest.mark.parametrize("char", RARE)
def test_the_paper_shows_the_glyph_of_the_first_font_that_has_it(char: str) -> None:
    expected, found = glyph(char, first_face(char)), printed(char)
    assert found.size == expected.size
    differing = sum(ImageChops.logical_xor(found, expected).histogram()[255:])
    assert differing <= found.width * found.height * 0.02  # anti-aliasing at another place of the pixel grid


def test_rare_characters_do_not_look_alike() -> None:
    try:
        pictures = [printed(char).tobytes() for char in RARE]
    except ValueError:
        pytest.skip("needs fonts-noto-cjk and fonts-hanazono")
    assert all(one != other for one, other in pairwise(pictures))


def test_without_the_font_that_has_it_a_name_is_refused() -> None:
    shipped = tuple(face for face in system_typeface().regular if "Doorstep" in face.path.name)
    if not shipped:
        pytest.skip("the shipped font is not there")
    with pytest.raises(ValueError, match="cannot be printed") as caught:
        render(Page((Caption("𠮷*", SIZE),)), Typeface(shipped, shipped))
    assert "𠮷" not in str(caught.value)
