"""One terminal on a stage: `python -m kiosk_app.lab.stage --state DIR --socket PATH --pace fast|real`.

A process of its own, so that a power cut is a SIGKILL. The terminal in it is the product's; what is added is a clock
that can be moved, an ear at the voice, and a UNIX socket (0600) that takes one JSON object a line and answers with
one. Whatever changes a page goes through its pixels (`{"touch": NODE}`) or keys (`{"key": NAME}`). Nothing of the
product imports this module.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.transport.far_end import ControlSocket
from kiosk_app.folders import folders
from kiosk_app.lab.clock import LabClock, LabTimers
from kiosk_app.lab.reach import BETWEEN, Reach
from kiosk_app.loop import Timer
from kiosk_app.visit.events import Event, HeadphonesChanged
from kiosk_app.visit.remark import Slip
from kiosk_app.visit.state import PrintState, State
from ui.view import Input, ScreenView

if TYPE_CHECKING:
    from kiosk_app.health.probes import Machine
    from kiosk_app.terminal import Terminal
    from kiosk_app.voice.narrator import SpeakNow
    from ui.robot import Robot
    from ui.shell import Shell

BEAT_S = {"fast": 1.0, "real": 30.0}
URGENT = "sync-urgent"
"""The thread that sends a waiting resident's case: only its request is the one that a power cut may interrupt."""
READY_S = 30.0


class LabScreen:
    """The shell with the lab's timers in place of its own."""

    def __init__(self, shell: Shell, clock: LabClock) -> None:
        self._shell = shell
        self.timers = LabTimers(clock, shell.after)
        self.views: list[ScreenView] = []

    @property
    def on_input(self) -> Callable[[Input], None]:
        """Who takes what a person did."""
        return self._shell.on_input

    @on_input.setter
    def on_input(self, fn: Callable[[Input], None]) -> None:
        self._shell.on_input = fn

    def present(self, view: ScreenView) -> int:
        """Show a page."""
        return self._shell.present(view)

    def wipe(self) -> None:
        """Forget the visit that has just ended."""
        self._shell.wipe()

    def use_keys(self, names: Iterable[str], extra: Mapping[str, str]) -> None:
        """Go by these key maps and keys."""
        self._shell.use_keys(names, extra)

    def use_screen(self, width_mm: int, height_mm: int) -> None:
        """The picture is so large."""
        self._shell.use_screen(width_mm, height_mm)

    def post(self, fn: Callable[[], None]) -> None:
        """Run on the loop's thread, soon."""
        self._shell.post(fn)

    def after(self, seconds: float, fn: Callable[[], None]) -> Timer:
        """Run later, or as soon as the clock is moved there."""
        return self.timers.after(seconds, fn)

    def run(self) -> None:
        """Run until `quit`."""
        self._shell.run()

    def quit(self) -> None:
        """End `run`."""
        self._shell.quit()


class Stage:
    """The terminal and what the lab may ask of it. Handlers run on the loop's thread unless they only wait."""

    def __init__(self, shell: Shell, robot: Robot, clock: LabClock, pace: str) -> None:
        self.shell = shell
        self.robot = robot
        self.clock = clock
        self.screen = LabScreen(shell, clock)
        self.pace = pace
        self.terminal: Terminal | None = None
        self.said: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self._armed = ""
        self._printing = ""
        self._reach: Reach | None = None

    # What the terminal tells

    def heard(self, spoken: SpeakNow) -> None:
        """One utterance was handed to the speech device."""
        utterance = spoken.utterance
        self.said.append(
            {
                "id": spoken.id,
                "text": utterance.text,
                "clips": [{"text": c.text, "lang": c.lang, "caption": c.caption} for c in utterance.clips],
                "rate": spoken.rate,
                "headphones": spoken.headphones,
                "private": spoken.private,
                "node": utterance.node,
                "at": self.clock.now().isoformat(timespec="milliseconds"),
            }
        )

    def stepped(self, event: Event, state: State) -> None:
        """After each step: remember cases, and what every receipt was to say."""
        remark = state.visit.remark
        slip = f"{remark.id}.{remark.copies - 1}"
        if remark.slip is Slip.PRINTING and all(kept["job"] != slip for kept in self.receipts):
            self._keep_receipt(slip, state, remark.copies - 1)
        case = state.visit.case
        if case is None:
            return
        known = {
            "submission": case.submission,
            "provisional": case.provisional,
            "number": case.number,
            "verdict": case.verdict.value,
            "service": state.visit.service,
            "track_url": str((case.receipt or {}).get("track_url") or ""),
            "print": case.print.value,
        }
        if self.cases and self.cases[-1]["submission"] == case.submission:
            self.cases[-1] = known
        else:
            self.cases.append(known)

        if case.print is PrintState.PRINTING and self._printing != f"{case.submission}.{case.copies}":
            self._printing = f"{case.submission}.{case.copies}"
            self._keep_receipt(self._printing, state, case.copies)
        elif case.print is not PrintState.PRINTING:
            self._printing = ""

    def _keep_receipt(self, job: str, state: State, copy: int) -> None:
        """A receipt is being printed: keep what it is to say."""
        from kiosk_app.receipts import paper_of

        model = paper_of(job, state, self._terminal.shelf.desk(), copy)
        if model is not None:
            plain = asdict(model)
            plain["at"], plain["kind"] = model.at.isoformat(), model.kind.value
            plain["due"] = model.due.isoformat() if model.due else None
            self.receipts.append({"job": job, "model": plain})

    def checkpoint(self, name: str) -> None:
        """Cut the power at the named point when it is armed."""
        if name != self._armed:
            return
        if name == "after-post-before-answer" and threading.current_thread().name != URGENT:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    # What the lab asks

    def answer(self, request: Mapping[str, object]) -> dict[str, object]:
        """Carry out one line.

        Raises:
            ValueError: it is not understood, or what it names is not there.
        """
        name = next(iter(request), "")
        handler = self.handlers().get(str(name))
        if handler is None:
            raise ValueError(f"not understood: {name}")
        argument = request[name]
        if name == "ready":
            return {"ready": self._terminal.wait_ready(READY_S)}
        if name in ("touch", "key", "draw"):
            # A finger rests on the glass while the loop goes on: the robot does its own waiting.
            try:
                return handler(argument)
            except AssertionError as error:
                raise ValueError(str(error)) from error
        return self.shell.call(lambda: handler(argument))

    def handlers(self) -> dict[str, Callable[[Any], dict[str, object]]]:
        """By the first key of the line."""
        return {
            "ready": lambda _: {},
            "touch": self._touch,
            "key": self._key,
            "draw": self._draw,
            "view": lambda _: {"view": self._view()},
            "focused": lambda _: {"focused": self.robot.focused_node()},
            "stops": lambda _: {"stops": self.robot.visible_nodes()},
            "tree": lambda _: {"tree": self.robot.tree()},
            "grab": self._grab,
            "advance": self._advance,
            "headphones": self._headphones,
            "crash-at": self._crash_at,
            "said": lambda since: {"said": self.said[int(since) :], "count": len(self.said)},
            "cases": lambda _: {"cases": self.cases},
            "receipts": lambda _: {"receipts": self.receipts},
            "catalogue": self._catalogue,
            "poke": self._poke,
            "clock": lambda _: {"now": self.clock.now().isoformat(), "skipped": self.clock.skipped},
            "warnings": lambda _: {"warnings": list(self.shell.warnings)},
            "wipers": lambda _: {"wipers": list(self._terminal.conductor.wipers.names)},
            "forget": self._forget,
            "reach": self._write_reach,
            "holder": self._holder,
            "window": self._write_window,
            "quit": self._quit,
        }

    @property
    def _terminal(self) -> Terminal:
        if self.terminal is None:
            raise ValueError("the terminal is not there yet")
        return self.terminal

    def _touch(self, name: object) -> dict[str, object]:
        self.robot.touch(str(name))
        return {}

    def _key(self, name: object) -> dict[str, object]:
        self.robot.key(str(name))
        return {"focused": self.robot.focused_node()}

    def _draw(self, how: Any) -> dict[str, object]:
        self.robot.draw(str(how["on"]), [[(x / 100, y / 100) for x, y in stroke] for stroke in how["strokes"]])
        return {}

    def _view(self) -> dict[str, Any]:
        view = self.shell.view
        plain = asdict(view)
        plain["place"] = type(self._terminal.conductor.state.place).__name__
        plain["online"] = self._terminal.conductor.state.world.online
        plain["said"] = len(self.said)
        devices = self._terminal.conductor.state.world.devices
        plain["devices"] = {kind: fact.state for kind, fact in devices.items()}
        return plain

    def _grab(self, path: object) -> dict[str, object]:
        return {"bytes": len(self.shell.grab(str(path)))}

    def _advance(self, seconds: object) -> dict[str, object]:
        fired = self.screen.timers.advance(float(str(seconds)))
        self._poke(None)
        return {"fired": fired, "skipped": self.clock.skipped}

    def _poke(self, _argument: object) -> dict[str, object]:
        room = self._terminal.room
        if room is not None and room.engine is not None:
            room.engine.poke()
        return {}

    def _headphones(self, how: object) -> dict[str, object]:
        self._terminal.conductor.dispatch(HeadphonesChanged(str(how) == "in"))
        return {}

    def _crash_at(self, point: object) -> dict[str, object]:
        self._armed = str(point)
        return {}

    def _catalogue(self, _argument: object) -> dict[str, object]:
        shelf = self._terminal.shelf
        return {"version": shelf.catalogue.version, "live": [s.id for s in shelf.catalogue.live()]}

    # What a scan after a visit asks

    def _forget(self, _argument: object) -> dict[str, object]:
        """Drop what the lab itself wrote down."""
        self._reach = None
        for kept in (self.said, self.cases, self.receipts):
            kept.clear()
        return {}

    def _write_reach(self, path: object) -> dict[str, object]:
        # One look must not find what the one before has found.
        self._reach = None
        self._reach = reach = Reach()
        reach.write(Path(str(path)))
        return {"texts": len(reach.texts), "objects": reach.objects}

    def _holder(self, offset: object) -> dict[str, object]:
        if self._reach is None:
            raise ValueError("nothing was reached")
        return {"holder": self._reach.holder_at(int(str(offset)))}

    def _write_window(self, path: object) -> dict[str, object]:
        from ui.robot.texts import texts_of_clipboard, texts_of_window

        found = [*texts_of_window(self.shell), *(("clipboard", text) for text in texts_of_clipboard())]
        Path(str(path)).write_bytes(BETWEEN.join(f"{name}\t{text}".encode() for name, text in found))
        return {"texts": len(found)}

    def _quit(self, _argument: object) -> dict[str, object]:
        self.screen.quit()
        return {}


def main() -> None:
    """Run until told to quit."""
    faulthandler.enable()
    parser = argparse.ArgumentParser(prog="python -m kiosk_app.lab.stage")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--pace", choices=("fast", "real"), default="fast")
    parser.add_argument("--skipped", type=float, default=0.0, help="seconds that the clock is ahead")
    parser.add_argument("--landscape", action="store_true")
    parser.add_argument("--show", action="store_true", help="a window on the display instead of off screen")
    parser.add_argument("--without", action="append", default=[], help="a wiper that is not run")
    parser.add_argument("--machine", type=Path, help="a folder that tells of the machine instead of the system")
    options = parser.parse_args()
    if not options.show:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    play(options)


def drawn(folder: Path) -> Machine:
    """A machine whose swap and fonts are what files in a folder say."""
    from kiosk_app.health.probes import Machine

    return Machine(folder / "swaps", folder / "block", folder / "fonts", folder / "fonts.conf")


def play(options: argparse.Namespace) -> None:
    """Set the stage and run it."""
    from kiosk_app.terminal import Options, Terminal
    from ui.robot import Robot
    from ui.shell import Shell, ShellConfig

    fast = options.pace == "fast"
    size = (1920, 1080) if options.landscape else (1080, 1920)
    # A script strikes faster than a trembling hand; the guard against double strikes has tests of its own.
    shell = Shell(ShellConfig(*size, double_strike_ms=0 if fast else None))
    clock = LabClock(options.skipped)
    stage = Stage(shell, Robot(shell, 0.005 if fast else 0.05, steady=not fast), clock, options.pace)
    terminal = stage.terminal = Terminal(
        stage.screen,
        Options(
            folders(options.state),
            clock=clock,
            checkpoint=stage.checkpoint,
            strict=False,
            simulated=True,
            beat_s=BEAT_S[options.pace],
            said=(stage.heard,),
            wipers_off=frozenset(options.without),
            machine=drawn(options.machine) if options.machine else None,
        ),
    )
    terminal.conductor.on_step.append(stage.stepped)
    shell.on_first_frame = lambda at: terminal.boot()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: shell.post(shell.quit))
    terminal.show()
    control = ControlSocket(options.socket, stage.answer)
    shell.run()
    control.close()
    terminal.stop()
    shell.close()


if __name__ == "__main__":
    main()
