"""Invented housing fund: what person and employer pay in for each month of employment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from central_platform.records.draws import Draws
from central_platform.records.working_life import (
    COMPANY,
    OFFICE,
    Month,
    WorkingLife,
    asked,
    cents,
    total,
    working_life,
)

PAYING = frozenset({COMPANY, OFFICE})
RATES = (5, 6, 8, 10, 12, 12)
"""Per cent of the base, the same for person and employer."""
MOST_BASE = Decimal(35000)
OPENED_ON = 10
OPEN, RESTING = "缴存", "封存"
BALANCE_MONTHS = 36
"""What was paid in so long ago has been withdrawn."""


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the months from `periodFrom` to `periodTo`, both included, that were paid; None without any."""
    life, span = working_life(draws, id_no, today), asked(answers)
    rows = _rows(life, *span) if life is not None and span is not None else []
    if life is None or not rows:
        return None
    return {
        "account": f"{draws.below(10**12, 'fund account'):012d}",
        "opened": f"{_opened(life)}-{OPENED_ON}",
        "state": OPEN if _rows(life, life.running - 1, life.running) else RESTING,
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "count": len(rows),
        "total": total(rows, "sum"),
        "balance": _balance(life),
        "months": rows,
    }


def own_part(life: WorkingLife, month: Month) -> Decimal:
    """Return what the person pays in a month: whole yuan, and nothing without an employer."""
    if month.employer not in PAYING:
        return Decimal(0)
    rate = life.draws.one_of(RATES, "fund rate", life.job(month.number))
    return (min(month.base, MOST_BASE) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP)


def _opened(life: WorkingLife) -> str:
    """The first month that was paid; there is one."""
    lived = (life.month(number) for number in range(life.start, life.running))
    return next(month.text for month in lived if month is not None and month.employer in PAYING)


def _rows(life: WorkingLife, first: int, last: int) -> list[dict[str, str]]:
    return [_row(life, month) for month in life.months(first, last) if month.employer in PAYING]


def _row(life: WorkingLife, month: Month) -> dict[str, str]:
    part = own_part(life, month)
    return {
        "month": month.text,
        "base": cents(min(month.base, MOST_BASE)),
        "own": cents(part),
        "employer": cents(part),
        "sum": cents(2 * part),
    }


def _balance(life: WorkingLife) -> str:
    """What is left of the last years; the same whatever months are asked for."""
    recent = _rows(life, life.running - BALANCE_MONTHS, life.running)
    left = Decimal(40 + life.draws.below(61, "left in the fund")) / 100
    return cents(Decimal(total(recent, "sum")) * left)
