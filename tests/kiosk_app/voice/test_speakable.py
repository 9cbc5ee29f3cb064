from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.voice.speakable import LONGEST, lint, sentences, speakable
from kiosk_app.voice.words import PHRASES


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        ("截止2026-11-22", "截止二零二六年十一月二十二日"),
        ("09:30开门", "上午九点三十分开门"),
        ("电话66007070", "电话六六零零，七零七零"),
        ("138*****000", "幺三八，中间不念，零零零"),
        ("张*华", "张某华"),
        ("已完成25%", "已完成百分之二十五"),
        ("请按住“看一下”", "请按住看一下"),
        ("80岁以上", "八十岁以上"),
        ("1 3 8，0 0 1 3", "幺三八，零零幺三"),
        ("第 2 步，共 5 步", "第二步，共五步"),
        ("还差 2 位", "还差两位"),
        ("2026 年 2 月 2 日", "二零二六年二月二日"),
        ("2 号窗口", "二号窗口"),
        ("请先拨 110、119 或 120", "请先拨幺幺零、幺幺九或幺二零"),
        ("3.5 元，A2 座", "3.5 元，A2 座"),
        ("11010519491231002X", "幺幺零幺，零五幺九，四九幺二，三幺零零，二艾克斯"),
    ],
)
def test_screen_words_become_spoken_words(shown: str, spoken: str) -> None:
    assert speakable(shown) == spoken


def test_english_screen_words() -> None:
    assert speakable("Open 09:30 · call 12345", "en") == "Open nine thirty a.m. , call one two three four five"


def test_each_sentence_is_a_clip_and_a_long_one_is_cut_at_its_commas() -> None:
    assert sentences("请放上身份证。等嘀一声。") == ("请放上身份证。", "等嘀一声。")
    long = "这是一句特别长的话，" * 6
    assert len(sentences(long)) > 1
    assert all(len(s) <= LONGEST["zh"] for s in sentences(long))


@given(st.text())
def test_nothing_that_a_screen_says_breaks_the_ear(text: str) -> None:
    for lang in ("zh", "en"):
        assert all(s.strip() for s in sentences(speakable(text, lang), lang))


def test_lint_finds_a_breathless_prompt_and_a_slot_that_was_not_filled() -> None:
    assert lint("没有逗号的一句话" * 6)
    assert lint("还有{n}秒")
    assert not lint("请把身份证平放在亮灯处，等嘀一声。")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_narrators_own_phrases_pass_their_own_lint(lang: str) -> None:
    slots = {"n": "3", "of": "5"}
    assert [p for p in PHRASES[lang].values() if lint(p.format(**slots), lang)] == []


def test_both_languages_have_the_same_phrases() -> None:
    assert PHRASES["zh"].keys() == PHRASES["en"].keys()
