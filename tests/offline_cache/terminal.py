"""A terminal without a screen, to be killed: `python -m tests.offline_cache.terminal FOLDER URL MOMENT ID...`."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
from pathlib import Path

from offline_cache import ItemDone, ItemState, NewItem, PlatformClient, SyncEngine, SyncReport, SyncSettings
from tests.offline_cache.support import RealClock, open_at


def main(folder: Path, url: str, moment: str, ids: list[str]) -> int:
    """Submit what is not yet promised, sync until all is sent."""

    def checkpoint(name: str, /) -> None:
        if name == moment and (name != "after-post-before-answer" or posting.is_set()):
            os.kill(os.getpid(), signal.SIGKILL)

    posting = threading.Event()
    clock = RealClock()
    store = open_at(folder, checkpoint=checkpoint)
    for number, item_id in enumerate(ids):
        store.submit(NewItem(item_id, f"case-{number % 30}", "application", "1", {"n": number}))
        with (folder / "promised").open("a") as file:
            file.write(item_id + "\n")
    done = threading.Event()

    def heard(report: SyncReport) -> None:
        if isinstance(report, ItemDone) and not store.list_items((ItemState.READY, ItemState.INFLIGHT)):
            done.set()

    client = PlatformClient(url, None, clock, timeouts=(2.0, 5.0), checkpoint=checkpoint)
    posting.set()
    engine = SyncEngine(
        store, client, clock, random.random, heard, terminal="XC-0042",
        about=lambda: {"version": "1", "state": "ok", "devices": []},
        settings=SyncSettings(base_s=0.02, cap_s=0.2), checkpoint=checkpoint,
    )  # fmt: skip
    if not store.list_items((ItemState.READY, ItemState.INFLIGHT)):
        done.set()
    else:
        engine.start()
    finished = done.wait(20)
    engine.stop()
    sys.stdout.write(json.dumps({"sent": store.counts().sent}) + "\n")
    store.close()
    return 0 if finished else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
