"""A terminal's screen, visit and voice on one loop for a form that only a test knows, and hands that fill it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from drivers.device import Command, Completion
from kiosk_app.conductor import Conductor
from kiosk_app.lab.by_ear import EarHands
from kiosk_app.lab.by_keys import KeypadHands, SwitchHands
from kiosk_app.lab.clock import LabClock
from kiosk_app.lab.modes import Hands
from kiosk_app.lab.processes import WorldError
from kiosk_app.lab.samples import ONLINE
from kiosk_app.lab.stage import Stage
from kiosk_app.lab.world import World
from kiosk_app.loop import Timer
from kiosk_app.services import Form as Questions
from kiosk_app.visit import Desk
from kiosk_app.visit.state import Form, Place, Visit
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.speaker import Speaker
from ui.robot import Robot
from ui.shell import Shell
from ui.view import ScreenView


class Unhurried:
    """The window's loop, on which no time-out comes: however long the hands take, nobody has walked away."""

    def __init__(self, shell: Shell) -> None:
        self.post, self.run, self.quit = shell.post, shell.run, shell.quit

    def after(self, seconds: float, fn: Callable[[], None]) -> Timer:
        return NEVER


class Never:
    def cancel(self) -> None:
        pass


NEVER = Never()


class Mouth:
    """Says everything at once and reports it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.speaker: Speaker | None = None

    def submit(self, command: Command) -> None:
        speaker = self.speaker
        assert speaker is not None
        self._shell.post(lambda: speaker.report(Completion("speech", command.id)))

    def hush(self) -> None:
        pass

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def forget(self) -> None:
        pass


class Room:
    """A terminal's screen, visit and voice on one loop, with the laboratory's stage before it."""

    def __init__(self, shell: Shell, service: str, desk: Desk, first: str, lang: str, **prefs: Any) -> None:
        self.shell, self.desk = shell, desk
        self.views: list[ScreenView] = []
        mouth = Mouth(shell)
        self.conductor = Conductor(
            Unhurried(shell), lambda: desk, self._present, lambda name, fields: None, lambda: "v1"
        )
        self.stage = Stage(shell, Robot(shell, 0.005), LabClock(), "fast")
        self.stage.terminal = cast(Any, SimpleNamespace(conductor=self.conductor))
        mouth.speaker = Speaker(mouth, Narrator(), self.conductor.redraw, self.stage.heard)
        self.conductor.voice = mouth.speaker
        shell.on_input = self.conductor.input
        visit = Visit(service=service, started=True)
        self.conductor.state = replace(
            ONLINE, prefs=replace(ONLINE.prefs, lang=lang, **prefs), place=Form(first), visit=visit
        )
        stage = SimpleNamespace(ask=self._ask)
        self.world = cast(World, SimpleNamespace(stage=stage, pace="fast", clock=self.stage.clock))

    def _ask(self, **request: Any) -> dict[str, object]:
        try:
            return self.stage.answer(request)
        except ValueError as error:
            raise WorldError(str(error)) from error

    def _present(self, view: ScreenView) -> None:
        self.views.append(view)
        self.shell.present(view)

    def answered(self, answers: Mapping[str, str], place: Place) -> None:
        """Begin elsewhere, with answers that were given before."""
        visit = replace(self.conductor.state.visit, answers=answers)
        self.conductor.state = replace(self.conductor.state, visit=visit, place=place)

    def plug(self) -> None:
        """Headphones in, and the first question is shown."""
        speaker = self.conductor.voice
        assert isinstance(speaker, Speaker)
        speaker.headphones(True)
        self.conductor.show()

    def play(self, script: Callable[[], None]) -> None:
        """Show the first question and let a script work while the loop runs."""
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self.shell.call(self.plug)
                script()
            except (WorldError, AssertionError, ValueError, TimeoutError) as error:
                failed.append(error)
            finally:
                self.shell.quit()

        thread = threading.Thread(target=work)
        thread.start()
        self.shell.run()
        thread.join(10)
        if failed:
            raise failed[0]


class Ears(EarHands):
    """Ears of somebody who knows what this service asks."""

    def __init__(self, room: Room) -> None:
        super().__init__(room.world)
        state = room.conductor.state
        self.lang, self._service, self._begun = state.prefs.lang, state.visit.service, True
        self._questions = room.desk.form(state.visit.service)

    def _form(self) -> Questions:
        return self._questions


def hands_of(mode: str, room: Room) -> Hands:
    """The hands of a mode: touch, keypad, switch or ear."""
    kinds: dict[str, Callable[[], Hands]] = {
        "touch": lambda: Hands(room.world),
        "keypad": lambda: KeypadHands(room.world),
        "switch": lambda: SwitchHands(room.world),
        "ear": lambda: Ears(room),
    }
    return kinds[mode]()
