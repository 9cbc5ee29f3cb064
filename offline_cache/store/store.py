"""The store's face. Every writing method returns only when its effect is on the disk."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from contracts import canonical, provisional_number, uuid7
from offline_cache.errors import StoreClosed, StoreFull
from offline_cache.faces import Checkpoint, Clock, RandomBytes, no_checkpoint
from offline_cache.items import (
    Candidate,
    CaseState,
    Damage,
    ItemState,
    Limits,
    NewItem,
    Onward,
    OutboxCounts,
    OutboxItem,
    OutboxRow,
    Problem,
    Saved,
    Verified,
    Withdrawal,
)
from offline_cache.store import audit, bundle, opening, outbox, salvage
from offline_cache.store.database import Connection, DatabaseError, connect, failure, sound
from offline_cache.store.reference import Catalogue, Meta
from offline_cache.store.writer import Writer

T = TypeVar("T")
Choose = Callable[[Iterator[Candidate]], list[Candidate]]


def open_store(
    path: Path,
    key: bytes,
    clock: Clock,
    boot_id: str,
    limits: Limits | None = None,
    *,
    checkpoint: Checkpoint = no_checkpoint,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> Store:
    """Open the store at `path`, make it when there is none, mend it when it is damaged (see `Store.damage`).

    Raises:
        WrongKey: no page opens with this key.
        NotEncrypted: the file or the library would keep data in the clear.
        SchemaTooNew: a newer program wrote it.
        StoreBusy: another process has it open.
        StoreFull: the disk is full.
        StoreError: the disk fails, or the place cannot be written.
    """
    path = Path(path)
    if len(key) != 32:
        raise ValueError("the key of a store has 32 bytes")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = opening.Ownership(path)
        try:
            connection, _ = opening.open_file(path, key, clock.now)
        except BaseException:
            owner.release()
            raise
    except (DatabaseError, OSError) as error:
        raise failure(error) from None
    return Store(path, key, clock, boot_id, limits or Limits(), connection, owner, checkpoint, random_bytes)


class Store:
    """Outbox, ledger, catalogue cache, facts and audit chain in one encrypted file. Usable from any thread."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock,
        boot_id: str,
        limits: Limits,
        connection: Connection,
        owner: opening.Ownership,
        checkpoint: Checkpoint,
        random_bytes: RandomBytes,
    ) -> None:
        self.path = path
        self.clock = clock
        self.boot_id = boot_id
        self.limits = limits
        self._key = key
        self._owner = owner
        self._checkpoint = checkpoint
        self._random_bytes = random_bytes
        self._writer = Writer(connection, clock.monotonic)
        self._readers: list[Connection] = []
        self._reader_gate = threading.Lock()
        self._closed = False
        self.catalogue = Catalogue(self)
        self.meta = Meta(self)

    # The resident's side

    def submit(self, item: NewItem) -> Saved:
        """Promise to bring an item to the platform: business row and outbox row in one transaction.

        Raises:
            StoreFull: too little disk, or too many items wait.
            DigestConflict: this id was used for another body.
            ItemTooLarge: the body is over 480 KiB.
        """
        self._room()

        def job(connection: Connection) -> Saved:
            saved = self._insert(connection, item)
            self._checkpoint("before-commit")
            return saved

        saved = self._writer.call(job)
        self._checkpoint("after-commit")
        return saved

    def next_provisional(self, terminal: str, day: date | None = None) -> str:
        """Return the next provisional number of the day (the clock's day unless given); never given twice."""
        on = day or self.clock.now().date()
        prefix = provisional_number(terminal, on, 0).rpartition("-")[0]
        count = self.write(lambda c: outbox.next_number(c, prefix))
        return provisional_number(terminal, on, count)

    def receipt_for(self, item_id: str) -> dict[str, Any] | None:
        """Return the impersonal receipt of an accepted item, or None."""
        return self.read(lambda c: outbox.receipt(c, item_id))

    def case_state(self, case_key: str) -> CaseState | None:
        """Return what is known of a case, or None."""
        return self.read(lambda c: outbox.case_state(c, case_key))

    def delete_before_acceptance(self, item_id: str, request_id: str | None = None) -> Withdrawal:
        """Take a case back on the resident's wish.

        `ERASED`: it had never left, its body is gone for good. `REQUESTED`: the platform may know it, so a
        delete_request was put in the outbox behind it.

        Raises:
            UnknownItem: there is no such item.
        """
        now = self.clock.now()
        new_id = request_id or uuid7(int(now.timestamp() * 1000), self._random_bytes)

        def job(connection: Connection) -> Withdrawal:
            verdict = outbox.withdraw(connection, item_id)
            if verdict is Withdrawal.REQUESTED:
                found = outbox.row(connection, item_id)
                body = {"submission": item_id}
                request = NewItem(new_id, found.case_key, "delete_request", found.schema, body, priority=True)
                self._insert(connection, request)
            return verdict

        verdict = self.write(job)
        if verdict is Withdrawal.ERASED:
            self._writer.erase()
        return verdict

    # The operator's side

    def row(self, item_id: str) -> OutboxRow:
        """Return one item without its body.

        Raises:
            UnknownItem: there is no such item.
        """
        return self.read(lambda c: outbox.row(c, item_id))

    def list_items(self, states: Sequence[ItemState] = ()) -> list[OutboxRow]:
        """Return the ledger in the order things were saved, only the given states when there are any."""
        if not states:
            return self.read(outbox.rows)
        slots = ", ".join("?" * len(states))
        return self.read(lambda c: outbox.rows(c, f"state IN ({slots})", [s.value for s in states]))

    def show(self, item_id: str) -> OutboxItem:
        """Return one item with its body.

        Raises:
            UnknownItem: there is no such item.
        """
        return self.read(lambda c: outbox.full_item(c, item_id))

    def retry(self, item_id: str) -> None:
        """Put a dead letter back in the queue.

        Raises:
            UnknownItem: there is no such item.
            NotDead: it is not a dead letter.
        """
        self.write(lambda c: outbox.revive(c, item_id))

    def counts(self) -> OutboxCounts:
        """Count the items by state."""
        return self.read(lambda c: outbox.counts(c, self.clock.now()))

    def export(self, path: Path, key: bytes | None = None) -> int:
        """Write all that is not yet accepted into one sealed file; returns how many items.

        The file opens with `key` (32 bytes), or with the store's own key when none is given.
        """
        waiting = self.list_items((ItemState.READY, ItemState.INFLIGHT, ItemState.DEAD))
        items = [wire_item(self.show(found.id)) for found in waiting]
        return bundle.write_bundle(Path(path), items, key or self._key, self._random_bytes)

    def verify(self) -> Verified:
        """Check the file's structure and every waiting body against its digest."""
        return self.read(
            lambda c: Verified(
                c.execute("SELECT count(*) FROM outbox").fetchone()[0], tuple(outbox.bad_bodies(c)), sound(c)
            )
        )

    @property
    def damage(self) -> Damage | None:
        """What was found damaged at an opening and not yet acknowledged by a person."""
        text = self.meta.get(salvage.DAMAGE_KEY)
        return None if text is None else salvage.decode_damage(text)

    def acknowledge_damage(self) -> None:
        """A technician has seen it. The quarantined file stays where it is."""
        self.meta.delete(salvage.DAMAGE_KEY)

    # Audit

    def append_audit(self, entry: Mapping[str, Any]) -> audit.AuditRow:
        """Add an entry to the audit chain. Nothing personal belongs in it."""
        at = outbox.iso(self.clock.now())
        return self.write(lambda c: audit.append(c, at, entry))

    def append_audit_later(self, entry: Mapping[str, Any]) -> None:
        """Queue an entry and return at once; order is kept. For the thread that draws the screen."""
        at = outbox.iso(self.clock.now())
        canonical(entry)
        self._writer.later(lambda c: audit.append(c, at, entry))

    def read_audit(self, after: int = 0, limit: int | None = None) -> list[audit.AuditRow]:
        """Return audit entries with a number above `after`, oldest first."""
        return self.read(lambda c: audit.read(c, after, limit))

    def verify_audit(self) -> int | None:
        """Return the number of the first entry that breaks the chain, or None when it is whole."""
        return self.read(lambda c: audit.first_break(audit.read(c)))

    # The sync engine's side

    def take(self, choose: Choose) -> list[OutboxItem]:
        """Let `choose` pick from what waits, mark it as leaving, and return it as it was before."""

        def job(connection: Connection) -> list[OutboxItem]:
            chosen = choose(outbox.candidates(connection))
            return outbox.mark_inflight(connection, [candidate.id for candidate in chosen])

        if self.read(lambda c: c.execute("SELECT 1 FROM outbox LIMIT 1").fetchone()) is None:
            return []
        return self._writer.call(job)

    def look(self, judge: Callable[[Iterator[Candidate]], T]) -> T:
        """Let `judge` see what waits, oldest first, without changing anything."""
        return self.read(lambda c: judge(outbox.candidates(c)))

    def take_ids(self, ids: Sequence[str]) -> list[OutboxItem]:
        """Mark these as leaving and return those that are still to go, as they were before."""
        return self.write(lambda c: outbox.mark_inflight(c, ids))

    def waiting_in_case(self, case_key: str) -> list[Candidate]:
        """Return what of a case is not yet accepted, oldest first."""
        return self.read(lambda c: outbox.case_candidates(c, case_key))

    def settle(
        self, sent: Mapping[str, Mapping[str, Any] | None], dead: Mapping[str, Problem], later: Mapping[str, float]
    ) -> frozenset[str]:
        """Write one answer of the platform in one transaction; returns the ids whose fate is news.

        Args:
            sent: accepted ids and their receipts; their bodies are erased.
            dead: ids that will never be accepted.
            later: ids to send again, and from which wall second on.
        """
        news = self._writer.call(lambda c: outbox.settle(c, sent, dead, later))
        if sent:
            self._writer.erase()
        return news

    def settle_and_take(self, sent: Mapping[str, Mapping[str, Any] | None], choose: Choose) -> Onward:
        """Write down that all of a batch was accepted and take the next one: one transaction, one flush for both.

        While more is taken, bodies are erased from the log together: within `writer.ERASE_WITHIN_S`, or at the first
        pause. With the last batch they are gone when this returns.
        """

        def job(connection: Connection) -> Onward:
            news = outbox.settle(connection, sent, {}, {})
            chosen = choose(outbox.candidates(connection))
            items = outbox.mark_inflight(connection, [candidate.id for candidate in chosen])
            self._writer.erase_soon()
            return Onward(news, items)

        found = self._writer.call(job)
        if not found.items:
            self._writer.erase()
        return found

    def put_back(self, delays: Mapping[str, float], blame: bool, reached: bool) -> None:
        """After a call that gave no answer: queue the items again, each from its wall second on."""
        self.write(lambda c: outbox.mark_back(c, delays, reached=reached, blame=blame))

    def forget_catalogue(self) -> None:
        """Drop all signed documents and their version: for a terminal that is enrolled with another platform."""

        def job(connection: Connection) -> None:
            connection.execute("DELETE FROM catalogue")
            connection.execute("DELETE FROM meta WHERE name = 'catalogue.version'")

        self.write(job)

    def renumber(self, taken: int) -> None:
        """The platform has seen numbers up to `taken` from this terminal's former life: continue behind them."""
        self.write(lambda c: outbox.renumber(c, taken))

    def last_seq(self) -> int:
        """Return the highest sequence number in use, 0 when none is."""
        return self.read(outbox.next_seq) - 1

    def forget_old(self) -> int:
        """Drop bodiless records older than `limits.sent_days`; returns how many."""
        before = (self.clock.now() - timedelta(days=self.limits.sent_days)).timestamp()
        return self.write(lambda c: outbox.forget_old(c, before))

    # Inside

    def read(self, job: Callable[[Connection], T]) -> T:
        """Run `job` on a reading connection; it must be done with it when it returns.

        Raises:
            StoreClosed: the store is closed.
            StoreError: the disk fails.
        """
        with self._reader_gate:
            if self._closed:
                raise StoreClosed("the store is closed")
            connection = self._readers.pop() if self._readers else None
        try:
            connection = connection or connect(self.path, self._key, read_only=True)
            return job(connection)
        except DatabaseError as error:
            raise failure(error) from None
        finally:
            if connection is not None:
                with self._reader_gate:
                    if self._closed:
                        connection.close()
                    else:
                        self._readers.append(connection)

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run `job` in a transaction on the writer's thread; returns when it is on the disk."""
        return self._writer.call(job)

    def close(self) -> None:
        """Finish what was asked, fold the log into the file, let go of it. Harmless when repeated."""
        with self._reader_gate:
            if self._closed:
                return
            self._closed = True
            for connection in self._readers:
                connection.close()
            self._readers.clear()
        self._writer.close()
        self._owner.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _insert(self, connection: Connection, item: NewItem) -> Saved:
        now = self.clock.now()
        mono_ms = int(self.clock.monotonic() * 1000)
        return outbox.insert(connection, item, now, mono_ms, self.boot_id, self.limits.max_items)[0]

    def _room(self) -> None:
        disk = os.statvfs(self.path.parent)
        if disk.f_bavail * disk.f_frsize < self.limits.min_free_bytes:
            raise StoreFull("too little disk is left to promise anything")


def wire_item(item: OutboxItem) -> dict[str, Any]:
    """Return an item as the platform expects it in a batch."""
    row = item.row
    return {
        "id": row.id,
        "seq": row.seq,
        "case_key": row.case_key,
        "kind": row.kind,
        "schema": row.schema,
        "captured_at": row.captured_at,
        "mono_ms": item.mono_ms,
        "boot_id": item.boot_id,
        "digest": row.digest,
        "body": item.body,
    }
