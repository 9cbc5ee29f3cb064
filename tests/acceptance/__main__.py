"""`make acceptance`: journeys x modes x languages x network, resumable, into build/acceptance.json.

Whatever a journey ends with is read again from the platform's own tables (`held`).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kiosk_app.lab.journeys import journey
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import MODES
from kiosk_app.lab.world import PACKAGES, SERVICES, World
from tests.acceptance.held import held

OUT = Path("build/acceptance.json")
LANGUAGES = ("zh", "en")
FIRST = ("GA02", "SB01", "XF01", "YL01", "YY01")
"""One service of each kind of journey: these are walked in every mode and language."""
OTHERS = (("touch", "zh"), ("keypad-only", "zh"), ("elder", "zh"), ("touch", "en"))
"""How all other services are walked."""
OFFLINE_MODES = ("touch", "keypad-only", "elder")


@dataclass(frozen=True, slots=True, order=True)
class Walk:
    """One journey to be played."""

    service: str
    mode: str
    lang: str
    offline: bool = False

    @property
    def words(self) -> str:
        """As a line of the report names it."""
        return f"{self.service} {self.mode} {self.lang} {'offline' if self.offline else 'online'}"


def commit() -> str:
    """The commit under test, marked when files differ from it."""
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False)
    return found.stdout.strip() + ("+" if changed.stdout.strip() else "")


def matrix() -> list[Walk]:
    """Every walk there is: all services on line, those that may wait in the outbox also without a network."""
    everywhere = [(mode, lang) for mode in MODES for lang in LANGUAGES]
    online = [Walk(name, *way) for name in SERVICES for way in (everywhere if name in FIRST else OTHERS)]
    return online + [Walk(name, mode, "zh", True) for name in SERVICES if saves(name) for mode in OFFLINE_MODES]


def saves(service: str) -> bool:
    """True for a service that a resident can finish without a network."""
    found = json.loads((PACKAGES / service / "service.json").read_text("utf-8"))
    return bool(found["offline"] == "queue")


def play(world: World, listener: Listener, walk: Walk, seed: int) -> tuple[Result, dict[str, Any]]:
    """Play one journey, and read again from the platform what became of it."""
    runner = Runner(world, listener)
    result = Result(Path(walk.service), False)
    try:
        visitor = journey(walk.service, random.Random(seed), world, offline=walk.offline)
        runner.people = visitor.people
        result = runner.run(visitor.script, walk.mode, walk.lang)
        return result, held(world, result.case) if result.passed else {}
    except WorldError as error:
        result.passed, result.error = False, str(error)
        return result, {}


def main() -> int:
    """Play what has not passed at this commit yet; 0 when everything has."""
    now = commit()
    rows: dict[Walk, dict[str, Any]] = {}
    if OUT.exists():
        for row in json.loads(OUT.read_text("utf-8")):
            if row["commit"] == now and row["passed"]:
                rows[Walk(row["service"], row["mode"], row["lang"], row["offline"])] = row
    OUT.parent.mkdir(exist_ok=True)
    with World(seed=len(rows) + 1) as world, Listener() as listener:
        for number, walk in enumerate(matrix(), 1):
            if walk in rows:
                continue
            result, found = play(world, listener, walk, number)
            rows[walk] = {
                **asdict(walk),
                "passed": result.passed,
                "case": result.case,
                "held": found,
                "commit": now,
                "error": result.error,
            }
            OUT.write_text(json.dumps(list(rows.values()), ensure_ascii=False, indent=1), "utf-8")
            word = "passed" if result.passed else "FAILED"
            what = " ".join(str(value) for value in found.values() if value)
            sys.stdout.write(f"{word} {walk.words} {what} {result.error}\n")
            sys.stdout.flush()
    failed = [row for row in rows.values() if not row["passed"]]
    services = {row["service"] for row in rows.values() if row["passed"]}
    sys.stdout.write(f"{len(rows) - len(failed)} passed, {len(failed)} failed, {len(services)} services\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
