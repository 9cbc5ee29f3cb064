"""Machines that ask for a slot: which are let in at once, which wait for an operator, and what operators decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform import readiness
from central_platform.models import Certificate, Newcomer, Terminal
from central_platform.platform import Platform
from contracts.hardware import hardware_of, key_word, same_machine

ACCEPTED, REJECTED = "accepted", "rejected"


class Why(StrEnum):
    """Why a machine waits."""

    INVENTORY = "inventory"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A machine that has to wait for an operator."""

    terminal: str
    why: Why


def differences(expected: Mapping[str, Any], inventory: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of what a pre-authorised inventory says otherwise; facts of the hardware count as one."""
    found = [name for name, value in expected.items() if name != "hardware" and inventory.get(name) != value]
    if not same_machine(hardware_of(expected), hardware_of(inventory)):
        found.append("hardware")
    return tuple(sorted(found))


def occupied(session: Session, row: Terminal, device: str, inventory: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether another machine is in service in this slot."""
    known = row.device_key or row.public_key
    if known is None or known == device:
        return False
    live = select(Certificate.serial).where(
        Certificate.terminal == row.id, Certificate.revoked_at.is_(None), Certificate.not_after > now
    )
    if session.scalar(live.limit(1)) is None:
        return False
    return not same_machine(hardware_of(_json(row.inventory)), hardware_of(inventory))


def verdict(session: Session, row: Terminal, device: str) -> str | None:
    """Return what an operator decided on this machine for this slot; None when nobody did."""
    found = session.get(Newcomer, (row.id, device))
    return None if found is None else found.verdict


def must_wait(
    session: Session, row: Terminal, device: str, protection: str, inventory: Mapping[str, Any], now: datetime
) -> Waiting | None:
    """Put a machine on the list when an operator has to look at it; None when it may come in."""
    if verdict(session, row, device) == ACCEPTED:
        return None
    why = Why.ASKED if row.ask else None
    if row.expected is not None and differences(_json(row.expected), inventory):
        why = Why.INVENTORY
    if why is None:
        return None
    found = session.get(Newcomer, (row.id, device))
    if found is None:
        found = Newcomer(terminal=row.id, key=device, asked_at=now)
        session.add(found)
    found.key_protection, found.why = protection, why.value
    found.inventory = json.dumps(inventory, ensure_ascii=False)
    return Waiting(row.id, why)


def decide(platform: Platform, terminal: str, what: str, key: str = "") -> str | None:
    """Accept or reject the machine that waits for a slot; the code of an accepted one is good for another 72 hours.

    Args:
        platform: where it waits.
        terminal: the slot.
        what: `accepted` or `rejected`.
        key: the first digits of its key's check word, needed when several wait.

    Returns:
        The check word of the machine's key; None when no such machine waits, or more than one.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        found = [
            one
            for one in session.scalars(select(Newcomer).where(Newcomer.terminal == terminal))
            if one.verdict is None and key_word(one.key).startswith(key.lower())
        ]
        if len(found) != 1:
            return None
        found[0].verdict, found[0].decided_at = what, now
        row = session.get_one(Terminal, terminal)
        if row.code_expires is not None and what == ACCEPTED:
            row.code_expires = max(row.code_expires, now + timedelta(hours=platform.settings.enrol_hours))
        return key_word(found[0].key)


def listed(platform: Platform) -> list[dict[str, Any]]:
    """Return every slot, with what waits for it."""
    now = platform.clock.now()
    with platform.database.read() as session:
        waiting: dict[str, list[Newcomer]] = {}
        for one in session.scalars(select(Newcomer).where(Newcomer.verdict.is_(None)).order_by(Newcomer.asked_at)):
            waiting.setdefault(one.terminal, []).append(one)
        return [
            {
                "terminal": row.id,
                "state": _state(row, now, waiting.get(row.id, [])),
                "key_protection": row.key_protection or "",
                "waiting": [_shown(row, one) for one in waiting.get(row.id, [])],
                "report": _report(session, row.id),
            }
            for row in session.scalars(select(Terminal).order_by(Terminal.id))
        ]


def _state(row: Terminal, now: datetime, waiting: list[Newcomer]) -> str:
    if waiting:
        return "waiting"
    if row.revoked_at is not None:
        return "revoked"
    if row.public_key is not None:
        return "enrolled"
    return "expired" if row.code_expires is not None and row.code_expires <= now else "open"


def _shown(row: Terminal, one: Newcomer) -> dict[str, Any]:
    inventory = _json(one.inventory)
    return {
        "key": key_word(one.key),
        "key_protection": one.key_protection,
        "why": one.why,
        "asked_at": one.asked_at.isoformat(timespec="seconds"),
        "differs": list(differences(_json(row.expected), inventory)) if row.expected else [],
        "inventory": {name: value for name, value in inventory.items() if name != "hardware"},
    }


def _report(session: Session, terminal: str) -> dict[str, Any] | None:
    """What the newest self-test said; None when no report has come."""
    found = readiness.newest(session, terminal)
    return None if found is None else {"at": found.at.isoformat(timespec="seconds"), "ready": found.ready}


def _json(text: str | None) -> Mapping[str, Any]:
    value = json.loads(text) if text else {}
    return value if isinstance(value, Mapping) else {}
