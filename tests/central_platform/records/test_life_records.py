"""What registers say of a life beside work: marriages, homes, journeys, vaccinations."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_platform.births import birth_in
from central_platform.clock import BEIJING
from central_platform.records import KINDS, SampleRecords
from central_platform.records.border_crossings import BACK, CLOSED_YEARS, OUT
from central_platform.records.vaccination import SCHEDULE
from contracts.id_number import age
from tests.central_platform.world import START, HandClock, invented_id

KEY = b"k" * 32
TODAY = START.date()
LIFE = ("marriage", "real_estate", "border_crossings", "vaccination")
ALWAYS = {"periodFrom": "1900-01-01", "periodTo": "2100-12-31"}
PEOPLE = st.builds(
    lambda born, order: invented_id(born=f"{born:%Y%m%d}", order=f"{order:03d}"),
    st.dates(date(1930, 1, 1), TODAY),
    st.integers(0, 999),
)
DAYS = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def found(kind: str, id_no: str, answers: dict[str, str] | None = None, at: datetime = START) -> Any:
    return SampleRecords(KEY, HandClock(at)).find(kind, id_no, ALWAYS if answers is None else answers)


def many(born: str, area: str = "110102") -> list[str]:
    return [invented_id(area, born, f"{order:03d}") for order in range(120)]


@pytest.mark.parametrize("kind", LIFE)
@settings(max_examples=40, deadline=None)
@given(id_no=PEOPLE)
def test_a_record_is_whole_and_the_same_on_a_later_day_of_the_month(kind: str, id_no: str) -> None:
    record = found(kind, id_no)
    if record is None:
        return
    assert KINDS[kind].fits(record)
    later = found(kind, id_no, at=START + timedelta(minutes=5))
    assert later == record


@settings(max_examples=60, deadline=None)
@given(id_no=PEOPLE)
def test_people_marry_as_grown_ups_on_working_days_and_not_in_the_future(id_no: str) -> None:
    record = found("marriage", id_no)
    days = [date(*map(int, parts)) for parts in DAYS.findall(record["finding"])]
    assert len(days) == record["count"] <= 3
    assert days == sorted(days)
    born = birth_in(id_no, TODAY)
    assert born is not None
    assert all(day <= TODAY and day.weekday() < 5 and age(born, day) >= 22 for day in days)
    assert ("没有" in record["finding"]) is (not days)


def test_marriages_end_and_begin_again_and_some_people_never_marry() -> None:
    counts = [found("marriage", id_no)["count"] for id_no in many("19500214")]
    assert {counts.count(n) > 0 for n in range(4)} == {True}
    elsewhere = [found("marriage", id_no)["count"] for id_no in many("19500214", "130102")]
    assert elsewhere.count(0) > counts.count(0)


def test_homes_are_numbered_when_there_are_several() -> None:
    homes = [found("real_estate", id_no) for id_no in many("19500214")]
    assert {record["count"] for record in homes} == {0, 1, 2}
    for record in homes:
        assert record["finding"].count("不动产权证号") == record["count"]
        assert ("（二）" in record["finding"]) is (record["count"] == 2)
        assert ("没有不动产登记" in record["finding"]) is (record["count"] == 0)


def test_the_young_own_no_home() -> None:
    assert {found("real_estate", id_no)["count"] for id_no in many("20040214")} == {0}


@settings(max_examples=60, deadline=None)
@given(id_no=PEOPLE)
def test_who_goes_out_comes_back(id_no: str) -> None:
    record = found("border_crossings", id_no)
    if record is None:
        return
    rows = record["crossings"]
    assert [row["direction"] for row in rows] == [OUT, BACK] * (len(rows) // 2)
    days = [date.fromisoformat(row["date"]) for row in rows]
    assert all(first < second for first, second in pairwise(days))
    assert days[-1] <= TODAY
    assert not {day.year for day in days} & set(CLOSED_YEARS)
    born = birth_in(id_no, TODAY)
    assert born is not None
    assert age(born, days[0]) >= 18


def test_only_crossings_between_the_days_asked_for_are_told() -> None:
    whole = next(r for r in (found("border_crossings", p) for p in many("19880721")) if r and r["count"] > 6)
    person = next(p for p in many("19880721") if found("border_crossings", p) == whole)
    third = whole["crossings"][2]["date"]
    part = found("border_crossings", person, {"periodFrom": third, "periodTo": third})
    assert part["crossings"] == [whole["crossings"][2]]
    assert found("border_crossings", person, {"periodFrom": "2020-01-01", "periodTo": "2022-12-31"}) is None


@pytest.mark.parametrize(
    "answers", [{}, {"periodFrom": "2026-02-30", "periodTo": "2026-10-01"}, {"periodFrom": "soon"}]
)
def test_nothing_is_held_for_days_that_are_none(answers: dict[str, str]) -> None:
    assert all(found("border_crossings", id_no, answers) is None for id_no in many("19880721")[:10])


def test_a_child_has_what_the_schedule_says_up_to_its_age() -> None:
    newborn, pupil = (
        found("vaccination", invented_id(born="20261101")),
        found("vaccination", invented_id(born="20150601")),
    )
    assert {row["vaccine"] for row in newborn["doses"]} == {"乙肝疫苗", "卡介苗"}
    assert pupil["count"] == len(SCHEDULE)
    for row in pupil["doses"]:
        earlier = [r["dose"] for r in pupil["doses"] if r["vaccine"] == row["vaccine"] and r["date"] <= row["date"]]
        assert earlier == sorted(earlier)
        assert earlier[-1] == row["dose"]


def test_some_grown_ups_have_no_vaccination_on_record() -> None:
    records = [found("vaccination", id_no) for id_no in many("19880721")]
    assert 0 < records.count(None) < 40


@settings(max_examples=60, deadline=None)
@given(id_no=PEOPLE)
def test_nobody_was_vaccinated_before_birth_or_will_be(id_no: str) -> None:
    record = found("vaccination", id_no)
    if record is None:
        return
    born = birth_in(id_no, TODAY)
    assert born is not None
    days = [row["date"] for row in record["doses"]]
    assert days == sorted(days)
    assert born.isoformat() < days[0]
    assert days[-1] <= TODAY.isoformat()


@pytest.mark.parametrize("kind", LIFE)
def test_an_unknown_birth_has_no_record(kind: str) -> None:
    assert found(kind, "XXX110099999919") is None


@pytest.mark.parametrize("kind", LIFE)
def test_years_later_there_is_only_more(kind: str) -> None:
    later = datetime(2030, 11, 20, tzinfo=BEIJING)
    for id_no in many("19880721")[:20]:
        before, after = found(kind, id_no), found(kind, id_no, at=later)
        assert (after or {"count": 0})["count"] >= (before or {"count": 0})["count"]
