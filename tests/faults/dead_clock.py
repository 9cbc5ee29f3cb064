"""A terminal on a machine with a dead clock: `python -m tests.faults.dead_clock STORE URL CA CERT KEY TERMINAL TRUST`.

It saves one case, syncs until that is accepted, and says in one JSON line what it knew of time before and after.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

from kiosk_app.clock import SystemClock
from offline_cache import (
    ClockCorrected,
    ClockSkew,
    ItemState,
    PlatformClient,
    SyncEngine,
    SyncReport,
    SyncSettings,
    TimeRefused,
)
from tests.faults.real_platform import Files
from tests.faults.sender import feedback, say
from tests.offline_cache.support import item, open_at

PATIENCE_S = float(os.environ.get("DEAD_CLOCK_PATIENCE_S", "20"))


def main(folder: Path, url: str, files: Files, terminal: str, trusted: dict[str, bytes]) -> None:
    """Run until the case is accepted, or for 20 s."""
    clock, reports = SystemClock(), list[SyncReport]()
    client = PlatformClient(url, files, clock, trusted=trusted, timeouts=(3.0, 6.0))
    store = open_at(folder, clock=clock)
    engine = SyncEngine(
        store, client, clock, random.random, reports.append, terminal=terminal,
        about=lambda: {"version": "1", "state": "in_service", "devices": []},
        settings=SyncSettings(base_s=0.05, cap_s=0.3, beat_s=1.0),
    )  # fmt: skip
    before = clock.now().year
    saved = store.submit(item(body=feedback(f"样例 {before}")))
    engine.start()
    deadline = clock.monotonic() + PATIENCE_S
    while store.row(saved.id).state is not ItemState.SENT and clock.monotonic() < deadline:
        time.sleep(0.02)
    engine.stop()
    client.close()
    found = {
        "id": saved.id,
        "state": store.row(saved.id).state.value,
        "before": before,
        "after": clock.now().isoformat(),
        "machine": time.time(),
        "corrected": [report.seconds for report in reports if isinstance(report, ClockCorrected)],
        "skew": [report.seconds for report in reports if isinstance(report, ClockSkew)],
        "refused": [report.why for report in reports if isinstance(report, TimeRefused)],
    }
    store.close()
    say(json.dumps(found))


if __name__ == "__main__":
    chosen = sys.argv[1:]
    paths = Files(Path(chosen[2]), Path(chosen[3]), Path(chosen[4]))
    keys = {name: bytes.fromhex(raw) for name, raw in json.loads(chosen[6]).items()}
    main(Path(chosen[0]), chosen[1], paths, chosen[5], keys)
