"""The audit chain: each row's hash covers the row before it, so that a change or a gap shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts import canonical
from offline_cache.store.database import Connection

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry and its place in the chain. `hash` = SHA-256 of `prev` and the canonical entry with its time."""

    seq: int
    at: str
    entry: Mapping[str, Any]
    prev: str
    hash: str


def chain_hash(prev: str, at: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry that follows `prev`."""
    return hashlib.sha256(bytes.fromhex(prev) + canonical({"at": at, "entry": entry})).hexdigest()


def append(connection: Connection, at: str, entry: Mapping[str, Any]) -> AuditRow:
    """Add an entry at the end of the chain."""
    last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, prev = (last[0] + 1, last[1]) if last else (1, GENESIS)
    row = AuditRow(seq, at, dict(entry), prev, chain_hash(prev, at, entry))
    connection.execute(
        "INSERT INTO audit (seq, at, entry, prev, hash) VALUES (?, ?, ?, ?, ?)",
        (row.seq, row.at, canonical(entry).decode(), row.prev, row.hash),
    )
    return row


def read(connection: Connection, after: int = 0, limit: int | None = None) -> list[AuditRow]:
    """Return entries with a number above `after`, oldest first."""
    found = connection.execute(
        "SELECT seq, at, entry, prev, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, -1 if limit is None else limit),
    )
    return [AuditRow(seq, at, json.loads(entry), prev, hashed) for seq, at, entry, prev, hashed in found]


def first_break(rows: Iterable[AuditRow]) -> int | None:
    """Return the number of the first entry that does not follow from the one before it, or None."""
    prev, seq = GENESIS, 0
    for row in rows:
        if row.seq != seq + 1 or row.prev != prev or row.hash != chain_hash(row.prev, row.at, row.entry):
            return row.seq
        prev, seq = row.hash, row.seq
    return None
