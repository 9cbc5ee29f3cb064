"""Draining the queue of a month without a network: the outbox against queues that also flush and acknowledge.

No network takes part. Ours is what the sync engine does with each batch: the chooser picks (order per case), the items
are marked as leaving, the platform's answer is settled and the bodies are erased. The peers take one item, then
acknowledge it.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bench.rows import Goal, Row, row
from contracts import canonical
from offline_cache import OutboxItem, Store
from offline_cache.sync.policy import choose
from tests.offline_cache.support import HandClock, item, open_at

GROUP = "drain"
LEAST = 8.0
DAYS = 30
CASES_OF = 4
"""Items of one case: the application, and what follows it."""
BODY = {"service": "YL01", "answers": {"text": "x" * 1900}}
PEERS_MOST = 2_000
"""The peers drain so many: with all ten thousand they take minutes and are slower for each item, not faster."""
Take = Callable[[], bool]
"""Takes one item and acknowledges it; False when there is none."""


class DrainError(Exception):
    """Something was drained out of order, or not at all."""


def measure(disk: Path, count: int) -> list[Row]:
    """Measure in a folder on the disk that the product would use (not in memory)."""
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        place = Path(folder)
        mine = ours(place, count)
        few = min(count, PEERS_MOST)
        rates = {name: drained(name, make, place, few) for name, make in PEERS.items()}
    peers = {name: rate for name, rate in rates.items() if rate is not None}
    detail = f"{count} items of 2 KB over {DAYS} days, {CASES_OF} to a case, order per case verified; peers {few} items"
    goal = Goal(ratio_least=LEAST)
    if not peers:
        return [row(GROUP, "items settled in a second", "/s", mine, goal=goal, detail=detail)]
    best = max(peers, key=lambda name: peers[name])
    rows = [row(GROUP, "items settled in a second", "/s", mine, f"best: {best}", peers[best], goal, detail)]
    return rows + [row(GROUP, f"against {name}", "/s", mine, name, rate) for name, rate in peers.items()]


def ours(folder: Path, count: int) -> float:
    """Return items a second."""
    clock = HandClock()
    first = clock.at
    with open_at(folder, clock=clock) as store:
        _fill(store, clock, first, count)
        clock.at = first + timedelta(days=DAYS)
        left: dict[str, int] = {}
        began = time.perf_counter()
        done = 0
        chooser = partial(choose, now_s=clock.at.timestamp())
        batch = store.take(chooser)
        while batch:
            _in_order(batch, left)
            done += len(batch)
            receipts = {taken.row.id: {"number": f"XC-{taken.row.seq}"} for taken in batch}
            # With the last batch it returns when every body is gone from the disk, the log included.
            batch = store.settle_and_take(receipts, chooser).items
        took = time.perf_counter() - began
        if done != count or store.counts().sent != count:
            raise DrainError(f"{done} of {count} items were drained")
    return count / took


def _fill(store: Store, clock: HandClock, first: datetime, count: int) -> None:
    def some(numbers: range) -> None:
        def job(connection: object) -> None:
            for number in numbers:
                clock.at = first + timedelta(days=DAYS) * number / count
                store._insert(connection, item(f"case-{number % (count // CASES_OF)}", body=BODY))  # type: ignore[arg-type]

        store.write(job)

    for at in range(0, count, 500):
        some(range(at, min(at + 500, count)))


def _in_order(batch: list[OutboxItem], left: dict[str, int]) -> None:
    for taken in batch:
        if taken.row.seq <= left.get(taken.row.case_key, 0) or taken.body != BODY:
            raise DrainError("a case was drained out of order")
        left[taken.row.case_key] = taken.row.seq


def drained(
    name: str, make: Callable[[Path, int], contextlib.AbstractContextManager[Take]], folder: Path, count: int
) -> float | None:
    """Return items a second of a peer, None when it is not installed."""
    try:
        with make(folder, count) as take:
            began, done = time.perf_counter(), 0
            while take():
                done += 1
            took = time.perf_counter() - began
    except ImportError:
        sys.stderr.write(f"drain: {name} is not installed (requirements/bench.txt): measured without it\n")
        return None
    if done != count:
        raise DrainError(f"{name}: {done} of {count} items were drained")
    return count / took


@contextlib.contextmanager
def _persist_queue(folder: Path, count: int) -> Iterator[Take]:
    import persistqueue  # type: ignore[import-not-found]  # requirements/bench.txt

    queue = persistqueue.SQLiteAckQueue(str(folder / "persist-queue"), multithreading=True)
    for _ in range(count):
        queue.put(BODY)

    def take() -> bool:
        try:
            found = queue.get(block=False)
        except persistqueue.Empty:
            return False
        queue.ack(found)
        return True

    yield take
    queue.close()


@contextlib.contextmanager
def _litequeue(folder: Path, count: int) -> Iterator[Take]:
    from litequeue import LiteQueue  # type: ignore[import-not-found]  # requirements/bench.txt

    queue = LiteQueue(folder / "litequeue.db")
    body = canonical(BODY).decode()
    for _ in range(count):
        queue.put(body)
    # It asks for NORMAL by itself, which loses acknowledged items in a power cut.
    queue.conn.execute("PRAGMA synchronous = FULL")

    def take() -> bool:
        found = queue.pop()
        if found is None:
            return False
        json.loads(found.data)
        queue.done(found.message_id)
        return True

    yield take
    queue.conn.close()


@contextlib.contextmanager
def _huey(folder: Path, count: int) -> Iterator[Take]:
    from huey.storage import SqliteStorage  # type: ignore[import-not-found]  # requirements/bench.txt

    storage = SqliteStorage(filename=str(folder / "huey.db"), fsync=True, strict_fifo=True)
    body = canonical(BODY)
    for _ in range(count):
        storage.enqueue(body)

    def take() -> bool:
        # It deletes what it hands out: one write where the others need two, and what is lost then is lost.
        found = storage.dequeue()
        if found is None:
            return False
        json.loads(found)
        return True

    yield take
    storage.close()


PEERS = {
    "persist-queue 1.1.0, SQLiteAckQueue": _persist_queue,
    "litequeue 0.9, synchronous=FULL": _litequeue,
    "huey 3.5.4, fsync (no acknowledgement)": _huey,
}
