"""`python -m tests.faults.kills N`: kill -9 a promising process N times at any instant; no promise may be missing.

A kill leaves the page cache, so a store that does not flush loses nothing by it either. The control therefore says
"saved" before the commit, while the item still waits for the writer, and must lose.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from tests.faults.processes import Process
from tests.faults.promises import Tally, crash_again_and_again, report, workplace


def kill(folder: Path, cycles: int, seed: int, level: str = "full") -> Tally:
    """Kill `cycles` times in a folder."""
    dice = random.Random(f"{seed} {level}")

    def crash(place: Path, first: int) -> list[str]:
        child = Process("-m", "tests.faults.promiser", str(place), level, str(seed), str(first))
        if dice.random() < 0.9:
            child.first_words()
            child.listen(dice.uniform(0.0, 0.08))
        else:
            # Now and then also while the store is being made or opened.
            child.listen(dice.uniform(0.0, 0.6))
        return child.kill()

    return crash_again_and_again(folder, cycles, crash)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__)
    parser.add_argument("cycles", type=int)
    parser.add_argument("--control", type=int, default=0, help="kills of the control (default: a tenth, at least 20)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with workplace() as folder:
        ours = kill(folder / "full", chosen.cycles, chosen.seed)
        many = chosen.control or max(20, chosen.cycles // 10)
        control = kill(folder / "behind", many, chosen.seed, "behind")
    return report("kill -9", ours, control, "acknowledged before the commit")


if __name__ == "__main__":
    sys.exit(main())
