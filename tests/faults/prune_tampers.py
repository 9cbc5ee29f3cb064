"""Ways to tamper with where an audit begins whose oldest part was rightly cut off, by whom `tampers` describes."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import sign
from offline_cache.store.audit import START, append, head, read
from offline_cache.store.chain import pruned_entry
from offline_cache.store.database import Connection, connect
from offline_cache.store.pruning import start_of
from tests.faults.audited import KEY, STORE, Scene
from tests.faults.tampers import Tamper, flip, rebuild, table_of


def _heads(table: Connection) -> list[Any]:
    """The saved countersignatures, oldest first."""
    found = table.execute("SELECT value FROM meta WHERE name LIKE 'audit_head/%' ORDER BY name").fetchall()
    return [json.loads(text) for (text,) in found]


def _proof(table: Connection) -> Any:
    return json.loads(table.execute("SELECT value FROM meta WHERE name = ?", (START,)).fetchone()[0])


def _prove(table: Connection, proof: Any) -> None:
    table.execute("UPDATE meta SET value = ? WHERE name = ?", (json.dumps(proof), START))


def _cut(table: Connection, seq: int) -> None:
    """Cut off up to a number and say so in the chain, as a store does."""
    [row] = read(table, seq, 1)
    count = table.execute("DELETE FROM audit WHERE seq <= ?", (seq,)).rowcount
    append(table, row.at, pruned_entry(row.head, count))


def _somewhere(table: Connection, rng: Random) -> int:
    """A number that the platform has not countersigned, not near the end."""
    signed = {envelope["signed"]["seq"] for envelope in _heads(table)}
    return rng.choice([n for n in range(start_of(table).seq + 1, head(table).seq - 3) if n not in signed])


def cut_the_front(scene: Scene, store: Path, rng: Random) -> None:
    """Take some of the oldest entries away and leave the rest as it is."""
    with table_of(store) as (table, last):
        table.execute("DELETE FROM audit WHERE seq <= ?", (rng.randint(start_of(table).seq + 1, last - 1),))


def cut_where_nothing_was_signed(scene: Scene, store: Path, rng: Random) -> None:
    """Cut anywhere, with the platform's own signature over another place, or over none."""
    with table_of(store) as (table, _):
        seq = _somewhere(table, rng)
        [row] = read(table, seq, 1)
        _cut(table, seq)
        proof = _proof(table)
        if rng.random() < 0.5:
            proof["start"]["signed"] |= {"seq": row.seq, "hash": row.hash}
        _prove(table, proof)


def cut_with_a_key_of_ones_own(scene: Scene, store: Path, rng: Random) -> None:
    """Cut anywhere and sign the start oneself, under the platform's key id or not."""
    with table_of(store) as (table, _):
        seq = _somewhere(table, rng)
        [row] = read(table, seq, 1)
        _cut(table, seq)
        proof = _proof(table)
        key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        forged = sign({**proof["start"]["signed"], "seq": row.seq, "hash": row.hash}, key)
        if rng.random() < 0.5:
            forged["signatures"][0]["keyid"] = proof["start"]["signatures"][0]["keyid"]
        _prove(table, {**proof, "start": forged})


def cut_at_a_head_that_is_too_young(scene: Scene, store: Path, rng: Random) -> None:
    """Cut where the platform did sign, but not long enough ago; the witness real, or with another day in it."""
    with table_of(store) as (table, _):
        heads = _heads(table)
        young = [one for one in heads if one["signed"]["seq"] > start_of(table).seq]
        start, witness = rng.choice(young[:-1]), young[-1]
        if rng.random() < 0.5:
            witness["signed"]["at"] = witness["signed"]["at"].replace("2027", "2028", 1)
        _cut(table, start["signed"]["seq"])
        _prove(table, {"start": start, "witness": witness})


def older_start_again(scene: Scene, store: Path, rng: Random) -> None:
    """Put the proof of an earlier cut back, with what was between the two missing."""
    with table_of(store) as (table, _):
        old = [one for one in _heads(table) if one["signed"]["seq"] < start_of(table).seq]
        _prove(table, {**_proof(table), "start": rng.choice(old)})


def older_start_and_a_story(scene: Scene, store: Path, rng: Random) -> None:
    """The same, with invented entries between and every hash behind them made anew."""
    older_start_again(scene, store, rng)
    with table_of(store) as (table, _):
        start, [first] = start_of(table), read(table, 0, 1)
        rows = read(table, 0)
        table.execute("DELETE FROM audit")
        values = (start.seq, first.at, "{}", start.hash, start.hash)
        table.execute("INSERT INTO audit (seq, at, entry, prev, hash) VALUES (?, ?, ?, ?, ?)", values)
        for _ in range(first.seq - start.seq - 1):
            append(table, first.at, {"event": "visit_began", "fields": {"visit": f"z{rng.getrandbits(40):010x}"}})
        for row in rows:
            append(table, row.at, row.entry)
        table.execute("DELETE FROM audit WHERE seq = ?", (start.seq,))


def forget_the_start(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, _):
        table.execute("DELETE FROM meta WHERE name = ?", (START,))


def change_the_start(scene: Scene, store: Path, rng: Random) -> None:
    with table_of(store) as (table, _):
        proof = _proof(table)
        one = proof[rng.choice(["start", "witness"])]
        match rng.choice(["seq", "hash", "at", "terminal", "sig", "none"]):
            case "seq":
                one["signed"]["seq"] += rng.choice([-1, 1])
            case "hash":
                one["signed"]["hash"] = flip(one["signed"]["hash"], rng)
            case "at":
                one["signed"]["at"] = one["signed"]["at"].replace("202", "203", 1)
            case "terminal":
                one["signed"]["terminal"] = "XC-0043"
            case "sig":
                one["signatures"][0]["sig"] = flip(one["signatures"][0]["sig"], rng)
            case _:
                one["signatures"] = []
        _prove(table, proof)


def neighbours_start(scene: Scene, store: Path, rng: Random) -> None:
    """A start that the platform signed for another terminal, whose chain is put behind it."""
    with closing(connect(scene.neighbour / STORE, KEY, read_only=True)) as other:
        theirs, rows = _heads(other), read(other, 1)
    with table_of(store) as (table, _):
        start = rng.choice(theirs)
        table.execute("DELETE FROM audit")
        for row in rows:
            if row.seq > start["signed"]["seq"]:
                values = (row.seq, row.at, row.text, row.prev, row.hash)
                table.execute("INSERT INTO audit (seq, at, entry, prev, hash) VALUES (?, ?, ?, ?, ?)", values)
        _prove(table, {**_proof(table), "start": start})


def rebuild_behind_the_start(scene: Scene, store: Path, rng: Random) -> None:
    """Make the chain anew from somewhere behind its start, and drop every countersignature but the start's."""
    rebuild(scene, store, rng)
    with table_of(store) as (table, _):
        table.execute("DELETE FROM meta WHERE name LIKE 'audit_head/%'")


OF_PRUNED: tuple[Tamper, ...] = (
    cut_the_front,
    cut_where_nothing_was_signed,
    cut_with_a_key_of_ones_own,
    cut_at_a_head_that_is_too_young,
    older_start_again,
    older_start_and_a_story,
    forget_the_start,
    change_the_start,
    neighbours_start,
    rebuild_behind_the_start,
)
