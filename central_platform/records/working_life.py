"""Invented working lives: first job, gaps and pension, so that all records of one person agree.

Amounts, ages and shares are sample figures near those of Beijing; they are nobody's and no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from central_platform.births import birth_in
from central_platform.records.draws import Draws

ADULT_MONTHS = 18 * 12
PENSION_MONTHS = 60 * 12
LATEST_START = 60
"""Months after the 18th birthday within which everybody has found a first job."""
JOB_MONTHS = 48
COMPANY, OFFICE, FLEXIBLE, PENSIONER = "企业职工", "机关事业单位", "灵活就业人员", "退休人员"
EMPLOYERS = (COMPANY, COMPANY, COMPANY, OFFICE, FLEXIBLE)
YEAR = 2026
GROWTH = Decimal("1.05")
"""Wages grow by so much a year, counted from `YEAR`."""
GAP_ONE_IN = 50
ELSEWHERE_ONE_IN = 4
"""Of people who come from another province so many have never paid in Beijing."""
BEIJING = "11"
CENT = Decimal("0.01")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """One month: `number` counts from the year 0, `base` is the wage or the pension in whole yuan."""

    number: int
    employer: str
    base: Decimal

    @property
    def text(self) -> str:
        """YYYY-MM."""
        return month_text(self.number)


@dataclass(frozen=True, slots=True)
class WorkingLife:
    """The first months with a wage and with a pension, and the month that is not over."""

    draws: Draws
    start: int
    pension: int
    running: int

    def months(self, first: int, last: int) -> list[Month]:
        """Return the months of a span, both ends included, as far as they are lived and were no gap."""
        span = range(max(first, self.start), min(last + 1, self.running))
        return [found for number in span if (found := self.month(number)) is not None]

    def month(self, number: int) -> Month | None:
        """Return a month from `start` on; None for one between two jobs."""
        if number < self.pension and self.draws.below(GAP_ONE_IN, "gap", number) == 0:
            return None
        return Month(number, self.employer(number), self._base(number))

    def employer(self, number: int) -> str:
        """Return who employs in a month from `start` on, a gap or not."""
        if number >= self.pension:
            return PENSIONER
        return self.draws.one_of(EMPLOYERS, "employer", self.job(number))

    def job(self, number: int) -> int:
        """Return which job that is, counted from 0."""
        return (number - self.start) // JOB_MONTHS

    def age(self, number: int) -> int:
        """Return the whole years of age in a month."""
        return (number - self.pension + 1 + PENSION_MONTHS) // 12

    def _base(self, number: int) -> Decimal:
        """The base is set anew each July and holds for a year."""
        year = (number - 6) // 12
        pensioner = number >= self.pension
        level = 3000 + self.draws.below(5000, "pension") if pensioner else 7000 + self.draws.below(22000, "wage")
        turn = Decimal(985 + self.draws.below(31, "turn", year)) / 1000
        return (level * GROWTH ** (year - YEAR) * turn).quantize(Decimal(1), ROUND_HALF_UP)


def working_life(draws: Draws, id_no: str, today: date) -> WorkingLife | None:
    """Return the working life of a person; None for somebody who has had none in Beijing, or not yet."""
    born = birth_in(id_no, today)
    if born is None or _never_here(draws, id_no):
        return None
    adult = number_of(born) + ADULT_MONTHS + 1
    start = adult + draws.below(LATEST_START, "start")
    running = number_of(today)
    return WorkingLife(draws, start, number_of(born) + PENSION_MONTHS + 1, running) if start < running else None


def asked(answers: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the months `periodFrom` and `periodTo` of an application; None when they are no months."""
    first, last = (_number(answers.get(name)) for name in ("periodFrom", "periodTo"))
    return None if first is None or last is None else (first, last)


def number_of(day: date) -> int:
    """Return the number of the month of a day."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """Return a month as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def cents(amount: Decimal) -> str:
    """Return an amount as records have it, rounded to cents."""
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def total(rows: Iterable[Mapping[str, str]], name: str) -> str:
    """Return the sum of an amount over rows."""
    return str(sum((Decimal(row[name]) for row in rows), Decimal("0.00")))


def _never_here(draws: Draws, id_no: str) -> bool:
    """Some who come from another province. Permits (8) and foreigners (9, letters) are not meant."""
    from_elsewhere = id_no[0] in "1234567" and not id_no.startswith(BEIJING)
    return from_elsewhere and draws.below(ELSEWHERE_ONE_IN, "elsewhere") == 0


def _number(month: object) -> int | None:
    found = MONTH.fullmatch(month) if isinstance(month, str) else None
    return None if found is None else int(found[1]) * 12 + int(found[2]) - 1
