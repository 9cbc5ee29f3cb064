"""`python -m tests.soak`: thousands of visits of one process through real screens; nothing may grow meanwhile.

The product relieves the terminal's process after every visit that held anything personal (docs/adr/0012). Here
`kiosk_app.run.serve` is measured alone, without its keeper: what a process would gather if it stayed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from kiosk_app.lab.processes import WorldError
from tests.soak.place import Place
from tests.soak.served import LEAKS
from tests.soak.slope import JUDGED, MOST_PERCENT, Growth, Sample, growth, judge
from tests.soak.walks import MIX, play, recover

MOST_FAILED = 0.01
"""Share of visits in which a page may come too late: on a busy machine patience runs out now and then."""
FEWEST = 3
"""Samples; a slope needs that many."""
TOLD = (
    "anon_mb",
    "malloc_mb",
    "blocks",
    "threads",
    "store_mb",
    "log_mb",
    "other_mb",
    "shm",
    "timers",
    "items",
    "objects",
)
"""Not judged. Store and log grow by what they are for: the audit chain and the line log are never cut here."""


class Run:
    """One long run and what came of it."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.random = random.Random(seed)
        self.samples: list[Sample] = []
        self.seconds: dict[str, list[float]] = {}
        self.failed: list[str] = []
        self.began = time.monotonic()

    def block(self, first: int, visits: int) -> None:
        """Play up to one of each kind, in an order of its own, then measure."""
        order = self.random.sample(MIX, len(MIX))[:visits]
        for number, kind in enumerate(order, first):
            began = time.monotonic()
            try:
                play(self.place, kind, self.random)
            except WorldError as error:
                self.failed.append(f"visit {number}, {kind.name}: {error}")
                tell(self.failed[-1])
                recover(self.place)
            self.seconds.setdefault(kind.name, []).append(time.monotonic() - began)
        self.samples.append(self.place.sample(first + len(order) - 1))

    def report(self, warm_up: int) -> Mapping[str, object]:
        """Return everything as JSON takes it."""
        found: Sequence[Growth] = ()
        with contextlib.suppress(ValueError):
            # Not enough samples behind the warm-up yet.
            found = judge(self.samples, warm_up)
        return {
            "visits": self.samples[-1].visits if self.samples else 0,
            "warm_up": warm_up,
            "seconds": round(time.monotonic() - self.began, 1),
            "growth_percent": {one.name: round(one.percent, 3) for one in found},
            "failed": self.failed,
            "seconds_by_kind": {name: round(median(times), 2) for name, times in self.seconds.items()},
            "samples": [{"visits": one.visits, **one.values} for one in self.samples],
        }


def tell(text: str) -> None:
    """One line of progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def line_of(sample: Sample) -> str:
    """Say what a sample found."""
    v = sample.values
    return (
        f"{sample.visits:6} visits: {v['pss_mb']:6.1f} MB, with {v['children']:.0f} child {v['all_pss_mb']:6.1f} MB, "
        f"{v['handles']:.0f}+{v['all_handles'] - v['handles']:.0f} handles, {v['threads']:.0f} threads, "
        f"{v['files']:.0f} files, store {v['store_mb']:.1f} MB, {v['items']:.0f} items, {v['objects']:.0f} objects"
    )


def table(samples: Sequence[Sample], warm_up: int) -> tuple[str, bool]:
    """Return the growth of every value in words, and whether those that count are level."""
    judged = judge(samples, warm_up)
    told = [growth(samples, name, warm_up) for name in TOLD]
    lines = [f"{'growth from visit ' + str(warm_up):30} {'first':>9} {'last':>9} {'growth %':>9} {'squares %':>9}"]
    for one in (*judged, *told):
        words = JUDGED.get(one.name, f"({one.name})")
        verdict = "" if one.name not in JUDGED else "level" if one.level else "GROWS"
        lines.append(f"{words:30} {one.first:9.2f} {one.last:9.2f} {one.percent:9.2f} {one.squares:9.2f} {verdict}")
    return "\n".join(lines), all(one.level for one in judged)


def main() -> int:
    """Parse the command line and run; 0 when nothing grew by more than 2 %."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--warm-up", type=int, default=300, help="visits that are not measured")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--leak", choices=LEAKS, action="append", default=[], help="leak on purpose: must be found")
    parser.add_argument("--json", type=Path, help="write samples and verdict here, as far as they have come")
    chosen = parser.parse_args()
    if chosen.visits < chosen.warm_up + FEWEST * len(MIX):
        parser.error(f"at least {FEWEST * len(MIX)} visits after the warm-up")
    if chosen.json is not None:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
    with Place(chosen.seed) as place:
        place.install()
        place.power_on()
        place.settle()
        for kind in chosen.leak:
            place.stage.ask(leak=kind)
        run = Run(place, chosen.seed)
        for first in range(1, chosen.visits + 1, len(MIX)):
            run.block(first, min(len(MIX), chosen.visits + 1 - first))
            tell(line_of(run.samples[-1]))
            if chosen.json is not None:
                chosen.json.write_text(json.dumps(run.report(chosen.warm_up), ensure_ascii=False, indent=1), "utf-8")
    tell("seconds by kind, median: " + ", ".join(f"{name} {median(s):.2f}" for name, s in run.seconds.items()))
    words, level = table(run.samples, chosen.warm_up)
    tell(words)
    few = len(run.failed) <= MOST_FAILED * chosen.visits
    tell(f"{chosen.visits} visits, {len(run.failed)} failed, one process; at most {MOST_PERCENT:g} % may be gathered")
    return 0 if level and few else 1


if __name__ == "__main__":
    sys.exit(main())
