"""Ways to tamper with an audit for someone who has the disk, the store's key and our source. Each changes something."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import canonical, sign
from offline_cache.store.audit import append, head, read
from offline_cache.store.chain import chain_hash, lost_entry
from offline_cache.store.database import Connection, connect
from offline_cache.store.pruning import start_of
from tests.faults.audited import KEY, STORE, Scene

Tamper = Callable[[Scene, Path, Random], None]
FAR = 1_000_000
"""Numbers that no entry has: rows are parked there while others move."""


@contextmanager
def table_of(store: Path) -> Iterator[tuple[Connection, int]]:
    """The store through a real connection, in one transaction, and the number of its last entry."""
    with closing(connect(store, KEY)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection, head(connection).seq
        connection.execute("COMMIT")


def _first(connection: Connection) -> int:
    """The number of the first entry."""
    return start_of(connection).seq + 1


def _link(connection: Connection, start: int) -> None:
    """Make number and hash of every entry from `start` on follow the one before it: a chain whole in itself."""
    before = connection.execute("SELECT hash FROM audit WHERE seq = ?", (start - 1,)).fetchone()
    prev = before[0] if before else start_of(connection).hash
    for row in read(connection, start):
        hashed = chain_hash(prev, row.at, row.text)
        connection.execute("UPDATE audit SET prev = ?, hash = ? WHERE seq = ?", (prev, hashed, row.seq))
        prev = hashed


def _shift(connection: Connection, start: int, by: int) -> None:
    """Move every entry from `start` on by so many numbers."""
    connection.execute("UPDATE audit SET seq = seq + ? WHERE seq >= ?", (FAR, start))
    connection.execute("UPDATE audit SET seq = seq - ? WHERE seq >= ?", (FAR - by, FAR))


def _other_entry(text: str, rng: Random) -> str:
    """Return the entry with another word in it, canonical."""
    entry = json.loads(text)
    entry["fields"]["visit" if rng.random() < 0.5 else "how"] = f"x{rng.getrandbits(40):010x}"
    return canonical(entry).decode()


def flip(text: str, rng: Random) -> str:
    """Return hexadecimal text with one digit changed."""
    at = rng.randrange(len(text))
    return text[:at] + rng.choice([c for c in "0123456789abcdef" if c != text[at]]) + text[at + 1 :]


def change_field(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        [row] = read(table, rng.randint(_first(table), last), 1)
        column = rng.choice(["at", "entry", "prev", "hash"])
        value = {
            "at": row.at.replace("202", "203", 1),
            "entry": _other_entry(row.text, rng),
            "prev": flip(row.prev, rng),
            "hash": flip(row.hash, rng),
        }[column]
        table.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value, row.seq))


def change_and_rehash(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        [row] = read(table, rng.randint(_first(table), last), 1)
        text = _other_entry(row.text, rng)
        hashed = chain_hash(row.prev, row.at, text)
        table.execute("UPDATE audit SET entry = ?, hash = ? WHERE seq = ?", (text, hashed, row.seq))


def rebuild(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        [row] = read(table, rng.randint(_first(table), last), 1)
        table.execute("UPDATE audit SET entry = ? WHERE seq = ?", (_other_entry(row.text, rng), row.seq))
        _link(table, row.seq)


def delete_one(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        table.execute("DELETE FROM audit WHERE seq = ?", (rng.randint(_first(table), last),))


def delete_range(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        first = rng.randint(_first(table), last - 2)
        table.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (first, rng.randint(first + 1, last)))


def delete_and_rebuild(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        at = rng.randint(_first(table), last)
        table.execute("DELETE FROM audit WHERE seq = ?", (at,))
        _shift(table, at + 1, -1)
        _link(table, at)


def swap_two(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        one, other = rng.sample(range(_first(table), last + 1), 2)
        for before, after in ((one, FAR), (other, one), (FAR, other)):
            table.execute("UPDATE audit SET seq = ? WHERE seq = ?", (after, before))


def swap_and_rebuild(scene: Scene, store: Path, rng: Random) -> None:
    swap_two(scene, store, rng)
    with table_of(store) as (table, _):
        _link(table, _first(table))


def insert_one(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        at = rng.randint(_first(table), last)
        [row] = read(table, at, 1)
        _shift(table, at, 1)
        text = _other_entry(row.text, rng)
        values = (at, row.at, text, row.prev, chain_hash(row.prev, row.at, text))
        table.execute("INSERT INTO audit (seq, at, entry, prev, hash) VALUES (?, ?, ?, ?, ?)", values)


def insert_and_rebuild(scene: Scene, store: Path, rng: Random) -> None:
    insert_one(scene, store, rng)
    with table_of(store) as (table, _):
        _link(table, _first(table))


def duplicate(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        to = rng.choice([0, -1, last + 1, FAR])
        copied = "SELECT ?, at, entry, prev, hash FROM audit WHERE seq = ?"
        table.execute(
            f"INSERT INTO audit (seq, at, entry, prev, hash) {copied}", (to, rng.randint(_first(table), last))
        )


def cut_tail(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, last):
        table.execute("DELETE FROM audit WHERE seq > ?", (rng.randint(_first(table), last - 1),))


def cut_tail_and_heads(scene: Scene, store: Path, rng: Random) -> None:
    cut_tail(scene, store, rng)
    with table_of(store) as (table, last):
        table.execute(
            "DELETE FROM meta WHERE name LIKE 'audit_head/%' AND CAST(substr(name, -16) AS INTEGER) > ?", (last,)
        )


def cut_tail_and_write_on(scene: Scene, store: Path, rng: Random) -> None:
    cut_tail_and_heads(scene, store, rng)
    with table_of(store) as (table, last):
        _write_on(table, scene.entries - last + rng.randint(0, 5), rng)


def yesterdays_disk(scene: Scene, store: Path, rng: Random) -> None:
    _replace(store, scene.yesterday)


def yesterdays_disk_goes_on(scene: Scene, store: Path, rng: Random) -> None:
    _replace(store, scene.yesterday)
    with table_of(store) as (table, last):
        _write_on(table, scene.entries - last + rng.randint(0, 9), rng)


def neighbours_disk(scene: Scene, store: Path, rng: Random) -> None:
    _replace(store, scene.neighbour)


def neighbours_disk_goes_on(scene: Scene, store: Path, rng: Random) -> None:
    _replace(store, scene.neighbour)
    with table_of(store) as (table, last):
        table.execute("DELETE FROM meta WHERE name LIKE 'audit_head/%'")
        _write_on(table, scene.entries - last + rng.randint(0, 9), rng)


def empty_table(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, _):
        table.execute("DELETE FROM audit")
        if rng.random() < 0.5:
            _write_on(table, rng.randint(1, 2 * scene.entries), rng)


def drop_table(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, _):
        table.execute("DROP TABLE audit")


def change_saved_head(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, _):
        name, envelope = _a_head(table, rng)
        signed, signature = envelope["signed"], envelope["signatures"][0]
        match rng.choice(["seq", "hash", "at", "life", "sig", "keyid", "none"]):
            case "seq" | "life" as what:
                signed[what] += rng.randint(1, 9)
            case "hash":
                signed["hash"] = flip(signed["hash"], rng)
            case "at":
                signed["at"] = signed["at"].replace("202", "203", 1)
            case "sig" | "keyid" as what:
                signature[what] = flip(signature[what], rng)
            case _:
                envelope["signatures"] = []
        table.execute("UPDATE meta SET value = ? WHERE name = ?", (json.dumps(envelope), name))


def forge_heads(scene: Scene, store: Path, rng: Random) -> None:
    """Rebuild the chain and sign its heads anew: with a key of one's own, under the platform's key id or not."""
    rebuild(scene, store, rng)
    key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    with table_of(store) as (table, _):
        hashes = {row.seq: row.hash for row in read(table, 1)}
        keep_id = rng.random() < 0.5
        for name, text in table.execute("SELECT name, value FROM meta WHERE name LIKE 'audit_head/%'").fetchall():
            old = json.loads(text)
            if old["signed"]["seq"] not in hashes:
                continue
            new = sign({**old["signed"], "hash": hashes[old["signed"]["seq"]]}, key)
            if keep_id:
                new["signatures"][0]["keyid"] = old["signatures"][0]["keyid"]
            table.execute("UPDATE meta SET value = ? WHERE name = ?", (json.dumps(new), name))


def rebuild_and_delete_heads(scene: Scene, store: Path, rng: Random) -> None:
    rebuild(scene, store, rng)
    with table_of(store) as (table, _):
        table.execute("DELETE FROM meta WHERE name LIKE 'audit_head/%'")


def pretend_damage(scene: Scene, store: Path, rng: Random) -> None:
    """Delete a range and declare it lost, as a mended store does."""
    with table_of(store) as (table, last):
        first = rng.randint(_first(table) + 1, last - 3)
        until = rng.randint(first, last - 2)
        [before] = read(table, first - 1, 1)
        table.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (first, until))
        append(table, before.at, lost_entry(first, until, before.hash))


def pretend_damage_in_front(scene: Scene, store: Path, rng: Random) -> None:
    """Make the entries before a declared loss anew."""
    pretend_damage(scene, store, rng)
    with table_of(store) as (table, _):
        [row] = read(table, 1, 1)
        table.execute("UPDATE audit SET entry = ? WHERE seq = ?", (_other_entry(row.text, rng), row.seq))
        seq, prev = row.seq, row.prev
        while found := table.execute("SELECT at, entry FROM audit WHERE seq = ?", (seq,)).fetchone():
            hashed = chain_hash(prev, *found)
            table.execute("UPDATE audit SET prev = ?, hash = ? WHERE seq = ?", (prev, hashed, seq))
            prev, seq = hashed, seq + 1


def write_behind_the_last_head(scene: Scene, store: Path, rng: Random) -> None:
    """What nobody can see before the next heartbeat: the end that nobody has countersigned."""
    with table_of(store) as (table, _):
        _write_on(table, rng.randint(1, 5), rng)


def delete_saved_heads(scene: Scene, store: Path, rng: Random) -> None:
    """The entries stay as they were; only what the terminal could have shown by itself is gone."""
    with table_of(store) as (table, _):
        table.execute("DELETE FROM meta WHERE name LIKE 'audit_head/%'")


TAMPERS: tuple[Tamper, ...] = (
    change_field,
    change_and_rehash,
    rebuild,
    delete_one,
    delete_range,
    delete_and_rebuild,
    swap_two,
    swap_and_rebuild,
    insert_one,
    insert_and_rebuild,
    duplicate,
    cut_tail,
    cut_tail_and_heads,
    cut_tail_and_write_on,
    yesterdays_disk,
    yesterdays_disk_goes_on,
    neighbours_disk,
    neighbours_disk_goes_on,
    empty_table,
    drop_table,
    change_saved_head,
    forge_heads,
    rebuild_and_delete_heads,
    pretend_damage,
    pretend_damage_in_front,
)
BLIND: tuple[Tamper, ...] = (write_behind_the_last_head, delete_saved_heads)
"""Said in docs/audit.md not to be seen; that they are not shows that a campaign can miss something."""


def _write_on(table: Connection, count: int, rng: Random) -> None:
    [*rows] = read(table, 1)
    at = rows[-1].at if rows else "2026-11-21T12:00:00+08:00"
    for _ in range(count):
        append(table, at, {"event": "visit_began", "fields": {"visit": f"y{rng.getrandbits(40):010x}"}})


def _a_head(table: Connection, rng: Random) -> tuple[str, Any]:
    found = table.execute("SELECT name, value FROM meta WHERE name LIKE 'audit_head/%' ORDER BY name").fetchall()
    name, text = rng.choice(found)
    return name, json.loads(text)


def _replace(store: Path, by: Path) -> None:
    shutil.rmtree(store.parent)
    shutil.copytree(by, store.parent)
    assert store.name == STORE
