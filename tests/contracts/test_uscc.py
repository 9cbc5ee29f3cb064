from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.uscc import ALPHABET, LENGTH, check_character, is_valid

FIRST_17 = st.text(ALPHABET, min_size=17, max_size=17)
PUBLIC = ("9144030071526726XG", "914403001922038216", "91330100799655058B", "91110000802100433B")
"""Codes that well-known companies print on their pages."""


@pytest.mark.parametrize("code", PUBLIC)
def test_codes_of_companies_fit(code: str) -> None:
    assert is_valid(code)


@given(FIRST_17)
def test_the_check_character_fits(first17: str) -> None:
    assert is_valid(first17 + check_character(first17))


@given(FIRST_17, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(first17: str, at: int, wrong: str) -> None:
    code = first17 + check_character(first17)
    changed = code[:at] + wrong + code[at + 1 :]
    assert is_valid(changed) is (changed == code)


@given(FIRST_17, st.integers(0, LENGTH - 2))
def test_two_neighbours_changed_over_are_found(first17: str, at: int) -> None:
    code = first17 + check_character(first17)
    changed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert is_valid(changed) is (changed == code)


@given(st.text(max_size=30))
def test_any_text_is_judged(text: str) -> None:
    if is_valid(text):
        assert len(text) == LENGTH
        assert set(text) <= set(ALPHABET)


@pytest.mark.parametrize("letter", "IOSVZaz\u200f９")
def test_letters_that_are_not_in_the_alphabet_are_refused(letter: str) -> None:
    assert not is_valid("9111000080210043" + letter + "B")
    with pytest.raises(ValueError, match="substring"):
        check_character("9111000080210043" + letter)
