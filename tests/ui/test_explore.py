"""Explore by touch, hold to press, ten fingers and the corner, at the pixels of real pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from tests.ui.conftest import Clock
from tests.ui.samples import build
from ui.fingers import CORNER_S, PAIR_S, REST_S
from ui.robot import Robot
from ui.shell import Shell
from ui.touch import CORNER_PX
from ui.view import Act, Edit, Focus, Heard, Input, Key, Look, Panel, ScreenView, Touched

Present = Callable[[ScreenView], None]
EXPLORE = Look(explore=True)
CORNER = (CORNER_PX / 2, 1920 - CORNER_PX / 2)


def acts(inputs: Iterable[Input]) -> list[Act | Edit]:
    return [event for event in inputs if isinstance(event, Act | Edit)]


def corners(inputs: Iterable[Input]) -> int:
    return sum(event == Key("corner") for event in inputs)


@pytest.fixture
def rest(shell: Shell, robot: Robot, clock: Clock) -> Callable[[str], None]:
    """Rest a finger on something until it has the focus, and lift it."""

    def do(name: str) -> None:
        clock.now += 1
        robot.finger(0, "press", name)
        clock.now += REST_S
        shell.touch.look()
        robot.finger(0, "release", name)

    return do


@pytest.fixture
def tap_twice(robot: Robot, clock: Clock) -> Callable[[tuple[float, float]], None]:
    """Tap twice at a point."""

    def do(point: tuple[float, float]) -> None:
        clock.now += 1
        for _ in range(2):
            robot.finger(0, "press", point)
            robot.finger(0, "release", point)
            clock.now += PAIR_S / 2

    return do


def test_a_resting_finger_makes_an_item_speak_and_lifting_does_nothing(
    present: Present, robot: Robot, inputs: list[Input], rest: Callable[[str], None]
) -> None:
    present(build("home", "zh", EXPLORE))
    inputs.clear()
    rest("service.pay")
    assert robot.focused_node() == "service.pay"
    robot.wait(lambda: any(isinstance(event, Heard) and event.node == "service.pay" for event in inputs))
    assert Focus("service.pay") in inputs
    assert isinstance(inputs[0], Touched)
    assert acts(inputs) == []


def test_the_item_that_has_the_focus_speaks_again_when_it_is_touched(
    present: Present, robot: Robot, inputs: list[Input], rest: Callable[[str], None]
) -> None:
    present(build("home", "zh", EXPLORE))
    for _ in range(2):
        inputs.clear()
        rest("service.pay")
        robot.wait(lambda: any(isinstance(event, Heard) and event.node == "service.pay" for event in inputs))


def test_a_gliding_finger_moves_the_focus_from_item_to_item(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", EXPLORE))
    robot.finger(0, "press", "service.shebao")
    seen = []
    for name in ("service.pay", "dock.help", "service.print"):
        clock.now += 0.05
        robot.finger(0, "move", name)
        seen.append(robot.focused_node())
    robot.finger(0, "release", "service.print")
    assert seen == ["service.pay", "dock.help", "service.print"]
    assert acts(inputs) == []


def test_words_that_cannot_be_pressed_speak_too(
    present: Present, robot: Robot, inputs: list[Input], rest: Callable[[str], None]
) -> None:
    view = build("review", "zh", EXPLORE)
    present(replace(view, page="explored"))
    text = next(n for n in view.nodes if not n.actions and n.text and n.id in robot.visible_nodes())
    rest(text.id)
    assert robot.focused_node() == text.id


def test_two_quick_taps_anywhere_act_on_what_has_the_focus(
    present: Present,
    inputs: list[Input],
    rest: Callable[[str], None],
    tap_twice: Callable[[tuple[float, float]], None],
    robot: Robot,
) -> None:
    present(build("home", "zh", EXPLORE))
    rest("service.pay")
    tap_twice((540, 200))
    assert acts(inputs) == [Act("service.pay")]
    assert robot.focused_node() == "service.pay"


def test_a_single_tap_only_moves_the_focus(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", EXPLORE))
    clock.now += 1
    robot.finger(0, "press", "service.print")
    robot.finger(0, "release", "service.print")
    clock.now += PAIR_S + 0.01
    shell.touch.look()
    assert robot.focused_node() == "service.print"
    assert acts(inputs) == []


def test_the_shell_itself_looks_after_a_finger_at_rest(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("home", "zh", EXPLORE))
    robot.explore("service.pay", act=True)
    assert acts(inputs) == [Act("service.pay")]


def test_a_panel_is_explored_and_typed_with(
    present: Present,
    inputs: list[Input],
    robot: Robot,
    rest: Callable[[str], None],
    tap_twice: Callable[[tuple[float, float]], None],
) -> None:
    present(build("form", "zh", EXPLORE, Panel.PHONE))
    rest("key.8")
    robot.wait(lambda: any(isinstance(event, Heard) and event.name == "8" for event in inputs))
    assert acts(inputs) == []
    tap_twice((540, 300))
    assert [event.text[-1] for event in inputs if isinstance(event, Edit)] == ["8"]


def test_while_one_finger_explores_the_others_do_not_count(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", EXPLORE))
    robot.finger(0, "press", "service.pay")
    clock.now += REST_S
    shell.touch.look()
    robot.finger(1, "press", "service.print")
    robot.finger(1, "move", "dock.help")
    robot.finger(1, "release", "dock.help")
    assert robot.focused_node() == "service.pay"
    robot.finger(0, "release", "service.pay")
    assert acts(inputs) == []


TEN = [f"key.{n}" for n in "1234567890"]


@pytest.mark.parametrize("order", [range(10), range(9, -1, -1), (5, 0, 9, 1, 8, 2, 7, 3, 6, 4)])
def test_ten_fingers_on_ten_keys_type_one_digit(
    present: Present, robot: Robot, inputs: list[Input], order: Iterable[int]
) -> None:
    present(build("form", "zh", Look(), Panel.PHONE))
    inputs.clear()
    for n, name in enumerate(TEN):
        robot.finger(n, "press", name)
    for n in order:
        robot.finger(n, "release", TEN[n])
    assert len(acts(inputs)) == 1


def test_a_second_finger_on_the_empty_ground_of_attract_does_not_start_a_visit(
    present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("attract"))
    robot.finger(0, "press", "dock.help")
    robot.finger(1, "press", (540, 300))
    robot.finger(1, "release", (540, 300))
    robot.finger(0, "release", "dock.help")
    assert acts(inputs) == [Act("dock.help")]


@pytest.mark.parametrize("rested", [0.0, 0.79])
def test_a_finger_that_leaves_before_its_time_does_nothing(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock, rested: float
) -> None:
    present(build("home", "zh", Look(hold_s=0.8)))
    robot.finger(0, "press", "service.pay")
    clock.now += rested
    robot.finger(0, "release", "service.pay")
    assert acts(inputs) == []


def test_a_finger_that_has_rested_acts_when_it_leaves(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", Look(hold_s=0.8)))
    robot.finger(0, "press", "service.pay")
    clock.now += 0.81
    assert acts(inputs) == []
    robot.finger(0, "release", "service.pay")
    assert acts(inputs) == [Act("service.pay")]


def test_a_finger_that_slid_off_and_came_back_has_to_rest_anew(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", Look(hold_s=0.8)))
    robot.finger(0, "press", "service.pay")
    clock.now += 0.5
    robot.finger(0, "move", "dock.help")
    robot.finger(0, "move", "service.pay")
    clock.now += 0.5
    robot.finger(0, "release", "service.pay")
    assert acts(inputs) == []


def test_the_bar_of_hold_to_press_is_drawn_while_the_finger_rests(shell: Shell, present: Present, robot: Robot) -> None:
    present(build("home", "zh", Look(hold_s=0.3)))
    point = robot._point("service.pay")
    idle = shell.window.grabWindow()
    robot.finger(0, "press", "service.pay")
    robot.wait(lambda: _dark_below(shell, robot) > 0.8)
    robot.finger(0, "release", "service.pay")
    robot.settle()
    assert shell.window.grabWindow().pixelColor(point) == idle.pixelColor(point)
    assert _dark_below(shell, robot) < 0.2


def _dark_below(shell: Shell, robot: Robot) -> float:
    """How much of the line where the bar lies is ink."""
    item = robot._find("service.pay")
    assert item is not None
    image = shell.window.grabWindow()
    x, y = (
        round(item.mapToScene(item.boundingRect().topLeft()).x()),
        round(item.mapToScene(item.boundingRect().bottomLeft()).y()),
    )
    across = [image.pixelColor(x + round(item.width() * part / 20), y - 2).lightnessF() for part in range(2, 19)]
    return sum(light < 0.3 for light in across) / len(across)


@pytest.mark.parametrize("screen", ["attract", "home", "form", "review", "idle"])
@pytest.mark.parametrize("look", [Look(), EXPLORE, Look(seated=True, size=1.5), Look(screen_off=True)])
def test_the_corner_held_for_three_seconds_asks_for_the_modes_from_any_page(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock, screen: str, look: Look
) -> None:
    present(build(screen, "zh", look))
    inputs.clear()
    robot.finger(0, "press", CORNER)
    clock.now += CORNER_S - 0.01
    shell.touch.look()
    assert corners(inputs) == 0
    clock.now += 0.02
    shell.touch.look()
    assert corners(inputs) == 1
    clock.now += CORNER_S
    shell.touch.look()
    robot.finger(0, "release", CORNER)
    assert corners(inputs) == 1
    assert acts(inputs) == []
    assert Key("screen") not in inputs


def test_a_finger_that_wanders_out_of_the_corner_asks_for_nothing(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home"))
    robot.finger(0, "press", CORNER)
    robot.finger(0, "move", (CORNER_PX + 40, 1900))
    clock.now += 2 * CORNER_S
    shell.touch.look()
    robot.finger(0, "release", (CORNER_PX + 40, 1900))
    assert corners(inputs) == 0


def test_the_control_under_a_corner_hold_lets_go(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    """Here the corner is laid over a key of the dock."""
    present(build("home"))
    point = robot._point("dock.help")
    corner = shell.touch._corner
    try:
        shell.touch._corner = lambda: replace(corner(), x=point.x() - 10.0, y=point.y() - 10.0)  # type: ignore[method-assign]
        robot.finger(0, "press", "dock.help")
        clock.now += CORNER_S
        shell.touch.look()
        robot.finger(0, "release", "dock.help")
    finally:
        shell.touch._corner = corner  # type: ignore[method-assign]
    assert corners(inputs) == 1
    assert acts(inputs) == []
    clock.now += 1
    robot.touch("dock.help")
    assert acts(inputs) == [Act("dock.help")]
