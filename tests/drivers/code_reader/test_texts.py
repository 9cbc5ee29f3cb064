from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_reader.texts import exact_text, repair_chinese


@pytest.mark.parametrize("text", ["家门口", "甲", "社区服务", "办事指南二维码"])
def test_mistaken_charsets_are_undone(text: str) -> None:
    mistaken = text.encode().decode("shift_jis", "replace")
    if "\ufffd" in mistaken:
        mistaken = text.encode().decode("latin-1")
    assert repair_chinese(mistaken) == text


@pytest.mark.parametrize("text", ["DS-1", "家门口", "繁體字", "ｶﾅ"])
def test_text_that_is_right_stays(text: str) -> None:
    assert repair_chinese(text) == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12), st.text())
def test_chinese_in_utf8_is_exact_whatever_the_reader_guessed(text: str, guess: str) -> None:
    assert exact_text(text.encode(), guess) == text


@pytest.mark.parametrize("text", ["家门口", "联通", "养老金"])
def test_gb18030_taken_for_shift_jis_is_undone(text: str) -> None:
    raw = text.encode("gb18030")
    assert exact_text(raw, raw.decode("shift_jis", "replace")) == text


@pytest.mark.parametrize("text", ["养老金资格认证", "居民", "王芳"])
def test_gb18030_taken_for_latin_is_undone(text: str) -> None:
    raw = text.encode("gb18030")
    assert exact_text(raw, raw.decode("latin-1")) == text


@pytest.mark.parametrize("text", ["été", "Müller", "Ørsted", "naïve"])
def test_latin_stays(text: str) -> None:
    assert exact_text(text.encode("latin-1"), text) == text


def test_what_only_looks_like_utf8_is_left_to_the_reader() -> None:
    raw = "隆".encode("gb18030")
    assert raw.decode("utf-8") == "¡"
    assert exact_text(raw, "隆") == "隆"


def test_accents_that_the_reader_reads_the_same_way_stay() -> None:
    assert exact_text("café".encode(), "café") == "café"


def test_bytes_of_no_known_charset_are_left_to_the_reader() -> None:
    assert exact_text(b"\xff\xfe\x00", "ÿþ") == "ÿþ"


@given(st.binary(max_size=60), st.text(max_size=20))
def test_any_bytes_give_a_text(raw: bytes, guess: str) -> None:
    assert isinstance(exact_text(raw, guess), str)
