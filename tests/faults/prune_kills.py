"""`python -m tests.faults.prune_kills N`: kill -9 a store that prunes its audit, at any instant, N times.

After each kill the chain must be whole and begin at a proven head, the old one or a newer. The control prunes in two
transactions, entries first and proof after, and must leave a chain that is not.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from contracts.heads import Head
from offline_cache import Store, proven_start, verify_chain
from offline_cache.store import audit, pruning
from offline_cache.store.chain import pruned_entry
from tests.faults.processes import Process
from tests.faults.promises import workplace
from tests.offline_cache.support import open_at
from tests.offline_cache.test_pruning import TERMINAL, TRUSTED, day, side_of

DAYS = (*range(12), 205)
"""Days with entries: twelve cuts are due on the last one."""


def prepare(folder: Path) -> None:
    """Make a store with half a year behind it, and keep the key of its platform: a child needs it."""
    with open_at(folder) as store:
        for number in DAYS:
            day(store, number, 30)
        # The signing key is this process's own; what it trusted goes along.
        (folder / "trusted.json").write_text(json.dumps({name: raw.hex() for name, raw in TRUSTED.items()}))


def prune(folder: Path, together: bool) -> None:
    """The child: say so, and prune."""
    trusted = {name: bytes.fromhex(raw) for name, raw in json.loads((folder / "trusted.json").read_text()).items()}
    with open_at(folder) as store:
        cuts = pruning.due(pruning.signed_heads(store.heads.all(), trusted, TERMINAL), store.limits.audit_days)
        sys.stdout.write("begins\n")
        sys.stdout.flush()
        for cut in cuts:
            if together:
                store.prune_audit(cut)
            else:
                _apart(store, cut)
        sys.stdout.write("done\n")
        sys.stdout.flush()
        time.sleep(60)


def _apart(store: Store, cut: pruning.Cut) -> None:
    head = Head(cut.start.head.seq, cut.start.head.hash)
    count = store.write(lambda c: c.execute("DELETE FROM audit WHERE seq <= ?", (head.seq,)).rowcount)
    store.meta.set(audit.START, json.dumps({"start": cut.start.envelope, "witness": cut.witness.envelope}))
    store.append_audit(pruned_entry(head, count))


def killed(folder: Path, count: int, seed: int, *, together: bool = True) -> tuple[int, Counter[int]]:
    """Kill so often; returns how many chains were not whole, and how many kills came after how many cuts."""
    dice, broken, cuts = random.Random(seed), 0, Counter[int]()
    prepare(folder / "full")
    ends = [30 * (n + 1) + (n + 1) for n in range(len(DAYS))]
    for _ in range(count):
        place = folder / "copy"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder / "full", place)
        child = Process("-m", "tests.faults.prune_kills", "--child", str(place), *([] if together else ["--apart"]))
        child.first_words()
        child.listen(dice.uniform(0.0, 0.25))
        child.kill()
        with open_at(place) as store:
            proven = proven_start(store.heads.start(), TRUSTED, TERMINAL)
            start = Head(proven[0].seq, proven[0].hash) if proven else Head()
            first = store.read_audit(limit=1)[0].seq
            whole = verify_chain(store.audit_rows(), start=start).ok and first == start.seq + 1
            broken += not whole or store.damage is not None
            cuts[ends.index(start.seq) + 1 if start.seq in ends else 0] += 1
            if together and whole:
                side_of(store).prune()
                broken += not verify_chain(store.audit_rows(), start=_start(store)).ok
    return broken, cuts


def _start(store: Store) -> Head:
    proven = proven_start(store.heads.start(), TRUSTED, TERMINAL)
    return Head(proven[0].seq, proven[0].hash) if proven else Head()


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.prune_kills", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path)
    parser.add_argument("--apart", action="store_true")
    chosen = parser.parse_args()
    if chosen.child is not None:
        prune(chosen.child, not chosen.apart)
        return 0
    with workplace() as folder:
        broken, cuts = killed(folder / "ours", chosen.count, chosen.seed)
        control, _ = killed(folder / "control", max(20, chosen.count // 5), chosen.seed, together=False)
    good = broken == 0 and control > 0 and len(cuts) > 2
    line = {"campaign": "kill -9 while pruning", "kills": chosen.count, "broken": broken, "control": control}
    sys.stdout.write(json.dumps({**line, "after_cuts": dict(sorted(cuts.items())), "good": good}) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
