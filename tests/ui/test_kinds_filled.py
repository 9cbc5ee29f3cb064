"""A whole form of the newer kinds in the real window: by finger, keypad, two switches and by ear alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

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
from kiosk_app.visit.state import Form, Review, Visit
from kiosk_app.voice import slots
from kiosk_app.voice.narrator import Narrator
from kiosk_app.voice.speaker import Speaker
from tests.kiosk_app.services.kinds import GOOD, PIN, SERVICE, desk, form
from ui.robot import Robot
from ui.shell import Shell
from ui.view import ScreenView

ANSWERS = {**GOOD, "hospitals": "H10,H01"}
"""The last hospital of the list before the first: its pages are turned both ways."""
COUNTED = {
    "zh": {"已选一项，还能选两项。", "已选两项，还能选一项。", "德胜社区卫生服务中心、北京大学第一医院", "已输入六位"},
    "en": {
        "one chosen. You may choose two more.",
        "two chosen. You may choose one more.",
        "Desheng Community Clinic, Peking University First Hospital",
        "six digits entered",
    },
}
"""What the ear hears of ticks and of a PIN."""


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

    def __init__(self, shell: Shell, lang: str, **prefs: Any) -> None:
        self.shell = shell
        self.views: list[ScreenView] = []
        mouth = Mouth(shell)
        self.conductor = Conductor(Unhurried(shell), desk, self._present, lambda name, fields: None, lambda: "v1")
        self.stage = Stage(shell, Robot(shell, 0.005), LabClock(), "fast")
        self.stage.terminal = cast(Any, SimpleNamespace(conductor=self.conductor))
        mouth.speaker = Speaker(mouth, Narrator(), self.conductor.redraw, self.stage.heard)
        self.conductor.voice = mouth.speaker
        shell.on_input = self.conductor.input
        visit = Visit(service=SERVICE, started=True)
        self.conductor.state = replace(
            ONLINE, prefs=replace(ONLINE.prefs, lang=lang, **prefs), place=Form("year"), visit=visit
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

    def __init__(self, world: World, lang: str) -> None:
        super().__init__(world)
        self.lang, self._service, self._begun = lang, SERVICE, True

    def _form(self) -> Questions:
        return form()


@pytest.fixture
def begin(shell: Shell) -> Iterator[Callable[..., Room]]:
    """Set up a room; the window forgets it afterwards."""
    yield lambda lang, **prefs: Room(shell, lang, **prefs)
    shell.on_input = lambda _: None
    shell.wipe()


def hands_of(mode: str, world: World, lang: str) -> Hands:
    kinds: dict[str, Callable[[], Hands]] = {
        "touch": lambda: Hands(world),
        "keypad": lambda: KeypadHands(world),
        "switch": lambda: SwitchHands(world),
        "ear": lambda: Ears(world, lang),
    }
    return kinds[mode]()


def still_secret(room: Room, lang: str = "zh") -> None:
    """No digit of the PIN was said as what was typed, nor its row, and none of it stood on a page."""
    said = [one["text"] for one in room.stage.said if one["node"] in ("form.pin", "form.again")]
    assert said, "how far it is was said"
    assert not {slots.digits(digit, lang) for digit in PIN} & set(said)
    assert not any(slots.digits(PIN[:3], lang) in text or PIN[:3] in text for text in said)
    assert not any(PIN[:3] in str(view.nodes) for view in room.views)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("mode", "lang"),
    [
        ("touch", "zh"),
        ("keypad", "en"),
        ("ear", "zh"),
        pytest.param("touch", "en", marks=pytest.mark.matrix),
        pytest.param("keypad", "zh", marks=pytest.mark.matrix),
        pytest.param("switch", "zh", marks=pytest.mark.matrix),
        pytest.param("ear", "en", marks=pytest.mark.matrix),
    ],
)
def test_every_kind_is_filled(begin: Callable[..., Room], mode: str, lang: str) -> None:
    room = begin(lang, voice=mode == "ear")
    hands = hands_of(mode, room.world, lang)
    room.play(lambda: hands.answer(ANSWERS))
    state = room.conductor.state
    assert isinstance(state.place, Review)
    assert state.visit.answers == ANSWERS
    assert hands.answered == list(ANSWERS)
    still_secret(room, lang)
    if mode == "ear":
        assert COUNTED[lang] <= {one["text"] for one in room.stage.said}


def test_the_elder_edition_fills_it_by_touch(begin: Callable[..., Room]) -> None:
    room = begin("zh", elder=True)
    hands = Hands(room.world)
    room.play(lambda: hands.answer(ANSWERS))
    assert room.conductor.state.visit.answers == ANSWERS
    still_secret(room)


def test_what_stands_there_already_is_replaced(begin: Callable[..., Room]) -> None:
    """Ticks are taken off, a city is left, a PIN is typed anew."""
    room = begin("zh")
    other = {**GOOD, "city": "140100", "hospitals": "H01,H06", "company": "9144030071526726XG", "plate": "冀R88888"}
    room.conductor.state = replace(room.conductor.state, visit=Visit(service=SERVICE, started=True, answers=other))
    hands = Hands(room.world)
    room.play(lambda: hands.fill_all({f"form.{scope}": value for scope, value in GOOD.items()}))
    assert room.conductor.state.visit.answers == GOOD
