"""A year: which are offered and in which order, what is sent, shown and said, which are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk_app.services import compile_form, options, prefill, problems, shown, spoken
from kiosk_app.services.model import Control, FieldSpec, Form
from kiosk_app.services.validation import validate_package
from kiosk_app.services.values import clean
from kiosk_app.voice.speakable import speakable
from tests.kiosk_app.services.data import TODAY, reference
from tests.kiosk_app.services.kinds import GOOD, made


def asking(today: date | None = TODAY, **extra: Any) -> Form:
    changed = made()
    prop = {**changed["data"]["properties"]["year"], **extra}
    changed["data"]["properties"]["year"] = {key: value for key, value in prop.items() if value is not None}
    return compile_form(changed, reference(), today)


def year(form: Form) -> FieldSpec:
    found = form.field("year")
    assert found is not None
    return found


def offered(form: Form) -> list[str]:
    return [option.value for option in options(year(form), {}, "zh")]


def wrong(form: Form, value: str, today: date = TODAY) -> list[str]:
    found = problems(form, {**GOOD, "year": value}, today)
    return [problem.key for problem in found if problem.scope == "year"]


def test_a_year_is_chosen_the_default_first_then_the_newest() -> None:
    spec = year(asking())
    assert (spec.control, spec.panel, spec.limit) == (Control.YEAR, "select", 0)
    assert offered(asking()) == ["2025", "2026", "2024", "2023", "2022", "2021"]


def test_without_a_default_the_newest_is_first() -> None:
    assert offered(asking(**{"x-default": None}))[:2] == ["2026", "2025"]


@pytest.mark.parametrize(("today", "first"), [(date(2026, 12, 31), "2025"), (date(2027, 1, 1), "2026")])
def test_what_is_offered_follows_the_day(today: date, first: str) -> None:
    assert offered(asking(today))[0] == first


def test_without_a_day_nothing_is_offered() -> None:
    assert offered(asking(None)) == []


def test_the_default_is_filled_in_and_says_so() -> None:
    found = prefill(asking(), None, {}, {}, TODAY)
    assert (found.answers["year"], found.kinds["year"]) == ("2025", "default")
    assert "year" not in prefill(asking(None), None, {}).answers


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("2021", []),
        ("2026", []),
        ("2020", ["out-of-range"]),
        ("2027", ["out-of-range"]),
        ("0000", ["no-such-year"]),
        ("20260", ["no-such-year"]),
        ("二零二五", ["no-such-year"]),
        ("２０２５", []),
        (" 2025 ", []),
    ],
)
def test_a_year_lies_within_its_range(value: str, key: list[str]) -> None:
    assert wrong(asking(), value) == key


def test_the_range_is_said_in_words() -> None:
    found = problems(asking(), {**GOOD, "year": "1999"}, TODAY)
    assert "2021年到2026年之间" in found[0].text
    assert "between 2021 and 2026" in problems(asking(), {**GOOD, "year": "1999"}, TODAY, "en")[0].text


def test_a_page_that_stands_over_the_new_year_goes_by_the_new_day() -> None:
    assert wrong(asking(), "2021", date(2027, 1, 1)) == ["out-of-range"]


def test_it_is_shown_with_its_measure_and_said_as_a_year() -> None:
    spec = year(asking())
    assert (shown(spec, "2026"), shown(spec, "2026", "en")) == ("2026年", "2026")
    assert speakable(spoken(spec, "2026")) == "二零二六年"
    assert speakable(spoken(spec, "2026", "en"), "en") == "twenty twenty-six"
    assert shown(spec, "1984") == "1984年", "also one that is offered no more"


def test_full_width_digits_are_sent_as_digits() -> None:
    assert clean(year(asking()), "２０２５") == "2025"


def test_a_year_may_not_lie_before_another_date() -> None:
    changed = made()
    changed["data"]["properties"]["year"]["x-not-before"] = "start"
    changed["data"]["properties"]["start"] = {"type": "string", "format": "month", "x-privacy": "plain"}
    controls = changed["ui"]["pages"][0]["groups"][0]["controls"]
    controls.insert(0, {**controls[0], "scope": "#/properties/start"})
    form = compile_form(changed, reference(), TODAY)
    found = {
        start: [p.key for p in problems(form, {**GOOD, "year": "2024", "start": start}, TODAY) if p.scope == "year"]
        for start in ("2023-12", "2024-12", "2025-01", "nonsense")
    }
    assert found == {"2023-12": [], "2024-12": [], "2025-01": ["before"], "nonsense": []}


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"x-range": None}, "year is a year without a range"),
        ({"x-range": {"from": "-120y", "to": "+0y"}}, "year offers 121 years"),
        ({"x-range": {"from": "+2y", "to": "-2y"}}, "the range of year from +2y to -2y holds no day"),
        ({"x-range": {"from": "-3000y", "to": "+0y"}}, "the range of year from -3000y to +0y holds no day"),
    ],
)
def test_a_package_whose_years_cannot_be_looked_through_is_refused(extra: dict[str, Any], reason: str) -> None:
    broken = made()
    prop = {**broken["data"]["properties"]["year"], **extra}
    broken["data"]["properties"]["year"] = {key: value for key, value in prop.items() if value is not None}
    assert any(reason in said for said in validate_package(broken, reference()))
