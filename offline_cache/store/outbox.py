"""The SQL of the outbox and its ledger. Each function runs inside a transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from contracts import canonical, digest_bytes
from contracts.suites import INTL
from offline_cache.errors import DigestConflict, ItemTooLarge, NotDead, StoreFull, UnknownItem
from offline_cache.items import (
    Candidate,
    CaseState,
    ItemState,
    NewItem,
    OutboxCounts,
    OutboxItem,
    OutboxRow,
    Problem,
    Saved,
    Withdrawal,
)
from offline_cache.store import attachments
from offline_cache.store.database import Connection

MAX_BODY = 480 * 1024
TAKEN = "taken"
"""The counter of sequence numbers that the platform knows from this terminal's former life."""
WAITING = (ItemState.READY, ItemState.INFLIGHT)
RECEIPT_FIELDS = (
    "number", "service", "service_name", "department", "accepted_at", "due", "limit_days", "state", "pickup",
    "check_code", "track_url", "fee",
)  # fmt: skip
"""What of a receipt is kept after the visit. `result` may hold personal data and is not kept."""

_ROW = (
    "seq, id, case_key, kind, schema, provisional, priority, state, attempts, next_at, captured_at, digest, "
    "problem, receipt"
)


def insert(
    connection: Connection, item: NewItem, now: datetime, mono_ms: int, boot_id: str, max_items: int
) -> tuple[Saved, bool]:
    """Write the business row and the outbox row; returns what was saved and whether it is new.

    Raises:
        DigestConflict: the id was used for another body.
        ItemTooLarge: the body is over 480 KiB.
        StoreFull: `max_items` are waiting already.
    """
    body = canonical(item.body)
    digest = digest_bytes(body, INTL)
    known = connection.execute("SELECT seq, digest FROM ledger WHERE id = ?", (item.id,)).fetchone()
    if known is not None:
        if known[1] != digest:
            raise DigestConflict("this id was used before for something else")
        return Saved(known[0], item.id), False
    if len(body) > MAX_BODY:
        raise ItemTooLarge(f"the body has {len(body)} bytes, {MAX_BODY} fit")
    seq = next_seq(connection)
    oldest = connection.execute("SELECT min(seq) FROM outbox").fetchone()[0]
    # Counting ten thousand rows costs more than saving one: only where so many could be waiting.
    if seq - (oldest or seq) >= max_items:
        waiting = connection.execute("SELECT count(*) FROM ledger WHERE state IN (?, ?)", WAITING).fetchone()[0]
        if waiting >= max_items:
            raise StoreFull(f"{waiting} items are waiting")
    shared = (
        seq, item.id, item.case_key, item.kind, item.schema, item.provisional, int(item.priority), iso(now),
        now.timestamp(), digest,
    )  # fmt: skip
    connection.execute(
        "INSERT INTO outbox (seq, id, case_key, kind, schema, provisional, priority, captured_at, captured_s, digest, "
        "mono_ms, boot_id, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*shared, mono_ms, boot_id, body),
    )
    connection.execute(
        "INSERT INTO ledger (seq, id, case_key, kind, schema, provisional, priority, captured_at, captured_s, digest, "
        "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*shared, ItemState.READY),
    )
    return Saved(seq, item.id), True


def next_seq(connection: Connection) -> int:
    """Return the number behind the highest in the ledger, whose newest row is never forgotten, and behind `taken`.

    A counter of its own would cost every enqueue one more page.
    """
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(seq) FROM ledger), 0), coalesce((SELECT n FROM counter WHERE name = ?), 0))",
        (TAKEN,),
    ).fetchone()
    return int(found[0]) + 1


def next_number(connection: Connection, name: str) -> int:
    """Return the next value of a counter that never goes back."""
    row = connection.execute(
        "INSERT INTO counter (name, n) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING n", (name,)
    ).fetchone()
    return int(row[0])


def rows(connection: Connection, where: str = "1", parameters: Sequence[object] = ()) -> list[OutboxRow]:
    """Return ledger rows in the order they were saved."""
    sql = f"SELECT {_ROW} FROM ledger WHERE {where} ORDER BY seq"  # noqa: S608 - constants of this module
    return [_row(found) for found in connection.execute(sql, parameters)]


def row(connection: Connection, item_id: str) -> OutboxRow:
    """Return one ledger row.

    Raises:
        UnknownItem: there is none.
    """
    found = rows(connection, "id = ?", (item_id,))
    if not found:
        raise UnknownItem(f"no item {item_id}")
    return found[0]


def full_item(connection: Connection, item_id: str) -> OutboxItem:
    """Return a row with its body, as long as that is kept."""
    found = row(connection, item_id)
    kept = connection.execute("SELECT mono_ms, boot_id, body, blobs FROM outbox WHERE seq = ?", (found.seq,)).fetchone()
    if kept is None:
        return OutboxItem(found, 0, "", None)
    mono_ms, boot_id, body, names = kept
    return OutboxItem(found, mono_ms, boot_id, json.loads(body), attachments.named(connection, item_id, names))


def kept_items(connection: Connection, states: Sequence[ItemState]) -> list[OutboxItem]:
    """Return every item in one of the states whose body is here, in the order they were saved."""
    slots = ", ".join("?" * len(states))
    found = {row.seq: row for row in rows(connection, f"state IN ({slots})", states)}
    bodies = connection.execute("SELECT seq, mono_ms, boot_id, body, blobs FROM outbox ORDER BY seq").fetchall()
    return [
        OutboxItem(found[seq], mono, boot, json.loads(body), attachments.named(connection, found[seq].id, names))
        for seq, mono, boot, body, names in bodies
        if seq in found
    ]


def candidates(connection: Connection) -> Iterator[Candidate]:
    """Yield what is not yet accepted, oldest first, cases with a waiting resident before all others."""
    urgent = "SELECT case_key FROM ledger WHERE priority = 1 AND state IN ('ready', 'inflight')"
    clauses = ["1"]
    if connection.execute(f"{urgent} LIMIT 1").fetchone() is not None:
        clauses = [f"l.case_key IN ({urgent})", f"l.case_key NOT IN ({urgent})"]
    for clause in clauses:
        # The outbox leads: it holds only what still has to go, so nothing is sorted and reading can stop early.
        sql = (
            "SELECT l.id, l.case_key, l.state, l.attempts, l.next_at, length(o.body) "  # noqa: S608
            f"FROM outbox o CROSS JOIN ledger l USING (seq) WHERE {clause} ORDER BY o.seq"
        )
        for found in connection.execute(sql):
            yield _candidate(*found)


def case_candidates(connection: Connection, case_key: str) -> list[Candidate]:
    """Return what is not yet accepted of one case, oldest first."""
    # The ledger leads: it is a tenth of the outbox, and of that only this case is read.
    sql = (
        "SELECT l.id, l.case_key, l.state, l.attempts, l.next_at, length(o.body) "
        "FROM ledger l CROSS JOIN outbox o USING (seq) WHERE l.case_key = ? ORDER BY l.seq"
    )
    return [_candidate(*found) for found in connection.execute(sql, (case_key,))]


def _candidate(item_id: str, case_key: str, state: str, attempts: int, next_at: float, size: int) -> Candidate:
    return Candidate(item_id, case_key, state == ItemState.DEAD, attempts, next_at, size)


def mark_inflight(connection: Connection, ids: Sequence[str]) -> list[OutboxItem]:
    """Write down that these are about to leave; return them as they were. The platform may know them from now on."""
    found = [full_item(connection, item_id) for item_id in ids]
    items = [item for item in found if item.row.state in WAITING and item.body is not None]
    may_be_known(connection, [item.row.id for item in items])
    return items


def may_be_known(connection: Connection, ids: Sequence[str]) -> None:
    """Write down that these waiting items may be in the platform's hands from now on."""
    connection.executemany(
        "UPDATE ledger SET state = 'inflight' WHERE id = ? AND state IN ('ready', 'inflight')",
        [(item_id,) for item_id in ids],
    )


def mark_back(connection: Connection, delays: Mapping[str, float], *, reached: bool, blame: bool) -> None:
    """Put items back in the queue until the wall second of `delays`.

    Args:
        connection: the writer's.
        delays: id -> not before this wall time, in seconds.
        reached: whether the platform may have seen them; if so they stay inflight and only the platform can
            take them back.
        blame: whether this counts as an attempt of the item's own.
    """
    state = ItemState.INFLIGHT if reached else ItemState.READY
    connection.executemany(
        "UPDATE ledger SET state = ?, next_at = ?, attempts = attempts + ? "
        "WHERE id = ? AND state IN ('ready', 'inflight')",
        [(state, at, int(blame), item_id) for item_id, at in delays.items()],
    )


def mark_sent(connection: Connection, item_id: str, receipt: Mapping[str, Any] | None) -> bool:
    """The platform has it: keep id, digest and an impersonal receipt, erase the body. True when that is news."""
    kept = None if receipt is None else json.dumps(impersonal(receipt), ensure_ascii=False)
    changed = connection.execute(
        "UPDATE ledger SET state = 'sent', receipt = ?, problem = NULL WHERE id = ? AND state <> 'sent'",
        (kept, item_id),
    ).rowcount
    connection.execute("DELETE FROM outbox WHERE seq = (SELECT seq FROM ledger WHERE id = ?)", (item_id,))
    return changed > 0


def mark_dead(connection: Connection, item_id: str, problem: Problem) -> bool:
    """The platform will never take it: keep it, body and all, for people to look at. True when that is news."""
    text = json.dumps(asdict(problem), ensure_ascii=False)
    return (
        connection.execute(
            "UPDATE ledger SET state = 'dead', problem = ? WHERE id = ? AND state IN ('ready', 'inflight')",
            (text, item_id),
        ).rowcount
        > 0
    )


def settle(
    connection: Connection,
    sent: Mapping[str, Mapping[str, Any] | None],
    dead: Mapping[str, Problem],
    later: Mapping[str, float],
) -> frozenset[str]:
    """Write one answer of the platform; returns the ids whose fate is news."""
    news = {item_id for item_id, receipt in sent.items() if mark_sent(connection, item_id, receipt)}
    news |= {item_id for item_id, problem in dead.items() if mark_dead(connection, item_id, problem)}
    mark_back(connection, later, reached=True, blame=True)
    return frozenset(news)


def renumber(connection: Connection, taken: int) -> None:
    """Give waiting items whose number is at most `taken` new ones behind it, in the same order.

    The platform asks for this when a terminal was put back into service with an empty store: its old numbers
    belong to items of its former life.
    """
    connection.execute(
        "INSERT INTO counter (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = max(n, excluded.n)",
        (TAKEN, taken),
    )
    waiting = connection.execute("SELECT seq FROM outbox ORDER BY seq").fetchall()
    # All of them move, also those above `taken`: an item must not overtake an older one of its case.
    for (seq,) in waiting if waiting and waiting[0][0] <= taken else ():
        new = next_seq(connection)
        connection.execute("UPDATE outbox SET seq = ? WHERE seq = ?", (new, seq))
        connection.execute("UPDATE ledger SET seq = ? WHERE seq = ?", (new, seq))


def revive(connection: Connection, item_id: str) -> None:
    """Make a dead letter ready again.

    Raises:
        UnknownItem: there is no such item.
        NotDead: it is not a dead letter.
    """
    found = row(connection, item_id)
    if found.state is not ItemState.DEAD:
        raise NotDead(f"item {item_id} is {found.state}")
    # It was in the platform's hands once, so it is not ours alone to erase: inflight, not ready.
    connection.execute(
        "UPDATE ledger SET state = 'inflight', attempts = 0, next_at = 0, problem = NULL WHERE id = ?", (item_id,)
    )


def withdraw(connection: Connection, item_id: str) -> Withdrawal:
    """Erase a case that never left, and what hangs on it; `REQUESTED` when it may have left and stays.

    Raises:
        UnknownItem: there is no such item.
    """
    found = row(connection, item_id)
    if found.state in (ItemState.INFLIGHT, ItemState.SENT):
        return Withdrawal.REQUESTED
    gone = [found.seq]
    later = "SELECT seq FROM ledger WHERE case_key = ? AND seq > ? AND state = 'ready'"
    gone += [row[0] for row in connection.execute(later, (found.case_key, found.seq)).fetchall()]
    connection.executemany("UPDATE ledger SET state = 'withdrawn' WHERE seq = ?", [(seq,) for seq in gone])
    connection.executemany("DELETE FROM outbox WHERE seq = ?", [(seq,) for seq in gone])
    return Withdrawal.ERASED


def counts(connection: Connection, now: datetime) -> OutboxCounts:
    """Count the items by state."""
    by_state = dict(connection.execute("SELECT state, count(*) FROM ledger GROUP BY state").fetchall())
    oldest = connection.execute("SELECT min(captured_s) FROM ledger WHERE state IN (?, ?)", WAITING).fetchone()[0]
    age = 0 if oldest is None else max(0, int(now.timestamp() - oldest))
    number = {state: int(by_state.get(state.value, 0)) for state in ItemState}
    return OutboxCounts(
        number[ItemState.READY], number[ItemState.INFLIGHT], number[ItemState.SENT], number[ItemState.DEAD],
        number[ItemState.LOST], age,
    )  # fmt: skip


def receipt(connection: Connection, item_id: str) -> dict[str, Any] | None:
    """Return the impersonal receipt of an accepted item."""
    found = connection.execute("SELECT receipt FROM ledger WHERE id = ?", (item_id,)).fetchone()
    return None if found is None or found[0] is None else dict(json.loads(found[0]))


def case_state(connection: Connection, case_key: str) -> CaseState | None:
    """Return the state of a case: that of its first item."""
    found = rows(connection, "case_key = ?", (case_key,))
    if not found:
        return None
    head = found[0]
    return CaseState(head.case_key, head.id, head.state, head.provisional, head.number)


def bad_bodies(connection: Connection) -> list[str]:
    """Return ids whose body is missing or does not match its digest."""
    bad: list[str] = []
    for item_id, expected, body in connection.execute(
        "SELECT l.id, l.digest, o.body FROM ledger l LEFT JOIN outbox o USING (seq) "
        "WHERE l.state IN ('ready', 'inflight', 'dead') ORDER BY l.seq"
    ):
        if body is None or digest_bytes(body, INTL) != expected:
            bad.append(item_id)
    return bad


def forget_old(connection: Connection, before_s: float) -> int:
    """Drop the records of accepted items older than a wall second; the newest row stays, it carries the numbering."""
    connection.execute("DELETE FROM print_job WHERE outcome IS NOT NULL AND unixepoch(done_at) < ?", (int(before_s),))
    connection.execute("DELETE FROM payment WHERE outcome IS NOT NULL AND unixepoch(ended_at) < ?", (int(before_s),))
    return connection.execute(
        "DELETE FROM ledger WHERE state IN ('sent', 'withdrawn') AND captured_s < ? "
        "AND seq < (SELECT max(seq) FROM ledger)",
        (before_s,),
    ).rowcount


def impersonal(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a receipt that may stay on the terminal."""
    return {name: receipt[name] for name in RECEIPT_FIELDS if name in receipt}


def iso(at: datetime) -> str:
    """Write a time with milliseconds and its offset."""
    return at.isoformat(timespec="milliseconds")


def _row(found: Sequence[Any]) -> OutboxRow:
    (seq, item_id, case_key, kind, schema, provisional, priority, state, attempts, next_at, captured_at, digest,
     problem, receipt) = found  # fmt: skip
    return OutboxRow(
        seq, item_id, case_key, kind, schema, provisional, bool(priority), ItemState(state), attempts, next_at,
        captured_at, digest, Problem.stored(problem) if problem else None,
        json.loads(receipt).get("number") if receipt else None,
    )  # fmt: skip
