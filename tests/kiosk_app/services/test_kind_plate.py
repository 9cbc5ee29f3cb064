"""A number plate: the province, a letter, five or six characters; never I or O."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.services import FieldSpec, masked, normalise, options, problems, shown, spoken
from kiosk_app.services.model import Control
from kiosk_app.services.plates import CHARACTERS, LETTERS, PROVINCES
from kiosk_app.services.regions import regions
from tests.kiosk_app.services.data import TODAY
from tests.kiosk_app.services.kinds import GOOD, GREEN_PLATE, PLATE, form


def plate() -> FieldSpec:
    found = form().field("plate")
    assert found is not None
    return found


def wrong(value: str) -> list[str]:
    return [p.key for p in problems(form(), {**GOOD, "plate": value}, TODAY) if p.scope == "plate"]


def test_the_panel_begins_with_the_provinces_beijing_first() -> None:
    assert (plate().control, plate().panel, plate().limit) == (Control.PLATE, "plate", 8)
    first = options(plate(), {}, "zh")[0]
    assert (first.value, first.text) == ("京", "京，北京")
    assert options(plate(), {}, "en")[0].text == "Jing, Beijing, 京"


def test_every_province_has_one_character_in_the_order_of_the_regions() -> None:
    provinces = [place.text for place in regions() if not place.parent]
    assert len(CHARACTERS) == len(PROVINCES) == len(provinces) == 31
    for choice, province in zip(PROVINCES, provinces, strict=True):
        assert province.zh.startswith(choice.text.zh.split("，")[1])
        assert choice.text.en.split(", ")[1:] == [province.en, choice.value]


@pytest.mark.parametrize(
    "typed", [PLATE, "京a12345", " 京A 12345 ", "京A·12345", "京A-12345", "京Ａ１２３４５", GREEN_PLATE]
)
def test_it_is_sent_without_spaces_and_dots(typed: str) -> None:
    assert wrong(typed) == []
    assert normalise(form(), {**GOOD, "plate": typed})["plate"] in {PLATE, GREEN_PLATE}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("A12345", ["plate-province"]),
        ("港A12345", ["plate-province"]),
        ("京112345", ["plate-letter"]),
        ("京O12345", ["plate-letter"]),
        ("京I12345", ["plate-letter"]),
        ("京AO2345", ["plate-characters"]),
        ("京A1234警", ["plate-characters"]),
        ("京A1234\u202e5", ["plate-characters"]),
        ("京A1234", ["digits-missing"]),
        ("京", ["digits-missing"]),
        ("京A1234567", ["digits-too-many"]),
        ("", ["required"]),
    ],
)
def test_what_is_wrong_is_said(typed: str, key: list[str]) -> None:
    assert wrong(typed) == key


@given(
    st.sampled_from(sorted(CHARACTERS)),
    st.sampled_from(LETTERS),
    st.text(LETTERS + "0123456789", min_size=5, max_size=6),
)
def test_any_plate_of_the_form_is_taken_as_it_is(province: str, letter: str, rest: str) -> None:
    assert wrong(province + letter + rest) == []
    assert normalise(form(), {**GOOD, "plate": province + letter + rest})["plate"] == province + letter + rest


def test_it_is_shown_with_a_gap_and_masked_in_the_middle() -> None:
    assert shown(plate(), PLATE) == "京A 12345"
    assert masked(plate(), PLATE) == "京A***45"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (PLATE, "京，A，幺二三，四五", "Jing 京, A, one two three, four five"),
        (GREEN_PLATE, "京，A，D幺二，三四五", "Jing 京, A, D one two, three four five"),
        ("京", "京", "Jing 京"),
        ("冀R", "冀，R", "Ji 冀, R"),
        ("A1", "A，幺", "A, one"),
        ("", "", ""),
    ],
)
def test_it_is_spoken_character_by_character(value: str, zh: str, en: str) -> None:
    assert (spoken(plate(), value), spoken(plate(), value, "en")) == (zh, en)
