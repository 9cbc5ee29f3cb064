from __future__ import annotations

import pytest

from voice_baking.understood import distance, missed, toneless, understood


@pytest.mark.parametrize(
    ("said", "heard", "count", "least"),
    [
        ("请放上身份证", "请放上身份证。", 6, 0),
        ("请放上身份证", "請放上深分只", 6, 1),
        ("百分之二十五", "25%", 6, 0),
        ("二零二六年十一月", "2026年11月", 8, 0),
        ("幺二三四五", "12345", 5, 0),
        ("六六零零，七零七零", "6600-7070", 8, 0),
        ("六千六百", "6600", 4, 0),
        ("下午三点", "下午3:00", 4, 0),
        ("您好", "你好", 2, 0),
        ("两份", "2分", 2, 0),
        ("接着办", "接著辦", 3, 0),
        ("长期", "長期", 2, 0),
        ("y", "外", 1, 0),
        ("j", "這", 1, 0),
        ("j", "鸡", 1, 1),
        ("a", "烟", 1, 1),
        ("返回", "", 2, 2),
        ("返回", "返回返回返回", 2, 2),
    ],
)
def test_syllables_are_compared_by_their_sound_and_digits_as_they_are_read(
    said: str, heard: str, count: int, least: int
) -> None:
    assert missed(said, heard, "zh") == (count, least)


def test_what_is_missed_of_the_frame_counts_against_the_word() -> None:
    assert missed("共", "现在停在共按钮", "zh", "现在停在", "按钮") == (1, 0)
    assert missed("共", "现在停在空按钮", "zh", "现在停在", "按钮") == (1, 1)
    assert missed("共", "现在共按钮", "zh", "现在停在", "按钮") == (1, 1)


def test_the_syllables_of_a_name_are_found_where_they_belong() -> None:
    said = ["shi", *map(toneless, ("wang2", "xiao3", "ming2")), "an"]
    assert understood(said, "是王笑明安") == [True] * 5
    assert understood(said, "是王教明安") == [True, True, False, True, True]
    assert understood(said, "是安") == [True, False, False, False, True]
    assert understood(said, "") == [False] * 5


def test_the_least_number_of_changes() -> None:
    assert [distance(a, b) for a, b in (("", ""), ("abc", ""), ("abc", "abd"), ("abc", "xabc"), ("ab", "ba"))] == [
        0,
        3,
        1,
        1,
        2,
    ]


def test_two_words_that_are_written_as_one_are_no_difference_where_that_is_said() -> None:
    assert distance(["bak", "up"], ["bakup"], joined=True) == 0
    assert distance(["bakup", "x"], ["bak", "up", "x"], joined=True) == 0
    assert distance(["bak", "up"], ["bakup"]) == 2
    assert distance(["bak", "up"], ["bakub"], joined=True) == 2
