"""Which terminal is near another and works: where people are sent when that one cannot serve.

The decision is pure. The fleet is read once a minute; who is alive is asked with each heartbeat, from memory.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import select

from central_platform.database import Database
from central_platform.models import Terminal
from central_platform.presence import Presence, Sign

TOLD = 3
"""As many as a terminal is told: the nearest may be closed at the hour when it is needed."""
ALIVE = timedelta(minutes=3)
"""After so long without a heartbeat nobody is sent there."""
FARTHEST_M = 4000
REREAD = timedelta(minutes=1)
EARTH_M = 6_371_000.0
STANDARD_PLACE = (39.9120, 116.3660)
"""What a profile says that was written without a position: nobody knows where that terminal is."""

Point = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""


@dataclass(frozen=True, slots=True)
class Site:
    """One terminal of the fleet, as its profile says it."""

    terminal: str
    at: Point
    name: Mapping[str, str]
    place: Mapping[str, str]
    hours: Any = None


def metres(one: Point, other: Point) -> int:
    """Return the distance along the sphere."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(half)))


def nearest(
    terminal: str, fleet: Iterable[Site], sign: Callable[[str], Sign | None], now: datetime
) -> list[dict[str, Any]]:
    """Return the nearest terminals that were heard of lately and said that they serve, nearest first."""
    sites = list(fleet)
    own = next((site for site in sites if site.terminal == terminal), None)
    if own is None:
        return []
    around = sorted(
        (distance, site.terminal, site)
        for site in sites
        if site.terminal != terminal and (distance := metres(own.at, site.at)) <= FARTHEST_M
    )
    found = []
    for distance, name, site in around:
        last = sign(name)
        if last is None or now - last.received_at > ALIVE or last.body.get("state") != "in_service":
            continue
        found.append({"name": site.name, "place": site.place, "metres": distance, "hours": site.hours})
        if len(found) == TOLD:
            break
    return found


@dataclass
class Neighbourhood:
    """The fleet as it was read last."""

    database: Database
    presence: Presence
    _fleet: tuple[Site, ...] = ()
    _read_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, terminal: str, now: datetime) -> list[dict[str, Any]]:
        """Return what a terminal is told with its heartbeat."""
        with self._lock:
            if self._read_at is None or not timedelta() <= now - self._read_at < REREAD:
                self._fleet, self._read_at = self._read(), now
            fleet = self._fleet
        return nearest(terminal, fleet, self.presence.last, now)

    def _read(self) -> tuple[Site, ...]:
        with self.database.read() as session:
            rows = session.execute(select(Terminal.id, Terminal.profile).where(Terminal.revoked_at.is_(None))).all()
        sites = (_site(name, json.loads(profile)) for name, profile in rows)
        return tuple(site for site in sites if site is not None)


def _site(terminal: str, profile: Mapping[str, Any]) -> Site | None:
    try:
        at = (float(profile["position"]["lat"]), float(profile["position"]["lon"]))
        site = Site(terminal, at, profile["name"], profile["place"], profile.get("hours"))
    except (KeyError, TypeError, ValueError):
        return None
    return None if at == STANDARD_PLACE else site
