from __future__ import annotations

import json
import logging
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_platform.working_days import TABLE, Calendar, CalendarError
from tests.central_platform.world import HandClock, open_platform, write_packages

CALENDAR = Calendar.load()
DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # The Saturday and the Saturday that make up for the Spring Festival of 2026 are worked.
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        (date(2026, 2, 27), 2, date(2026, 3, 2)),
        # The Sunday before the National Day is worked, the days after it are not.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 24), 1, date(2026, 9, 28)),
        (date(2026, 9, 30), 2, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        # Accepted on a holiday, or on a Sunday, the first day counted is the first one worked.
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 9, 19), 1, date(2026, 9, 20)),
        # From one year's table into the next one's.
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
    ],
)
def test_days_that_are_worked_instead_count_and_the_holidays_they_pay_for_do_not(
    start: date, days: int, end: date
) -> None:
    assert CALENDAR.after(start, days) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2028, 1, 1), 1, date(2028, 1, 3)),
        (date(2028, 9, 29), 1, date(2028, 10, 2)),
        (date(2027, 12, 31), 5, date(2028, 1, 7)),
    ],
)
def test_in_a_year_without_a_table_only_weekends_are_free(start: date, days: int, end: date) -> None:
    assert not CALENDAR.covers(2028)
    assert CALENDAR.after(start, days) == end


def test_whoever_runs_the_platform_is_told_before_such_a_year_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    packages = write_packages(tmp_path / "packages")
    clock = HandClock()
    for days, told in ((0, False), (350, True)):
        clock.advance(days=days)
        with caplog.at_level(logging.WARNING, "central_platform"):
            open_platform(tmp_path / str(days), packages, clock).close()
        assert ("the holidays of 2028 are not in the table" in caplog.text) is told


@given(DAYS, st.integers(1, 60))
def test_a_finish_date_is_worked_and_has_as_many_working_days_before_it(start: date, count: int) -> None:
    end = CALENDAR.after(start, count)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert CALENDAR.works(end)
    assert sum(map(CALENDAR.works, between)) == count


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_counting_on_is_counting_at_once(start: date, first: int, then: int) -> None:
    assert CALENDAR.after(CALENDAR.after(start, first), then) == CALENDAR.after(start, first + then)


def test_every_day_that_is_worked_instead_is_a_weekend() -> None:
    assert all(day.weekday() >= 5 for day in CALENDAR.workdays)
    assert all(day.weekday() < 5 for day in CALENDAR.holidays)


@pytest.mark.parametrize(
    "table",
    [
        "{",
        "[]",
        json.dumps({"holidays": ["2026-01-01"]}),
        json.dumps({"holidays": ["2026-13-01"], "workdays": []}),
        json.dumps({"holidays": [20260101], "workdays": []}),
        json.dumps({"holidays": ["2026-02-14"], "workdays": ["2026-02-14"]}),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(table: str, tmp_path: Path) -> None:
    file = tmp_path / TABLE.name
    file.write_text(table, encoding="utf-8")
    with pytest.raises(CalendarError, match=TABLE.name):
        Calendar.load(file)
