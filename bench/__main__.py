"""`python -m bench [--only GROUP] [--runs N] [--short] [--json FILE] [--report FILE]`."""

from __future__ import annotations

import argparse
import compileall
import contextlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import card, drain, enqueue, memory, start, touch
from bench.display import virtual_screen
from bench.place import place
from bench.programs import BUILD, ROOT
from bench.report import markdown
from bench.rows import Row, write_json
from bench.subjects import chromium, floor, terminal

GROUPS = (
    "start",
    "memory",
    "touch",
    "services",
    "card",
    "enqueue",
    "drain",
    "receipt",
    "codes",
    "faces",
    "preview",
    "speech",
)
ON_SCREEN = frozenset({"start", "memory", "touch"})
PAGES, SHORT_PAGES = 60, 3
TOUCHES, SHORT_TOUCHES = 66, 11
READS, SHORT_READS = 15, 3
ROUNDS, SHORT_ROUNDS = 300, 20
QUEUED, SHORT_QUEUED = 10_000, 80
FRAMES, SHORT_FRAMES = 40, 1
FACES, SHORT_FACES = 5, 1
SECONDS, SHORT_SECONDS = 6.0, 2.0
SAYINGS, SHORT_SAYINGS = 31, 4


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast and how small the terminal is.")
    parser.add_argument("--only", choices=GROUPS, action="append", help="measure this group (may be repeated)")
    parser.add_argument("--runs", type=int, default=7, help="cold starts of each program (default 7)")
    parser.add_argument("--short", action="store_true", help="few of everything and no chromium; writes no report")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return parser.parse_args(arguments)


def compile_once() -> None:
    """Compile what will be started, as an installation does, so that no start pays for it."""
    before, sys.pycache_prefix = sys.pycache_prefix, str(BUILD / "pycache")
    try:
        for folder in ("bench", "contracts", "drivers", "kiosk_app", "offline_cache", "provisioning", "ui"):
            compileall.compile_dir(ROOT / folder, quiet=2)
    finally:
        sys.pycache_prefix = before


def measure(groups: Sequence[str], runs: int, short: bool) -> list[Row]:
    """Measure the groups; each says on stderr when it begins."""
    rows: list[Row] = []
    program = None if short else shutil.which("chromium")
    if program is None and not short and ON_SCREEN & set(groups):
        _say("chromium is not installed (apt-get install chromium): measured without the peer")
    with contextlib.ExitStack() as stack:
        if ON_SCREEN & set(groups):
            _say("setting up simulators, platform, terminal")
            display, screen = stack.enter_context(virtual_screen())
            world = stack.enter_context(place())
            peer = chromium(program, world, display) if program else None
            if "start" in groups:
                _say("cold starts")
                rows += start.measure(screen, terminal(world, display), peer, floor(world.folder, display), runs)
            if "memory" in groups:
                _say("memory")
                rows += memory.measure(world, screen, display, peer, floor(world.folder, display))
            if "touch" in groups:
                _say("touches")
                rows += touch.measure(world, screen, display, peer, SHORT_TOUCHES if short else TOUCHES)
    if "services" in groups:
        from bench import services

        _say("services")
        with virtual_screen() as (display, screen):
            rows += services.measure(screen, display, runs, SHORT_PAGES if short else PAGES)
    if "card" in groups:
        _say("card")
        rows += card.measure(SHORT_READS if short else READS)
    if "enqueue" in groups:
        _say("enqueue")
        rows += enqueue.measure(BUILD, SHORT_ROUNDS if short else ROUNDS)
    if "drain" in groups:
        _say("drain (the peers flush for every item)")
        rows += drain.measure(BUILD, SHORT_QUEUED if short else QUEUED)
    if "speech" in groups:
        rows += sound(short)
    return rows + pictures(groups, short)


def sound(short: bool) -> list[Row]:
    """Measure the voice on a virtual sound card; without its programs the rows are left out, and that is said."""
    from bench import speech
    from bench.sound import NoSoundError

    _say("speech")
    try:
        return speech.measure(SHORT_SAYINGS if short else SAYINGS)
    except NoSoundError as error:
        _say(f"speech is not measured: {error}")
        return []


def pictures(groups: Sequence[str], short: bool) -> list[Row]:
    """Measure what reads and draws pictures; OpenCV is loaded for these groups only."""
    rows: list[Row] = []
    if "receipt" in groups:
        from bench import receipt

        _say("bytes of a receipt")
        rows += receipt.measure()
    if "codes" in groups:
        from bench import codes

        _say("codes")
        rows += codes.measure(SHORT_FRAMES if short else FRAMES)
    if "faces" in groups:
        from bench import faces

        _say("faces")
        rows += faces.measure(SHORT_FACES if short else FACES)
    if "preview" in groups:
        from bench import preview

        _say("preview of the camera")
        rows += preview.measure(SHORT_SECONDS if short else SECONDS, least_fps=0.0 if short else preview.LEAST_FPS)
    return rows


def main(arguments: Sequence[str]) -> int:
    """Measure and write; a missed goal is a finding, not a failure."""
    chosen = options(arguments)
    groups = [g for g in GROUPS if chosen.only is None or g in chosen.only]
    BUILD.mkdir(parents=True, exist_ok=True)
    compile_once()
    rows = measure(groups, min(chosen.runs, 2) if chosen.short else chosen.runs, chosen.short)
    write_json(rows, chosen.json)
    if not chosen.short and set(groups) == set(GROUPS):
        from bench.report import machine

        notes = (Path(__file__).parent / "notes.md").read_text("utf-8")
        chosen.report.write_text(markdown(rows, machine(), notes), "utf-8")
    for r in rows:
        verdict = {True: "met", False: "MISSED", None: ""}[r.met]
        ratio = f" = {r.ratio:.2f} x {r.peer}" if r.ratio is not None else ""
        _say(f"{r.group}: {r.name}: {r.ours:.2f} {r.unit}{ratio} {verdict}".rstrip())
    return 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
