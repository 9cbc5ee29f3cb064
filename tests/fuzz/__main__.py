"""`python -m tests.fuzz --seconds N`: every target for its share of N seconds; exit 1 when one does not survive.

With atheris, inputs are steered by the coverage that they reach, and kept in build/fuzz/ for the next run. Where it
cannot be installed, seeds are spoilt at random, blind to coverage, and every line says so.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "fuzz"
LONGEST = 4096
HANG_S = 10
LEAST_S = 2.0
BLIND = "random inputs, blind to coverage"
STEERED = "atheris, steered by coverage"
log = logging.getLogger("fuzz")


def random_inputs(seeds: tuple[bytes, ...], dice: random.Random) -> Iterator[bytes]:
    """Yield inputs without end: noise, and seeds with bytes changed, dropped, doubled and joined."""
    yield from seeds
    while True:
        if not seeds or dice.random() < 0.2:
            yield dice.randbytes(dice.randrange(600))
            continue
        data = bytearray(dice.choice(seeds)[:LONGEST])
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data) + 1)
            match dice.randrange(5):
                case 0:
                    data[at : at + 1] = dice.randbytes(1)
                case 1:
                    del data[at : at + dice.randrange(1, 9)]
                case 2:
                    data[at:at] = dice.randbytes(dice.randrange(1, 9))
                case 3:
                    data += data[at : at + 64]
                case _:
                    data += dice.choice(seeds)[:LONGEST]
        yield bytes(data)


def run_blind(name: str, seconds: float, seed: int) -> int:
    """Try one target at random in this process; returns 1 when it does not survive."""
    from tests.fuzz.table import TARGETS
    from tests.fuzz.target import SLOW_S

    target = next(each for each in TARGETS if each.name == name)
    end, count = time.monotonic() + seconds, 0
    for data in random_inputs(target.seeds, random.Random(f"{seed} {name}")):
        began = time.process_time()
        try:
            target.survive(data)
        except Exception:
            _keep(name, data)
            log.exception("%s: did not survive an input", name)
            return 1
        if time.process_time() - began > SLOW_S:
            _keep(name, data)
            log.error("%s: took longer than %g s", name, SLOW_S)
            return 1
        count += 1
        if time.monotonic() >= end:
            break
    log.info("%s: %d inputs (%s)", name, count, BLIND)
    return 0


def run_steered(name: str, seconds: float, seed: int) -> int:
    """Try one target with atheris in this process; libFuzzer ends the process itself."""
    import atheris  # type: ignore[import-not-found]  # installed by `make soak` only

    with atheris.instrument_imports(include=["drivers", "contracts", "offline_cache"], enable_loader_override=False):
        from tests.fuzz.table import TARGETS
    target = next(each for each in TARGETS if each.name == name)
    corpus = OUT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(data[:LONGEST])
    options = [
        f"-max_total_time={max(1, round(seconds))}",
        f"-max_len={LONGEST}",
        f"-timeout={HANG_S}",
        f"-seed={seed or 1}",
        f"-artifact_prefix={OUT}/{name}-",
        "-rss_limit_mb=2048",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.survive_quietly)
    atheris.Fuzz()
    return 0


def _keep(name: str, data: bytes) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}-crash"
    path.write_bytes(data)
    log.error("%s: the input is kept in %s", name, path.relative_to(ROOT))


def _child(name: str, seconds: float, seed: int, steered: bool) -> tuple[bool, int]:
    """Run one target in a process of its own; returns whether it survived, and how many inputs it had."""
    command = [sys.executable, "-m", "tests.fuzz", "--target", name, "--seconds", str(seconds), "--seed", str(seed)]
    if not steered:
        command.append("--blind")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("INFO: Instrumenting")]
    counts = [line.split()[-1] for line in said if line.startswith("stat::number_of_executed_units")]
    counts += [line.split()[1] for line in said if line.endswith(f"inputs ({BLIND})")]
    if done.returncode != 0:
        log.error("%s: did not survive (exit code %d)\n%s", name, done.returncode, "\n".join(said[-40:]))
    return done.returncode == 0, int(counts[0]) if counts and counts[0].isdigit() else 0


def run_all(seconds: float, seed: int, steered: bool, only: str) -> int:
    """Run every target for its share; returns 1 when one did not survive."""
    from tests.fuzz.table import TARGETS

    names = [target.name for target in TARGETS if only in target.name]
    share = max(LEAST_S, seconds / max(1, len(names)))
    how = STEERED if steered else BLIND
    log.info("%d targets, %.0f s each: %s", len(names), share, how)
    results = []
    for name in names:
        survived, count = _child(name, share, seed, steered)
        results.append({"target": name, "survived": survived, "inputs": count, "how": how})
        log.info("%-28s %9d inputs  %s", name, count, "survived" if survived else "DID NOT SURVIVE")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "report.json").write_text(json.dumps(results, indent=1) + "\n")
    failed = [result["target"] for result in results if not result["survived"]]
    log.info("%d of %d survived (%s); build/fuzz/report.json", len(names) - len(failed), len(names), how)
    return 1 if failed or not names else 0


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="for everything together (at least 2 s a target)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="TEXT", help="targets whose name holds it")
    parser.add_argument("--blind", action="store_true", help="without atheris even where it is installed")
    parser.add_argument("--target", help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    steered = not options.blind and importlib.util.find_spec("atheris") is not None
    if options.target is not None:
        run = run_steered if steered else run_blind
        return run(options.target, options.seconds, options.seed)
    return run_all(options.seconds, options.seed, steered, options.only)


if __name__ == "__main__":
    sys.exit(main())
