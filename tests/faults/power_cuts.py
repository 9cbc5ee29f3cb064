"""`python -m tests.faults.power_cuts N --fs ext4|xfs`: cut the power N times under a promising process.

The control commits without a flush (`synchronous=NORMAL`), as many ready-made queues do, and must lose.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from tests.faults.disk import Disk, NoDiskError, mounted
from tests.faults.processes import Process
from tests.faults.promises import Tally, crash_again_and_again, report, workplace


def cut(disk: Disk, cycles: int, seed: int, level: str = "full", longest_s: float = 0.15) -> Tally:
    """Cut `cycles` times."""
    dice = random.Random(f"{seed} {level}")

    def crash(place: Path, first: int) -> list[str]:
        child = Process("-m", "tests.faults.promiser", str(place), level, str(seed), str(first))
        if dice.random() < 0.9:
            child.first_words()
            child.listen(dice.uniform(0.0, longest_s))
        else:
            child.listen(dice.uniform(0.0, 0.6))
        # Without power nobody says anything: what comes after the cut is no promise. A call that was under way in the
        # kernel may even return success there (seen on xfs), where a real machine would never return.
        said = child.lines()
        disk.cut()
        child.kill()
        disk.restart()
        return said

    return crash_again_and_again(disk.mount_point, cycles, crash)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.power_cuts", description=__doc__)
    parser.add_argument("cycles", type=int)
    parser.add_argument("--fs", choices=("ext4", "xfs"), default="ext4")
    parser.add_argument("--control", type=int, default=0, help="cuts of the control (default: a fifth, at least 10)")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with workplace() as folder:
        try:
            with mounted(folder, chosen.fs) as disk:
                ours = cut(disk, chosen.cycles, chosen.seed)
                many = chosen.control or max(10, chosen.cycles // 5)
                control = cut(disk, many, chosen.seed, "normal", longest_s=0.4)
        except NoDiskError as missing:
            sys.stderr.write(f"{missing}: run it as root, with e2fsprogs and xfsprogs installed\n")
            return 3
    return report(f"power cut on {chosen.fs}", ours, control, "synchronous=NORMAL")


if __name__ == "__main__":
    sys.exit(main())
