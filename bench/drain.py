"""Draining the queue of a month without a network: the outbox against queues that also flush and acknowledge.

No network takes part. Ours is what the sync engine does with each batch: the chooser picks (order per case), the items
are marked as leaving, the platform's answer is settled and the bodies are erased. The peers take one item, then
acknowledge it.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
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
OURS = "ours"
DELETES = "huey 3.5.4, fsync (no acknowledgement)"
"""Measured, and no peer for the goal: it deletes an item before anything was done with it."""
TURNS = 40
PEERS_MOST = 2_000
"""The peers drain so many: with all ten thousand they take minutes and are slower for each item, not faster."""
Take = Callable[[], int]
"""Takes and acknowledges an item or a batch; returns how many that were, 0 when none is left."""


class DrainError(Exception):
    """Something was drained out of order, or not at all."""


def measure(disk: Path, count: int) -> list[Row]:
    """Measure in a folder on the disk that the product would use (not in memory)."""
    few = min(count, PEERS_MOST)
    with tempfile.TemporaryDirectory(dir=disk) as folder, contextlib.ExitStack() as stack:
        entrants = {OURS: (stack.enter_context(ours(Path(folder), count)), count)}
        for name, make in PEERS.items():
            try:
                entrants[name] = (stack.enter_context(make(Path(folder), few)), few)
            except ImportError:
                sys.stderr.write(f"drain: {name} is not installed (requirements/bench.txt): measured without it\n")
        rates = in_turns(entrants)
    mine = rates.pop(OURS)
    detail = f"{count} items of 2 KB over {DAYS} days, {CASES_OF} to a case, order per case verified; peers {few} items"
    goal = Goal(ratio_least=LEAST)
    if not rates:
        return [row(GROUP, "items settled in a second", "/s", mine, goal=goal, detail=detail)]
    best = max(rates.keys() - {DELETES}, key=lambda name: rates[name], default=DELETES)
    rows = [row(GROUP, "items settled in a second", "/s", mine, f"best: {best}", rates[best], goal, detail)]
    return rows + [row(GROUP, f"against {name}", "/s", mine, name, rate) for name, rate in rates.items()]


def in_turns(entrants: Mapping[str, tuple[Take, int]]) -> dict[str, float]:
    """Return items a second of each; they drain a part at a time, so that a busy minute of the machine hits all alike.

    Raises:
        DrainError: somebody drained more or fewer than there were.
    """
    took, done = dict.fromkeys(entrants, 0.0), dict.fromkeys(entrants, 0)
    dice = random.Random(1)
    for turn in range(1, TURNS + 1):
        for name in dice.sample(list(entrants), len(entrants)):
            take, count = entrants[name]
            began = time.perf_counter()
            while done[name] * TURNS < count * turn and (number := take()):
                done[name] += number
            took[name] += time.perf_counter() - began
    for name, (take, count) in entrants.items():
        if done[name] != count or take():
            raise DrainError(f"{name}: {done[name]} of {count} items were drained")
    return {name: count / took[name] for name, (_, count) in entrants.items()}


@contextlib.contextmanager
def ours(folder: Path, count: int) -> Iterator[Take]:
    """Give what settles one batch and takes the next."""
    clock = HandClock()
    first = clock.at
    with open_at(folder, clock=clock) as store:
        _fill(store, clock, first, count)
        clock.at = first + timedelta(days=DAYS)
        chooser = partial(choose, now_s=clock.at.timestamp())
        left: dict[str, int] = {}
        batch: list[OutboxItem] | None = None

        def take() -> int:
            nonlocal batch
            batch = store.take(chooser) if batch is None else batch
            _in_order(batch, left)
            number = len(batch)
            receipts = {taken.row.id: {"number": f"XC-{taken.row.seq}"} for taken in batch}
            # With the last batch it returns when every body is gone from the disk, the log included.
            batch = store.settle_and_take(receipts, chooser).items if number else batch
            return number

        yield take
        if store.counts().sent != count:
            raise DrainError(f"{store.counts().sent} of {count} items are settled")


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
def _huey(folder: Path, count: int, acknowledges: bool = True) -> Iterator[Take]:
    from huey.storage import SqliteStorage  # type: ignore[import-not-found]  # requirements/bench.txt

    storage = SqliteStorage(filename=str(folder / f"huey-{acknowledges}.db"), fsync=True, strict_fifo=True)
    body = canonical(BODY)
    for _ in range(count):
        storage.enqueue(body)
    number = 0

    def take() -> bool:
        # It deletes what it hands out: what is lost then is lost. That something was done it knows by a stored result.
        nonlocal number
        found = storage.dequeue()
        if found is None:
            return False
        json.loads(found)
        if acknowledges:
            number += 1
            storage.put_data(f"result-{number}", b"done")
        return True

    yield take
    storage.close()


PEERS = {
    "persist-queue 1.1.0, SQLiteAckQueue": _persist_queue,
    "litequeue 0.9, synchronous=FULL": _litequeue,
    "huey 3.5.4, fsync, result stored": _huey,
    DELETES: partial(_huey, acknowledges=False),
}
