"""Commands of the platform: each taken once, each answered once, over any crash.

A command waits here from the moment it is believed. What it changes is either a fact of this store, written in one
transaction with its end and its result, or something outside (a restart, a look at the devices): that is marked as
begun first, so that whoever comes after a crash knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from contracts import digest, uuid7
from contracts.commands import RESULT, Command, Outcome, Refusal, parse_command, statement
from offline_cache.faces import Checkpoint, RandomBytes
from offline_cache.items import ItemState, NewItem
from offline_cache.store import attachments as blobs
from offline_cache.store import outbox
from offline_cache.store.attachments import Attachment
from offline_cache.store.database import Connection
from offline_cache.store.outbox import iso

if TYPE_CHECKING:
    from offline_cache.store.store import Store

SCHEMA = "1"
WITHOUT_LIMIT = 2**31
"""The answer to a command goes into an outbox that is full, too: it is what an operator waits for."""
SETTLED = timedelta(minutes=10)
"""A heartbeat that was under way when the result arrived may bring its command once more; none is so slow."""
KEPT = timedelta(days=30)
"""How long an id is remembered behind its expiry, which refuses it for ever."""
STRANGE = frozenset({Refusal.FORGED, Refusal.CONFLICT})
_INSERT = "INSERT INTO command (id, statement, expires_at, taken_at, state, mark) VALUES (?, ?, ?, ?, ?, ?)"


class Taken(StrEnum):
    """What became of a command that came."""

    NEW = "new"
    KNOWN = "known"
    REPLAYED = "replayed"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Begun:
    """A command that was begun; `run` names the process that began it, `tries` how often it was."""

    command: Command
    run: str
    tries: int


class Orders:
    """Each method returns when it is on the disk. Usable from any thread."""

    def __init__(self, store: Store, random_bytes: RandomBytes, checkpoint: Checkpoint) -> None:
        self._store = store
        self._random_bytes = random_bytes
        self._checkpoint = checkpoint

    def take(self, command: Command) -> Taken:
        """Keep a command that was believed; one that is known has no second effect.

        A replay is refused once and told; a conflict keeps the first command.
        """
        said = statement(command)
        mark = digest(said)

        def job(connection: Connection) -> Taken:
            known = connection.execute(
                "SELECT mark, item, ended_at, replayed FROM command WHERE id = ?", (command.id,)
            ).fetchone()
            if known is None:
                now = iso(self._store.clock.now())
                row = (command.id, json.dumps(said, ensure_ascii=False), iso(command.expires_at), now, "waiting", mark)
                connection.execute(_INSERT, row)
                self._checkpoint("command-taken")
                return Taken.NEW
            if known[0] != mark:
                return Taken.CONFLICT
            if known[3] or not self._settled(connection, known[1], known[2]):
                return Taken.KNOWN
            connection.execute("UPDATE command SET replayed = 1 WHERE id = ?", (command.id,))
            self._answer(connection, command.id, Outcome.REFUSED, {"why": Refusal.REPLAYED.value})
            return Taken.REPLAYED

        return self._store.write(job)

    def refuse(self, why: Refusal, command: str) -> bool:
        """Answer a command that is not carried out; False when this id was answered before.

        One that is forged or in conflict ends nothing: the real one of this id may be here, or still come.
        """

        def job(connection: Connection) -> bool:
            name = f"{why.value}:{command}"
            known = name if why in STRANGE else command
            if connection.execute("SELECT 1 FROM command WHERE id IN (?, ?)", (name, known)).fetchone():
                return False
            now = self._store.clock.now()
            row = (name, "{}", iso(now), iso(now), "ended", why.value)
            connection.execute(_INSERT, row)
            self._answer(connection, command, Outcome.REFUSED, {"why": why.value})
            return True

        return self._store.write(job)

    def waiting(self) -> list[Command]:
        """Return what is to be done, in the order in which it was asked."""
        sql = "SELECT statement FROM command WHERE state = 'waiting' ORDER BY seq"
        rows = self._store.read(lambda c: c.execute(sql).fetchall())
        return [found for row in rows if (found := _parsed(row[0])) is not None]

    def begun(self) -> list[Begun]:
        """Return what was begun and not ended, oldest first."""
        sql = "SELECT statement, run, tries FROM command WHERE state = 'begun' ORDER BY seq"
        rows = self._store.read(lambda c: c.execute(sql).fetchall())
        return [Begun(found, run, tries) for said, run, tries in rows if (found := _parsed(said)) is not None]

    def begin(self, command: str, run: str) -> bool:
        """Write down that this process begins a command; False when it has ended meanwhile."""
        sql = "UPDATE command SET state = 'begun', run = ?, tries = tries + 1 WHERE id = ? AND state <> 'ended'"
        began = self._store.write(lambda c: c.execute(sql, (run, command)).rowcount > 0)
        self._checkpoint("command-begun")
        return began

    def end(
        self,
        command: str,
        outcome: Outcome,
        detail: Mapping[str, Any],
        facts: Mapping[str, str | None] | None = None,
        attached: Sequence[Attachment] = (),
    ) -> bool:
        """End a command: its result, and the facts that it changes, in one transaction. False when it had ended.

        Args:
            command: which one.
            outcome: what became of it.
            detail: impersonal JSON for the platform.
            facts: facts of the store to set; None forgets one.
            attached: what goes with the result.
        """

        def job(connection: Connection) -> bool:
            now = iso(self._store.clock.now())
            sql = "UPDATE command SET state = 'ended', ended_at = ? WHERE id = ? AND state <> 'ended'"
            if connection.execute(sql, (now, command)).rowcount == 0:
                return False
            for name, value in (facts or {}).items():
                connection.execute("DELETE FROM meta WHERE name = ?", (name,))
                if value is not None:
                    connection.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))
            item = self._answer(connection, command, outcome, detail)
            connection.execute("UPDATE command SET item = ? WHERE id = ?", (item, command))
            blobs.insert(connection, item, attached, now)
            self._checkpoint("command-ending")
            return True

        ended = self._store.write(job)
        self._checkpoint("command-ended")
        return ended

    def forget_old(self) -> int:
        """Forget commands whose expiry is long over; returns how many."""
        before = iso(self._store.clock.now() - KEPT)
        sql = "DELETE FROM command WHERE expires_at < ?"
        return self._store.write(lambda c: c.execute(sql, (before,)).rowcount)

    def _settled(self, connection: Connection, item: str | None, ended_at: str | None) -> bool:
        """True when the platform has had the result for so long that it cannot ask again by chance."""
        if item is None or ended_at is None:
            return False
        row = connection.execute("SELECT state FROM ledger WHERE id = ?", (item,)).fetchone()
        rested = self._store.clock.now() - datetime.fromisoformat(ended_at) > SETTLED
        return rested and (row is None or row[0] == ItemState.SENT)

    def _answer(self, connection: Connection, command: str, outcome: Outcome, detail: Mapping[str, Any]) -> str:
        now, clock = self._store.clock.now(), self._store.clock
        item = uuid7(int(now.timestamp() * 1000), self._random_bytes)
        body = {"command": command, "outcome": outcome.value, "at": iso(now), "detail": dict(detail)}
        new = NewItem(item, command or item, RESULT, SCHEMA, body)
        outbox.insert(connection, new, now, int(clock.monotonic() * 1000), self._store.boot_id, WITHOUT_LIMIT)
        return item


def _parsed(said: str) -> Command | None:
    """A command as it was kept; None for one that another release of this program believed."""
    try:
        return parse_command(json.loads(said))
    except (ValueError, RecursionError):
        return None
