"""What technicians' pages say, made of facts. Pure; nothing of residents: numbers of cases, codes, counts, ages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk_app.visit.technical import REASONS
from kiosk_app.visit.workbench import BOTH, Line, same
from kiosk_app.words import has, say
from offline_cache.items import ItemState, OutboxRow

_STYLE = {"fail": "error", "warn": "warn", "pass": "ok"}
_RANK = {"fail": 0, "warn": 1, "pass": 2}
MOST_ROWS = 40
"""Items of the outbox on a page; dead ones come first."""
WHOSE = ("nobody", "host", "technician", "platform")


def both(key: str, **slots: object) -> Mapping[str, str]:
    """Return the words of a key in both languages."""
    return {lang: say(lang, key, **slots) for lang in BOTH}


def status_lines(report: Mapping[str, Any]) -> tuple[Line, ...]:
    """The doctor's report, worst first; what is well is one line."""
    rows = [(str(one["severity"]), one) for one in report["devices"]]
    rows += [(str(one["state"]), one) for one in report["checks"]]
    bad = sorted((row for row in rows if row[0] != "pass"), key=lambda row: _RANK[row[0]])
    lines = [
        Line(
            f"{one['id']}",
            {"zh": one["cause"], "en": one["cause_en"]},
            _whose(str(one.get("who", ""))),
            {
                "zh": f"{one['id']}：{one['remedy']}",
                "en": f"{one['id']}: {one['remedy_en']}",
            },
            _STYLE[severity],
        )
        for severity, one in bad
    ]
    well = len(rows) - len(bad)
    return (*lines, Line("well", both("tech.well", count=well), style="ok"))


def device_lines(report: Mapping[str, Any], lamps: Iterable[str] = (), lockers: Iterable[str] = ()) -> tuple[Line, ...]:
    """Each device with what it says now; lamps to try, lockers to open."""
    devices = [
        Line(
            str(one["id"]),
            same(str(one["id"])),
            {"zh": one["cause"], "en": one["cause_en"]},
            {"zh": one["remedy"], "en": one["remedy_en"]} if one["severity"] != "pass" else {},
            _STYLE[str(one["severity"])],
        )
        for one in report["devices"]
    ]
    tried = [Line(f"lamp.{name}", both("tech.lamp", name=name), act=f"lamp.{name}") for name in lamps]
    opened = [Line(f"locker.{name}", both("tech.locker", name=name), act=f"open.{name}") for name in lockers]
    return (*devices, *tried, *opened)


@dataclass(frozen=True, slots=True)
class Used:
    """Sheets or receipts since the last change, and how many the one before gave; 0 when nobody knows."""

    since: int = 0
    before: int = 0
    changed: str = ""


def supply_lines(papers: Mapping[str, str], used: Mapping[str, Used], *, no_toner: bool = False) -> tuple[Line, ...]:
    """Paper by kind of printer, as it tells and as it was counted."""
    lines: list[Line] = []
    for kind, paper in papers.items():
        count = used.get(kind, Used())
        state = paper if has(f"tech.paper.{paper}") else "unknown"
        left = max(0, count.before - count.since)
        note = both("tech.forecast", left=left) if count.before else both("tech.no_forecast")
        style = {"out": "error", "low": "warn", "full": "ok"}.get(paper, "")
        lines.append(Line(kind, both(f"tech.supply.{kind}"), both(f"tech.paper.{state}"), note, style))
        when = count.changed[:10]
        since = both("tech.since_day", count=count.since, day=when) if when else both("tech.since", count=count.since)
        lines.append(Line(f"changed.{kind}", both(f"tech.change.{kind}"), {}, since, act=f"changed.{kind}"))
    if no_toner:
        lines.append(Line("toner", both("tech.supply.toner"), both("tech.paper.out"), style="error"))
    return tuple(lines)


def outbox_lines(rows: Sequence[OutboxRow], services: Mapping[str, str], now: datetime) -> tuple[Line, ...]:
    """Dead letters first with what to do, then what waits; a retry for each dead one."""
    dead = [row for row in rows if row.state is ItemState.DEAD]
    waiting = [row for row in rows if row.state in {ItemState.READY, ItemState.INFLIGHT}]
    lines = [Line("counts", both("tech.counts", dead=len(dead), waiting=len(waiting)), style="warn" if dead else "ok")]
    for row in dead[:MOST_ROWS]:
        problem = row.problem.code if row.problem is not None else "none"
        service = services.get(row.id, "")
        number = row.provisional or row.number or row.id
        slots = {"problem": problem, "service": service or row.kind, "age": _hours(row.captured_at, now)}
        lines.append(Line(row.id, same(number), both("tech.dead", **slots), both("tech.dead_todo"), "error"))
        lines.append(Line(f"retry.{row.id}", both("tech.retry", number=number), act=f"retry.{row.id}"))
    if dead or waiting:
        lines.append(Line("export", both("tech.export"), note=both("tech.export_note"), act="export"))
    for row in waiting[: max(0, MOST_ROWS - len(dead))]:
        number = row.provisional or row.number or row.id
        slots = {"kind": row.kind, "attempts": row.attempts, "age": _hours(row.captured_at, now)}
        lines.append(Line(row.id, same(number), both("tech.waits", **slots)))
    return tuple(lines)


def about_lines(facts: Mapping[str, str]) -> tuple[Line, ...]:
    """Versions and identity: a word of the table for each fact."""
    return tuple(Line(name, both(f"tech.fact.{name}"), same(value)) for name, value in facts.items())


def service_lines(withheld: str) -> tuple[Line, ...]:
    """Restart, and out of service or back."""
    restart = Line("restart", both("tech.restart"), note=both("tech.restart_note"), act="restart")
    if withheld:
        why = both(f"out.{withheld}") if has(f"out.{withheld}") else {}
        return Line("back", both("tech.back_in"), note=why, style="warn", act="back"), restart
    out = tuple(Line(f"out.{why}", both("tech.out"), note=both(f"out.{why}"), act=f"out.{why}") for why in REASONS)
    return (*out, restart)


def _whose(who: str) -> Mapping[str, str]:
    return both(f"tech.who.{who}") if who in WHOSE else {}


def _hours(captured_at: str, now: datetime) -> int:
    try:
        return max(0, int((now - datetime.fromisoformat(captured_at)).total_seconds() // 3600))
    except (ValueError, TypeError):
        return 0
