"""Who may work on terminals: made, listed and withdrawn by command, told to each terminal in a signed list.

The list runs out by itself: a terminal that hears nothing for weeks lets nobody in any more. It is dated by whole
weeks, so that it changes once a week and not with every heartbeat.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import select

from central_platform.models import Technician, Terminal
from contracts import Envelope, digest

if TYPE_CHECKING:
    from central_platform.platform import Platform

ISSUER = "Doorstep"
SECRET_BYTES, SALT_BYTES = 20, 16
WEEK = timedelta(days=7)
LIST_WEEKS = 5
"""A list is good for four weeks at least and five at most."""
YEAR_DAYS = 365
EPOCH = datetime.fromisoformat("2024-01-01T00:00:00+08:00")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new technician, and what their authenticator has to be shown: once."""

    id: str
    uri: str


def create(
    platform: Platform, name: str, id_number: str, terminals: Iterable[str] = (), days: int = YEAR_DAYS
) -> Issued:
    """Make a technician for some terminals, or for all when none is named.

    Raises:
        LookupError: there is no such terminal.
    """
    now, salt, secret = platform.clock.now(), secrets.token_bytes(SALT_BYTES), secrets.token_bytes(SECRET_BYTES)
    wanted = sorted(set(terminals))
    with platform.database.write() as session:
        for terminal in wanted:
            if session.get(Terminal, terminal) is None:
                raise LookupError(terminal)
        numbers = [int(known.removeprefix("T-")) for known in session.scalars(select(Technician.id))]
        row = Technician(
            id=f"T-{max(numbers, default=0) + 1:04}",
            name=name,
            salt=salt.hex(),
            card_hash=hashlib.sha256(salt + id_number.strip().upper().encode()).hexdigest(),
            secret=base64.b32encode(secret).decode("ascii"),
            terminals=json.dumps(wanted),
            created_at=now,
            until=now + timedelta(days=days),
        )
        session.add(row)
        return Issued(row.id, otpauth(row.id, row.secret))


def otpauth(technician: str, secret: str) -> str:
    """Return what an authenticator reads: SHA-1, six digits, thirty seconds."""
    label = quote(f"{ISSUER}:{technician}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"


def listed(platform: Platform) -> list[dict[str, object]]:
    """Return all technicians without their secrets."""
    with platform.database.read() as session:
        rows = session.scalars(select(Technician).order_by(Technician.id)).all()
    return [
        {
            "id": row.id,
            "name": row.name,
            "terminals": json.loads(row.terminals) or "all",
            "until": row.until.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in rows
    ]


def revoke(platform: Platform, technician: str) -> bool:
    """Withdraw a technician from the next list on; False when there is none of this id."""
    with platform.database.write() as session:
        row = session.get(Technician, technician)
        if row is None:
            return False
        row.revoked_at = row.revoked_at or platform.clock.now()
        return True


def etag(platform: Platform, terminal: str) -> str:
    """Return what changes with the list of a terminal."""
    return digest(_roll(platform, terminal))


def signed(platform: Platform, terminal: str) -> tuple[str, Envelope]:
    """Return (ETag, envelope) of the technicians of a terminal."""
    roll = _roll(platform, terminal)
    return digest(roll), platform.authority.sign(roll)


def _roll(platform: Platform, terminal: str) -> dict[str, object]:
    now = platform.clock.now()
    expires = now + LIST_WEEKS * WEEK - (now - EPOCH) % WEEK
    with platform.database.read() as session:
        rows = session.scalars(
            select(Technician).where(Technician.revoked_at.is_(None), Technician.until > now).order_by(Technician.id)
        ).all()
    return {
        "terminal": terminal,
        "expires": expires.isoformat(timespec="seconds"),
        "technicians": [
            {
                "id": row.id,
                "name": row.name,
                "card_hash": row.card_hash,
                "salt": row.salt,
                "secret": row.secret,
                "until": row.until.isoformat(timespec="seconds"),
            }
            for row in rows
            if terminal in (json.loads(row.terminals) or (terminal,))
        ],
    }
