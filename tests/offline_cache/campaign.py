"""Random kills of rotations and of saving with attachments: `python -m tests.offline_cache.campaign --seconds 60`.

Prints what was done and exits 1 when anything was lost. That the search can find a loss is shown in the suite
(`test_without_the_coming_key_a_half_done_rotation_would_be_lost`).
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from offline_cache import Keyring, Store, rotate_key
from tests.offline_cache.support import RealClock, item, open_at

CASES = 30


def main() -> int:
    """Run both for half of the time each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    lost = 0
    for name, campaign in (("rotations", rotations), ("attachments", attachments)):
        with tempfile.TemporaryDirectory(prefix="doorstep-campaign-") as folder:
            tally = campaign(Path(folder), given.seconds / 2, draw)
        sys.stdout.write(f"{name}: {dict(tally)}\n")
        lost += tally["lost"]
    return 1 if lost else 0


def rotations(folder: Path, seconds: float, draw: random.Random) -> Counter[str]:
    """Kill a rotation at any instant; the store has to open with a kept key and hold everything."""
    first, copy = folder / "first", folder / "copy"
    first.mkdir()
    with open_at(first, key=Keyring(first / "key")) as store:
        ids = {_save(store, n, bytes(1000), draw)[0] for n in range(CASES)}
    former = Keyring(first / "key").current()
    began = time.monotonic()
    shutil.copytree(first, copy)
    _rotate(copy)
    whole = time.monotonic() - began
    tally: Counter[str] = Counter({"lost": 0})
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        shutil.rmtree(copy)
        shutil.copytree(first, copy)
        tally["killed" if killed(lambda: _rotate(copy), draw.uniform(0, whole)) else "finished"] += 1
        ring = Keyring(copy / "key")
        with open_at(copy, key=ring) as store:
            there = {row.id for row in store.list_items()}
            whole_store = there == ids and store.verify().ok and len(store.attachments.waiting()) == CASES
            tally["lost"] += not whole_store or store.damage is not None
        tally["former key" if ring.current() == former else "new key"] += 1
    return tally


def attachments(folder: Path, seconds: float, draw: random.Random) -> Counter[str]:
    """Kill a terminal that saves, uploads and settles; what it said it saved is there, and no file is left over."""
    tally: Counter[str] = Counter({"lost": 0})
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reading, writing = os.pipe()
        seed = draw.random()
        tally["killed"] += killed(lambda: _live(folder, writing, random.Random(seed)), draw.uniform(0.05, 0.6))  # noqa: B023
        os.close(writing)
        with os.fdopen(reading) as lines:
            said = [line.split() for line in lines if line.endswith("\n")]
        saved = {(words[1], words[2]) for words in said if words[0] == "saved"}
        settling = {words[1] for words in said if words[0] == "settling"}
        with open_at(folder) as store:
            there = {(one.item, one.sha256) for item_id, _ in saved for one in store.attachments.of(item_id)}
            owed = {one for one in saved if one[0] not in settling}
            files = len(list((folder / "store.db.blobs").iterdir())) if saved else 0
            rows = store.read(lambda c: c.execute("SELECT count(*) FROM blob").fetchone()[0])
            tally["lost"] += not owed <= there or not store.verify().ok or (bool(saved) and files != rows)
        tally["acknowledged"] += len(saved)
    return tally


def killed(job: Callable[[], None], after_s: float) -> bool:
    """Run `job` in a process of its own and kill it after so long; False when it had ended by then."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            job()
            code = 0
        finally:
            os._exit(code)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _rotate(folder: Path) -> None:
    rotate_key(folder / "store.db", Keyring(folder / "key"), RealClock().now)


def _save(store: Store, number: int, content: bytes, draw: random.Random) -> tuple[str, str]:
    made = store.attachments.put(io.BytesIO(content))
    saved = store.submit(item(f"case-{number}", {"n": number, "text": "x" * draw.randrange(3000)}), [made])
    return saved.id, made.sha256


def _live(folder: Path, writing: int, draw: random.Random) -> None:
    with open_at(folder) as store:
        number = 0
        while True:
            number += 1
            content = draw.randbytes(draw.randrange(200_000))
            item_id, sha256 = _save(store, number, content, draw)
            os.write(writing, f"saved {item_id} {sha256}\n".encode())
            if draw.random() < 0.7:
                store.take_ids([item_id])
                store.attachments.uploaded(item_id, sha256, len(content))
                os.write(writing, f"settling {item_id}\n".encode())
                store.settle({item_id: None}, {}, {})


if __name__ == "__main__":
    sys.exit(main())
