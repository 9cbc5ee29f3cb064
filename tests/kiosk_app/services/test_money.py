"""Amounts of money: as typed, as sent, as shown, as spoken, and what may be wrong with one."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk_app.services import FieldSpec, Form, compile_form, masked, normalise, problems, shown, spoken
from kiosk_app.services.sending import clean
from tests.kiosk_app.services.data import GOOD, TODAY, package, reference

BOUNDS = {"from": "0.01", "to": "5000.00"}


def asking(**extra: Any) -> Form:
    """SB01 with an amount in the place of its copies."""
    changed = package("SB01")
    prop = {"type": "string", "format": "money", "x-privacy": "personal", "x-amount": BOUNDS, **extra}
    changed["data"]["properties"]["copies"] = {key: value for key, value in prop.items() if value is not None}
    return compile_form(changed, reference(), TODAY)


def spec(**extra: Any) -> FieldSpec:
    found = asking(**extra).field("copies")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("1234.5", "1234.50"),
        ("1234", "1234.00"),
        ("12.", "12.00"),
        (".5", "0.50"),
        ("0012.34", "12.34"),
        ("1,234.50 元", "1234.50"),
        ("¥ 88", "88.00"),
        ("１２．５", "12.50"),
        ("", ""),
    ],
)
def test_whatever_way_it_was_written_one_form_is_sent(typed: str, sent: str) -> None:
    assert clean(spec(), typed) == sent
    assert normalise(asking(), {**GOOD["SB01"], "copies": typed}).get("copies", "") == sent


@pytest.mark.parametrize("typed", ["1.234", "1.2.3", ".", "12a", "-5", "一百", "¥"])
def test_what_is_no_amount_is_not_made_into_one(typed: str) -> None:
    found = problems(asking(), {**GOOD["SB01"], "copies": typed}, TODAY)
    assert [problem.scope for problem in found] == ["copies"]


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("1234.5", "1,234.50 元", "1,234.50 yuan"),
        ("0.05", "0.05 元", "0.05 yuan"),
        ("12345678", "12,345,678.00 元", "12,345,678.00 yuan"),
    ],
)
def test_it_is_shown_in_thousands_with_its_unit(typed: str, zh: str, en: str) -> None:
    assert (shown(spec(), typed), shown(spec(), typed, "en"), masked(spec(), typed)) == (zh, en, zh)


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        ("1234.5", "一千两百三十四元五角", "one thousand two hundred and thirty-four yuan and fifty fen"),
        ("2", "两元", "two yuan"),
        ("0.05", "五分", "zero yuan and five fen"),
        ("100000000", "100000000.00", "100000000.00"),
    ],
)
def test_it_is_spoken_as_an_amount(typed: str, zh: str, en: str) -> None:
    assert (spoken(spec(), typed), spoken(spec(), typed, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("typed", "key"),
    [("0.01", ""), ("5000", ""), ("0.00", "out-of-range"), ("5000.01", "out-of-range"), ("100000000", "invalid")],
)
def test_it_lies_within_its_bounds(typed: str, key: str) -> None:
    found = problems(asking(), {**GOOD["SB01"], "copies": typed}, TODAY)
    assert [problem.key for problem in found] == ([key] if key else [])


def test_the_bounds_are_said_as_people_write_them() -> None:
    found = problems(asking(), {**GOOD["SB01"], "copies": "9000"}, TODAY)
    assert "0.01 元到5,000.00 元之间" in found[0].text


def test_without_bounds_any_amount_will_do() -> None:
    assert problems(asking(**{"x-amount": None}), {**GOOD["SB01"], "copies": "99999999.99"}, TODAY) == ()
