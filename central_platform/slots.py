"""Places of appointments: one is taken, or the next free ones are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central_platform.catalogue import Package
from central_platform.clock import BEIJING
from central_platform.models import Slot
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import FreeSlot, ProblemCode
from central_platform.working_days import Calendar
from contracts.offsets import relative

OFFERED = 3
"""As many as a page shows at a glance."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The place that somebody asked for: a hall (empty where there is but one), a day and a time of it."""

    hall: str
    day: date
    time: str

    @property
    def name(self) -> str:
        """How the slot is called in the table."""
        return "/".join((self.hall, self.day.isoformat(), self.time))


def take(
    platform: Platform, session: Session, package: Package, answers: Mapping[str, Any], captured_at: datetime
) -> str:
    """Take one place and return the name of its slot.

    Raises:
        Refusal: data-invalid for a day without appointments; slot-full, with the next free ones.
    """
    open_days = Calendar(frozenset(date.fromisoformat(d) for d in platform.catalogue.closed_days))
    # Compared with the day on which the resident chose: an item may arrive late, its day does not get worse by that.
    wish = _wish(answers, captured_at.astimezone(BEIJING).date(), open_days)
    if session.get(Slot, (package.id, wish.name)) is None:
        session.add(Slot(service=package.id, slot=wish.name, capacity=package.capacity, taken=0))
        session.flush()
    taken = session.execute(
        update(Slot)
        .where(Slot.service == package.id, Slot.slot == wish.name, Slot.taken < Slot.capacity)
        .values(taken=Slot.taken + 1)
        .returning(Slot.taken)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        free = _free(session, package, wish, platform.clock.now().date(), open_days)
        raise Refusal(ProblemCode.SLOT_FULL, field="/slot", free=list(islice(free, OFFERED)))
    return wish.name


def _wish(answers: Mapping[str, Any], chosen_on: date, open_days: Calendar) -> Wish:
    hall, text, time = (str(answers.get(name, "")) for name in ("hall", "date", "slot"))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(ProblemCode.DATA_INVALID, "/date is no day", field="/date") from None
    if day <= chosen_on or not open_days.works(day):
        raise Refusal(
            ProblemCode.DATA_INVALID, "/date is not a day on which the hall takes appointments", field="/date"
        )
    return Wish(hall, day, time)


def _free(session: Session, package: Package, wish: Wish, today: date, open_days: Calendar) -> Iterator[FreeSlot]:
    """Free places of the same hall after the one that was wished for, soonest first; then those before it."""
    properties = package.content["data"]["properties"]
    times: list[str] = properties["slot"].get("enum", [])
    span = properties["date"].get("x-range")
    if wish.time not in times or span is None:
        return
    first, last = max(relative(today, span["from"]), today + timedelta(days=1)), relative(today, span["to"])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    every = [Wish(wish.hall, day, time) for day in days if open_days.works(day) for time in times]
    asked = (wish.day, times.index(wish.time))
    # What is left of the order within each half is that of time.
    order = sorted(every, key=lambda one: (one.day, times.index(one.time)) < asked)
    full = set(session.scalars(select(Slot.slot).where(Slot.service == package.id, Slot.taken >= Slot.capacity)))
    yield from (FreeSlot(date=one.day.isoformat(), slot=one.time) for one in order if one.name not in full)
