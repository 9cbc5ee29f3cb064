"""The other terminals around, as the platform told of them: where to go when this one cannot serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from contracts.hours import Hours, HoursError, hours_value, read_hours

DETOUR = 1.3
"""A way on foot through a city against the straight line: about 1.2 to 1.4 in studies of street networks."""
METRES_A_MINUTE = 50.0
"""Somebody of 80 walks about 0.8 m/s."""
FRESH = timedelta(minutes=10)
"""What is older is said with its time."""
MOST_WALK = 90
"""Minutes; what is farther is no help on foot."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A terminal that worked when it was told of; `metres` in a straight line."""

    name: Mapping[str, str]
    place: Mapping[str, str]
    metres: int
    hours: Hours

    @property
    def minutes(self) -> int:
        """On foot, for somebody who is old."""
        return max(1, ceil(self.metres * DETOUR / METRES_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Nearby:
    """All of them, and when that was known; None = never."""

    found: tuple[Neighbour, ...] = ()
    known_at: datetime | None = None

    def nearest(self, now: datetime) -> Neighbour | None:
        """The nearest one that is open now and within a walk."""
        open_now = (one for one in self.found if one.hours.is_open(now) and one.minutes <= MOST_WALK)
        return min(open_now, key=lambda one: one.metres, default=None)

    def stale(self, now: datetime) -> bool:
        """True when it has to be said how old this is."""
        return self.known_at is not None and now - self.known_at > FRESH


NOTHING_NEAR = Nearby()


def read_nearby(values: Iterable[Any], known_at: datetime | None) -> Nearby:
    """Read what a heartbeat was answered, or what was kept of it; an entry that is something else is left out."""
    found = []
    for value in values:
        try:
            words = {name: {lang: str(value[name][lang]) for lang in ("zh", "en")} for name in ("name", "place")}
            hours = read_hours(value.get("hours"))
            found.append(Neighbour(words["name"], words["place"], max(0, int(value["metres"])), hours))
        except (KeyError, TypeError, ValueError, AttributeError, HoursError):
            continue
    return Nearby(tuple(found), known_at)


def nearby_values(near: Nearby) -> list[dict[str, Any]]:
    """The same as plain JSON, to be kept."""
    return [
        {"name": dict(one.name), "place": dict(one.place), "metres": one.metres, "hours": hours_value(one.hours)}
        for one in near.found
    ]
