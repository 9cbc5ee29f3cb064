"""Dates as forms know them: relative bounds, months, working days, and how they are written for people."""

from __future__ import annotations

import re
from datetime import date

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
YEAR = re.compile(r"[0-9]{4}")
SATURDAY = 5


def parse_day(text: str) -> date | None:
    """Return the day written YYYY-MM-DD, or None."""
    if DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_month(text: str) -> date | None:
    """Return the first day of the month written YYYY-MM, or None."""
    match = MONTH.fullmatch(text)
    if match is None or not text.isascii() or match[1] == "0000":
        return None
    return date(int(match[1]), int(match[2]), 1)


def parse_year(text: str) -> int | None:
    """Return the year written YYYY, or None; there is no year 0000."""
    return int(text) or None if YEAR.fullmatch(text) else None


def month_of(day: date) -> str:
    """Return YYYY-MM."""
    return f"{day.year:04d}-{day.month:02d}"


def is_workday(day: date, closed: frozenset[str]) -> bool:
    """True from Monday to Friday, unless the reference data close that day."""
    return day.weekday() < SATURDAY and day.isoformat() not in closed


def day_words(day: date, lang: str) -> str:
    """2026年11月23日 星期一, Monday 23 November 2026."""
    if lang == "en":
        return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS_ZH[day.weekday()]}"


def month_words(month: date, lang: str) -> str:
    """2026年11月, November 2026."""
    if lang == "en":
        return f"{MONTHS_EN[month.month - 1]} {month.year}"
    return f"{month.year}年{month.month}月"


def year_words(year: int, lang: str) -> str:
    """2026年, 2026."""
    return str(year) if lang == "en" else f"{year}年"
