"""Invented medical insurance of employees and pensioners: what was paid, and what went into the account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from central_platform.records.draws import Draws
from central_platform.records.social_insurance import FLAT
from central_platform.records.working_life import (
    FLEXIBLE,
    PENSIONER,
    Month,
    WorkingLife,
    asked,
    cents,
    total,
    working_life,
)

SCHEME = "城镇职工基本医疗保险"
EMPLOYED = "在职职工"
OWN_RATE, FLEXIBLE_RATE = Decimal("0.02"), Decimal("0.07")
CREDITS = (Decimal(100), Decimal(110))
"""Into a pensioner's account a month: below `OLD_AGE`, and from then on."""
OLD_AGE = 70
BALANCE_MONTHS = 24
"""What went into the account so long ago is spent."""


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the months from `periodFrom` to `periodTo`, both included, that were paid; None without any."""
    life, span = working_life(draws, id_no, today), asked(answers)
    rows = [_row(life, month) for month in life.months(*span)] if life is not None and span is not None else []
    if life is None or not rows:
        return None
    return {
        "scheme": SCHEME,
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "count": len(rows),
        "paid_total": total(rows, "paid"),
        "credited_total": total(rows, "credited"),
        "balance": _balance(life),
        "months": rows,
    }


def _row(life: WorkingLife, month: Month) -> dict[str, str]:
    status, base = month.employer, month.base
    if status == PENSIONER:
        base, paid, credited = Decimal(0), FLAT, CREDITS[life.age(month.number) >= OLD_AGE]
    elif status == FLEXIBLE:
        paid, credited = base * FLEXIBLE_RATE, Decimal(0)
    else:
        status, paid, credited = EMPLOYED, base * OWN_RATE + FLAT, base * OWN_RATE
    return {
        "month": month.text,
        "status": status,
        "base": cents(base),
        "paid": cents(paid),
        "credited": cents(credited),
    }


def _balance(life: WorkingLife) -> str:
    """What is left of the last two years; the same whatever months are asked for."""
    recent = [_row(life, month) for month in life.months(life.running - BALANCE_MONTHS, life.running)]
    left = Decimal(10 + life.draws.below(91, "left in the medical account")) / 100
    return cents(Decimal(total(recent, "credited")) * left)
