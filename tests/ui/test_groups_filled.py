"""Members of a household in the real window: added, corrected, removed, by finger and by ear alone.

`make acceptance` fills groups in every mode and language (tests/acceptance/generated.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk_app.lab.modes import Hands
from kiosk_app.visit.state import Form, Review
from tests.kiosk_app.services.households import SERVICE, TWO, content
from tests.kiosk_app.services.made_up import desk
from tests.ui.room import Room, hands_of
from ui.shell import Shell


@pytest.fixture
def begin(shell: Shell) -> Iterator[Callable[..., Room]]:
    """Set up a room; the window forgets it afterwards."""
    yield lambda lang, **prefs: Room(shell, SERVICE, desk(content()), "alone", lang, **prefs)
    shell.on_input = lambda _: None
    shell.wipe()


ONE = {
    "alone": "false",
    "members": "1",
    "members.1.name": "李静",
    "members.1.relation": "spouse",
    "members.1.income": "",
}
FILLED = {**ONE, "count": "3"}


@pytest.mark.timeout(300)
def test_a_household_is_filled_in_by_touch(begin: Callable[..., Room]) -> None:
    room = begin("zh")
    hands = Hands(room.world)
    room.play(lambda: hands.answer(TWO))
    assert isinstance(room.conductor.state.place, Review)
    assert room.conductor.state.visit.answers == TWO
    assert hands.answered == list(TWO)


@pytest.mark.matrix
@pytest.mark.timeout(300)
def test_a_member_is_added_by_ear_and_one_question_left_empty(begin: Callable[..., Room]) -> None:
    room = begin("zh", voice=True)
    hands = hands_of("ear", room)
    room.play(lambda: hands.answer(FILLED))
    state = room.conductor.state
    assert isinstance(state.place, Review)
    assert {scope: text for scope, text in state.visit.answers.items() if text} == {
        k: v for k, v in FILLED.items() if v
    }
    said = [one["text"] for one in room.stage.said]
    assert any("第一位家人" in text for text in said)
    assert any("已加一个" in text for text in said)


def test_a_member_is_corrected_and_another_removed_in_the_elder_edition(begin: Callable[..., Room]) -> None:
    room = begin("zh", elder=True)
    hands = Hands(room.world)
    room.answered(TWO, Form("members"))

    def script() -> None:
        for node in ("form.members.1", "form.members.1.relation", "key.other", "actions.next"):
            hands.act(node)
        for node in ("form.members.2", "entry.remove", "entry.drop"):
            hands.act(node)

    room.play(script)
    held = room.conductor.state.visit.answers
    assert (held["members"], held["members.1.name"], held["members.1.relation"]) == ("1", "王小明", "other")
    assert "members.1.school" not in held
    assert "members.2.name" not in held
