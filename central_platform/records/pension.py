"""Invented pensions: what is paid each month from the sixtieth birthday on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from central_platform.records.draws import Draws
from central_platform.records.working_life import OFFICE, asked, cents, month_text, total, working_life

COMPANIES, OFFICES = "企业职工基本养老保险", "机关事业单位基本养老保险"
PAYDAY = 15


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the payments from `periodFrom` to `periodTo`, both included; None without any."""
    life, span = working_life(draws, id_no, today), asked(answers)
    if life is None or span is None:
        return None
    first, last = span
    rows = [
        {"month": month.text, "amount": cents(month.base), "paid_on": f"{month.text}-{PAYDAY}"}
        for month in life.months(max(first, life.pension), last)
    ]
    if not rows:
        return None
    return {
        "scheme": OFFICES if life.employer(life.pension - 1) == OFFICE else COMPANIES,
        "since": month_text(life.pension),
        "first": rows[0]["month"],
        "last": rows[-1]["month"],
        "count": len(rows),
        "total": total(rows, "amount"),
        "months": rows,
    }
