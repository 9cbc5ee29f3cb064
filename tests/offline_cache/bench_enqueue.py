"""Enqueue against a bare write + fdatasync of the same bytes, interleaved one by one on the same disk.

`python -m tests.offline_cache.bench_enqueue [FOLDER] [ROUNDS]`, or `measure()` from a benchmark run.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from contracts import canonical
from offline_cache import NewItem
from tests.offline_cache.support import item, open_at

GOAL = 1.3
BODY = {"service": "YL01", "answers": {"text": "x" * 1900}}


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Milliseconds; `ratio` is the median of the enqueue over the median of the bare write."""

    rounds: int
    enqueue_p50: float
    enqueue_p99: float
    floor_p50: float
    floor_p99: float
    ratio: float
    met: bool


def measure(folder: Path, rounds: int = 300) -> Enqueue:
    """Measure both in turn, `rounds` times each, in `folder` (it must be on a real disk)."""
    enqueue: list[float] = []
    floor: list[float] = []
    data = canonical(BODY)
    handle = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open_at(folder) as store:
        for number in range(rounds + 10):
            wanted = item(f"case-{number}", body=BODY)

            def promise(wanted: NewItem = wanted) -> None:
                store.submit(wanted)

            def bare() -> None:
                os.write(handle, data)
                os.fdatasync(handle)

            # Whoever comes second may find the disk's flush half done: take turns.
            for name, work in ((enqueue, promise), (floor, bare))[:: 1 if number % 2 else -1]:
                began = time.perf_counter()
                work()
                if number >= 10:
                    name.append((time.perf_counter() - began) * 1000)
    os.close(handle)
    ratio = statistics.median(enqueue) / statistics.median(floor)
    return Enqueue(
        rounds, statistics.median(enqueue), _p99(enqueue), statistics.median(floor), _p99(floor), ratio, ratio <= GOAL
    )


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


if __name__ == "__main__":
    base = Path(sys.argv[1]) if len(sys.argv) > 1 else Path.cwd()
    with tempfile.TemporaryDirectory(dir=base) as chosen:
        found = measure(Path(chosen), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
