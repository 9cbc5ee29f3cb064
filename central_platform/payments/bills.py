"""What departments and companies ask for, found by the number on a bill. A real one is an interface of theirs.

The samples are drawn from a keyed hash, so that the same number always has the same bill: of a utility by the account
number, in which one wrong digit finds nothing; of the medical insurance by year and insured person; of a traffic
offence by plate and driver.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from contracts import id_number

UTILITY, MEDICAL, TRAFFIC = "utility", "medical", "traffic"
DIGITS = 10
SURNAMES = "王李张刘陈杨赵黄周吴"
TOP_UP = (1_000, 200_000)
"""Least and most of one top-up, in fen."""
NOTHING_DUE = 10
"""One in so many owes nothing, and one in so many has no medical insurance."""


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

    def find(self, kind: str, reference: str, owner: str = "") -> Bill | None:
        """Return the bill of this kind under this number, or None; `owner` is the ID number of whoever it is of, where
        a bill is somebody's.
        """


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


MEDICAL_GROUPS: tuple[tuple[int, Mapping[str, str], int], ...] = (
    (18, {"zh": "学生儿童", "en": "students and children"}, 30_000),
    (60, {"zh": "劳动年龄内居民", "en": "residents of working age"}, 60_000),
    (200, {"zh": "老年人", "en": "older people"}, 35_000),
)
"""Below which age, who they are, and what a year costs, in fen."""
TAX_OFFICE = {"zh": "样例区税务局", "en": "Sample Tax Office"}
TREASURY = {"zh": "样例罚没收入专户", "en": "Sample Treasury Account for Fines"}
OFFENCES: tuple[tuple[Mapping[str, str], int], ...] = (
    ({"zh": "违反停车规定", "en": "parking where it is not allowed"}, 20_000),
    ({"zh": "违反禁令标志", "en": "passing a prohibition sign"}, 10_000),
    ({"zh": "不按导向车道行驶", "en": "driving in the wrong lane"}, 10_000),
)
"""None of them costs points: those that do are not settled at a terminal."""
PLACES: tuple[Mapping[str, str], ...] = (
    {"zh": "新街口北大街", "en": "Xinjiekou North Street"},
    {"zh": "西单北大街", "en": "Xidan North Street"},
    {"zh": "广安门内大街", "en": "Guang'anmen Inner Street"},
    {"zh": "德胜门外大街", "en": "Deshengmen Outer Street"},
)


class SampleBills:
    """Invented bills. `today` is handed in: a bill belongs to a month or a year."""

    def __init__(self, key: bytes, today: Callable[[], date]) -> None:
        self._key = key
        self._today = today

    def find(self, kind: str, reference: str, owner: str = "") -> Bill | None:
        """Return the bill of this kind under this number, or None."""
        if kind == UTILITY:
            return self._utility(reference)
        if kind == MEDICAL:
            return self._medical(reference, owner)
        return self._traffic(reference, owner) if kind == TRAFFIC else None

    def _utility(self, account: str) -> Bill | None:
        company = COMPANIES.get(account[:1]) if is_account(account) else None
        if company is None:
            return None
        drawn = self._drawn(account)
        if company.top_up:
            return Bill(*TOP_UP, company.payee, company.what, _holder(drawn))
        month = _last_month(self._today())
        subject = {
            "zh": f"{company.what['zh']}，{month.year}年{month.month}月",
            "en": f"{company.what['en']}, {month:%B %Y}",
        }
        fen = company.usual // 2 + int.from_bytes(drawn[2:5], "big") % company.usual
        due = _due(drawn, fen)
        return Bill(due, due, company.payee, subject, _holder(drawn), f"{UTILITY}:{account}:{month:%Y-%m}")

    def _medical(self, year: str, owner: str) -> Bill | None:
        """The contribution of this year or the next; some are not registered."""
        today = self._today()
        if year not in {str(today.year), str(today.year + 1)} or not id_number.is_valid(owner):
            return None
        born = id_number.birth_date(owner)
        drawn = self._drawn(owner)
        if born is None or born > today or drawn[5] % NOTHING_DUE == 0:
            return None
        age = id_number.age(born, date(int(year), 1, 1))
        group, fen = next((group, fen) for below, group, fen in MEDICAL_GROUPS if age < below)
        subject = {
            "zh": f"城乡居民医疗保险费，{year}年度，{group['zh']}",
            "en": f"Residents' medical insurance, {year}, {group['en']}",
        }
        due = _due(self._drawn(f"{owner}:{year}"), fen)
        return Bill(due, due, TAX_OFFICE, subject, _holder(drawn), f"{MEDICAL}:{owner}:{year}")

    def _traffic(self, plate: str, owner: str) -> Bill | None:
        """The offence of last month."""
        if not plate or not owner:
            return None
        month = _last_month(self._today())
        drawn = self._drawn(f"{plate}:{owner}")
        day, place = month.replace(day=1 + drawn[2] % 28), PLACES[drawn[3] % len(PLACES)]
        what, fen = OFFENCES[drawn[4] % len(OFFENCES)]
        subject = {
            "zh": f"交通违法罚款：{day.month}月{day.day}日，{place['zh']}，{what['zh']}，不记分",
            "en": f"Traffic fine: {day.day} {day:%B}, {place['en']}, {what['en']}, no points",
        }
        due = _due(drawn, fen)
        return Bill(due, due, TREASURY, subject, _holder(drawn), f"{TRAFFIC}:{plate}:{owner}:{month:%Y-%m}")

    def _drawn(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()


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


def _holder(drawn: bytes) -> str:
    return f"{SURNAMES[drawn[0] % len(SURNAMES)]}**"


def _due(drawn: bytes, fen: int) -> int:
    return 0 if drawn[1] % NOTHING_DUE == 0 else fen


def _last_month(today: date) -> date:
    return date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, today.month - 1, 1)
