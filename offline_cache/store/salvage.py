"""Put every row that can still be read into a new file, and name the cases that cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from contracts import INTL, Suite
from offline_cache.items import CaseRef, Damage, ItemState
from offline_cache.store import audit, outbox, pruning
from offline_cache.store.audit import saved_up_to
from offline_cache.store.chain import declared, following, gaps, lost_entry, pruned_at, pruned_entry, suite_of
from offline_cache.store.database import Connection
from offline_cache.store.pages import Rows, Scan
from offline_cache.store.records import Value
from offline_cache.store.schema import TABLES, columns

DAMAGE_KEY = "damage"
AUDIT_JUMP = 10_000
"""How many numbers are left out behind a damaged chain: more than the entries of 600 pages that could not be read."""
OPEN_STATES = (ItemState.READY, ItemState.INFLIGHT, ItemState.DEAD)

Row = dict[str, Value]


def collect(scan: Scan) -> Rows:
    """Return the rows to keep: the current ones, and from before the damage what the ledger confirms."""
    rows = scan.rows()
    older = scan.older_rows()
    for table in ("audit", "print_job", "catalogue", "meta", "counter", "blob", "payment", "command"):
        for seq, values in older.get(table, {}).items():
            rows.setdefault(table, {}).setdefault(seq, values)
    # A body from an older page may belong to a case that was accepted or taken back since: ask the ledger.
    state_at = columns("ledger").index("state") - 2
    ledger = rows.get("ledger", {})
    for seq, values in older.get("outbox", {}).items():
        if seq in ledger and ledger[seq][state_at] in OPEN_STATES:
            rows.setdefault("outbox", {}).setdefault(seq, values)
    return rows


def rebuild(
    connection: Connection,
    rows: Rows,
    *,
    at: str,
    quarantine: str,
    pages: int,
    audit_whole: bool = False,
    suite: Suite = INTL,
) -> Damage:
    """Fill an empty, migrated database with `rows`, mend what belongs together, and write down the damage.

    Args:
        connection: the new database.
        rows: from `collect`.
        at: when the damage was found, ISO.
        quarantine: where the damaged file is kept.
        pages: how many pages were bad.
        audit_whole: no bad page was one of the audit chain.
        suite: what the audit chain is hashed with.
    """
    connection.execute("BEGIN IMMEDIATE")
    saved = sum(_insert(connection, table, rows.get(table, {})) for table in TABLES)
    _mend_ledger(connection)
    # Earlier losses that nobody has acknowledged stay on the list.
    earlier = connection.execute("SELECT value FROM meta WHERE name = ?", (DAMAGE_KEY,)).fetchone()
    lost = (decode_damage(earlier[0]).lost if earlier else ()) + _mark_lost(connection)
    _mend_counters(connection)
    _mend_audit(connection, at, suite, audit_whole)
    damage = Damage(at, quarantine, pages, lost, saved, _incomplete(connection))
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (DAMAGE_KEY, encode_damage(damage)),
    )
    connection.execute("COMMIT")
    return damage


def differs(rows: Rows, connection: Connection) -> bool:
    """True when SQLite's reading of the file is not the one found on its pages."""
    for table in TABLES:
        names = columns(table)
        read: dict[int, tuple[Value, ...]] = {
            row[0]: tuple(row[2:])
            for row in connection.execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608
        }
        width = len(names) - 2
        if read != {seq: _padded(values, width) for seq, values in rows.get(table, {}).items()}:
            return True
    return False


def encode_damage(damage: Damage) -> str:
    """Write a damage record as JSON."""
    return json.dumps(asdict(damage), ensure_ascii=False)


def decode_damage(text: str) -> Damage:
    """Read it back."""
    value: Mapping[str, object] = json.loads(text)
    fields = dict(value)
    lost, incomplete = fields.pop("lost"), fields.pop("incomplete", [])
    assert isinstance(lost, list)
    assert isinstance(incomplete, list)
    named = {"lost": tuple(CaseRef(**item) for item in lost), "incomplete": tuple(CaseRef(**i) for i in incomplete)}
    return Damage(**fields, **named)  # type: ignore[arg-type]


def _padded(values: tuple[Value, ...], width: int) -> tuple[Value, ...]:
    return values + (None,) * (width - len(values))


def _insert(connection: Connection, table: str, rows: Mapping[int, tuple[Value, ...]]) -> int:
    names = columns(table)
    slots = ", ".join("?" * len(names))
    sql = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({slots})"  # noqa: S608
    width = len(names) - 2
    data = [(seq, table, *_padded(values, width)[:width]) for seq, values in sorted(rows.items())]
    return connection.executemany(sql, data).rowcount if data else 0


def _mend_ledger(connection: Connection) -> None:
    # The ledger row was on the damaged page: the item starts over. Sending it again is idempotent.
    shared = "seq, id, case_key, kind, schema, provisional, priority, captured_at, captured_s, digest"
    connection.execute(
        f"INSERT OR IGNORE INTO ledger ({shared}, state) SELECT {shared}, ? FROM outbox",  # noqa: S608
        (ItemState.READY,),
    )
    closed = (ItemState.SENT, ItemState.WITHDRAWN)
    connection.execute("DELETE FROM outbox WHERE seq IN (SELECT seq FROM ledger WHERE state IN (?, ?))", closed)


def _mark_lost(connection: Connection) -> tuple[CaseRef, ...]:
    missing = "state IN (?, ?, ?) AND seq NOT IN (SELECT seq FROM outbox)"
    found = connection.execute(
        f"SELECT seq, id, case_key, kind, provisional FROM ledger WHERE {missing} ORDER BY seq",  # noqa: S608
        OPEN_STATES,
    ).fetchall()
    connection.execute(f"UPDATE ledger SET state = ? WHERE {missing}", (ItemState.LOST, *OPEN_STATES))  # noqa: S608
    return tuple(CaseRef(*row) for row in found)


def _mend_audit(connection: Connection, at: str, suite: Suite, whole: bool) -> None:
    """Write into the chain which of its entries are gone. Its end may be among them: no number is given twice.

    In front only that can be missing of which a damage has taken the proof that it was rightly cut off. And what was
    cut off may be back, from older pages.
    """
    start = pruning.start_of(connection)
    if start.seq:
        connection.execute("DELETE FROM audit WHERE seq <= ?", (start.seq,))
    if whole and not gaps(audit.read(connection, 0, 1), start):
        return
    rows = audit.read(connection, 0)
    known = declared(rows)
    inner = [gap for gap in gaps(rows, start) if gap not in known]
    if not whole:
        last = rows[-1].head if rows else start
        go_on = max(last.seq, saved_up_to(connection)) + AUDIT_JUMP
        # Made to follow what is left, and numbered behind everything that may have been there.
        own = suite_of(last.hash) if last.seq else suite
        for row in following(last, at, lost_entry(last.seq + 1, go_on, last.hash), own):
            audit.insert(connection, replace(row, seq=go_on + 1))
    for gap in inner:
        audit.append(connection, at, lost_entry(*gap), suite)
    said = [head for row in rows if (head := pruned_at(row))]
    if start.seq and said[-1:] != [start]:
        # It went with the damage: a chain that begins here has to say so.
        audit.append(connection, at, pruned_entry(start, 0), suite)
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (audit.LOST, str(audit.head(connection).seq)),
    )


def _incomplete(connection: Connection) -> tuple[CaseRef, ...]:
    """Return the items that name an attachment whose key is gone."""
    found = connection.execute(
        "SELECT seq, id, case_key, kind, provisional, blobs FROM outbox WHERE blobs IS NOT NULL ORDER BY seq"
    ).fetchall()
    there = set(connection.execute("SELECT item, sha256 FROM blob").fetchall())
    return tuple(CaseRef(*row[:5]) for row in found if any((row[1], name) not in there for name in json.loads(row[5])))


def _mend_counters(connection: Connection) -> None:
    """No number is ever given twice: counters start behind the highest one still to be seen."""
    highest: dict[str, int] = {}
    top = connection.execute("SELECT max(seq) FROM (SELECT seq FROM ledger UNION SELECT seq FROM outbox)").fetchone()
    highest[outbox.TAKEN] = int(top[0] or 0)
    for (number,) in connection.execute(
        "SELECT provisional FROM ledger WHERE provisional IS NOT NULL UNION "
        "SELECT provisional FROM outbox WHERE provisional IS NOT NULL"
    ).fetchall():
        prefix, _, count = str(number).rpartition("-")
        if prefix and count.isdecimal():
            highest[prefix] = max(highest.get(prefix, 0), int(count))
    connection.executemany(
        "INSERT INTO counter (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = max(n, excluded.n)",
        highest.items(),
    )
