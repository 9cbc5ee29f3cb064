"""What the printer must remember across a power cut: which job it began, and how that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_cache.errors import StoreError
from offline_cache.store.outbox import iso

if TYPE_CHECKING:
    from offline_cache.store.store import Store


def series_of(name: str) -> tuple[str, str]:
    """Return the prefix that a job is kept under, and its own id."""
    head, colon, job = name.rpartition(":")
    return head + colon, job


class PrintJournal:
    """Durable before the first byte: `begin` returns only when the row is on the disk. Jobs are ids."""

    def __init__(self, store: Store, failure: type[Exception] = StoreError, series: str = "") -> None:
        """`failure` is what the printer's driver expects when something could not be made durable.

        `series` keeps the jobs of a second printer apart: what one has left open is not the other's to close.
        """
        self._store = store
        self._failure = failure
        self._prefix = f"{series}:" if series else ""

    def begin(self, job: str, ack_id: bytes) -> None:
        """Write down that `job` is about to be printed; beginning it again forgets how it ended before."""
        at = iso(self._store.clock.now())
        self._write(
            "INSERT INTO print_job (job, ack_id, begun_at) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET "
            "ack_id = excluded.ack_id, begun_at = excluded.begun_at, outcome = NULL, done_at = NULL",
            (self._prefix + job, ack_id.hex(), at),
        )

    def finish(self, job: str, outcome: str) -> None:
        """Write down how it ended, for example done, failed or unknown."""
        at = iso(self._store.clock.now())
        self._write(
            "UPDATE print_job SET outcome = ?, done_at = ? WHERE job = ?", (str(outcome), at, self._prefix + job)
        )

    def unfinished(self) -> list[str]:
        """Return the jobs that were begun and not finished, oldest first."""
        sql = "SELECT job FROM print_job WHERE outcome IS NULL ORDER BY seq"
        rows = self._store.read(lambda c: c.execute(sql).fetchall())
        # A job's own id holds no colon.
        ours = (series_of(row[0]) for row in rows)
        return [job for prefix, job in ours if prefix == self._prefix]

    def outcome(self, job: str) -> str | None:
        """Return how a job ended; None when unknown or still open."""
        named = (self._prefix + job,)
        found = self._store.read(lambda c: c.execute("SELECT outcome FROM print_job WHERE job = ?", named).fetchone())
        return None if found is None else found[0]

    def _write(self, sql: str, values: tuple[str, ...]) -> None:
        try:
            self._store.write(lambda c: c.execute(sql, values).rowcount)
        except StoreError as error:
            raise self._failure(f"print journal: {error}") from error
