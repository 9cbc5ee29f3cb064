"""Invented income tax on wages, withheld month by month on what the year has brought so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from central_platform.records import housing_fund, social_insurance
from central_platform.records.draws import Draws
from central_platform.records.working_life import (
    COMPANY,
    OFFICE,
    WorkingLife,
    asked,
    cents,
    month_text,
    total,
    working_life,
)

ITEM = "工资、薪金所得"
WITHHOLDING = frozenset({COMPANY, OFFICE})
ALLOWANCE = Decimal(5000)
EXTRA = (0, 0, 1000, 1500, 2000, 3000)
"""What children, parents, rent or a loan take off a month's income."""
BRACKETS = (
    (Decimal(36000), Decimal("0.03"), Decimal(0)),
    (Decimal(144000), Decimal("0.10"), Decimal(2520)),
    (Decimal(300000), Decimal("0.20"), Decimal(16920)),
    (Decimal(420000), Decimal("0.25"), Decimal(31920)),
    (Decimal(660000), Decimal("0.30"), Decimal(52920)),
    (Decimal(960000), Decimal("0.35"), Decimal(85920)),
    (Decimal("Infinity"), Decimal("0.45"), Decimal(181920)),
)
"""A year's taxable income up to: rate and quick deduction."""


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the months from `periodFrom` to `periodTo`, both included, with a wage; None without any."""
    life, span = working_life(draws, id_no, today), asked(answers)
    if life is None or span is None:
        return None
    first, last = span
    years = range(max(first, life.start) // 12, min(last, life.running) // 12 + 1)
    held = [row for year in years for row in _year(life, year)]
    rows = [row for row in held if month_text(first) <= row["month"] <= month_text(last)]
    if not rows:
        return None
    return {
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "count": len(rows),
        "income_total": total(rows, "income"),
        "tax_total": total(rows, "tax"),
        "months": rows,
    }


def _year(life: WorkingLife, year: int) -> Iterator[dict[str, str]]:
    """The months of one year. Nothing is paid back within it."""
    taxable = paid = Decimal(0)
    extra = life.draws.one_of(EXTRA, "extra deduction", year)
    for month in life.months(year * 12, year * 12 + 11):
        if month.employer not in WITHHOLDING:
            continue
        parts = social_insurance.own_part(month) + housing_fund.own_part(life, month)
        taxable += month.base - parts - ALLOWANCE - extra
        tax = max(Decimal(0), due(taxable) - paid)
        paid += tax
        yield {"month": month.text, "item": ITEM, "income": cents(month.base), "tax": cents(tax)}


def due(taxable: Decimal) -> Decimal:
    """Return the tax on a year's taxable income so far, in whole cents."""
    rate, quick = next((rate, quick) for most, rate, quick in BRACKETS if taxable <= most)
    return Decimal(cents(max(Decimal(0), taxable * rate - quick)))
