"""Opening hours: spans of weekdays, exceptions, nights, and what is no hours at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.hours import BEIJING, WEEKDAYS, Hours, HoursError, read_hours

OFFICE = read_hours(
    {
        **{day: ["08:30-12:00", "13:30-17:30"] for day in WEEKDAYS[:5]},
        "sat": ["09:00-12:00"],
        "closed": ["2027-02-08"],
        "open": {"2027-02-14": ["10:00-11:00"], "2027-02-09": []},
    }
)


def at(day: int, clock: str, month: int = 12, year: int = 2026) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


TUESDAY = 1


def test_open_from_the_first_minute_to_before_the_last() -> None:
    assert not OFFICE.is_open(at(TUESDAY, "08:29"))
    assert OFFICE.is_open(at(TUESDAY, "08:30"))
    assert OFFICE.is_open(at(TUESDAY, "11:59"))
    assert not OFFICE.is_open(at(TUESDAY, "12:00"))


def test_the_closing_time_is_that_of_the_span_under_way() -> None:
    assert OFFICE.closes(at(TUESDAY, "09:00")) == at(TUESDAY, "12:00")
    assert OFFICE.closes(at(TUESDAY, "13:30")) == at(TUESDAY, "17:30")
    assert OFFICE.closes(at(TUESDAY, "12:30")) is None


def test_it_opens_next_after_the_break_and_after_the_weekend() -> None:
    assert OFFICE.opens_next(at(TUESDAY, "12:00")) == at(TUESDAY, "13:30")
    assert OFFICE.opens_next(at(5, "12:00")) == at(7, "08:30"), "Saturday noon: on Monday"
    assert OFFICE.opens_next(at(TUESDAY, "09:00")) is None, "it is open"


def test_closed_days_and_days_with_hours_of_their_own_win_over_the_week() -> None:
    assert not OFFICE.is_open(at(8, "09:00", 2, 2027))
    assert not OFFICE.is_open(at(9, "09:00", 2, 2027)), "a day with no span of its own is closed"
    assert OFFICE.is_open(at(14, "10:30", 2, 2027)), "a Sunday"
    assert OFFICE.opens_next(at(8, "09:00", 2, 2027)) == at(10, "08:30", 2, 2027)


def test_one_string_is_every_day_and_midnight_to_midnight_never_closes() -> None:
    always = read_hours("00:00-24:00")
    assert always.is_open(at(6, "23:59"))
    assert always.closes(at(6, "23:59")) is None
    assert always.opens_next(at(6, "23:59")) is None
    assert read_hours(None) == Hours()
    assert read_hours("08:30-17:30").closes(at(6, "09:00")) == at(6, "17:30")


def test_a_night_shop_is_open_over_midnight() -> None:
    night = read_hours("22:00-06:00")
    assert night.is_open(at(2, "23:00"))
    assert night.is_open(at(3, "05:59"))
    assert not night.is_open(at(3, "06:00"))
    assert night.closes(at(2, "23:00")) == at(3, "06:00")


def test_spans_that_meet_at_midnight_are_one() -> None:
    joined = read_hours({"mon": ["20:00-24:00"], "tue": ["00:00-02:00"]})
    assert joined.closes(at(30, "21:00", 11)) == at(1, "02:00")


def test_hours_are_chinas_wherever_the_question_comes_from() -> None:
    assert OFFICE.is_open(datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    assert not OFFICE.is_open(datetime(2026, 12, 1, 9, 30, tzinfo=UTC))


def test_a_site_that_never_opens_has_no_next_opening() -> None:
    assert read_hours({}).opens_next(at(TUESDAY, "09:00")) is None


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("8:30-17:30", "hours"),
        ("08:30-08:30", "hours"),
        ("08:30-24:30", "hours"),
        (["08:30-17:30"], "hours"),
        ({"monday": []}, "hours.monday"),
        ({"mon": "08:30-17:30"}, "hours.mon"),
        ({"tue": ["08:30-12:00", "noon"]}, "hours.tue[1]"),
        ({"tue": ["08:30-12:00", "11:00-13:00"]}, "hours.tue: two spans at once"),
        ({"closed": "2027-02-08"}, "hours.closed"),
        ({"closed": ["2027-02-30"]}, "hours.closed"),
        ({"open": {"soon": []}}, "hours.open.soon"),
        ({"open": {"2027-02-14": ["x"]}}, "hours.open.2027-02-14[0]"),
    ],
)
def test_what_is_no_hours_is_refused_with_the_path_of_the_field(value: Any, path: str) -> None:
    with pytest.raises(HoursError, match="^" + path.replace("[", r"\[") + "$"):
        read_hours(value)


MINUTES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=BEIJING))  # noqa: DTZ001


@given(MINUTES)
def test_open_until_it_closes_and_closed_until_it_opens(now: datetime) -> None:
    for hours in (OFFICE, read_hours("22:00-06:00")):
        end, begin = hours.closes(now), hours.opens_next(now)
        assert (end is not None) == hours.is_open(now)
        assert (begin is not None) != hours.is_open(now)
        if end is not None:
            assert now < end
            assert not hours.is_open(end)
        if begin is not None:
            assert now < begin
            assert hours.is_open(begin)
