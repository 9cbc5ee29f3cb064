"""Invented journeys abroad: out at one border post and back at the same, some in every ordinary year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from central_platform.births import birth_in
from central_platform.records.draws import Draws

TRAVELS_FROM = 18
STAYS_ONE_IN = 4
"""So many never travel."""
CLOSED_YEARS = range(2020, 2023)
MOST_TRIPS = 3
LONGEST_DAYS = 20
OUT, BACK = "出境", "入境"
PASSPORT, PERMIT = "普通护照", "往来港澳通行证"
POSTS = (("北京首都国际机场", PASSPORT), ("上海浦东国际机场", PASSPORT), ("深圳罗湖口岸", PERMIT))


def find(draws: Draws, id_no: str, answers: Mapping[str, Any], today: date) -> Mapping[str, Any] | None:
    """Return the crossings from `periodFrom` to `periodTo`, both included; None without any."""
    born = birth_in(id_no, today)
    first, last = (_day(answers.get(name)) for name in ("periodFrom", "periodTo"))
    if born is None or first is None or last is None or draws.below(STAYS_ONE_IN, "stays") == 0:
        return None
    years = range(max(first.year, born.year + TRAVELS_FROM + 1), min(last.year, today.year) + 1)
    rows = [row for year in years for back, trip in _trips(draws, year) if back <= today for row in trip]
    held = [row for row in rows if first.isoformat() <= row["date"] <= last.isoformat()]
    return {"count": len(held), "crossings": held} if held else None


def _trips(draws: Draws, year: int) -> Iterator[tuple[date, list[dict[str, str]]]]:
    """Each with its last day: who stands at a terminal has come back."""
    count = 0 if year in CLOSED_YEARS else draws.below(MOST_TRIPS, "trips", year)
    for n in range(count):
        room = 365 // count
        out = date(year, 1, 1) + timedelta(n * room + draws.below(room - LONGEST_DAYS, "out", year, n))
        back = out + timedelta(3 + draws.below(LONGEST_DAYS - 3, "days", year, n))
        port, paper = draws.one_of(POSTS, "post", year, n)
        yield (
            back,
            [
                {"date": day.isoformat(), "direction": direction, "paper": paper, "port": port}
                for day, direction in ((out, OUT), (back, BACK))
            ],
        )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
