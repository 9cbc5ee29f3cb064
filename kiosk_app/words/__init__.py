"""Every sentence of the terminal's own screens, by key and language. Packages bring the words of their services."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")


@lru_cache(maxsize=len(LANGUAGES))
def table(lang: str) -> dict[str, str]:
    """Return all words of one language: one file a chapter, no key in two of them."""
    words: dict[str, str] = {}
    for chapter in sorted((FOLDER / lang).glob("*.json")):
        found: dict[str, str] = json.loads(chapter.read_text("utf-8"))
        if twice := words.keys() & found.keys():
            raise ValueError(f"{chapter.name}: {sorted(twice)[0]} stands in another chapter too")
        words |= found
    return words


def say(lang: str, key: str, **slots: object) -> str:
    """Return the sentence of `key` with its slots filled.

    Raises:
        KeyError: no such key, or a slot is missing: a fault of ours that tests find.
    """
    return table(lang)[key].format(**slots)


def has(key: str) -> bool:
    """True when the table knows this key."""
    return key in table("zh")


def day(lang: str, value: date, key: str = "date") -> str:
    """Write a date the way people say it; `key` is date, date_full or day (with the weekday)."""
    weekdays = table(lang)["weekdays"]
    names = weekdays.split("|") if "|" in weekdays else list(weekdays)
    months = table(lang).get("months", "").split("|")
    month_name = months[value.month - 1] if len(months) == 12 else ""
    return say(
        lang,
        key,
        year=value.year,
        month=value.month,
        day=value.day,
        weekday=names[value.weekday()],
        month_name=month_name,
    )
