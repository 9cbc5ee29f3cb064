"""What departments and companies ask for, found by the number on a bill. A real one is an interface of theirs.

The sample is drawn from a keyed hash of the account number, so that the same number always has the same bill, and a
number with one wrong digit has none.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

UTILITY = "utility"
DIGITS = 10
SURNAMES = "王李张刘陈杨赵黄周吴"
TOP_UP = (1_000, 200_000)
"""Least and most of one top-up, in fen."""
NOTHING_DUE = 10
"""One account in so many owes nothing."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid, in fen: `least` to `most`, both the same where the bill decides, 0 when nothing is due.

    `id` names the very bill, so that it is not paid twice; empty where any number of payments is welcome. `holder` is a
    masked name.
    """

    least: int
    most: int
    payee: Mapping[str, str]
    subject: Mapping[str, str]
    holder: str = field(default="", repr=False)
    id: str = field(default="", repr=False)


class Bills(Protocol):
    """Where bills are found."""

    def find(self, kind: str, reference: str) -> Bill | None:
        """Return the bill of this kind under this number, or None."""


@dataclass(frozen=True, slots=True)
class _Company:
    """One company: does it send bills, or is money put in beforehand; what an average bill is, in fen."""

    payee: Mapping[str, str]
    what: Mapping[str, str]
    top_up: bool
    usual: int = 0


COMPANIES: Mapping[str, _Company] = {
    "1": _Company({"zh": "样例自来水公司", "en": "Sample Water Company"}, {"zh": "水费", "en": "Water"}, False, 6_000),
    "2": _Company({"zh": "样例供电公司", "en": "Sample Power Company"}, {"zh": "电费充值", "en": "Power top-up"}, True),
    "3": _Company({"zh": "样例燃气公司", "en": "Sample Gas Company"}, {"zh": "燃气费", "en": "Gas"}, False, 9_000),
    "4": _Company(
        {"zh": "样例热力公司", "en": "Sample Heating Company"}, {"zh": "供暖费", "en": "Heating"}, False, 150_000
    ),
}
"""By the first digit of an account number."""


class SampleBills:
    """Invented bills of invented companies. `today` is handed in: a bill belongs to a month."""

    def __init__(self, key: bytes, today: Callable[[], date]) -> None:
        self._key = key
        self._today = today

    def find(self, kind: str, reference: str) -> Bill | None:
        """Return the bill of this kind under this number, or None."""
        if kind != UTILITY or not is_account(reference):
            return None
        company = COMPANIES.get(reference[0])
        if company is None:
            return None
        drawn = hmac.new(self._key, reference.encode(), hashlib.sha256).digest()
        holder = f"{SURNAMES[drawn[0] % len(SURNAMES)]}**"
        if company.top_up:
            return Bill(*TOP_UP, company.payee, company.what, holder)
        month = _last_month(self._today())
        subject = {
            "zh": f"{company.what['zh']}，{month.year}年{month.month}月",
            "en": f"{company.what['en']}, {month:%B %Y}",
        }
        fen = company.usual // 2 + int.from_bytes(drawn[2:5], "big") % company.usual
        due = 0 if drawn[1] % NOTHING_DUE == 0 else fen
        return Bill(due, due, company.payee, subject, holder, f"{kind}:{reference}:{month:%Y-%m}")


def is_account(text: str) -> bool:
    """True for ten digits of which the last is the check digit (ISO/IEC 7812-1)."""
    return len(text) == DIGITS and text.isascii() and text.isdigit() and text[-1] == check_digit(text[:-1])


def check_digit(digits: str) -> str:
    """Return the digit that belongs behind these."""
    total = 0
    for at, char in enumerate(reversed(digits)):
        digit = int(char) * (1 if at % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def _last_month(today: date) -> date:
    return date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, today.month - 1, 1)
