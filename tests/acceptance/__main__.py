"""`make acceptance`: every journey x mode x language, resumable, into build/acceptance.json."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk_app.lab.journeys import ages_for, journey
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import MODES
from kiosk_app.lab.world import SERVICES, World

OUT = Path("build/acceptance.json")
LANGUAGES = ("zh", "en")
Row = dict[str, Any]


def commit() -> str:
    """The commit under test, marked when files differ from it."""
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=False)
    return found.stdout.strip() + ("+" if changed.stdout.strip() else "")


def matrix() -> list[tuple[str, str, str]]:
    """Every service, mode and language."""
    return list(itertools.product(SERVICES, MODES, LANGUAGES))


def play(world: World, listener: Listener, service: str, mode: str, lang: str, seed: int) -> tuple[Result, str]:
    """Play one journey and ask the platform what became of it."""
    runner = Runner(world, listener)
    resident = world.resident(age=ages_for(service))
    script = journey(service, random.Random(seed), world, resident)
    runner.people = {"resident-1": resident}
    result = runner.run(script, mode, lang)
    stored = world.platform.get("/lab/submissions")
    state = next(
        (s["receipt"]["state"] for s in reversed(stored) if (s.get("receipt") or {}).get("number") == result.case), ""
    )
    return result, state


def main() -> int:
    """Play what has not passed at this commit yet; 0 when everything has."""
    now = commit()
    rows: dict[tuple[str, str, str], Row] = {}
    if OUT.exists():
        for row in json.loads(OUT.read_text("utf-8")):
            if row["commit"] == now and row["passed"]:
                rows[row["service"], row["mode"], row["lang"]] = row
    OUT.parent.mkdir(exist_ok=True)
    with World(seed=len(rows) + 1) as world, Listener() as listener:
        for number, (service, mode, lang) in enumerate(matrix(), 1):
            if (service, mode, lang) in rows:
                continue
            result, state = play(world, listener, service, mode, lang, number)
            rows[service, mode, lang] = {
                "service": service,
                "mode": mode,
                "lang": lang,
                "passed": result.passed,
                "case": result.case,
                "state": state,
                "commit": now,
                "error": result.error,
            }
            OUT.write_text(json.dumps(list(rows.values()), ensure_ascii=False, indent=1), "utf-8")
            word = "passed" if result.passed else "FAILED"
            sys.stdout.write(f"{word} {service} {mode} {lang} {result.case} {state} {result.error}\n")
            sys.stdout.flush()
    failed = [row for row in rows.values() if not row["passed"]]
    sys.stdout.write(f"{len(rows) - len(failed)} passed, {len(failed)} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
