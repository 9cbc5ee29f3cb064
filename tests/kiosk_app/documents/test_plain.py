"""Receipts in the printer's own letters say what the picture says; what the letters lack goes as a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.receipt_printer import COLUMNS, Bitmap, Qr, Slip, Text, columns, raw
from kiosk_app.documents import ReceiptModel, UncoveredCharacterError, page_of, render, slip_of, text_of
from tests.kiosk_app.documents.samples import ACCEPTED, EVERY_FORM, URL, name_of

RARE = ("𠮷*", "㐂*", "䶮*", "𫖮*")


def joined(slip: Slip) -> str:
    return "".join(piece.text.strip() for piece in slip.pieces if isinstance(piece, Text)).replace(" ", "")


def drawn(model: ReceiptModel) -> Slip:
    try:
        return slip_of(page_of(model))
    except UncoveredCharacterError:
        pytest.skip("needs fonts-noto-cjk and fonts-hanazono")


@pytest.mark.parametrize("model", EVERY_FORM, ids=name_of)
def test_every_form_says_the_same_as_its_picture(model: ReceiptModel) -> None:
    said = joined(slip_of(page_of(model)))
    for line in text_of(model):
        assert line.replace(" ", "").replace("\u00a0", "") in said.replace("\u00a0", "")


@pytest.mark.parametrize("model", EVERY_FORM, ids=name_of)
def test_every_form_fits_has_its_code_and_takes_a_tenth_of_the_bytes(model: ReceiptModel) -> None:
    slip = slip_of(page_of(model))
    assert all(columns(piece.text) * piece.wide <= COLUMNS for piece in slip.pieces if isinstance(piece, Text))
    assert [piece.text for piece in slip.pieces if isinstance(piece, Qr)] == ([URL] if model.track_url else [])
    bitmap = render(page_of(model))
    assert len(raw.encode(slip)) * 10 < len(bitmap.rows)


@pytest.mark.parametrize("name", RARE)
def test_a_line_with_a_character_that_the_printer_lacks_is_a_picture_between_the_others(name: str) -> None:
    slip = drawn(replace(ACCEPTED, applicant=name))
    (band,) = [piece for piece in slip.pieces if isinstance(piece, Bitmap)]
    other = [piece for piece in drawn(replace(ACCEPTED, applicant="张*")).pieces if not isinstance(piece, Bitmap)]
    assert len(other) == len(slip.pieces)
    assert any(band.rows)
    assert band.height < 40
    assert name[0] not in joined(slip)


def test_large_print_is_large_and_puts_labels_above_values() -> None:
    texts = [piece for piece in slip_of(page_of(replace(ACCEPTED, large=True))).pieces if isinstance(piece, Text)]
    value = next(piece for piece in texts if piece.text == "张*华")
    assert (value.wide, value.tall) == (2, 2)
    assert texts[texts.index(value) - 1].text == "申请人"


def test_a_printer_without_codes_gets_a_picture_of_the_code() -> None:
    slip = slip_of(page_of(ACCEPTED), native_codes=False)
    assert not [piece for piece in slip.pieces if isinstance(piece, Qr)]
    assert [piece.width for piece in slip.pieces if isinstance(piece, Bitmap)] == [576]


def test_a_character_that_nobody_can_draw_is_refused_here_too_and_not_named() -> None:
    with pytest.raises(UncoveredCharacterError) as caught:
        slip_of(page_of(replace(ACCEPTED, applicant="\U0003134a*")))
    assert "\U0003134a" not in str(caught.value)
