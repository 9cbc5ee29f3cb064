"""A terminal without a screen, to be killed: `python -m tests.faults.sender MODE FIRST STORE URL CA CERT KEY TERMINAL`.

Modes: `promise` saves items from number FIRST on, says each number once `submit` has returned, and syncs; `drain` syncs
until nothing waits and says so; `naive` is the control: it promises before it has anything on the disk and sends with
a new id at every try, as a client without an outbox and without idempotency keys does.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from contracts import digest, uuid7
from offline_cache import ItemState, NewItem, PlatformClient, PlatformError, SyncEngine, SyncSettings
from tests.faults.real_platform import Files
from tests.offline_cache.support import RealClock, new_id, open_at

CASES = 21
RATING_EVERY = 5
"""Every fifth item rates the one before it in its case; it is refused when it arrives before that."""
BACKLOG = 150


def id_of(number: int) -> str:
    """Return the id of an item, the same whenever it is promised again."""
    return uuid7(1_790_000_000_000 + number, random.Random(number).randbytes)


def case_of(number: int) -> str:
    """Return the case of an item."""
    return f"case-{number % CASES}"


def wanted(number: int) -> NewItem:
    """Return item `number`."""
    if number >= CASES and number % RATING_EVERY == 0:
        body: dict[str, Any] = {"submission": id_of(number - CASES), "grade": 5, "reasons": [], "words": f"n{number}"}
        return NewItem(id_of(number), case_of(number), "rating", "1", body)
    return NewItem(id_of(number), case_of(number), "application", "1", feedback(f"样例 n{number}"))


def feedback(words: str) -> dict[str, Any]:
    """Return an application that needs nobody to identify themselves."""
    return {
        "service": "XF01", "service_version": 1, "answers": {"content": words}, "person": None, "level": "L0",
        "evidence": [], "provisional": None, "lang": "zh", "consent": {},
    }  # fmt: skip


def say(line: str) -> None:
    """Say one line at once."""
    os.write(1, line.encode() + b"\n")


def keep_promises(mode: str, first: int, folder: Path, client: PlatformClient, terminal: str) -> None:
    """Save and sync with the terminal's own parts."""
    clock = RealClock()
    store = open_at(folder)
    engine = SyncEngine(
        store, client, clock, random.random, lambda _report: None, terminal=terminal,
        about=lambda: {"version": "1", "state": "in_service", "devices": []},
        settings=SyncSettings(base_s=0.02, cap_s=0.4, beat_s=2.0),
    )  # fmt: skip
    engine.start()
    waiting = (ItemState.READY, ItemState.INFLIGHT)
    number = first
    while mode == "promise":
        if len(store.list_items(waiting)) < BACKLOG:
            store.submit(wanted(number))
            say(str(number))
            number += 1
            engine.poke()
        time.sleep(0.01)
    while store.list_items(waiting):
        time.sleep(0.02)
    engine.stop()
    say(f"drained {store.counts().dead} {len(store.verify().bad)} {int(store.damage is not None)}")
    store.close()


def naive_item(number: int, body: dict[str, Any], mono_ms: int) -> dict[str, Any]:
    """Return an item on the wire under a new id, as a client that remembers none makes it."""
    return {
        "id": new_id(), "seq": time.time_ns() // 1000, "case_key": case_of(number), "kind": "application",
        "schema": "1", "captured_at": RealClock().now().isoformat(), "mono_ms": mono_ms, "boot_id": "naive",
        "digest": digest(body), "body": body,
    }  # fmt: skip


def break_promises(first: int, client: PlatformClient, terminal: str) -> None:
    """Promise from memory, and send again under another name whenever an answer is missing."""
    queue: deque[int] = deque()
    number, mono = first, 0
    while True:
        for _ in range(3):
            queue.append(number)
            say(str(number))
            number += 1
        body = feedback(f"naive n{queue[0]}")
        mono += 1
        try:
            client.submit_batch(new_id(), terminal, [naive_item(queue[0], body, mono)])
        except PlatformError:
            time.sleep(0.01)
        else:
            queue.popleft()


def main(mode: str, first: int, store: Path, url: str, files: Files, terminal: str) -> None:
    """Run until killed, or until drained."""
    client = PlatformClient(url, files, RealClock(), timeouts=(3.0, 6.0))
    if mode == "naive":
        break_promises(first, client, terminal)
    keep_promises(mode, first, store, client, terminal)


if __name__ == "__main__":
    chosen = sys.argv[1:]
    paths = Files(Path(chosen[4]), Path(chosen[5]), Path(chosen[6]))
    main(chosen[0], int(chosen[1]), Path(chosen[2]), chosen[3], paths, chosen[7])
