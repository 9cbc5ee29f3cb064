"""Promising to keep a case: the encrypted outbox against a bare write and fdatasync of the same bytes, in turns."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.rows import Goal, Row, row
from tests.offline_cache.bench_enqueue import GOAL as MOST
from tests.offline_cache.bench_enqueue import measure as in_turns

GROUP = "enqueue"
GOAL = Goal(ratio_most=MOST)


def measure(disk: Path, rounds: int) -> list[Row]:
    """Measure in a folder on the disk that the product would use (not in memory)."""
    with tempfile.TemporaryDirectory(dir=disk) as folder:
        found = in_turns(Path(folder), rounds)
    peer = "bare write + fdatasync"
    detail = f"{found.rounds} each, in turns; p99 {found.enqueue_p99:.1f} against {found.floor_p99:.1f} ms"
    return [row(GROUP, "submit a case, median", "ms", found.enqueue_p50, peer, found.floor_p50, GOAL, detail)]
