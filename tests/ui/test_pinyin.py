from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import ui
from ui.panels.pinyin import find

DATA = Path(ui.__file__).parent / "panels" / "data" / "pinyin.txt.gz"


@pytest.mark.parametrize(
    ("letters", "word"),
    [("shenfenzheng", "身份证"), ("sfz", "身份证"), ("juzhuzheng", "居住证"), ("podao", "坡道"), ("lou", "楼")],
)
def test_our_own_words_come_first(letters: str, word: str) -> None:
    assert find(letters)[0].word == word


def test_a_word_begun_is_offered_whole() -> None:
    assert "身份证" in [c.word for c in find("shenfenzh")][:3]


def test_letters_beyond_a_word_stay_for_the_next() -> None:
    assert {c.used for c in find("xiwangnengxiu") if c.word == "希望"} == {len("xiwang")}


def test_a_surname_comes_first_in_name_mode() -> None:
    assert find("wang", name=True)[0].word == "王"
    assert all(len(c.word) == 1 for c in find("zhangwei", name=True))


def test_nothing_is_offered_for_letters_that_are_no_reading() -> None:
    assert find("vvvv") == []


def test_the_file_is_small() -> None:
    assert DATA.stat().st_size < 2_000_000
    assert gzip.decompress(DATA.read_bytes()).count(b"\n") > 50_000
