"""The shapes of records, and how each of their values is written on paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """What a value is: `month` YYYY-MM, `date` YYYY-MM-DD, `money` yuan with two decimals, `count` a whole number."""

    TEXT = "text"
    COUNT = "count"
    MONTH = "month"
    DATE = "date"
    MONEY = "money"


PATTERNS: Mapping[Form, re.Pattern[str]] = {
    Form.TEXT: re.compile(r".*\S.*", re.DOTALL),
    Form.MONTH: re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    Form.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Form.MONEY: re.compile(r"[0-9]{1,12}\.[0-9]{2}"),
}


def written(form: Form, value: object) -> str:
    """Return a value as a certificate has it, in Chinese.

    Raises:
        ValueError: it is not of that form; the text does not quote it.
    """
    text = _text(form, value)
    if text is None:
        raise ValueError(f"no {form}")
    return text


@dataclass(frozen=True, slots=True)
class Shape:
    """What one kind of record has: single values, lists of rows, and the answers that say what is asked for."""

    fields: Mapping[str, Form]
    rows: Mapping[str, Mapping[str, Form]] = field(default_factory=dict)
    asks: Mapping[str, Form] = field(default_factory=dict)

    def fits(self, record: Mapping[str, object]) -> bool:
        """True when a record has everything that belongs to it, each value in its form."""
        if not _fits(self.fields, record):
            return False
        lists = [(record.get(name), forms) for name, forms in self.rows.items()]
        return all(isinstance(rows, list) and all(_fits(forms, row) for row in rows) for rows, forms in lists)


PERIOD = {"periodFrom": Form.MONTH, "periodTo": Form.MONTH}
KINDS: Final[Mapping[str, Shape]] = {
    "social_insurance": Shape(
        fields={
            "first": Form.MONTH,
            "last": Form.MONTH,
            "count": Form.COUNT,
            "base_total": Form.MONEY,
            "paid_total": Form.MONEY,
        },
        rows={"months": {"month": Form.MONTH, "employer": Form.TEXT, "base": Form.MONEY, "paid": Form.MONEY}},
        asks=PERIOD,
    ),
    "pension": Shape(
        fields={
            "scheme": Form.TEXT,
            "since": Form.MONTH,
            "first": Form.MONTH,
            "last": Form.MONTH,
            "count": Form.COUNT,
            "total": Form.MONEY,
        },
        rows={"months": {"month": Form.MONTH, "amount": Form.MONEY, "paid_on": Form.DATE}},
        asks=PERIOD,
    ),
    "medical_insurance": Shape(
        fields={
            "scheme": Form.TEXT,
            "first": Form.MONTH,
            "last": Form.MONTH,
            "count": Form.COUNT,
            "paid_total": Form.MONEY,
            "credited_total": Form.MONEY,
            "balance": Form.MONEY,
        },
        rows={
            "months": {
                "month": Form.MONTH,
                "status": Form.TEXT,
                "base": Form.MONEY,
                "paid": Form.MONEY,
                "credited": Form.MONEY,
            }
        },
        asks=PERIOD,
    ),
    "housing_fund": Shape(
        fields={
            "account": Form.TEXT,
            "opened": Form.DATE,
            "state": Form.TEXT,
            "first": Form.MONTH,
            "last": Form.MONTH,
            "count": Form.COUNT,
            "total": Form.MONEY,
            "balance": Form.MONEY,
        },
        rows={
            "months": {
                "month": Form.MONTH,
                "base": Form.MONEY,
                "own": Form.MONEY,
                "employer": Form.MONEY,
                "sum": Form.MONEY,
            }
        },
        asks=PERIOD,
    ),
    "income_tax": Shape(
        fields={
            "first": Form.MONTH,
            "last": Form.MONTH,
            "count": Form.COUNT,
            "income_total": Form.MONEY,
            "tax_total": Form.MONEY,
        },
        rows={"months": {"month": Form.MONTH, "item": Form.TEXT, "income": Form.MONEY, "tax": Form.MONEY}},
        asks=PERIOD,
    ),
    "personnel_file": Shape(
        fields={"number": Form.TEXT, "since": Form.DATE, "origin": Form.TEXT, "keeper": Form.TEXT},
    ),
    "marriage": Shape(fields={"count": Form.COUNT, "finding": Form.TEXT}),
    "real_estate": Shape(fields={"count": Form.COUNT, "finding": Form.TEXT}),
    "border_crossings": Shape(
        fields={"count": Form.COUNT},
        rows={"crossings": {"date": Form.DATE, "direction": Form.TEXT, "paper": Form.TEXT, "port": Form.TEXT}},
        asks={"periodFrom": Form.DATE, "periodTo": Form.DATE},
    ),
    "vaccination": Shape(
        fields={"count": Form.COUNT},
        rows={"doses": {"vaccine": Form.TEXT, "dose": Form.TEXT, "date": Form.DATE, "clinic": Form.TEXT}},
    ),
}
"""Every kind that a certificate may ask for. Of `social_insurance`, `employer` is the kind of employer and `paid` the
person's own part. A `finding` ends a sentence about somebody in Beijing: what is registered, or that nothing is.
"""


def _text(form: Form, value: object) -> str | None:
    if form is Form.COUNT:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
    if not isinstance(value, str) or not PATTERNS[form].fullmatch(value):
        return None
    match form:
        case Form.MONTH:
            year, month = value.split("-")
            return f"{int(year)}年{int(month)}月"
        case Form.DATE:
            try:
                day = date.fromisoformat(value)
            except ValueError:
                return None
            return f"{day.year}年{day.month}月{day.day}日"
        case Form.MONEY:
            return f"{Decimal(value):,.2f}"
        case _:
            return value


def _fits(forms: Mapping[str, Form], values: object) -> bool:
    if not isinstance(values, Mapping):
        return False
    try:
        for name, form in forms.items():
            written(form, values.get(name))
    except ValueError:
        return False
    return True
