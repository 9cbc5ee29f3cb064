"""A terminal that saves cases with scans, to be killed:
`python -m tests.faults.scan_sender MODE FIRST STORE URL CA CERT KEY TERMINAL`.

Modes: `promise` saves cases from number FIRST on, says each number once `submit` has returned, and syncs; `drain` syncs
until nothing waits and no scan is left, and says so; `naive` is the control: it promises before it has anything on the
disk, keeps scans in memory, and begins anew when a call fails.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import random
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from contracts.blobs import PART_BYTES
from offline_cache import ItemState, NewItem, PlatformClient, PlatformError, Store, SyncEngine, SyncSettings
from tests.faults.real_platform import Files
from tests.faults.sender import case_of, feedback, id_of, naive_item, say
from tests.offline_cache.support import RealClock, new_id, open_at

LEAST, MOST = 50, int(os.environ.get("SCAN_MOST", "8000000"))
BACKLOG = 6
MEDIA = ("image/jpeg", "application/pdf")


def scans_of(number: int) -> list[bytes]:
    """Return the scans of a case, the same whenever it is asked: none, one or two, from 50 B to 8 MB.

    SCAN_MOST in the environment makes the largest smaller.
    """
    dice = random.Random(f"scans {number}")
    sizes = [round(math.exp(dice.uniform(math.log(LEAST), math.log(MOST)))) for _ in range(dice.randrange(3))]
    if number % 8 == 1:
        sizes = [MOST]
    return [dice.randbytes(size) for size in sizes]


def promise(store: Store, number: int) -> None:
    """Save case `number` with its scans."""
    scans = zip(scans_of(number), MEDIA, strict=False)
    made = [store.attachments.put(io.BytesIO(scan), media) for scan, media in scans]
    store.submit(NewItem(id_of(number), case_of(number), "application", "1", feedback(f"样例 n{number}")), made)


def keep_promises(mode: str, first: int, folder: Path, client: PlatformClient, terminal: str) -> None:
    """Save and sync with the terminal's own parts."""
    store = open_at(folder)
    engine = SyncEngine(
        store, client, RealClock(), random.random, lambda _report: None, terminal=terminal,
        about=lambda: {"version": "1", "state": "in_service", "devices": []},
        settings=SyncSettings(base_s=0.02, cap_s=0.4, beat_s=2.0),
    )  # fmt: skip
    engine.start()
    waiting = (ItemState.READY, ItemState.INFLIGHT)
    number = first
    while mode == "promise":
        if len(store.list_items(waiting)) < BACKLOG:
            promise(store, number)
            say(str(number))
            number += 1
            engine.poke()
        time.sleep(0.01)
    while store.list_items(waiting) or store.attachments.waiting():
        time.sleep(0.02)
    engine.stop()
    left = len(list(Path(f"{store.path}.blobs").glob("*")))
    say(f"drained {store.counts().dead} {len(store.verify().bad)} {int(store.damage is not None)} {left}")
    store.close()


def break_promises(first: int, client: PlatformClient, terminal: str) -> None:
    """Promise from memory; when a call fails, send the whole case anew under another name."""
    queue: deque[int] = deque()
    number = first
    while True:
        for _ in range(2):
            queue.append(number)
            say(str(number))
            number += 1
        body, refs = feedback(f"naive n{queue[0]}"), []
        try:
            for scan in scans_of(queue[0]):
                refs.append(_throw(client, scan))
            client.submit_batch(new_id(), terminal, [naive_item(queue[0], body, 1) | {"blobs": refs}])
        except PlatformError:
            time.sleep(0.01)
        else:
            queue.popleft()


def _throw(client: PlatformClient, scan: bytes) -> dict[str, Any]:
    sha256 = digest_of(scan)
    for at in range(0, len(scan), PART_BYTES):
        part = scan[at : at + PART_BYTES]
        client.put_blob(sha256, at, part, last=at + len(part) == len(scan))
    return {"digest": f"sha256:{sha256}", "size": len(scan)}


def digest_of(scan: bytes) -> str:
    """Return the SHA-256 of a scan in hexadecimal."""
    return hashlib.sha256(scan).hexdigest()


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
