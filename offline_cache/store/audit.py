"""The audit chain on the disk: append, read, and the heads of it that the platform has countersigned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contracts import INTL, Envelope, Suite
from contracts.heads import Head, KnownHead, surplus
from offline_cache.errors import StoreError
from offline_cache.store.chain import AuditRow, following
from offline_cache.store.database import Connection, DatabaseError

if TYPE_CHECKING:
    from offline_cache.store.store import Store

PREFIX = "audit_head/"
"""How the facts begin that hold countersigned heads: life and number follow, so that their order is that of time."""
LOST = "audit.lost"
"""The fact that holds the number of the newest entry that declares a loss."""
START = "audit.start"
"""The fact that proves where a chain begins whose oldest part was cut off (`pruning`)."""
LATEST, MOST = 32, 400
"""Countersigned heads kept: the latest ones, before those one a day, and no more than that in all."""
_OURS = f"name >= '{PREFIX}' AND name < '{PREFIX[:-1]}0'"
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_PAGE = 1000


def head(connection: Connection) -> Head:
    """Return the last entry's number and hash."""
    last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*last) if last else Head()


def append(connection: Connection, at: str, entry: Mapping[str, Any], suite: Suite = INTL) -> AuditRow:
    """Add an entry at the end of the chain."""
    rows = following(head(connection), at, entry, suite)
    for row in rows:
        insert(connection, row)
    return rows[-1]


def insert(connection: Connection, row: AuditRow) -> None:
    """Write a row that was made to follow the last one."""
    connection.execute(
        "INSERT INTO audit (seq, at, entry, prev, hash) VALUES (?, ?, ?, ?, ?)",
        (row.seq, row.at, row.text, row.prev, row.hash),
    )


def read(connection: Connection, start: int, limit: int | None = None) -> list[AuditRow]:
    """Return entries from number `start` on, lowest first. Bytes that are no text become lone surrogates."""
    texts = "CAST(at AS BLOB), CAST(entry AS BLOB), CAST(prev AS BLOB), CAST(hash AS BLOB)"
    found = connection.execute(
        f"SELECT seq, {texts} FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?",  # noqa: S608
        (start, -1 if limit is None else limit),
    )
    return [AuditRow(seq, *(_text(value) for value in values)) for seq, *values in found]


class AuditRows:
    """The whole chain, read in pages each time it is walked: also what has a number that no entry should have.

    Walking it raises `StoreError` when the table cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __iter__(self) -> Iterator[AuditRow]:
        start = _LOWEST
        while rows := self._page(start):
            yield from rows
            if rows[-1].seq == _HIGHEST:
                return
            start = rows[-1].seq + 1

    def _page(self, start: int) -> list[AuditRow]:
        try:
            return self._store.read(lambda c: read(c, start, _PAGE))
        except DatabaseError as error:
            raise StoreError(f"the audit cannot be read: {type(error).__name__}") from None


class Heads:
    """Countersigned heads, and what a heartbeat says of the chain."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, ask: int | None = None) -> dict[str, Any]:
        """Return where the chain ends and, as `since`, its own entry at the number the platform knows.

        That number is `ask`, or that of the newest countersigned head; a missing entry has no hash.
        """

        def job(connection: Connection) -> dict[str, Any]:
            last = head(connection)
            point = ask if ask is not None else _newest(connection)
            lost = connection.execute("SELECT value FROM meta WHERE name = ?", (LOST,)).fetchone()
            claim: dict[str, Any] = {"seq": last.seq, "hash": last.hash, "lost": _number(lost[0]) if lost else 0}
            if point is not None:
                row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (point,)).fetchone()
                claim["since"] = {"seq": point, "hash": row[0] if row else None}
            return claim

        return self._store.read(job)

    def keep(self, found: KnownHead, envelope: Envelope) -> None:
        """Keep a head whose signature was verified; older ones that are no longer needed go."""
        name = f"{PREFIX}{found.life:06d}/{found.seq:016d}"
        if self._store.meta.get(name) is not None:
            return
        value = json.dumps(envelope, ensure_ascii=False)

        def job(connection: Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
            kept = _saved(connection)
            days = [(at, _day(text)) for at, (_, text) in enumerate(kept)]
            gone = {*surplus(days, LATEST), *range(MOST, len(kept))}
            connection.executemany("DELETE FROM meta WHERE name = ?", [(kept[at][0],) for at in gone])

        self._store.write(job)

    def all(self) -> list[str]:
        """Return the saved envelopes as JSON text, newest first; whoever uses them verifies them again."""
        return [text for _, text in self._store.read(_saved)]

    def start(self) -> str | None:
        """Return the proof of where the chain begins, JSON text, when its oldest part was cut off (`pruning`)."""
        return self._store.meta.get(START)


def forget_heads(connection: Connection) -> None:
    """Drop all countersigned heads: another platform's signatures prove nothing."""
    connection.execute(f"DELETE FROM meta WHERE {_OURS}")  # noqa: S608


def saved_up_to(connection: Connection) -> int:
    """Return the highest number of a saved head, 0 without any."""
    return max((_number(name.rpartition("/")[2]) for name, _ in _saved(connection)), default=0)


def _saved(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(f"SELECT name, value FROM meta WHERE {_OURS} ORDER BY name DESC")  # noqa: S608
    return [(str(name), str(value)) for name, value in found]


def _newest(connection: Connection) -> int | None:
    found = connection.execute(f"SELECT max(name) FROM meta WHERE {_OURS}").fetchone()  # noqa: S608
    return _number(str(found[0]).rpartition("/")[2]) if found and found[0] else None


def _number(text: str) -> int:
    """Read a number of our own; what somebody made of it must not stop the heartbeats that would tell."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else 0


def _day(text: str) -> str:
    try:
        return str(json.loads(text)["signed"]["at"])[:10]
    except (ValueError, KeyError, TypeError):
        return ""


def _text(value: object) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
