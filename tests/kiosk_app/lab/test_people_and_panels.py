from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from contracts.id_number import birth_date, is_valid
from drivers.card_reader.cards import card_from_json
from kiosk_app.lab.by_ear import answers
from kiosk_app.lab.panels import strokes
from kiosk_app.lab.people import draw
from kiosk_app.lab.processes import WorldError
from kiosk_app.services import luhn

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("seed", range(30))
def test_drawn_resident_is_sound(seed: int) -> None:
    one = draw(random.Random(seed), TODAY)
    assert is_valid(one.id_no)
    assert birth_date(one.id_no) == one.birth
    assert luhn(one.bank)
    assert len(one.phone) == 11
    card_from_json(one.card())


def test_same_seed_draws_the_same_resident() -> None:
    assert draw(random.Random(4), TODAY) == draw(random.Random(4), TODAY)


def test_expired_card_has_run_out() -> None:
    until = draw(random.Random(1), TODAY, expired=True).valid_to
    assert until is not None
    assert until < TODAY


def test_resident_is_not_shown_in_a_repr() -> None:
    one = draw(random.Random(2), TODAY)
    assert one.name not in repr(one)
    assert one.id_no not in repr(one)


def field(panel: str, options: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"id": "form.x", "panel": panel, "options": options or []}


def test_digits_are_pressed_one_by_one() -> None:
    assert [one.node for one in strokes(field("phone"), "139")] == ["key.1", "key.3", "key.9"]


def test_date_is_typed_from_the_year_on() -> None:
    assert [one.node for one in strokes(field("date"), "2026-03")] == ["key.year", *(f"key.{c}" for c in "202603")]


def test_address_is_chosen_down_the_list_and_numbered() -> None:
    places = [
        {"value": "XC", "text": "西城区", "parent": ""},
        {"value": "S01", "text": "西长安街街道", "parent": "XC"},
        {"value": "S01R01", "text": "府右街", "parent": "S01"},
    ]
    found = [one.node for one in strokes(field("address", places), "西城区西长安街街道府右街12号院3号楼")]
    assert found == ["key.XC", "key.S01", "key.S01R01", "key.1", "key.2", "key.yuan", "key.3", "key.lou"]


def test_choice_that_is_not_offered_is_refused() -> None:
    with pytest.raises(WorldError, match="not offered"):
        list(strokes(field("select", [{"value": "a", "text": "A", "parent": ""}]), "b"))


def test_words_are_typed_by_their_pinyin() -> None:
    found = [one.node for one in strokes(field("pinyin"), "王芳12")]
    assert found[:4] == ["key.w", "key.a", "key.n", "key.g"]
    assert found[-3:] == ["key.mode_digits", "key.1", "key.2"]


def test_an_amount_is_typed_with_the_star_of_the_keypad_as_its_point() -> None:
    found = [(one.node, one.digit) for one in strokes(field("money"), "12.50")]
    assert found == [("key.1", "1"), ("key.2", "2"), ("key.point", "*"), ("key.5", "5"), ("key.0", "0")]
    assert [one.node for one in strokes(field("money"), "12.00")] == ["key.1", "key.2"]


def test_a_number_is_typed_by_its_digits() -> None:
    assert [one.digit for one in strokes(field("number"), "120")] == ["1", "2", "0"]


def test_a_name_is_typed_character_by_character() -> None:
    found = [one.node for one in strokes(field("name"), "张长")]
    assert [node for node in found if node.startswith("key.word.")] == ["key.word.张", "key.word.长"]
    assert "key.mode_pinyin" not in found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("长，按钮", True),
        ("长，增长的长，按钮", True),
        ("长辈版，按钮，第一项，共七项", False),
        ("长，按钮，现在不能用", False),
        ("长", False),
    ],
)
def test_by_ear_the_word_of_a_panel_key_is_heard_to_its_end(text: str, found: bool) -> None:
    assert answers(text, ["长"], whole=True) is found


def test_by_ear_the_words_of_a_page_may_go_on() -> None:
    assert answers("长辈版，按钮，第一项，共七项", ["长辈"])
