"""Receipts as dots."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from drivers.receipt_printer import Bitmap
from kiosk_app.documents import ReceiptModel, UncoveredCharacterError, page_of, render, slip_of
from kiosk_app.documents.fonts import Face, Font, Typeface, system_typeface
from kiosk_app.documents.page import Caption, Page
from tests.kiosk_app.documents.samples import ACCEPTED, APPOINTMENT, EVERY_FORM, PENDING, URL, name_of


def picture(bitmap: Bitmap) -> Image.Image:
    inverted = bytes(byte ^ 0xFF for byte in bitmap.rows)
    return Image.frombytes("1", (bitmap.width, bitmap.height), inverted).convert("L")


def codes(bitmap: Bitmap) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture(bitmap))]


@pytest.mark.parametrize("model", EVERY_FORM, ids=name_of)
def test_every_form_fits_the_paper_and_keeps_its_margins(model: ReceiptModel) -> None:
    bitmap = render(page_of(model))
    assert bitmap.width == 576
    box = Image.eval(picture(bitmap), lambda value: 255 - value).getbbox()
    assert box is not None
    assert box[0] >= 2
    assert box[2] <= 574


@pytest.mark.parametrize("model", EVERY_FORM, ids=name_of)
def test_the_code_on_the_paper_is_the_address_exactly(model: ReceiptModel) -> None:
    assert codes(render(page_of(model))) == ([model.track_url] if model.track_url else [])


def test_a_long_address_still_scans() -> None:
    url = URL + "?" + "k" * 250
    assert codes(render(page_of(replace(ACCEPTED, track_url=url)))) == [url]


def test_an_address_too_long_for_the_paper_is_refused() -> None:
    with pytest.raises(ValueError, match="QR"):
        render(page_of(replace(ACCEPTED, track_url=URL + "?" + "k" * 2300)))


def test_a_pending_receipt_with_a_lookup_address_shows_it() -> None:
    assert codes(render(page_of(replace(PENDING, track_url=URL)))) == [URL]


def test_large_print_is_larger() -> None:
    assert render(page_of(replace(ACCEPTED, large=True))).height > 1.4 * render(page_of(ACCEPTED)).height


@pytest.mark.parametrize("name", ["𠮷*", "㐂*", "䶮*", "𫖮*", "𬭊*文"])
def test_rare_names_are_printed_with_their_own_glyph(name: str) -> None:
    try:
        rare = render(page_of(replace(ACCEPTED, applicant=name)))
    except UncoveredCharacterError:
        pytest.skip("needs fonts-noto-cjk and fonts-hanazono")
    other = render(page_of(replace(ACCEPTED, applicant="口" + name[1:])))
    assert rare.rows != other.rows


def test_a_character_that_no_font_has_is_refused_and_not_named() -> None:
    with pytest.raises(UncoveredCharacterError) as caught:
        render(page_of(replace(ACCEPTED, applicant="\U0003134a*")))
    assert "\U0003134a" not in str(caught.value)


def test_the_first_face_that_covers_a_character_prints_it() -> None:
    faces = system_typeface().regular
    if len(faces) < 2:
        pytest.skip("only one font is installed")
    page = Page((Caption("回执", 26),))
    assert render(page, Typeface(faces, faces)).rows == render(page, Typeface(faces[:1], faces[:1])).rows


def test_a_typeface_without_chinese_prints_nothing_rather_than_boxes(tmp_path: Path) -> None:
    latin = next(iter(sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))), None)
    if latin is None:
        pytest.skip("needs fonts-dejavu")
    with pytest.raises(UncoveredCharacterError):
        render(page_of(ACCEPTED), Typeface((Face(latin),), (Face(latin),)))


def test_rendering_takes_less_than_150_milliseconds() -> None:
    render(page_of(APPOINTMENT))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        render(page_of(APPOINTMENT))
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.15


@pytest.mark.parametrize("draw", [render, slip_of], ids=["dots", "letters"])
def test_no_word_of_a_receipt_is_kept_when_it_is_drawn(draw: Callable[[Page], object]) -> None:
    draw(page_of(ACCEPTED))
    gc.collect()
    assert not any(isinstance(one, Font) for one in gc.get_objects()), "a font knows the widths of what it measured"
