"""What was promised against what is there afterwards: the figures of a campaign, and whether they are good enough."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.offline_cache.support import open_at

ROOT = Path(__file__).resolve().parents[2]
KEPT_CYCLES = 10
"""One store lives through so many crashes; then a new one begins, so that it stays small enough to be read whole."""


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder on the disk of this checkout: /tmp may be memory, which no crash touches."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        yield Path(folder)


@dataclass(slots=True)
class Tally:
    """Counts of one side of a campaign. `damaged`: cycles after which the store was not whole."""

    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    damaged: int = 0

    @property
    def clean(self) -> bool:
        """True when nothing went wrong and something was tried."""
        return self.acknowledged > 0 and self.lost == self.doubled == self.damaged == 0


def crash_again_and_again(folder: Path, cycles: int, crash: Callable[[Path, int], list[str]]) -> Tally:
    """Crash a promising process `cycles` times and compare after each.

    Args:
        folder: for the stores.
        cycles: how often.
        crash: (folder of the store, number of the first item) -> what was said; the folder is readable again.
    """
    tally = Tally()
    said: set[int] = set()
    for cycle in range(cycles):
        place = folder / "store"
        if cycle % KEPT_CYCLES == 0:
            shutil.rmtree(place, ignore_errors=True)
            said.clear()
        new = {int(line) for line in crash(place, max(said, default=-1) + 1)}
        tally.cycles += 1
        tally.acknowledged += len(new)
        there, whole = found(place)
        # What is lost once is counted once: a control goes on promising behind it.
        tally.lost += len((new | said) - there.keys())
        said = (new | said) & there.keys()
        tally.doubled += sum(count - 1 for count in there.values())
        tally.damaged += not whole
    return tally


def found(place: Path) -> tuple[Counter[int], bool]:
    """Return number -> how often its body is there, whatever its id, and whether the store is whole."""
    with open_at(place) as store:
        bodies = [store.show(row.id).body for row in store.list_items()]
        there = Counter(int(body["n"]) for body in bodies if body is not None)
        return there, store.damage is None and store.verify().ok


def report(what: str, ours: Tally, control: Tally, controlled_by: str) -> int:
    """Print the summary line; returns the exit code."""
    good = ours.clean and control.lost > 0
    line = {"campaign": what, **asdict(ours), "control": {"by": controlled_by, **asdict(control)}, "good": good}
    sys.stdout.write(json.dumps(line) + "\n")
    if not good:
        why = "the control lost nothing: this proves nothing" if ours.clean else "promises were not kept"
        sys.stderr.write(f"{what}: {why}; run it again with the same --seed to see it again\n")
    return 0 if good else 1
