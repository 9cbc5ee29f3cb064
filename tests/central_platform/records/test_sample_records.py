"""Invented records: whole, plausible, always the same for the same person, and never where they cannot be."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.births import birth_in
from central_platform.clock import BEIJING
from central_platform.records import KINDS, Form, SampleRecords, written
from central_platform.records.sample import DRAWN
from central_platform.records.working_life import PENSIONER
from tests.central_platform.world import START, HandClock, invented_id

KEY = b"k" * 32
KIND = "social_insurance"
ALWAYS = {"periodFrom": "1900-01", "periodTo": "2100-12"}
YEAR = {"periodFrom": "2025-11", "periodTo": "2026-10"}
BORN = st.dates(date(1930, 1, 1), date(2026, 11, 19))
ORDER = st.integers(0, 999).map("{:03d}".format)


def found(id_no: str, answers: dict[str, str] | None = None, key: bytes = KEY, at: datetime = START) -> Any:
    return SampleRecords(key, HandClock(at)).find(KIND, id_no, answers or ALWAYS)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def test_every_kind_can_be_drawn() -> None:
    assert set(DRAWN) == set(KINDS)


@settings(max_examples=60, deadline=None)
@given(BORN, ORDER)
def test_a_record_is_whole_and_its_dates_can_be(born: date, order: str) -> None:
    record = found(invented_id(born=f"{born:%Y%m%d}", order=order))
    if record is None:
        # The first job is found within five years of the 18th birthday.
        assert START.date() < born.replace(year=born.year + 24, day=1)
        return
    assert KINDS[KIND].fits(record)
    months = [row["month"] for row in record["months"]]
    assert months == sorted(set(months))
    assert month_of(born.replace(year=born.year + 18, day=1)) < months[0]
    assert months[-1] < month_of(START.date())


@settings(max_examples=40, deadline=None)
@given(BORN, ORDER)
def test_the_sums_are_those_of_the_months(born: date, order: str) -> None:
    record = found(invented_id(born=f"{born:%Y%m%d}", order=order))
    if record is None:
        return
    rows = record["months"]
    assert record["count"] == len(rows)
    assert (record["first"], record["last"]) == (rows[0]["month"], rows[-1]["month"])
    assert Decimal(record["paid_total"]) == sum(Decimal(row["paid"]) for row in rows)
    assert Decimal(record["base_total"]) == sum(Decimal(row["base"]) for row in rows)


def test_the_same_person_has_the_same_data_whatever_months_are_asked_for() -> None:
    person = invented_id(born="19801230")
    whole = {row["month"]: row for row in found(person)["months"]}
    part = found(person, {"periodFrom": "2024-03", "periodTo": "2025-02"})["months"]
    assert part == [row for month, row in whole.items() if "2024-03" <= month <= "2025-02"]
    assert 0 < len(part) <= 12


def test_a_later_day_adds_months_and_changes_none() -> None:
    person = invented_id(born="19801230")
    now, later = found(person)["months"], found(person, at=datetime(2027, 3, 1, tzinfo=BEIJING))["months"]
    assert later[: len(now)] == now
    assert later[-1]["month"] <= "2027-02"


def test_people_and_platforms_differ() -> None:
    first, second = invented_id(born="19801230", order="114"), invented_id(born="19801230", order="116")
    assert found(first) != found(second)
    assert found(first) != found(first, key=b"other" * 8)


def test_pensioners_pay_only_the_flat_amount() -> None:
    rows = found(invented_id(born="19440308"), YEAR)["months"]
    assert {(row["employer"], row["paid"]) for row in rows} == {(PENSIONER, "3.00")}
    assert len(rows) == 12


def test_somebody_who_works_is_no_pensioner() -> None:
    rows = found(invented_id(born="19801230"))["months"]
    assert PENSIONER not in {row["employer"] for row in rows}
    assert all(0 < Decimal(row["paid"]) < Decimal(row["base"]) for row in rows)


def test_children_have_none() -> None:
    assert found(invented_id(born="20150601")) is None


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"periodFrom": "2026-10", "periodTo": "2026-09"},
        {"periodFrom": "2026-11", "periodTo": "2099-12"},
        {"periodFrom": "soon", "periodTo": "2026-09"},
        {"periodFrom": "2026-13", "periodTo": "2027-01"},
        {"periodFrom": 202601, "periodTo": 202609},
    ],
)
def test_nothing_is_held_for_months_that_are_none(answers: dict[str, str]) -> None:
    assert SampleRecords(KEY, HandClock()).find(KIND, invented_id(born="19801230"), answers) is None


def test_people_of_beijing_and_with_permits_have_records_and_some_from_elsewhere_have_none() -> None:
    def count(area: str) -> int:
        people = [invented_id(area, "19801230", f"{order:03d}") for order in range(80)]
        return sum(found(person, YEAR) is not None for person in people)

    assert (count("110102"), count("810000"), count("911999")) == (80, 80, 80)
    assert 40 <= count("130102") <= 75


def test_the_permit_of_2017_tells_when_somebody_was_born() -> None:
    assert birth_in("XXX110080123019", START.date()) == date(1980, 12, 30)
    assert birth_in("XXX110001123019", START.date()) == date(2001, 12, 30)
    assert birth_in("XXX110099999919", START.date()) is None
    assert found("XXX110080123019") is not None


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (Form.TEXT, "企业职工", "企业职工"),
        (Form.COUNT, 12, "12"),
        (Form.MONTH, "2026-01", "2026年1月"),
        (Form.DATE, "2026-01-09", "2026年1月9日"),
        (Form.MONEY, "1234567.80", "1,234,567.80"),
    ],
)
def test_values_are_written_as_on_paper(form: Form, value: object, text: str) -> None:
    assert written(form, value) == text


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (Form.TEXT, " \n"),
        (Form.TEXT, 7),
        (Form.TEXT, None),
        (Form.COUNT, "12"),
        (Form.COUNT, True),
        (Form.COUNT, -1),
        (Form.MONTH, "2026-1"),
        (Form.MONTH, "2026-13"),
        (Form.MONTH, "2026-01\n"),
        (Form.DATE, "2026-02-30"),
        (Form.DATE, "0000-01-01"),
        (Form.MONEY, "12"),
        (Form.MONEY, "1.234"),
        (Form.MONEY, "NaN"),
        (Form.MONEY, "-1.00"),
        (Form.MONEY, "１.00"),
        (Form.MONEY, 1.5),
    ],
)
def test_a_value_of_another_form_is_not_written_and_not_quoted(form: Form, value: object) -> None:
    with pytest.raises(ValueError, match=f"^no {form}$"):
        written(form, value)
