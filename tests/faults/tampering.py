"""`python -m tests.faults.tampering [N] [--seed S]`: N random tamperings of a real audit, each judged as
`kiosk audit verify` judges it; exit 1 when one is missed, or when an untouched audit is not called whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

from kiosk_app.audit.verify import Finding
from offline_cache import StoreError
from tests.faults.audited import Scene, build_pruned_scene, build_scene
from tests.faults.prune_tampers import OF_PRUNED
from tests.faults.tampers import BLIND, TAMPERS, Tamper, write_behind_the_last_head

CONTROLS = 100


@dataclass
class Tally:
    """Of one kind: how often done, and found with nothing, with the saved heads, with the platform's."""

    done: int = 0
    alone: int = 0
    saved: int = 0
    platform: int = 0
    words: Counter[str] = field(default_factory=Counter)


def attempt(scene: Scene, tamper: Tamper, rng: Random, folder: Path, tally: Tally) -> bool:
    """Tamper with a copy of today's disk and judge it; returns whether it was found with the platform's heads."""
    store = scene.copy(folder)
    before = sha256(store.read_bytes()).digest()
    tamper(scene, store, rng)
    assert sha256(store.read_bytes()).digest() != before, f"{tamper.__name__} changed nothing"
    tally.done += 1
    try:
        with scene.open(store) as opened:
            alone = scene.judge(opened, saved=False, platform=False)
            saved = scene.judge(opened, platform=False)
            platform = scene.judge(opened)
    except StoreError as error:
        tally.alone, tally.saved, tally.platform = tally.alone + 1, tally.saved + 1, tally.platform + 1
        tally.words[type(error).__name__] += 1
        return True
    tally.alone += not alone.ok
    tally.saved += not saved.ok
    tally.platform += not platform.ok
    tally.words[platform.finding] += 1
    return not platform.ok


def untouched(scene: Scene, count: int, rng: Random, folder: Path) -> int:
    """Judge copies that nobody tampered with, every other one of a terminal that worked on; returns how many passed."""
    passed = 0
    for number in range(count):
        store = scene.copy(folder)
        if number % 2:
            write_behind_the_last_head(scene, store, rng)
        with scene.open(store) as opened:
            reports = [scene.judge(opened, saved=s, platform=p) for s in (False, True) for p in (False, True)]
        passed += all(report.finding is Finding.WHOLE for report in reports)
    return passed


def campaign(count: int, seed: int, folder: Path, controls: int = CONTROLS) -> tuple[dict[str, Tally], int, int]:
    """Run it; returns the tallies by kind, how many were missed, and how many controls passed."""
    rng = Random(seed)
    plain = build_scene(folder / "scene", rng)
    pruned = build_pruned_scene(folder / "pruned", rng)
    tallies = {tamper.__name__: Tally() for tamper in (*TAMPERS, *OF_PRUNED, *BLIND)}
    # Each kind once, then whatever comes.
    every = [*((plain, tamper) for tamper in TAMPERS), *((pruned, tamper) for tamper in OF_PRUNED)]
    more = [*every, *((pruned, tamper) for tamper in TAMPERS)]
    missed = 0
    for number in range(count):
        scene, tamper = every[number] if number < len(every) else rng.choice(more)
        missed += not attempt(scene, tamper, rng, folder / "copy", tallies[tamper.__name__])
    for tamper in BLIND:
        for _ in range(max(1, count // 100)):
            attempt(plain, tamper, rng, folder / "copy", tallies[tamper.__name__])
    half = controls // 2
    passed = untouched(plain, half, rng, folder / "copy") + untouched(pruned, controls - half, rng, folder / "copy")
    return tallies, missed, passed


def table(tallies: dict[str, Tally]) -> Iterable[str]:
    """Return the lines of the report."""
    yield f"{'kind':28} {'done':>5} {'alone':>6} {'saved':>6} {'platform':>9}  verdicts with the platform's heads"
    for name, tally in tallies.items():
        words = ", ".join(f"{word} {n}" for word, n in tally.words.most_common())
        yield f"{name:28} {tally.done:5} {tally.alone:6} {tally.saved:6} {tally.platform:9}  {words}"


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.tampering")
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tallies, missed, passed = campaign(chosen.count, chosen.seed, Path(folder))
    for line in table(tallies):
        sys.stdout.write(line + "\n")
    found = chosen.count - missed
    sys.stdout.write(f"found {found} of {chosen.count}; untouched and whole {passed} of {CONTROLS}\n")
    return 1 if missed or passed < CONTROLS else 0


if __name__ == "__main__":
    raise SystemExit(main())
