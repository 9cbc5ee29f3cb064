"""Masks show what the rule allows and nothing more; identity numbers are judged by the standard's own arithmetic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.id_number import age, birth_date, check_character, is_male, is_valid
from contracts.masks import mask_account, mask_address, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张建华", "张*华"), ("李四", "李*"), ("欧阳娜娜", "欧**娜"), ("", ""), ("John Smith", "J*** S****")],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers() -> None:
    assert mask_id("11010219420315512X") == "11**************2X"
    assert mask_phone("13800138000") == "138*****000"
    assert mask_account("6222020200000000003") == "***************0003"
    assert "301" not in mask_address("西城区 德胜街道 新风街 1 号院 2 号楼 301 室")


@given(st.text("0123456789X", min_size=18, max_size=18))
def test_a_mask_keeps_the_length_and_hides_the_middle(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == 18
    assert masked[2:16] == "*" * 14


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "810000199408230021"])
def test_valid_numbers(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize("number", ["110105194912310021", "11010519491331002X", "1101051949123100", "", "a" * 18])
def test_invalid_numbers(number: str) -> None:
    assert not is_valid(number)


@given(st.integers(110101, 659999), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_a_number_made_by_the_rule_is_valid(area: int, born: date, order: int) -> None:
    first = f"{area}{born:%Y%m%d}{order:03d}"
    number = first + check_character(first)
    assert is_valid(number)
    assert birth_date(number) == born
    assert is_male(number) == bool(order % 2)


def test_age_counts_whole_years() -> None:
    assert age(date(1946, 11, 23), date(2026, 11, 22)) == 79
    assert age(date(1946, 11, 22), date(2026, 11, 22)) == 80
