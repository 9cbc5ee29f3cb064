"""Promising to keep a case: the encrypted outbox against a bare write and fdatasync of the same bytes, in turns.

A plain SQLite insert (no encryption, no thread, one table) takes its turn too: nothing that keeps rows is cheaper.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.rows import Goal, Row, percentile, row
from contracts import canonical
from tests.offline_cache.bench_enqueue import BODY
from tests.offline_cache.bench_enqueue import GOAL as MOST
from tests.offline_cache.support import item, open_at

GROUP = "enqueue"
GOAL = Goal(ratio_most=MOST)
WARM_UP = 10


def measure(disk: Path, rounds: int) -> list[Row]:
    """Measure in a folder on the disk that the product would use (not in memory)."""
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        bare, plain, ours = in_turns(Path(folder), rounds)
    mine, flush, insert = (statistics.median(v) for v in (ours, bare, plain))
    detail = f"{rounds} each, in turns; p99 {percentile(ours, 0.99):.1f} against {percentile(bare, 0.99):.1f} ms"
    return [
        row(GROUP, "submit a case, median", "ms", mine, "bare write + fdatasync", flush, GOAL, detail),
        row(GROUP, "the same, over the floor", "ms", mine, "plain SQLite insert, WAL, synchronous=FULL", insert),
        row(GROUP, "the floor over the bare write", "ms", insert, "bare write + fdatasync", flush),
    ]


def in_turns(folder: Path, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return ms of the bare write, of the plain insert and of our submit, each done `rounds` times."""
    data = canonical(BODY)
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t(id TEXT UNIQUE, body BLOB)"):
        plain.execute(line)

    def write() -> None:
        os.write(handle, data)
        os.fdatasync(handle)

    def insert(number: int) -> None:
        plain.execute("BEGIN IMMEDIATE")
        plain.execute("INSERT INTO t VALUES(?, ?)", (f"id-{number}", data))
        plain.execute("COMMIT")

    wanted = [item(f"case-{number}", body=BODY) for number in range(rounds + WARM_UP)]
    with open_at(folder) as store:
        work: list[tuple[list[float], Callable[[int], object]]] = [
            ([], lambda _: write()),
            ([], insert),
            ([], lambda number: store.submit(wanted[number])),
        ]
        dice = random.Random(1)
        for number in range(rounds + WARM_UP):
            # A flush may find its work half done by the one before it: nobody always follows the same one.
            for times, do in dice.sample(work, len(work)):
                began = time.perf_counter()
                do(number)
                if number >= WARM_UP:
                    times.append((time.perf_counter() - began) * 1000)
    plain.close()
    os.close(handle)
    return work[0][0], work[1][0], work[2][0]
