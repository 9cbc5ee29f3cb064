"""Invented social insurance: what was paid month by month, as a pensioner too. Rates are sample figures, no rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from central_platform.records.draws import Draws
from central_platform.records.working_life import (
    COMPANY,
    FLEXIBLE,
    OFFICE,
    PENSIONER,
    Month,
    asked,
    cents,
    total,
    working_life,
)

RATES = {COMPANY: Decimal("0.105"), OFFICE: Decimal("0.105"), FLEXIBLE: Decimal("0.20"), PENSIONER: Decimal(0)}
FLAT = Decimal("3.00")
"""What everybody pays a month towards large medical bills; a pensioner pays nothing else."""


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the months from `periodFrom` to `periodTo`, both included, that were paid; None without any."""
    life, span = working_life(draws, id_no, today), asked(answers)
    rows = [_row(month) for month in life.months(*span)] if life is not None and span is not None else []
    if not rows:
        return None
    return {
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "count": len(rows),
        "base_total": total(rows, "base"),
        "paid_total": total(rows, "paid"),
        "months": rows,
    }


def own_part(month: Month) -> Decimal:
    """Return what the person pays in a month."""
    return month.base * RATES[month.employer] + FLAT


def _row(month: Month) -> dict[str, str]:
    return {
        "month": month.text,
        "employer": month.employer,
        "base": cents(month.base),
        "paid": cents(own_part(month)),
    }
