"""The heads of the terminals' audit chains: countersigned when they continue what is known, an alarm when they do not.

A head is signed only after it is on the disk, so the platform never forgets one that a terminal holds.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from central_platform import alarms as alarms_of
from central_platform.alarms import Kind
from central_platform.models import AuditAlarm, AuditHead, AuditLife, Terminal
from central_platform.platform import Platform
from central_platform.wire.common import Envelope as WireEnvelope
from central_platform.wire.terminals import AuditAnswer, HeartbeatRequest
from contracts.heads import Alarm, KnownHead, KnownHeads, head_statement, heads_statement, surplus
from contracts.signatures import Envelope

LATEST = 64
"""Heads kept in any case; of older ones the last of each day stays for good."""
LATE = timedelta(minutes=2)
"""How long a heartbeat may be overtaken by a younger one of the same start."""
log = logging.getLogger("central_platform")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a heartbeat says of its terminal's chain, and when it was written by the terminal's own counter.

    `since_hash` is the terminal's own hash at `since_seq`, None when it has no such entry.
    """

    seq: int
    hash: str
    since_seq: int | None = None
    since_hash: str | None = None
    lost: int = 0
    boot_id: str = ""
    mono_ms: int = 0


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest known head of the present life, and the heartbeat that brought it."""

    begin: int
    seq: int
    hash: str
    at: datetime
    boot_id: str = ""
    mono_ms: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a claim: keep the head as the newest, sign it, ask how it goes on, raise an alarm."""

    keep: bool = False
    sign: bool = False
    ask: int | None = None
    alarm: Alarm | None = None


def decide(newest: Newest | None, claim: Claim | None, now: datetime) -> Decision:
    """Judge a claim. A terminal that never sent a head may go on doing so."""
    if newest is None:
        known = claim is not None and claim.seq > 0
        return Decision(keep=known, sign=known)
    if claim is None:
        return Decision(alarm=Alarm.SILENT)
    damaged = Alarm.DAMAGED if claim.lost > newest.begin else None
    if claim.seq == newest.seq:
        same = claim.hash == newest.hash
        return Decision(sign=same, alarm=damaged if same else Alarm.REBUILT)
    if claim.seq < newest.seq:
        return Decision() if _overtaken(newest, claim, now) else Decision(alarm=damaged or Alarm.ROLLED_BACK)
    if claim.since_seq != newest.seq:
        return Decision(ask=newest.seq, alarm=damaged)
    if claim.since_hash == newest.hash:
        return Decision(keep=True, sign=True, alarm=damaged)
    # It has no such entry: the disk was damaged, as it says itself, or an end was cut off and grew again.
    if claim.since_hash is None:
        return Decision(alarm=damaged or Alarm.ROLLED_BACK)
    return Decision(alarm=Alarm.REBUILT)


def _overtaken(newest: Newest, claim: Claim, now: datetime) -> bool:
    same_start = bool(claim.boot_id) and claim.boot_id == newest.boot_id
    return same_start and claim.mono_ms < newest.mono_ms and now - newest.at <= LATE


def heard(platform: Platform, terminal: str, beat: HeartbeatRequest, now: datetime) -> AuditAnswer | None:
    """Take the audit part of a heartbeat; None for a terminal that never sent one."""
    claim = _claim(beat)
    with platform.database.read() as session:
        life, newest = _newest(session, terminal)
        decision = decide(newest, claim, now)
        alarms = _open(session, terminal)
    if decision.keep or _is_new(decision.alarm, alarms):
        with platform.database.write() as session:
            # The row of the terminal is the lock: of two heartbeats at once the second sees what the first wrote.
            session.get_one(Terminal, terminal, with_for_update=True)
            life, newest = _newest(session, terminal)
            decision = decide(newest, claim, now)
            if decision.keep and claim is not None:
                newest = _keep(session, terminal, life, newest, claim, now)
            alarms = _raise(session, terminal, decision.alarm, claim, newest, now)
    if decision.alarm is not None:
        detail = {"seq": claim.seq if claim else None, "known": newest.seq if newest else 0}
        alarms_of.happened(platform, terminal, Kind(f"chain_{decision.alarm}"), detail, now)
    if claim is None and newest is None:
        return None
    envelope = None
    if decision.sign and newest is not None:
        envelope = platform.authority.sign(head_statement(_known(terminal, life, newest)))
    return AuditAnswer(
        head=None if envelope is None else WireEnvelope.model_validate(envelope),
        ask=decision.ask,
        alarm=Alarm(alarms[-1].why) if alarms else None,
    )


def signed_heads(platform: Platform, terminal: str) -> Envelope:
    """Return all heads kept of the present life, under one signature."""
    with platform.database.read() as session:
        life = session.get(AuditLife, terminal)
        number, begin = (life.life, life.begin or 0) if life else (0, 0)
        found = session.scalars(_heads(terminal, number).order_by(AuditHead.seq)).all()
        alarms = _open(session, terminal)
    heads = tuple(KnownHead(terminal, number, begin, row.seq, row.hash, row.at.isoformat()) for row in found)
    alarm = alarms[-1].why if alarms else None
    known = KnownHeads(terminal, number, platform.clock.now().isoformat(timespec="milliseconds"), heads, alarm)
    return platform.authority.sign(heads_statement(known))


def open_alarms(platform: Platform, terminal: str) -> list[AuditAlarm]:
    """Return the alarms that nobody has acknowledged, oldest first."""
    with platform.database.read() as session:
        return _open(session, terminal)


def acknowledge(platform: Platform, terminal: str, by: str = "", note: str = "") -> tuple[int, bool]:
    """An operator has looked at the alarms: close them. Returns how many, and whether a new life begins.

    It does when the chain no longer continues the known one, or has lost entries: the next head is the first of it.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        session.get_one(Terminal, terminal, with_for_update=True)
        alarms = _open(session, terminal)
        broken = {Alarm.ROLLED_BACK, Alarm.REBUILT}
        anew = any(a.why == Alarm.DAMAGED or (a.why in broken and a.healed_at is None) for a in alarms)
        for alarm in alarms:
            alarm.acknowledged_at = now
        alarms_of.close_chain(session, terminal, by, note, now)
        life = session.get(AuditLife, terminal)
        if anew and life is not None:
            life.life, life.begin = life.life + 1, None
    return len(alarms), anew


def _claim(beat: HeartbeatRequest) -> Claim | None:
    said = beat.audit
    if said is None:
        return None
    since_seq, since_hash = (said.since.seq, said.since.hash) if said.since is not None else (None, None)
    return Claim(said.seq, said.hash, since_seq, since_hash, said.lost, beat.boot_id, beat.mono_ms)


def _newest(session: Session, terminal: str) -> tuple[int, Newest | None]:
    life = session.get(AuditLife, terminal)
    if life is None:
        return 0, None
    row = session.scalar(_heads(terminal, life.life).order_by(AuditHead.seq.desc()).limit(1))
    if row is None:
        return life.life, None
    return life.life, Newest(life.begin or 0, row.seq, row.hash, row.at, row.boot_id, row.mono_ms)


def _keep(session: Session, terminal: str, life: int, newest: Newest | None, claim: Claim, now: datetime) -> Newest:
    begin = claim.seq if newest is None else newest.begin
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if newest is None:
        session.merge(AuditLife(terminal=terminal, life=life, begin=begin))
    session.add(
        AuditHead(
            terminal=terminal,
            life=life,
            seq=claim.seq,
            hash=claim.hash,
            at=at,
            boot_id=claim.boot_id,
            mono_ms=claim.mono_ms,
        )
    )
    for alarm in _open(session, terminal):
        # What a disk lost stays lost, however well the chain goes on.
        if alarm.why != Alarm.DAMAGED:
            alarm.healed_at = alarm.healed_at or now
    session.flush()
    # One head a time crosses the border, so the two around it are all there is to look at.
    border = session.scalars(_heads(terminal, life).order_by(AuditHead.seq.desc()).offset(LATEST - 1).limit(2)).all()
    gone = surplus([(row.seq, row.at.isoformat()) for row in border], 1)
    if gone:
        old = (AuditHead.terminal == terminal, AuditHead.life == life, AuditHead.seq.in_(gone))
        session.execute(delete(AuditHead).where(*old))
    return Newest(begin, claim.seq, claim.hash, at, claim.boot_id, claim.mono_ms)


def _raise(
    session: Session, terminal: str, why: Alarm | None, claim: Claim | None, newest: Newest | None, now: datetime
) -> list[AuditAlarm]:
    alarms = _open(session, terminal)
    if why is None or not _is_new(why, alarms):
        return alarms
    seq, hashed = (claim.seq, claim.hash) if claim is not None else (None, None)
    known = newest.seq if newest is not None else 0
    session.add(AuditAlarm(terminal=terminal, why=why, seq=seq, hash=hashed, known_seq=known, at=now))
    session.flush()
    log.error("audit chain of %s: %s at %s, known up to %s", terminal, why, seq, known)
    return _open(session, terminal)


def _is_new(why: Alarm | None, alarms: list[AuditAlarm]) -> bool:
    return why is not None and not any(alarm.why == why and alarm.healed_at is None for alarm in alarms)


def _open(session: Session, terminal: str) -> list[AuditAlarm]:
    waiting = select(AuditAlarm).where(AuditAlarm.terminal == terminal, AuditAlarm.acknowledged_at.is_(None))
    return list(session.scalars(waiting.order_by(AuditAlarm.id)))


def _heads(terminal: str, life: int) -> Select[AuditHead]:
    return select(AuditHead).where(AuditHead.terminal == terminal, AuditHead.life == life)


def _known(terminal: str, life: int, newest: Newest) -> KnownHead:
    return KnownHead(terminal, life, newest.begin, newest.seq, newest.hash, newest.at.isoformat())
