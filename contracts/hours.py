"""When a site is open, as its profile says it. Pure; all times are China's, which has one zone and no summer time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
HORIZON_DAYS = 366
"""How far ahead the next opening is looked for."""
ENDLESS = timedelta(days=7)
"""What stays open for longer than this has no closing time that anybody would wait for."""
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Span = tuple[int, int]
"""Minutes since midnight; the end may lie behind the next midnight."""


class HoursError(ValueError):
    """Not opening hours; the text is the path of the wrong field."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: spans by weekday (Monday is 0), days that are closed, and days with spans of their own.

    A day with spans of its own is as these say, whatever else is said of it.
    """

    week: tuple[tuple[Span, ...], ...] = (((0, DAY),),) * 7
    closed: frozenset[date] = frozenset()
    open: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def is_open(self, at: datetime) -> bool:
        """True from the first minute of a span to before its last."""
        return self._span_at(at) is not None

    def closes(self, at: datetime) -> datetime | None:
        """When what is open at `at` ends; None when it is closed, or open for more than a week without a break."""
        end = self._span_at(at)
        while end is not None and end - at <= ENDLESS:
            further = self._span_at(end)
            if further is None:
                return end
            end = further
        return None

    def opens_next(self, at: datetime) -> datetime | None:
        """When it opens again, strictly after `at`; None when it is open now, or not within a year."""
        if self.is_open(at):
            return None
        return next((begin for begin, _ in self._spans(at, HORIZON_DAYS) if begin > at), None)

    def _span_at(self, at: datetime) -> datetime | None:
        """The end of the span that holds `at`, the latest where several do."""
        return max((end for begin, end in self._spans(at, 1) if begin <= at < end), default=None)

    def _spans(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The spans from the day before `at` on, by their begin."""
        today = at.astimezone(BEIJING).date()
        for day in (today + timedelta(days=n) for n in range(-1, days + 1)):
            midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
            for begin, end in sorted(self._on(day)):
                yield midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end)

    def _on(self, day: date) -> tuple[Span, ...]:
        own = self.open.get(day)
        if own is not None:
            return own
        return () if day in self.closed else self.week[day.weekday()]


ALWAYS = Hours()


def read_hours(value: object) -> Hours:
    """Read what a profile says: "08:30-17:30" for every day, or an object: weekday -> list of spans (a weekday that is
    not named is closed), `closed`: list of dates, `open`: date -> list of spans. Nothing at all is always open.

    Raises:
        HoursError: it says something else; the text is the path of the wrong field.
    """
    if value is None:
        return ALWAYS
    if isinstance(value, str):
        return Hours(((_span(value, "hours"),),) * 7)
    if not isinstance(value, Mapping):
        raise HoursError("hours")
    unknown = set(value) - {*WEEKDAYS, "closed", "open"}
    if unknown:
        raise HoursError(f"hours.{min(map(str, unknown))}")
    closed, exceptions = value.get("closed", []), value.get("open", {})
    if not isinstance(closed, list):
        raise HoursError("hours.closed")
    if not isinstance(exceptions, Mapping):
        raise HoursError("hours.open")
    return Hours(
        tuple(_spans(value.get(name, []), f"hours.{name}") for name in WEEKDAYS),
        frozenset(_date(item, "hours.closed") for item in closed),
        {
            _date(day, f"hours.open.{day}"): _spans(spans, f"hours.open.{day}")
            for day, spans in sorted(exceptions.items())
        },
    )


def hours_value(hours: Hours) -> dict[str, Any]:
    """The same hours as a profile would say them."""

    def spans(found: tuple[Span, ...]) -> list[str]:
        return [f"{_clock(begin)}-{_clock(end if end <= DAY else end - DAY)}" for begin, end in found]

    return {
        **{name: spans(found) for name, found in zip(WEEKDAYS, hours.week, strict=True)},
        "closed": sorted(day.isoformat() for day in hours.closed),
        "open": {day.isoformat(): spans(found) for day, found in hours.open.items()},
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _spans(value: Any, path: str) -> tuple[Span, ...]:
    if not isinstance(value, list):
        raise HoursError(path)
    spans = sorted(_span(item, f"{path}[{n}]") for n, item in enumerate(value))
    if any(later[0] < former[1] for former, later in pairwise(spans)):
        raise HoursError(f"{path}: two spans at once")
    return tuple(spans)


def _span(value: object, path: str) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise HoursError(path)
    begin, end = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    if begin >= DAY or end > DAY or begin == end:
        raise HoursError(path)
    # A shop that is open over midnight.
    return (begin, end) if begin < end else (begin, end + DAY)


def _date(value: object, path: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise HoursError(path) from None
