"""Line breaking, with every character one dot wide, Chinese ones two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.documents.breaking import NOT_FIRST, break_lines


def width_of(text: str) -> float:
    return float(sum(1 if char.isascii() else 2 for char in text))


def broken(text: str, width: float, even: bool = False) -> list[str]:
    return break_lines(text, width, 2.0, width_of, even=even)


def test_a_latin_word_is_never_broken() -> None:
    assert broken("本人持回执领取，或 EMS 邮寄", 20) == ["本人持回执领取，或", "EMS 邮寄"]


def test_a_last_line_never_holds_one_character() -> None:
    lines = broken("一二三四五六七八九十甲", 20)
    assert len(lines) == 2
    assert len(lines[-1]) >= 2


def test_no_line_begins_with_closing_punctuation() -> None:
    assert broken("一二三四五，六七八九十。", 10) == ["一二三四", "五，六七八", "九十。"]


def test_a_figure_stays_with_its_unit() -> None:
    assert "3 号" in broken("西城区大厅一层 3 号窗口等候", 16)[1]


def test_a_date_is_never_broken() -> None:
    assert broken("受理时间是2026年11月22日上午", 18) == ["受理时间是", "2026年11月22日上午"]


def test_short_brackets_move_to_the_next_line_whole() -> None:
    assert broken("高龄津贴申领办理（八十岁以上）", 22) == ["高龄津贴申领办理", "（八十岁以上）"]


def test_centred_lines_are_even() -> None:
    one, two = broken("一二三四五六七八九十甲乙", 20, even=True)
    assert abs(len(one) - len(two)) <= 1


def test_a_word_wider_than_the_line_is_cut_as_a_last_resort() -> None:
    assert broken("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_no_line(text: str) -> None:
    assert broken(text, 10) == []


@given(st.text(alphabet="一二三四（）《》，。“”ab1 2-·年月日", max_size=60), st.integers(8, 40), st.booleans())
def test_nothing_is_lost_and_nothing_sticks_out(text: str, width: int, even: bool) -> None:
    lines = broken(text, width, even)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= width for line in lines)


@given(
    st.lists(st.sampled_from(["一", "二，", "三。", "ab ", "（四）", "《五》"]), min_size=1, max_size=40), st.booleans()
)
def test_closing_punctuation_never_leads_a_line(pieces: list[str], even: bool) -> None:
    assert not [line for line in broken("".join(pieces), 12, even) if line[0] in NOT_FIRST]
