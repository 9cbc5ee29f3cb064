"""Where the focus goes by itself, and what a walk by keys costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from tests.ui.samples import build
from ui.bridge import HEADING_ID
from ui.hearing import everything, id_of, walk_tree
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Look, Node, Role, ScreenView, Slot

Present = Callable[[ScreenView], None]
PAGES = ("attract", "home", "form", "review", "outcome", "guide", "idle")
VOICE = Look(voice=True)


def test_when_the_focused_thing_goes_the_focus_is_on_the_heading(present: Present, robot: Robot) -> None:
    page = build("review", "zh", VOICE)
    present(page)
    going = next(n for n in page.nodes if n.slot is Slot.ACTIONS)
    robot.go_to(going.id)
    present(replace(page, nodes=tuple(n for n in page.nodes if n is not going)))
    assert robot.focused_node() == HEADING_ID


@pytest.fixture
def headed() -> tuple[ScreenView, str]:
    """A cover that says something before its heading, as it is read out; and the id of the heading."""
    cover = build("idle", "zh", VOICE)
    title = next(n for n in cover.nodes if n.slot is Slot.COVER and n.role is Role.HEADING)
    above = Node("cover.above", Role.TEXT, "先说这个", slot=Slot.COVER)
    return replace(cover, focus="gone", nodes=(above, *cover.nodes)), title.id


def test_a_cover_whose_wanted_thing_is_not_there_begins_at_its_heading(
    present: Present, robot: Robot, headed: tuple[ScreenView, str]
) -> None:
    present(build("form", "zh", VOICE))
    present(headed[0])
    assert robot.focused_node() == headed[1]


def test_when_the_focused_key_of_a_cover_goes_the_focus_is_on_the_heading_of_the_cover(
    present: Present, robot: Robot, headed: tuple[ScreenView, str]
) -> None:
    cover, title = headed
    present(build("form", "zh", VOICE))
    present(replace(cover, focus="idle.more"))
    assert robot.focused_node() == "idle.more"
    present(replace(cover, focus="", nodes=tuple(n for n in cover.nodes if n.id != "idle.more")))
    assert robot.focused_node() == title


@pytest.mark.parametrize("voice", [False, True])
@pytest.mark.parametrize("page", PAGES)
def test_the_stops_are_what_the_tree_has_in_its_order(shell: Shell, present: Present, page: str, voice: bool) -> None:
    present(build(page, "zh", Look(voice=voice)))
    tree = [i for i in walk_tree(shell.root()) if i.activeFocusOnTab() and i.isEnabled() and id_of(i)]
    assert [id_of(i) for i in shell.hearing.stops()] == [id_of(i) for i in tree]


def test_a_step_of_the_walk_does_not_go_through_the_tree(shell: Shell, present: Present) -> None:
    present(build("form", "zh", VOICE))
    items, asked = len(list(walk_tree(shell.root()))), 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal asked
        asked += event == "call" and frame.f_code.co_name in {walk_tree.__name__, everything.__name__, id_of.__name__}

    sys.setprofile(count)
    try:
        shell.hearing.walk(forward=True)
    finally:
        sys.setprofile(None)
    assert 0 < asked < items / 2
