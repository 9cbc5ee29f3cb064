from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from kiosk_app.voice import slots


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("13800138000", "幺三八，零零幺三，八零零零", "one three eight, zero zero one three, eight zero zero zero"),
        ("66007070", "六六零零，七零七零", "six six zero zero, seven zero seven zero"),
        ("12345", "幺二三四五", "one two three four five"),
    ],
)
def test_phone_numbers_are_read_in_groups(number: str, zh: str, en: str) -> None:
    assert (slots.phone(number), slots.phone(number, "en")) == (zh, en)


def test_an_id_number_is_read_in_fours_and_x_has_a_name() -> None:
    assert slots.id_number("11010519491231002X") == "幺幺零幺，零五幺九，四九幺二，三幺零零，二艾克斯"
    assert slots.id_number("11010519491231002X", "en").endswith("three one zero zero, two X")


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("XC-2026-1122-000123", "艾克斯 C，二零二六，幺幺二二，零零零，幺二三"),
        ("8F3K-2Q7M", "八F三K，二Q七M"),
    ],
)
def test_a_code_is_read_part_by_part(text: str, zh: str) -> None:
    assert slots.code(text).replace("艾克斯C", "艾克斯 C") == zh


def test_a_queue_number_parts_letter_and_digits() -> None:
    assert slots.queue_number("A012") == "A，零幺二"
    assert slots.queue_number("A012", "en") == "A, zero one two"


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "零", "zero"),
        (10, "十", "ten"),
        (12, "十二", "twelve"),
        (21, "二十一", "twenty-one"),
        (105, "一百零五", "one hundred and five"),
        (110, "一百一十", "one hundred and ten"),
        (1001, "一千零一", "one thousand and one"),
        (1200, "一千二百", "one thousand two hundred"),
        (10010, "一万零一十", "ten thousand and ten"),
        (123456, "十二万三千四百五十六", "one hundred and twenty-three thousand four hundred and fifty-six"),
        (-3, "负三", "minus three"),
    ],
)
def test_cardinals(n: int, zh: str, en: str) -> None:
    assert (slots.cardinal(n), slots.cardinal(n, "en")) == (zh, en)


def test_a_number_too_large_to_be_said_is_an_error() -> None:
    with pytest.raises(ValueError, match="too large"):
        slots.cardinal(10**8)


@pytest.mark.parametrize(
    ("n", "en"), [(1, "first"), (2, "second"), (12, "twelfth"), (20, "twentieth"), (23, "twenty-third"), (4, "fourth")]
)
def test_english_ordinals(n: int, en: str) -> None:
    assert slots.ordinal(n, "en") == en


@pytest.mark.parametrize(
    ("n", "measure", "zh"), [(2, "份", "两份"), (12, "项", "十二项"), (200, "个", "两百个"), (22, "天", "二十二天")]
)
def test_two_of_something_is_liang(n: int, measure: str, zh: str) -> None:
    assert slots.count(n, measure) == zh


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("123.45", "一百二十三元四角五分", "one hundred and twenty-three yuan and forty-five fen"),
        ("2", "两元", "two yuan"),
        ("0", "零元", "zero yuan"),
        ("0.50", "五角", "zero yuan and fifty fen"),
        ("3.05", "三元零五分", "three yuan and five fen"),
        ("20000", "两万元", "twenty thousand yuan"),
        ("-5", "负五元", "minus five yuan"),
    ],
)
def test_money(amount: str, zh: str, en: str) -> None:
    assert (slots.money(Decimal(amount)), slots.money(Decimal(amount), "en")) == (zh, en)


def test_dates() -> None:
    when = date(2026, 11, 22)
    assert slots.day(when, weekday=True) == "二零二六年十一月二十二日，星期日"
    assert slots.day(when, year=False) == "十一月二十二日"
    assert slots.day(when, "en", weekday=True) == "Sunday, November twenty-second, twenty twenty-six"
    assert slots.month(2009, 5, "en") == "May two thousand and nine"
    assert slots.month(1905, 1, "en") == "January nineteen oh five"
    assert slots.month(2026, 5) == "二零二六年五月"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (time(9), "上午九点", "nine a.m."),
        (time(15, 5), "下午三点零五分", "three oh five p.m."),
        (time(12, 30), "中午十二点三十分", "twelve thirty p.m."),
        (time(14), "下午两点", "two p.m."),
        (time(0, 10), "凌晨零点十分", "twelve ten a.m."),
        (time(20, 45), "晚上八点四十五分", "eight forty-five p.m."),
    ],
)
def test_times_of_day(at: time, zh: str, en: str) -> None:
    assert (slots.clock(at), slots.clock(at, "en")) == (zh, en)


def test_percent() -> None:
    assert (slots.percent(25), slots.percent(25, "en")) == ("百分之二十五", "twenty-five percent")
