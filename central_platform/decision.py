"""What the platform decides about an application that it takes: number, due date, receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from central_platform import codes
from central_platform.catalogue import Package
from central_platform.working_days import Calendar
from contracts.rules import Outcome, Rule, Verdict

STATES = {Outcome.GRANTED: "done", Outcome.OFFICER: "accepted", Outcome.REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One accepted case and the receipt that says so."""

    number: str
    state: str
    due: date | None
    opaque: str
    check_code: str
    receipt: dict[str, Any]


def acceptance_number(at: datetime, count: int) -> str:
    """Return `XC-YYYY-MMDD-NNNNNN`."""
    return f"XC-{at:%Y-%m%d}-{count:06d}"


def decide(
    package: Package,
    at: datetime,
    count: int,
    calendar: Calendar,
    key: bytes,
    opaque: str,
    public_url: str,
    verdict: Verdict | None = None,
    certificate: Mapping[str, Any] | None = None,
) -> Decision:
    """Decide an application to `package`, accepted at `at` as the `count`-th of its day.

    `verdict` is what the rules of the service say, `certificate` what the receipt says of the one that goes with it.
    """
    number = acceptance_number(at, count)
    rule = None if verdict is None else verdict.rule
    # What is paid for is done with its money, without a rule.
    state = STATES[rule.outcome] if rule is not None else "done" if package.instant else "accepted"
    limit = package.limit_days if rule is None else rule.workdays
    due = calendar.after(at.date(), limit) if limit is not None else None
    check = codes.check_code(key, number)
    receipt: dict[str, Any] = {
        "number": number,
        "service": package.id,
        "service_name": package.words("names"),
        "department": package.words("department"),
        "accepted_at": at.isoformat(timespec="seconds"),
        "due": due.isoformat() if due else None,
        "limit_days": limit,
        "state": state,
        "pickup": _pickup(package, rule),
        "check_code": check,
        "track_url": f"{public_url}/receipts/{opaque}",
        "fee": package.words("fee", "text"),
        "result": _result(package, state) if certificate is None else dict(certificate),
        "decision": None if rule is None else said(rule, at.date(), calendar),
    }
    return Decision(number, state, due, opaque, check, receipt)


def said(rule: Rule, day: date, calendar: Calendar) -> dict[str, Any]:
    """What the resident reads of the rule that decided."""
    within = rule.within
    by = None
    if within is not None:
        by = calendar.after(day, within.days) if within.working else day + timedelta(days=within.days)
    return {
        "rule": rule.id,
        "outcome": rule.outcome.value,
        "words": dict(rule.words),
        "where": None if rule.where is None else dict(rule.where),
        "bring": None if rule.bring is None else dict(rule.bring),
        "by": None if by is None else by.isoformat(),
        "call": rule.call,
    }


def _pickup(package: Package, rule: Rule | None) -> dict[str, str]:
    if rule is not None and rule.where is not None:
        return dict(rule.where)
    own = package.words("pickup", part="receipt")
    officer = rule is not None and rule.outcome is Outcome.OFFICER
    return own if own["zh"] and not officer else package.words("window")


def _result(package: Package, state: str) -> dict[str, Any] | None:
    if state != "done":
        return None
    kind = package.content["receipt"].get("result")
    return {"kind": str(kind), "title": package.words("title", part="receipt")} if kind else None
