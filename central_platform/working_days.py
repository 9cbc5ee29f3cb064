"""Working days: Monday to Friday, less the holidays of a table, plus the make-up days of the same table.

The table that ships (holidays.json) is sample data for 2026 and 2027.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

TABLE = Path(__file__).with_name("holidays.json")


class CalendarError(ValueError):
    """The table cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days offices work. Of a year that the table says nothing about, weekends alone are known."""

    holidays: frozenset[date]
    workdays: frozenset[date] = frozenset()

    @classmethod
    def load(cls, path: Path = TABLE) -> Calendar:
        """Read a table `{"holidays": [...], "workdays": [...]}` of YYYY-MM-DD.

        Raises:
            CalendarError: it is no such table, or a day is a holiday and worked.
        """
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            holidays, workdays = _days(table["holidays"]), _days(table["workdays"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CalendarError(f"{path}: this is no table of holidays and workdays") from error
        if both := sorted(holidays & workdays):
            raise CalendarError(f"{path}: {both[0]} is a holiday and a working day")
        return cls(holidays, workdays)

    def covers(self, year: int) -> bool:
        """True when the table says something about a year."""
        return any(day.year == year for day in self.holidays | self.workdays)

    def works(self, day: date) -> bool:
        """True when offices are open on `day`."""
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def after(self, start: date, count: int) -> date:
        """Return the day `count` working days after `start`; the day itself is not counted."""
        day = start
        while count > 0:
            day += timedelta(days=1)
            if self.works(day):
                count -= 1
        return day

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and with `end`; 0 when `end` is not later."""
        return sum(self.works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
