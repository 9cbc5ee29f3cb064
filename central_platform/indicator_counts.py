"""What the indicators of the plan count, from the catalogue in force and from what is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from central_platform.clock import BEIJING
from central_platform.models import (
    Case,
    Document,
    Heartbeat,
    LicenceCopy,
    LicenceHeld,
    Rating,
    RuleText,
    Ruling,
    Terminal,
)
from central_platform.platform import Platform

HANDLED = frozenset({"HANDLE", "PRINT"})
CALLBACK = "XF01"
"""The service whose form asks when to call back."""
LEAST_SATISFIED = 3
"""基本满意; the two grades below are 差评 (GB/T 39734)."""
LEAST_ANSWERS = 2


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, by Beijing time."""

    first: date
    last: date

    def holds(self, column: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
        """Return the condition that a column lies within."""
        begin = datetime.combine(self.first, time(), BEIJING)
        end = datetime.combine(self.last + timedelta(days=1), time(), BEIJING)
        return (column >= begin) & (column < end)


@dataclass(frozen=True, slots=True)
class Counted:
    """A share of `total`, or a plain number where there is no total."""

    count: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where indicators are counted."""

    platform: Platform
    session: Session
    period: Period


def _catalogue(seen: Seen) -> tuple[list[Mapping[str, Any]], int]:
    """The services that can be applied for, and how many there are with those that are only listed."""
    catalogue = seen.platform.catalogue
    active = [package.service for package in catalogue.packages.values() if package.active]
    ids = {service["id"] for service in catalogue.reference.get("listed", ())} | set(catalogue.packages)
    return active, len(ids)


def online(seen: Seen) -> Counted:
    """Services that can be applied for now, of all in the catalogue."""
    active, total = _catalogue(seen)
    return Counted(len(active), total)


def wholly_online(seen: Seen) -> Counted:
    """Services that end without a way to a window, of all in the catalogue."""
    active, total = _catalogue(seen)
    return Counted(sum(service["kind"] != "BOOK" and "collect" not in service for service in active), total)


def handled_here(seen: Seen) -> Counted:
    """Services that are handled on terminals."""
    return Counted(sum(service["kind"] in HANDLED for service in _catalogue(seen)[0]))


def sealed(seen: Seen) -> Counted:
    """Certificates that were sealed, of those that were earned."""
    within = seen.period.holds(Document.accepted_at)
    query = select(func.count(Document.id), func.count(Document.sealed_at)).where(within)
    issued, sealed = seen.session.execute(query).one()
    return Counted(sealed, issued)


def by_licence(seen: Seen) -> Counted:
    """Papers in whose place a licence was given, of those for which the platform held one."""
    query = (
        select(func.count(LicenceHeld.number), func.count(LicenceCopy.number))
        .join(Case, Case.number == LicenceHeld.number)
        .outerjoin(LicenceCopy, (LicenceCopy.number == LicenceHeld.number) & (LicenceCopy.code == LicenceHeld.code))
        .where(seen.period.holds(Case.accepted_at))
    )
    held, given = seen.session.execute(query).one()
    return Counted(given, held)


def alike(seen: Seen) -> Counted:
    """Terminals that have the catalogue in force, of those that were heard."""
    current = seen.platform.catalogue_version
    beats = _beating(seen).values()
    return Counted(sum((beat.get("catalogue") or {}).get("version") == current for beat in beats), len(beats))


def _beating(seen: Seen) -> dict[str, dict[str, Any]]:
    """The terminals whose last sign of life lies in the period, with what it said."""
    query = (
        select(Heartbeat.terminal, Heartbeat.body)
        .join(Terminal, Terminal.id == Heartbeat.terminal)
        .where(seen.period.holds(Heartbeat.received_at), Terminal.revoked_at.is_(None))
    )
    return {terminal: json.loads(body) for terminal, body in seen.session.execute(query)}


def bundles(seen: Seen) -> Counted:
    """Bundles of services."""
    return Counted(len(seen.platform.catalogue.reference.get("bundles", ())))


def in_halls(seen: Seen) -> Counted:
    """Matters of the windows that a known hall takes, of all of them."""
    reference = seen.platform.catalogue.reference
    halls = {hall["id"] for hall in reference.get("halls", ())}
    matters = reference.get("windowItems", ())
    return Counted(sum(not halls.isdisjoint(matter["halls"]) for matter in matters), len(matters))


def satisfied(seen: Seen) -> Counted:
    """Ratings that are none of dissatisfaction, of all of them."""
    query = select(Rating.grade, func.count()).where(seen.period.holds(Rating.at)).group_by(Rating.grade)
    grades: dict[int, int] = {row[0]: row[1] for row in seen.session.execute(query)}
    return Counted(sum(count for grade, count in grades.items() if grade >= LEAST_SATISFIED), sum(grades.values()))


def themes(seen: Seen) -> Counted:
    """Themes with a service and answers."""
    themes = seen.platform.catalogue.reference.get("themes", ())
    return Counted(sum(bool(theme["services"]) and len(theme["qa"]) >= LEAST_ANSWERS for theme in themes))


def called_back(seen: Seen) -> Counted:
    """Terminals that take wishes to be called back, of those that were heard."""
    package = seen.platform.catalogue.packages.get(CALLBACK)
    offered = package is not None and package.active
    beating = _beating(seen)
    query = select(Terminal.id, Terminal.profile).where(Terminal.id.in_(beating))
    profiles = [json.loads(profile) for _, profile in seen.session.execute(query)]
    return Counted(sum(offered and CALLBACK in profile.get("services", ()) for profile in profiles), len(profiles))


def shared(seen: Seen) -> Counted:
    """Cases whose records all came, of those that asked for records."""
    query = (
        select(RuleText.text, Ruling.missing, func.count())
        .join(RuleText, RuleText.digest == Ruling.rules)
        .where(seen.period.holds(Ruling.at))
        .group_by(RuleText.text, Ruling.missing)
    )
    answered = total = 0
    for text, missing, count in seen.session.execute(query):
        if json.loads(text)["decision"]["records"]:
            total += count
            answered += 0 if any(name.startswith("records.") for name in json.loads(missing)) else count
    return Counted(answered, total)
