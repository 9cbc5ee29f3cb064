"""A form with a signature in the real window: drawn by finger, confirmed by keypad, two switches and by ear alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from contracts.handwriting import Signed, Way, signs
from kiosk_app.lab.modes import Hands
from kiosk_app.services import normalise
from kiosk_app.services.values import signed_of
from kiosk_app.visit.state import Form, Review
from tests.kiosk_app.services.kinds import GOOD, SERVICE, desk, signed, signed_form
from tests.ui.room import Room, hands_of
from ui.shell import Shell

CONFIRMED = {"zh": "已确认，作为签名", "en": "Confirmed as signature"}


@pytest.fixture
def begin(shell: Shell) -> Iterator[Callable[..., Room]]:
    """Set up a room in which only the signature is still to come; the window forgets it afterwards."""

    def begin(lang: str, **prefs: object) -> Room:
        room = Room(shell, SERVICE, desk(signed()), "sign", lang, **prefs)
        room.answered(GOOD, Form("sign"))
        return room

    yield begin
    shell.on_input = lambda _: None
    shell.wipe()


def given(room: Room) -> Signed:
    """The signature of the visit, which is at its review."""
    state = room.conductor.state
    assert isinstance(state.place, Review)
    found = signed_of(state.visit.answers["sign"])
    assert found is not None
    assert signs(found, normalise(signed_form(), GOOD))
    return found


@pytest.mark.parametrize(
    ("mode", "lang"),
    [
        ("touch", "zh"),
        ("keypad", "en"),
        ("switch", "zh"),
        ("ear", "zh"),
        pytest.param("touch", "en", marks=pytest.mark.matrix),
        pytest.param("ear", "en", marks=pytest.mark.matrix),
    ],
)
def test_it_is_drawn_by_finger_and_confirmed_otherwise(begin: Callable[..., Room], mode: str, lang: str) -> None:
    room = begin(lang, voice=mode == "ear")
    hands = hands_of(mode, room)
    room.play(lambda: hands.answer({"sign": "drawn"}))
    found = given(room)
    assert found.way is (Way.DRAWN if mode == "touch" else Way.CONFIRMED)
    assert len(found.strokes) == (4 if mode == "touch" else 0)
    if mode == "ear":
        assert any(CONFIRMED[lang] in one["text"] for one in room.stage.said)


@pytest.mark.parametrize("prefs", [{"elder": True}, {"seated": True}, {"size": 1.5, "theme": "dark"}], ids=str)
def test_it_is_drawn_in_every_look(begin: Callable[..., Room], prefs: dict[str, object]) -> None:
    room = begin("zh", **prefs)
    room.play(lambda: Hands(room.world).answer({"sign": "drawn"}))
    assert len(given(room).strokes) == 4


def test_a_finger_may_confirm_as_well(begin: Callable[..., Room]) -> None:
    room = begin("zh")
    room.play(lambda: Hands(room.world).answer({"sign": "confirmed"}))
    assert given(room) == replace(given(room), way=Way.CONFIRMED, strokes=())


def test_a_dot_is_not_enough_and_what_was_drawn_is_cleared(begin: Callable[..., Room]) -> None:
    room = begin("zh")
    hands = Hands(room.world)

    def script() -> None:
        room.world.stage.ask(draw={"on": "panel.sheet", "strokes": [[(50, 50), (51, 50)]]})
        hands.go("next")
        hands.wait(lambda view: any("签名太短了" in node["text"] for node in view["nodes"]), "it says what is missing")
        hands.act("key.clear")
        hands.fill("form.sign", "drawn")

    room.play(script)
    found = signed_of(room.conductor.state.visit.answers["sign"])
    assert found is not None
    assert len(found.strokes) == 4
