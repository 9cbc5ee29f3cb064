"""How the terminal writes its audit: at the end of the chain, in the order it was handed in, nothing lost silently."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from contracts import Suite, canonical
from offline_cache.errors import StoreClosed
from offline_cache.faces import Clock, RandomBytes
from offline_cache.store import audit
from offline_cache.store.backlog import NOTHING, Backlog, Batch, Unwritten
from offline_cache.store.chain import AuditRow
from offline_cache.store.database import Connection
from offline_cache.store.gap_mark import GapMark
from offline_cache.store.outbox import iso
from offline_cache.store.writer import Writer

T = TypeVar("T")
FACT = "audit.unwritten"
"""The fact that holds which time of need was settled last (`id`), how many entries were ever `lost`, and of these how
many a person has `seen`.
"""


class Trail:
    """Any thread. What the disk does not take waits in memory, and a mark on the disk counts it."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        suite: Suite,
        mark: GapMark,
        settled: str | None,
        random_bytes: RandomBytes,
        most: int,
    ) -> None:
        """`settled` is the value of `FACT`, `most` how many entries are kept in memory.

        What a former process left unwritten is declared with the first entry.
        """
        self._writer = writer
        self._clock = clock
        self._suite = suite
        fact = _read(settled)
        mark.prepare()
        gap = mark.read()
        if gap is not None and gap.id == fact.id:
            # It was written, and the process ended before the mark was taken away.
            mark.write(None)
            gap = None
        self._backlog = Backlog(mark, lambda: random_bytes(8).hex(), fact.lost, gap, most)
        self._seen = fact.seen

    @property
    def standing(self) -> Unwritten:
        """Entries that are not in the chain."""
        return replace(self._backlog.standing, seen=self._seen)

    def acknowledge(self) -> None:
        """A person has seen that entries were lost."""

        def job(connection: Connection) -> int:
            fact = _fact(connection)
            _keep(connection, replace(fact, seen=fact.lost))
            return fact.lost

        self._seen = self._writer.call(job)

    def append(self, entry: Mapping[str, Any]) -> AuditRow:
        """Add an entry behind everything that was handed in; it is on the disk when this returns, or this raises."""
        at = iso(self._clock.now())
        job, ended = self._attempt(lambda c: audit.append(c, at, entry, self._suite))
        return self._writer.call(job, ended=ended)

    def append_later(self, entry: Mapping[str, Any]) -> None:
        """Take an entry and return at once.

        Raises:
            StoreClosed: nobody will write it any more; it counts as lost.
        """
        at = iso(self._clock.now())
        canonical(entry)
        if self._backlog.put(at, entry):
            try:
                self._drain()
            except StoreClosed:
                # The next start declares it.
                self._backlog.ended(NOTHING, written=False)
                raise

    def retry(self) -> None:
        """Try again to write what waits; returns at once."""
        if not self._backlog.empty:
            self._drain()

    def close(self) -> None:
        """The last try, before the writer ends."""
        if not self._backlog.empty:
            try:
                self._drain()
            except StoreClosed:
                return

    def _drain(self) -> None:
        job, ended = self._attempt(lambda _connection: None)
        self._writer.later(job, ended)

    def _attempt(self, more: Callable[[Connection], T]) -> tuple[Callable[[Connection], T], Callable[[bool], None]]:
        """Return a job that writes all that waits and then does `more`, and who is to be told how it went."""
        taken: list[Batch] = []

        def job(connection: Connection) -> T:
            # On a full disk it is run again, when room was made: with the same entries.
            if not taken:
                taken.append(self._backlog.batch())
            for at, entry in taken[0].written():
                audit.append(connection, at, entry, self._suite)
            if taken[0].id or taken[0].lost:
                _settle(connection, taken[0])
            return more(connection)

        def ended(written: bool) -> None:
            # Without a batch not even the transaction could begin.
            self._backlog.ended(taken[0] if taken else NOTHING, written)

        return job, ended


@dataclass(frozen=True, slots=True)
class _Fact:
    id: str = ""
    lost: int = 0
    seen: int = 0


def _fact(connection: Connection) -> _Fact:
    found = connection.execute("SELECT value FROM meta WHERE name = ?", (FACT,)).fetchone()
    return _read(found[0] if found else None)


def _keep(connection: Connection, fact: _Fact) -> None:
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (FACT, json.dumps(asdict(fact))),
    )


def _settle(connection: Connection, batch: Batch) -> None:
    fact = _fact(connection)
    _keep(connection, replace(fact, id=batch.id or fact.id, lost=fact.lost + batch.lost))


def _read(value: str | None) -> _Fact:
    """Read the fact; what somebody made of it must not keep a store from opening."""
    try:
        found = json.loads(value or "{}")
        return _Fact(str(found.get("id", "")), max(0, int(found.get("lost", 0))), max(0, int(found.get("seen", 0))))
    except (ValueError, TypeError, AttributeError):
        return _Fact()
