from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plain import is_plain, plain


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("您好，15 号。", "您好，15 号。"),
        ("one\ntwo\r\n", "one two  "),
        ("abc\u202edef\u202c", "abcdef"),
        ("\u2067a\u2069\u200e\u200f\u061c", "a"),
        ("a\x00\x1b[31mb\x7f\x9b", "a[31mb"),
        ("\ufeffa\u200b\u2060b\u00ad", "ab"),
        ("\ue000\ud800\uffff", ""),
        ("\u2028x\u2029", " x "),
        ("𠮷😀", "𠮷😀"),
    ],
)
def test_what_nobody_sees_is_left_out(text: str, kept: str) -> None:
    assert plain(text) == kept


@given(st.text())
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert is_plain(plain(text))
    assert len(plain(text)) <= len(text)
