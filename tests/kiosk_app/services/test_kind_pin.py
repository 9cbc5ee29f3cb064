"""A PIN: which ones are refused, that it is entered twice, and that nobody is told it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.identity import Person
from kiosk_app.lab.people import draw
from kiosk_app.services import FieldSpec, compile_form, facts_of, guessed, masked, normalise, problems, shown, spoken
from kiosk_app.services.model import Control
from kiosk_app.services.pins import about, weak
from kiosk_app.services.validation import validate_package
from tests.kiosk_app.services.data import ELDER, TODAY, reference
from tests.kiosk_app.services.kinds import GOOD, PIN, form, made

PINS = st.text("0123456789", min_size=6, max_size=6)


def pin() -> FieldSpec:
    found = form().field("pin")
    assert found is not None
    return found


def wrong(value: str, again: str | None = None) -> dict[str, str]:
    answers = {**GOOD, "pin": value, "again": value if again is None else again}
    return {p.scope: p.key for p in problems(form(), answers, TODAY)}


def test_it_is_typed_on_the_digits_and_repeats_the_first() -> None:
    again = form().field("again")
    assert again is not None
    assert (pin().control, pin().panel, pin().limit, pin().equals) == (Control.PIN, "digits", 6, "")
    assert (again.control, again.equals) == (Control.PIN, "pin")


@pytest.mark.parametrize(
    "value",
    [
        "000000",
        "999999",
        "121212",
        "123123",
        "123456",
        "234567",
        "456789",
        "567890",
        "890123",
        "987654",
        "543210",
        "109876",
    ],
)
def test_rows_and_repetitions_are_weak(value: str) -> None:
    assert weak(value)
    assert wrong(value) == {"pin": "pin-weak"}


@pytest.mark.parametrize("value", [PIN, "135790", "112233", "100001", "246810", "123465"])
def test_others_will_do(value: str) -> None:
    assert not weak(value)
    assert wrong(value) == {}


@given(PINS, st.integers(1, 3))
def test_whatever_repeats_itself_is_weak(value: str, size: int) -> None:
    assert weak(value[:size] * (6 // size))


@pytest.mark.parametrize(
    ("value", "key"),
    [("2741", "digits-missing"), ("2741950", "digits-too-many"), ("27419a", "digits-only"), ("", "required")],
)
def test_what_is_wrong_is_said(value: str, key: str) -> None:
    assert wrong(value, PIN)["pin"] == key


@pytest.mark.parametrize(("again", "key"), [("274196", "pin-differs"), ("2741", "digits-missing"), ("", "required")])
def test_the_second_time_it_must_be_the_same(again: str, key: str) -> None:
    assert wrong(PIN, again) == {"again": key}


def test_a_weak_pin_is_told_once_where_it_was_thought_of() -> None:
    assert wrong("123456", "123456") == {"pin": "pin-weak"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("value", ["123456", "000000", "987654"])
def test_the_rule_is_said_and_not_which_one(value: str, lang: str) -> None:
    texts = {p.text for p in problems(form(), {**GOOD, "pin": value, "again": value}, TODAY, lang)}
    assert texts == {p.text for p in problems(form(), {**GOOD, "pin": "121212", "again": "121212"}, TODAY, lang)}
    assert not any(char.isdigit() for text in texts for char in text)


@pytest.mark.parametrize("value", ["400515", "150540", "051540", "194005", "150027", "110102", "940051"])
def test_the_birthday_and_the_digits_of_the_card_are_known(value: str) -> None:
    found = guessed(form(), {**GOOD, "pin": value, "again": value}, [ELDER])
    assert [(p.scope, p.key) for p in found] == [("pin", "pin-weak")]
    assert guessed(form(), {**GOOD, "pin": value}, []) == ()


def test_of_nobody_and_of_an_empty_pin_nothing_is_known() -> None:
    nameless = replace(ELDER, id_number="", birth=None)
    assert guessed(form(), {**GOOD, "pin": "400515"}, [nameless]) == ()
    assert guessed(form(), {**GOOD, "pin": ""}, [ELDER]) == ()
    assert guessed(form(), GOOD, [ELDER]) == ()


@given(st.integers(0, 10_000), st.integers(0, 11))
def test_any_six_digits_of_any_number_are_known(seed: int, at: int) -> None:
    one = draw(random.Random(seed), TODAY)
    assert about(one.id_no[at : at + 6], one.id_no, one.birth)
    assert about(one.birth.strftime("%y%m%d"), one.id_no, one.birth)


def test_a_card_without_a_number_still_has_a_birthday() -> None:
    assert about("850203", "", date(1985, 2, 3))
    assert not about("850204", "", date(1985, 2, 3))


@pytest.mark.parametrize(("lang", "words"), [("zh", "已设好"), ("en", "Set")])
def test_nobody_is_told_it(lang: str, words: str) -> None:
    for spec in (pin(), replace(pin(), privacy="plain")):
        assert shown(spec, PIN, lang) == masked(spec, PIN, lang) == spoken(spec, PIN, lang) == words
    assert PIN not in str(facts_of(normalise(form(), GOOD), form(), lang))


def test_both_entries_go_into_what_is_sent() -> None:
    sent = normalise(form(), GOOD)
    assert (sent["pin"], sent["again"]) == (PIN, PIN)


def changed(name: str, **extra: Any) -> dict[str, Any]:
    broken = made()
    broken["data"]["properties"][name] |= extra
    return broken


def prefilled() -> dict[str, Any]:
    broken = made()
    broken["service"]["prefill"] = {"pin": ["platform.pin"]}
    return broken


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (prefilled(), "pin is a PIN, which nobody has beforehand"),
        (changed("pin", **{"x-default": "274195"}), "pin is a PIN, and there is none beforehand"),
        (changed("pin", **{"x-equals": "again"}), "pin repeats again, which is not asked before it"),
        (changed("again", **{"x-equals": "plate"}), "again repeats plate, but only a PIN repeats a PIN"),
        (changed("company", **{"x-equals": "year"}), "company repeats year, but only a PIN repeats a PIN"),
    ],
)
def test_a_package_that_would_give_one_away_is_refused(broken: dict[str, Any], reason: str) -> None:
    assert any(reason in said for said in validate_package(broken, reference()))


def test_a_field_that_repeats_nothing_known_stands_alone() -> None:
    lonely = compile_form(changed("again", **{"x-equals": "ghost"}), reference(), TODAY)
    assert {p.scope: p.key for p in problems(lonely, {**GOOD, "again": "000000"}, TODAY)} == {"again": "pin-weak"}


def test_a_person_is_shown_in_no_problem() -> None:
    one = Person("测试甲", "110102194005150027", "女", date(1940, 5, 15), "", "汉", None)
    found = guessed(form(), {**GOOD, "pin": "400515"}, [one])
    assert "400515" not in repr(found)
