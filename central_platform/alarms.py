"""What a person has to look at: raised once for a terminal and a kind, counted while it lasts, closed by someone or by
the end of its cause.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.models import FleetAlarm, Terminal
from central_platform.platform import Platform
from central_platform.wire.terminals import HeartbeatRequest

AGAIN = timedelta(minutes=5)
"""What every heartbeat repeats is counted once in so long: it costs a write."""
SKEW_S = 120
Detail = Mapping[str, int | str | None]
log = logging.getLogger("central_platform")


class Kind(StrEnum):
    """What is wrong."""

    CHAIN_ROLLED_BACK = "chain_rolled_back"
    CHAIN_REBUILT = "chain_rebuilt"
    CHAIN_DAMAGED = "chain_damaged"
    CHAIN_SILENT = "chain_silent"
    COUNTERSIGNATURE_REFUSED = "countersignature_refused"
    AUDIT_LOST = "audit_lost"
    AUDIT_WAITING = "audit_waiting"
    DIGEST_CONFLICT = "digest_conflict"
    DIGEST_MISMATCH = "digest_mismatch"
    SEQ_CONFLICT = "seq_conflict"
    DEAD_LETTERS = "dead_letters"
    CLOCK_SKEW = "clock_skew"
    STORE_DAMAGED = "store_damaged"
    DISK_FULL = "disk_full"
    IDENTITY_COPIED = "identity_copied"
    SEAL_REFUSED = "seal_refused"
    PAYMENT_AMOUNT = "payment_amount"
    PAYMENT_PROVIDER = "payment_provider"
    PAYMENT_STUCK = "payment_stuck"


CHAIN = frozenset({Kind.CHAIN_ROLLED_BACK, Kind.CHAIN_REBUILT, Kind.CHAIN_DAMAGED, Kind.CHAIN_SILENT})
"""About the audit chain: acknowledging one may begin a new life of the chain (`audit.acknowledge`)."""
STATES = frozenset(
    {
        Kind.COUNTERSIGNATURE_REFUSED,
        Kind.AUDIT_WAITING,
        Kind.DEAD_LETTERS,
        Kind.CLOCK_SKEW,
        Kind.STORE_DAMAGED,
        Kind.DISK_FULL,
    }
)
"""What each heartbeat says anew; it ends with the first one that no longer does."""


def states_of(beat: HeartbeatRequest, skew_ms: int) -> dict[Kind, Detail]:
    """Return what a heartbeat says is wrong now."""
    store, found = beat.store, dict[Kind, Detail]()
    if beat.audit is not None and beat.audit.refused:
        found[Kind.COUNTERSIGNATURE_REFUSED] = {}
    if store.audit_waiting:
        found[Kind.AUDIT_WAITING] = {"entries": store.audit_waiting}
    if beat.outbox.dead:
        found[Kind.DEAD_LETTERS] = {"items": beat.outbox.dead}
    if abs(skew_ms) > SKEW_S * 1000:
        found[Kind.CLOCK_SKEW] = {"seconds": round(skew_ms / 1000)}
    if store.damaged is not None:
        found[Kind.STORE_DAMAGED] = {"cases": store.damaged}
    if store.reserve == "given_up":
        found[Kind.DISK_FULL] = {}
    return found


def heard(platform: Platform, terminal: str, beat: HeartbeatRequest, skew_ms: int, now: datetime) -> None:
    """Take what a heartbeat says: raise, count and end alarms. Nothing is written when nothing changes."""
    found = states_of(beat, skew_ms)
    lost = beat.store.audit_lost
    with platform.database.read() as session:
        lasting = _lasting(session, terminal)
        is_news = bool(lost) and lost != _lost_before(session, terminal)
    over = [kind for kind in lasting if kind in STATES and kind not in found]
    told = [kind for kind in found if _is_due(lasting.get(kind), now)]
    if not over and not told and not is_news:
        return
    with platform.database.write() as session:
        for kind in told:
            note(session, terminal, kind, found[kind], now)
        if is_news:
            note(session, terminal, Kind.AUDIT_LOST, {"entries": lost}, now)
        for kind, alarm in _lasting(session, terminal).items():
            if kind in over:
                alarm.ended_at = now


def happened(platform: Platform, terminal: str, kind: Kind, detail: Detail, now: datetime) -> None:
    """Something was seen that may be seen again and again; it ends when a person has acknowledged it."""
    with platform.database.read() as session:
        due = _is_due(_lasting(session, terminal).get(kind), now)
    if due:
        with platform.database.write() as session:
            note(session, terminal, kind, detail, now)


def note(session: Session, terminal: str, kind: Kind, detail: Detail, now: datetime) -> None:
    """Raise an alarm, or count it once more while it lasts, in the caller's transaction."""
    # The row of the terminal is the lock: of two at once the second counts what the first has raised.
    session.get_one(Terminal, terminal, with_for_update=True)
    alarm = _lasting(session, terminal).get(kind)
    text = json.dumps(detail)
    if alarm is None:
        session.add(FleetAlarm(terminal=terminal, kind=kind, since=now, seen=now, count=1, detail=text))
        log.error("alarm %s of %s: %s", kind, terminal, text)
    else:
        alarm.seen, alarm.count, alarm.detail = now, alarm.count + 1, text
    session.flush()


def listed(platform: Platform, *, closed_too: bool = False) -> list[FleetAlarm]:
    """Return the alarms that wait for a person, oldest first; with `closed_too` all there ever were."""
    query = select(FleetAlarm).order_by(FleetAlarm.id)
    if not closed_too:
        query = query.where(FleetAlarm.ended_at.is_(None), FleetAlarm.acknowledged_at.is_(None))
    with platform.database.read() as session:
        return list(session.scalars(query))


def find(platform: Platform, number: int) -> FleetAlarm | None:
    """Return one alarm, or None."""
    with platform.database.read() as session:
        return session.get(FleetAlarm, number)


def acknowledge(platform: Platform, number: int, by: str, note: str) -> bool:
    """Somebody has looked at it; False when that was done before. One of `CHAIN` needs `audit.acknowledge` instead."""
    now = platform.clock.now()
    with platform.database.write() as session:
        alarm = session.get_one(FleetAlarm, number)
        if alarm.acknowledged_at is not None:
            return False
        _acknowledge(alarm, by, note, now)
        return True


def close_chain(session: Session, terminal: str, by: str, note: str, now: datetime) -> None:
    """Somebody has looked at what is wrong with a terminal's audit chain."""
    for kind, alarm in _lasting(session, terminal).items():
        if kind in CHAIN and alarm.acknowledged_at is None:
            _acknowledge(alarm, by, note, now)


def _acknowledge(alarm: FleetAlarm, by: str, note: str, now: datetime) -> None:
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.note = now, by, note
    if Kind(alarm.kind) not in STATES:
        alarm.ended_at = alarm.ended_at or now


def _is_due(alarm: FleetAlarm | None, now: datetime) -> bool:
    return alarm is None or now - alarm.seen >= AGAIN


def _lasting(session: Session, terminal: str) -> dict[Kind, FleetAlarm]:
    rows = session.scalars(select(FleetAlarm).where(FleetAlarm.terminal == terminal, FleetAlarm.ended_at.is_(None)))
    return {Kind(row.kind): row for row in rows}


def _lost_before(session: Session, terminal: str) -> int:
    mine = (FleetAlarm.terminal == terminal, FleetAlarm.kind == Kind.AUDIT_LOST)
    row = session.scalar(select(FleetAlarm).where(*mine).order_by(FleetAlarm.id.desc()).limit(1))
    return int(json.loads(row.detail)["entries"]) if row is not None else 0
