"""A whole form of the newer kinds in the real window: by finger, keypad, two switches and by ear alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kiosk_app.lab.modes import Hands
from kiosk_app.visit.state import Review, Visit
from kiosk_app.voice import slots
from tests.kiosk_app.services.kinds import GOOD, PIN, SERVICE, desk
from tests.ui.room import Room, hands_of
from ui.shell import Shell

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


@pytest.fixture
def begin(shell: Shell) -> Iterator[Callable[..., Room]]:
    """Set up a room; the window forgets it afterwards."""
    yield lambda lang, **prefs: Room(shell, SERVICE, desk(), "year", lang, **prefs)
    shell.on_input = lambda _: None
    shell.wipe()


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
    hands = hands_of(mode, room)
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
