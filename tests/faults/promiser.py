"""Saves items and says so, until it is ended: `python -m tests.faults.promiser FOLDER LEVEL SEED FIRST`.

LEVEL is full, normal (no flush at commit) or behind (says so when the item is queued for the writer, as write-behind
caches do); the last two are controls that must lose promises. Item n of a seed always has the same id and body, so one
that was not acknowledged is promised again under its id, as when a resident presses the key once more.
"""

from __future__ import annotations

import os
import random
import sys
from functools import partial
from pathlib import Path

from contracts import uuid7
from offline_cache import NewItem
from tests.offline_cache.support import item, open_at


def wanted(seed: int, number: int) -> NewItem:
    """Return item `number` of a seed."""
    dice = random.Random(f"{seed} {number}")
    body = {"n": number, "text": "x" * dice.randrange(200, 3000)}
    return item(f"case-{number % 50}", id=uuid7(1_790_000_000_000 + number, dice.randbytes), body=body)


def main(folder: Path, level: str, seed: int, first: int) -> None:
    """Print each number after `submit` has returned."""
    store = open_at(folder)
    if level == "normal":
        store._writer.outside(lambda c: c.execute("PRAGMA synchronous = NORMAL").fetchall())
    number = first
    while True:
        new = wanted(seed, number)
        if level == "behind":
            store._writer.later(partial(store._insert, item=new))
        else:
            store.submit(new)
        os.write(1, b"%d\n" % number)
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
