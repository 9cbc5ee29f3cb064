"""The printed and spoken words of documents, per language."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@cache
def words(lang: str) -> dict[str, str]:
    """Return the table of a language.

    Raises:
        ValueError: there is no such language.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no words in {lang!r}")
    text = resources.files(__package__).joinpath("strings", f"{lang}.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table


def day(moment: date, lang: str) -> str:
    """2026年11月22日, or 22 November 2026."""
    if lang == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime, lang: str) -> str:
    """2026年11月22日 10:23, or 22 November 2026, 10:23; in the zone the moment carries."""
    comma = " " if lang == "zh" else ", "
    return f"{day(moment.date(), lang)}{comma}{moment:%H:%M}"
