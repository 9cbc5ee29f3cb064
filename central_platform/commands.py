"""Commands to terminals: asked by an operator, signed, sent with every heartbeat until the result is here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central_platform.models import Terminal, TerminalCommand
from central_platform.platform import Platform
from central_platform.wire.submissions import CommandResultBody
from contracts import uuid7
from contracts.commands import LONGEST, MOST_OPEN, Action, Command, Outcome, Refusal, fault, statement

if TYPE_CHECKING:
    from central_platform.effects import Context

ENDS = frozenset(Refusal) - {Refusal.FORGED, Refusal.REPLAYED, Refusal.CONFLICT}
"""Refusals that are about the command itself; the others are about a stranger's."""
USUAL = timedelta(hours=24)
MOST_DOUBTS = 20
"""Kept with one command."""


class CommandRefusedError(ValueError):
    """The command is not issued; the text says why, for an operator."""


def issue(
    platform: Platform, terminal: str, action: Action, argument: Mapping[str, Any], lasts: timedelta = USUAL
) -> Command:
    """Sign a command and put it behind those that wait for the terminal.

    Raises:
        LookupError: there is no such terminal.
        CommandRefusedError: the argument does not fit, or too many wait already.
    """
    now = platform.clock.now().replace(microsecond=0)
    if why := fault(action, argument, now):
        raise CommandRefusedError(why)
    if lasts > LONGEST:
        raise CommandRefusedError(f"a command counts for at most {LONGEST.days} days")
    name = uuid7(int(platform.clock.now().timestamp() * 1000), platform.random_bytes)
    command = Command(name, terminal, action, now, now + lasts, dict(argument))
    envelope = json.dumps(platform.authority.sign(statement(command)), ensure_ascii=False)
    with platform.database.write() as session:
        if session.get(Terminal, terminal) is None:
            raise LookupError(terminal)
        if len(_open(session, terminal, now)) >= MOST_OPEN:
            raise CommandRefusedError(f"{MOST_OPEN} commands wait for {terminal} already")
        session.add(
            TerminalCommand(
                id=name,
                terminal=terminal,
                action=action.value,
                envelope=envelope,
                issued_at=now,
                expires_at=command.expires_at,
            )
        )
    return command


def due(platform: Platform, terminal: str, now: datetime) -> list[dict[str, Any]]:
    """Return what the answer to a heartbeat carries: whatever has no result yet, in the order in which it was asked."""
    with platform.database.read() as session:
        rows = _open(session, terminal, now)
        fresh = [row.id for row in rows if row.sent_at is None]
        found = [json.loads(row.envelope) for row in rows]
    if fresh:
        with platform.database.write() as session:
            session.execute(update(TerminalCommand).where(TerminalCommand.id.in_(fresh)).values(sent_at=now))
    return found


def settle(context: Context) -> None:
    """Keep what became of a command. One that is not known here is kept as an item only: nobody loses by it."""
    body = CommandResultBody.model_validate(context.item.body)
    row = context.session.scalar(
        select(TerminalCommand).where(TerminalCommand.id == body.command, TerminalCommand.terminal == context.terminal)
    )
    if row is None:
        return
    why = str(body.detail.get("why", ""))
    if row.outcome is not None or (body.outcome == Outcome.REFUSED.value and why not in ENDS):
        row.doubts = json.dumps([*json.loads(row.doubts), why or body.outcome][:MOST_DOUBTS])
        return
    row.outcome, row.ended_at, row.submission = body.outcome, body.at, context.item.id
    row.detail = json.dumps(body.detail, ensure_ascii=False)


def listed(platform: Platform, terminal: str = "") -> list[dict[str, Any]]:
    """Return every command, newest first; only those of one terminal when it is given.

    `state` is waiting (never sent), sent, expired, or the outcome.
    """
    query = select(TerminalCommand).order_by(TerminalCommand.number.desc())
    if terminal:
        query = query.where(TerminalCommand.terminal == terminal)
    now = platform.clock.now()
    with platform.database.read() as session:
        return [_shown(row, now) for row in session.scalars(query)]


def _open(session: Session, terminal: str, now: datetime) -> list[TerminalCommand]:
    return list(
        session.scalars(
            select(TerminalCommand)
            .where(
                TerminalCommand.terminal == terminal,
                TerminalCommand.outcome.is_(None),
                TerminalCommand.expires_at > now,
            )
            .order_by(TerminalCommand.number)
        )
    )


def _shown(row: TerminalCommand, now: datetime) -> dict[str, Any]:
    state = row.outcome or ("expired" if row.expires_at <= now else "sent" if row.sent_at else "waiting")
    signed = json.loads(row.envelope)["signed"]
    return {
        "id": row.id,
        "terminal": row.terminal,
        "action": row.action,
        "argument": signed["argument"],
        "state": state,
        "issued_at": row.issued_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "ended_at": None if row.ended_at is None else row.ended_at.isoformat(),
        "detail": None if row.detail is None else json.loads(row.detail),
        "doubts": json.loads(row.doubts),
        "submission": row.submission,
    }
