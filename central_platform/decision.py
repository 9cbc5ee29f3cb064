"""What the platform decides about an application that it takes: number, due date, receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from central_platform import codes
from central_platform.catalogue import Package
from central_platform.working_days import Calendar

STEP_WORDS = {
    "accepted": {"zh": "已受理，部门正在办理", "en": "Accepted; the department is working on it"},
    "done": {"zh": "已办结", "en": "Done"},
}


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
    certificate: Mapping[str, Any] | None = None,
) -> Decision:
    """Decide an application to `package`, accepted at `at` as the `count`-th of its day.

    `certificate` is what the receipt says of the one that goes with it.
    """
    number = acceptance_number(at, count)
    state = "done" if package.instant else "accepted"
    limit = package.limit_days
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
        "pickup": _pickup(package),
        "check_code": check,
        "track_url": f"{public_url}/receipts/{opaque}",
        "fee": package.words("fee", "text"),
        "result": _result(package) if certificate is None else dict(certificate),
    }
    return Decision(number, state, due, opaque, check, receipt)


def _pickup(package: Package) -> dict[str, str]:
    own = package.words("pickup", part="receipt")
    return own if own["zh"] else package.words("window")


def _result(package: Package) -> dict[str, Any] | None:
    if not package.instant:
        return None
    kind = package.content["receipt"].get("result")
    return {"kind": str(kind), "title": package.words("title", part="receipt")} if kind else None
