"""Plays visit scripts in a world: each step done, timed and written down; the first that fails ends its script."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk_app.lab.checks import CheckError
from kiosk_app.lab.ear_process import RemoteEars
from kiosk_app.lab.people import Resident
from kiosk_app.lab.playing import Visit
from kiosk_app.lab.processes import WorldError, wait_until
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.script import Script, ScriptError, Step
from kiosk_app.lab.world import SERVICES, World

READY_S = 30.0
DEVICES = ("card_reader", "code_reader", "receipt_printer", "page_printer", "speech")
UNHURRIED = 5.0
"""At its real pace a voice takes minutes for what a fast one says at once."""


@dataclass(frozen=True, slots=True)
class Played:
    """One step as it went."""

    word: str
    line: int
    screen: str
    said: tuple[str, ...]
    ms: int

    def as_json(self) -> dict[str, Any]:
        """As `kiosk visit --json` tells it."""
        return {"word": self.word, "line": self.line, "screen": self.screen, "said": list(self.said), "ms": self.ms}


@dataclass(slots=True)
class Result:
    """One script as it went. `case` is its number, or the provisional one; `error` names file and line."""

    script: Path
    passed: bool
    case: str = ""
    error: str = ""
    steps: list[Played] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As `kiosk visit --json` tells it."""
        return {
            "script": str(self.script),
            "passed": self.passed,
            "case": self.case or None,
            "error": self.error or None,
            "steps": [step.as_json() for step in self.steps],
        }


class Runner:
    """Plays scripts one after the other in one world."""

    def __init__(self, world: World, listener: Listener, patience: float = 1.0) -> None:
        """`patience` is a factor on how long checks wait before they fail.

        `silenced` and `relied` are for hands that only hear (`RemoteEars`).
        """
        self.world = world
        self.listener = listener
        self.patience = patience
        self.watch: Callable[[Visit, Step], None] = lambda visit, step: None
        self.people: dict[str, Resident] = {}
        self.silenced: Callable[[str], bool] = lambda _: False
        self.relied: list[str] = []
        self._clean = False

    def run(self, script: Script, mode: str = "", lang: str = "") -> Result:
        """Play one script; never raises for what the script finds."""
        mode, lang = mode or script.mode or "touch", lang or script.lang or "zh"
        result = Result(script.path, False)
        step: Step | None = None
        visit: Visit | None = None
        try:
            self._prepare(script)
            visit = Visit(self.world, script, mode, lang, self.listener, self.people)
            if isinstance(visit.hands, RemoteEars):
                visit.hands.silenced, visit.hands.relied = self.silenced, self.relied
            visit.patience = self.patience * script.patience * (UNHURRIED if self.world.pace == "real" else 1.0)
            if lang == "en":
                visit.hands.press("dock.lang")
            for step in script.steps:
                self._play(visit, step, result)
            result.passed = True
        except (WorldError, CheckError) as error:
            line = step.line if step is not None else 1
            result.error = str(ScriptError(script.path, line, str(error)))
            trouble = self.world.trouble
            if "Traceback" in trouble:
                result.error += f"\n{trouble}"
        finally:
            self._settle(visit, result)
        return result

    def _play(self, visit: Visit, step: Step, result: Result) -> None:
        began = time.monotonic()
        try:
            visit.play(step)
            self.watch(visit, step)
        finally:
            ms = round((time.monotonic() - began) * 1000)
            screen, said = self._seen(visit)
            result.steps.append(Played(step.word, step.line, screen, said, ms))

    def _seen(self, visit: Visit) -> tuple[str, tuple[str, ...]]:
        if visit.dying or not self.world.powered:
            return "", ()
        try:
            view = visit.hands.view()
            known = len(visit.last_said)
            said = self.world.stage.ask(said=0)["said"]
        except WorldError:
            return "", ()
        fresh = said[known:] if len(said) >= known else said
        visit.last_said = said
        return str(view["screen"]), tuple(u["text"] for u in fresh)

    def _settle(self, visit: Visit | None, result: Result) -> None:
        """Leave the world as the next script may find it, or mark it as used up."""
        self._clean = False
        try:
            if visit is not None:
                visit.hands.close()
                result.case = str(visit.case.get("number") or visit.case.get("provisional", ""))
            if result.passed and self.world.powered and visit is not None and visit.hands.view()["place"] == "Attract":
                self._clean = True
            if self.world.powered:
                # Whoever leaves takes their headphones along.
                self.world.stage.ask(headphones="out")
            self.world.rest()
        except WorldError:
            self._clean = False

    def _prepare(self, script: Script) -> None:
        """A terminal at its first page, on line, with its services; a new one when the script asks for it."""
        fresh = script.fresh or self.world.meddled or not self.world.installed
        if not script.parts <= self.world.parts.there:
            self.world.parts.add(script.parts)
            fresh = True
        if fresh:
            self.world.install()
        if fresh or not self._clean or not self.world.powered:
            self.world.power_on()
        wait_until(self._ready, READY_S, "the terminal is ready")

    def _ready(self) -> bool:
        view = self.world.stage.ask(view=True)["view"]
        live = self.world.stage.ask(catalogue=True)["live"]
        if not view["online"]:
            self.world.stage.ask(poke=True)
        kinds = (*DEVICES, *self.world.parts.kinds())
        working = all(view["devices"].get(kind) in ("online", "busy") for kind in kinds)
        return working and bool(view["online"]) and len(live) >= len(SERVICES) and view["place"] == "Attract"


def play_all(scripts: Iterable[Script], world: World, mode: str = "", lang: str = "") -> list[Result]:
    """Play scripts one after the other in a world that is already there."""
    with Listener() as listener:
        runner = Runner(world, listener)
        return [runner.run(script, mode, lang) for script in scripts]
