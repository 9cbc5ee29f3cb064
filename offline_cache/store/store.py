"""The store's face. Every writing method returns only when its effect is on the disk."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from contracts import Suite, provisional_number, uuid7
from contracts.blobs import name_of
from offline_cache.errors import DigestConflict, ItemTooLarge, StoreClosed, StoreError, StoreFull
from offline_cache.faces import Checkpoint, Clock, RandomBytes
from offline_cache.items import (
    BlobRef,
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
from offline_cache.store import attachments as blobs
from offline_cache.store import audit, bundle, opening, outbox, pruning, quarantine, salvage, trail
from offline_cache.store.attachments import Attachment
from offline_cache.store.backlog import Unwritten
from offline_cache.store.chain import AuditRow
from offline_cache.store.database import (
    KEPT_READERS,
    Connection,
    DatabaseError,
    authentic,
    connect,
    failure,
    prove_encrypted,
    sound,
)
from offline_cache.store.gap_mark import GapMark
from offline_cache.store.orders import Orders
from offline_cache.store.reference import Catalogue, Meta
from offline_cache.store.reserve import Disk, Reserve
from offline_cache.store.writer import Writer

T = TypeVar("T")
Choose = Callable[[Iterator[Candidate]], list[Candidate]]


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
        reserve: Reserve,
        suite: Suite,
    ) -> None:
        self.path = path
        self.clock = clock
        self.boot_id = boot_id
        self.limits = limits
        self.protection = ""
        self._key = key
        self._owner = owner
        self._checkpoint = checkpoint
        self._random_bytes = random_bytes
        self._suite = suite
        self._reserve = reserve
        settled = connection.execute("SELECT value FROM meta WHERE name = ?", (trail.FACT,)).fetchone()
        self._writer = Writer(connection, clock.monotonic, reserve.give_up)
        mark = GapMark(path.with_name(path.name + ".unwritten"))
        fact = settled[0] if settled else None
        most = limits.max_unwritten
        self._trail = trail.Trail(self._writer, clock, suite, mark, fact, random_bytes, most)
        self._readers: list[Connection] = []
        self._reader_gate = threading.Lock()
        self._closed = False
        self.catalogue = Catalogue(self)
        self.meta = Meta(self)
        self.heads = audit.Heads(self)
        self.attachments = blobs.Attachments(self, suite, random_bytes, checkpoint)
        self.orders = Orders(self, random_bytes, checkpoint)
        self._reserve.hold()
        self._trail.retry()

    # The resident's side

    def submit(self, item: NewItem, attachments: Sequence[Attachment] = ()) -> Saved:
        """Promise to bring an item to the platform: business row, outbox row and attachments in one transaction.

        Attachments come from `Store.attachments.put`; when the item is refused, they are forgotten.

        Raises:
            StoreFull: too little disk, or too many items wait.
            DigestConflict: this id was used for another body.
            ItemTooLarge: the body is over 480 KiB.
        """

        def job(connection: Connection) -> tuple[Saved, bool]:
            saved, new = self._insert(connection, item)
            if new:
                blobs.insert(connection, item.id, attachments, outbox.iso(self.clock.now()))
            self._checkpoint("before-commit")
            return saved, new

        new = False
        try:
            self.make_sure_of(0)
            saved, new = self._writer.call(job, owed=False)
        except (StoreFull, DigestConflict, ItemTooLarge):
            self.attachments.remove([one.file for one in attachments])
            raise
        self._checkpoint("after-commit")
        if not new:
            # Asked twice: the files of the first time are the ones that count.
            self.attachments.remove([one.file for one in attachments])
        return saved

    def next_provisional(self, terminal: str, day: date | None = None) -> str:
        """Return the next provisional number of the day (the clock's day unless given); never given twice."""
        on = day or self.clock.now().date()
        prefix = provisional_number(terminal, on, 0).rpartition("-")[0]
        count = self.write(lambda c: outbox.next_number(c, prefix), owed=False)
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

        return self.erasing(job)

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

    def export(self, path: Path, sealer: bundle.Sealer, *, dead_only: bool = False) -> bundle.Exported:
        """Write what is not yet accepted, or only the dead letters, into one file that the platform alone can open.

        Nothing is erased and nothing counts as sent. What waits may have left the terminal from now on, so a resident
        who takes it back gets a delete request instead of an erasure.

        Raises:
            OSError: the file cannot be written; one that was there before stays.
        """
        states = (ItemState.DEAD,) if dead_only else (ItemState.READY, ItemState.INFLIGHT, ItemState.DEAD)

        def job(connection: Connection) -> list[OutboxItem]:
            found = outbox.kept_items(connection, states)
            outbox.may_be_known(connection, [item.row.id for item in found if item.row.state is ItemState.READY])
            return found

        items = self.write(job)
        dead = {item.row.id for item in items if item.row.state is ItemState.DEAD}
        data, summary = sealer.seal([wire_item(item) for item in items], dead)
        with bundle.durably(Path(path)) as file:
            file.write(data)
        return summary

    def tend(self) -> Disk:
        """Do what could not be done before, and return how much disk is left; each heartbeat asks.

        A reserve that was given up is taken again when there is room.
        """
        self._reserve.hold()
        self._trail.retry()
        return Disk(self._free(), self._reserve.state)

    def verify(self) -> Verified:
        """Check the file's structure, every waiting body against its digest, and every attachment."""
        torn = self.attachments.damaged()

        def judge(connection: Connection) -> Verified:
            items = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
            return Verified(items, tuple(dict.fromkeys([*outbox.bad_bodies(connection), *torn])), sound(connection))

        return self.read(judge)

    def authentic(self) -> bool:
        """Check that another key does not open the file and that every page of it is authentic; reads all of it.

        Raises:
            NotEncrypted: others can read it.
        """
        prove_encrypted(self.path, self._key)
        return self.read(authentic)

    @property
    def damage(self) -> Damage | None:
        """What was found damaged at an opening and not yet acknowledged by a person."""
        text = self.meta.get(salvage.DAMAGE_KEY)
        return None if text is None else salvage.decode_damage(text)

    @property
    def damaged_cases(self) -> int | None:
        """How many cases such a damage has cost or spoilt; None when there is none."""
        damage = self.damage
        return None if damage is None else len({*damage.lost, *damage.incomplete})

    def acknowledge_damage(self) -> None:
        """A technician has seen it. The quarantined file stays for `Limits.quarantine_days` from now on."""
        # The mark first: without it a crash would leave files that are kept for ever and named by nobody.
        quarantine.mark_seen(self.path, self.clock.now())
        self.erasing(lambda c: c.execute("DELETE FROM meta WHERE name = ?", (salvage.DAMAGE_KEY,)), blobs.release_lost)

    # Audit

    def append_audit(self, entry: Mapping[str, Any]) -> AuditRow:
        """Add an entry to the audit chain; it is on the disk when this returns. Nothing personal belongs in it."""
        return self._trail.append(entry)

    def append_audit_later(self, entry: Mapping[str, Any]) -> None:
        """Queue an entry and return at once; order is kept. For the thread that draws the screen.

        What the disk does not take waits in memory; what is lost then is declared in the chain (`unwritten`).
        """
        self._trail.append_later(entry)

    @property
    def unwritten(self) -> Unwritten:
        """Audit entries that are not in the chain."""
        return self._trail.standing

    def acknowledge_unwritten(self) -> None:
        """A person has seen that audit entries were lost; the chain goes on saying so."""
        self._trail.acknowledge()

    def read_audit(self, after: int = 0, limit: int | None = None) -> list[AuditRow]:
        """Return audit entries with a number above `after`, oldest first."""
        return self.read(lambda c: audit.read(c, after + 1, limit))

    def audit_rows(self) -> audit.AuditRows:
        """Return the whole chain for `verify_chain`, read piece by piece."""
        return audit.AuditRows(self)

    def prune_audit(self, cut: pruning.Cut) -> int:
        """Cut off the oldest part of the audit chain; returns how many entries went. Their bytes are gone, too."""

        def job(connection: Connection) -> int:
            count = pruning.cut(connection, outbox.iso(self.clock.now()), cut, self._suite)
            self._checkpoint("prune")
            return count

        self._checkpoint("prune")
        count = self.erasing(job)
        self._checkpoint("prune")
        return count

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

        def job(connection: Connection) -> frozenset[str]:
            return outbox.settle(connection, sent, dead, later)

        return self.erasing(job) if sent else self._writer.call(job)

    def settle_and_take(self, sent: Mapping[str, Mapping[str, Any] | None], choose: Choose) -> Onward:
        """Write down that all of a batch was accepted and take the next one: one transaction, one flush for both.

        While more is taken, bodies are erased from the log together: within `writer.ERASE_WITHIN_S`, or at the first
        pause. With the last batch they are gone when this returns.
        """

        def job(connection: Connection) -> tuple[Onward, list[str]]:
            news = outbox.settle(connection, sent, {}, {})
            files = blobs.release(connection)
            chosen = choose(outbox.candidates(connection))
            items = outbox.mark_inflight(connection, [candidate.id for candidate in chosen])
            self._writer.erase_soon()
            return Onward(news, items), files

        found, files = self._writer.call(job)
        if not found.items:
            with contextlib.suppress(StoreError):
                self._writer.erase()
        self.attachments.remove(files)
        return found

    def put_back(self, delays: Mapping[str, float], blame: bool, reached: bool) -> None:
        """After a call that gave no answer: queue the items again, each from its wall second on."""
        self.write(lambda c: outbox.mark_back(c, delays, reached=reached, blame=blame))

    def forget_catalogue(self) -> None:
        """Drop all that the platform signed: for a terminal that is enrolled with another one."""

        def job(connection: Connection) -> None:
            connection.execute("DELETE FROM catalogue")
            connection.execute("DELETE FROM meta WHERE name = 'catalogue.version'")
            audit.forget_heads(connection)

        self.write(job)

    def renumber(self, taken: int) -> None:
        """The platform has seen numbers up to `taken` from this terminal's former life: continue behind them."""
        self.write(lambda c: outbox.renumber(c, taken))

    def last_seq(self) -> int:
        """Return the highest sequence number in use, 0 when none is."""
        return self.read(outbox.next_seq) - 1

    def forget_old(self) -> int:
        """Drop bodiless records older than `limits.sent_days`, and old quarantine; returns how many records."""
        quarantine.forget_seen(self.path, self.clock.now(), self.limits.quarantine_days)
        self.orders.forget_old()
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
                    if self._closed or len(self._readers) >= KEPT_READERS:
                        connection.close()
                    else:
                        self._readers.append(connection)

    def write(self, job: Callable[[Connection], T], *, owed: bool = True) -> T:
        """Run `job` in a transaction on the writer's thread; returns when it is on the disk.

        `owed`: on a full disk it gets the reserve, because it belongs to something promised before.
        """
        return self._writer.call(job, owed=owed)

    def erasing(self, job: Callable[[Connection], T], forget: Callable[[Connection], list[str]] = blobs.release) -> T:
        """Run a job that may end the need for bodies or attachments: what is erased is gone from the log too.

        `forget` erases the keys of attachments and returns their files, which go last: a crash between leaves files
        that nobody can open.
        """
        result, files = self._writer.call(lambda c: (job(c), forget(c)))
        # What was asked is on the disk already: a cut that fails now is owed by the writer, and no failure of that.
        with contextlib.suppress(StoreError):
            self._writer.erase()
        self.attachments.remove(files)
        return result

    def make_sure_of(self, more: int) -> None:
        """Refuse what is new when the disk is low.

        Raises:
            StoreFull: with `more` bytes in addition less would be left than `Limits.min_free_bytes`.
        """
        if not self._reserve.hold() or self._free() - more < self.limits.min_free_bytes:
            raise StoreFull("too little disk is left to promise anything")

    def close(self) -> None:
        """Finish what was asked, fold the log into the file, let go of it. Harmless when repeated."""
        with self._reader_gate:
            if self._closed:
                return
            self._closed = True
            for connection in self._readers:
                connection.close()
            self._readers.clear()
        self._trail.close()
        self._writer.close()
        self._owner.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _insert(self, connection: Connection, item: NewItem) -> tuple[Saved, bool]:
        now = self.clock.now()
        mono_ms = int(self.clock.monotonic() * 1000)
        return outbox.insert(connection, item, now, mono_ms, self.boot_id, self.limits.max_items)

    def _free(self) -> int:
        disk = os.statvfs(self.path.parent)
        return disk.f_bavail * disk.f_frsize


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
        **({"blobs": [attached(one) for one in item.blobs]} if item.blobs else {}),
    }


def attached(blob: BlobRef) -> dict[str, Any]:
    """Return an attachment as an item on the wire names it."""
    return {"digest": name_of(blob.sha256), "size": blob.size, "media": blob.media}
