"""Many scripts in one world, and what `kiosk visit` says about them."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.lab.journeys import journey
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Result, Runner
from kiosk_app.lab.script import MODES, Script, ScriptError, read_script
from kiosk_app.lab.world import SERVICES, World

DONE, FAILED, USAGE, UNREACHABLE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Wish:
    """How the scripts of one call are to be played."""

    mode: str = ""
    lang: str = ""
    pace: str = "fast"
    seed: int = 1
    out: Path | None = None
    patience: float = 1.0


def play_scripts(
    scripts: Iterable[Script], wish: Wish = Wish(), told: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Play scripts one after the other in one world.

    Raises:
        WorldError: the world does not start.
    """
    results = []
    with World(wish.pace, wish.seed) as world, Listener() as listener:
        runner = Runner(world, listener, wish.patience)
        for script in scripts:
            result = runner.run(script, wish.mode, wish.lang)
            results.append(result)
            told(result)
    return results


def play_service(service: str, wish: Wish = Wish()) -> list[Result]:
    """Play a visit for a service, drawn from the seed.

    Raises:
        WorldError: the world does not start.
    """
    source = random.Random(wish.seed)
    with World(wish.pace, wish.seed) as world, Listener() as listener:
        runner = Runner(world, listener, wish.patience)
        drawn = journey(service, source, world)
        runner.people = drawn.people
        return [runner.run(drawn.script, wish.mode, wish.lang)]


def run_scripts(paths: list[Path], service: str, wish: Wish, *, as_json: bool) -> int:
    """`kiosk visit`: play, tell, and return the exit code."""
    if bool(paths) == bool(service):
        return _say("name visit scripts, or one service with --service", USAGE)
    if wish.mode and wish.mode not in MODES:
        return _say(f"--mode is one of {', '.join(MODES)}", USAGE)
    if service and service not in SERVICES:
        return _say(f"--service is one of {', '.join(SERVICES)}", USAGE)
    try:
        scripts = [read_script(path) for path in paths]
        results = play_service(service, wish) if service else play_scripts(scripts, wish, _progress(as_json))
    except ScriptError as error:
        return _say(str(error), USAGE)
    except WorldError as error:
        return _say(f"the world around the terminal did not start: {error}", UNREACHABLE)
    if service:
        _progress(as_json)(results[0])
    if wish.out is not None:
        _write(wish.out, results)
    if as_json:
        sys.stdout.write(json.dumps([result.as_json() for result in results], ensure_ascii=False) + "\n")
    return DONE if all(result.passed for result in results) else FAILED


def _progress(quiet: bool) -> Callable[[Result], None]:
    def told(result: Result) -> None:
        if not quiet:
            seconds = sum(step.ms for step in result.steps) / 1000
            word = "passed" if result.passed else "FAILED"
            sys.stdout.write(f"{word}  {result.script}  {result.case or '-'}  {seconds:.1f} s\n")
            sys.stdout.flush()
        if result.error:
            sys.stderr.write(result.error + "\n")

    return told


def _write(out: Path, results: list[Result]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for result in results:
        path = out / f"{result.script.stem}.json"
        path.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=1), "utf-8")


def _say(text: str, code: int) -> int:
    sys.stderr.write(text + "\n")
    return code
