"""Keys at the window: which wish goes up, what a held key does, what a change of the map does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Clock
from tests.ui.samples import build
from ui.keymap import EZ_ACCESS, KEYBOARD, ONE_SWITCH, USUAL, Keymap
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Act, Edit, Input, Key, Look, Panel, ScreenView, Touched

Present = Callable[[ScreenView], None]
STRIKE = Look().strike_s


@pytest.fixture
def maps(shell: Shell) -> Iterator[Shell]:
    """A shell whose key map the test changes."""
    yield shell
    shell.use_keys(USUAL)


def press(shell: Shell, name: str) -> None:
    QTest.keyClick(shell.window, Qt.Key[f"Key_{name}"])


def wishes(inputs: list[Input]) -> list[str]:
    return [event.name for event in inputs if isinstance(event, Key)]


ASKED = {"help", "back", "next", "slower", "faster", "louder", "softer", "repeat", "pause", "where"}


@pytest.mark.parametrize("one", [EZ_ACCESS, KEYBOARD], ids=["ez-access", "keyboard"])
def test_every_key_that_asks_sends_its_wish_up(
    shell: Shell, present: Present, inputs: list[Input], clock: Clock, one: Keymap
) -> None:
    present(build("home"))
    for key, meaning in one.keys.items():
        inputs.clear()
        clock.now += 1
        press(shell, key)
        assert wishes(inputs) == ([meaning] if meaning in ASKED else []), key
        first = inputs[0]
        assert first == Key("pause") if meaning == "pause" else isinstance(first, Touched)


@pytest.mark.parametrize(
    ("key", "short", "late"), [("F17", "help", "where"), ("F23", "slower", "repeat"), ("F24", "faster", "pause")]
)
def test_a_key_held_for_a_second_asks_for_something_else_once(
    shell: Shell, present: Present, inputs: list[Input], clock: Clock, key: str, short: str, late: str
) -> None:
    present(build("home"))
    code = Qt.Key[f"Key_{key}"]
    QTest.keyPress(shell.window, code)
    clock.now += 0.99
    shell.keys.look()
    assert wishes(inputs) == []
    clock.now += 0.01
    shell.keys.look()
    shell.keys.look()
    QTest.keyRelease(shell.window, code)
    assert wishes(inputs) == [late]
    clock.now += 1
    press(shell, key)
    assert wishes(inputs) == [late, short]


def test_pausing_does_not_hush_and_the_short_press_of_its_key_does(
    shell: Shell, present: Present, inputs: list[Input], clock: Clock
) -> None:
    present(build("home"))
    inputs.clear()
    QTest.keyPress(shell.window, Qt.Key.Key_F24)
    clock.now += 1.01
    shell.keys.look()
    QTest.keyRelease(shell.window, Qt.Key.Key_F24)
    assert [event for event in inputs if isinstance(event, Touched | Key)] == [Key("pause")]
    inputs.clear()
    clock.now += 1
    press(shell, "F24")
    assert [event for event in inputs if isinstance(event, Touched | Key)] == [Touched(clock.now), Key("faster")]


def test_the_jack_of_a_keypad_is_a_key_that_the_site_names(maps: Shell, present: Present, inputs: list[Input]) -> None:
    present(build("home"))
    maps.use_keys(USUAL, {"F15": "jack_in", "F16": "jack_out"})
    press(maps, "F15")
    press(maps, "F16")
    assert wishes(inputs) == ["jack_in", "jack_out"]
    with pytest.raises(ValueError, match="explode"):
        maps.use_keys(USUAL, {"F15": "explode"})


def test_the_shell_itself_looks_after_a_held_key(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("home"))
    let_go = robot.key_down("HELP")
    robot.wait(lambda: Key("where") in inputs)
    let_go()
    assert wishes(inputs) == ["where"]


def test_a_key_held_down_does_not_repeat(shell: Shell, present: Present, robot: Robot, inputs: list[Input]) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    present(build("home"))
    robot.key("DOWN")
    start = robot.focused_node()
    for code in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_R):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, "", True)
            QCoreApplication.sendEvent(shell.window, event)
    assert robot.focused_node() == start
    assert wishes(inputs) == []
    assert not any(isinstance(event, Act) for event in inputs)


def test_a_key_that_no_map_knows_hushes_and_does_nothing_else(
    shell: Shell, present: Present, inputs: list[Input]
) -> None:
    present(build("form"))
    inputs.clear()
    for code in (Qt.Key.Key_F30, Qt.Key.Key_Q):
        QTest.keyClick(shell.window, code)
    assert sum(isinstance(event, Touched) for event in inputs) == 2
    assert not any(isinstance(event, Act | Edit | Key) for event in inputs)


def test_a_code_that_is_no_key_at_all_hushes_and_does_nothing_else(
    shell: Shell, present: Present, inputs: list[Input]
) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    present(build("form"))
    inputs.clear()
    QCoreApplication.sendEvent(
        shell.window, QKeyEvent(QEvent.Type.KeyPress, 0x0BADC0DE, Qt.KeyboardModifier.NoModifier)
    )
    assert sum(isinstance(event, Touched) for event in inputs) == 1
    assert not any(isinstance(event, Act | Edit | Key) for event in inputs)


def test_the_same_key_twice_at_once_counts_once(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home"))
    robot.key("DOWN")
    first = robot.focused_node()
    clock.now += STRIKE * 0.9
    robot.key("DOWN")
    assert robot.focused_node() == first
    clock.now += STRIKE * 0.2
    robot.key("DOWN")
    second = robot.focused_node()
    assert second != first
    robot.key("UP")
    assert robot.focused_node() == first, "another key is no double strike"


def test_hold_to_press_waits_for_select_too(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("review", "zh", Look(hold_s=0.8)))
    robot.wait(lambda: robot.focused_node() != "")
    for _ in range(60):
        if robot.focused_node() == "actions.submit":
            break
        clock.now += 1
        robot.key("DOWN")
    clock.now += 1
    let_go = robot.key_down("SELECT")
    clock.now += 0.79
    shell.keys.look()
    let_go()
    assert not any(isinstance(event, Act) for event in inputs)
    clock.now += 1
    let_go = robot.key_down("SELECT")
    clock.now += 0.8
    shell.keys.look()
    let_go()
    assert [event for event in inputs if isinstance(event, Act)] == [Act("actions.submit")]


def test_another_map_is_in_force_at_the_next_press(
    maps: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    """What hot plug comes to: whatever device a key comes from, the map of the moment says what it means."""
    present(build("home"))
    robot.key("DOWN")
    start = robot.focused_node()
    press(maps, "1")
    assert robot.focused_node() == start, "1 is a digit, and no panel shows one"
    maps.use_keys(["two-switch"])
    press(maps, "1")
    at = robot.focused_node()
    assert at != start
    press(maps, "2")
    assert Act(at) in inputs
    press(maps, "F17")
    assert wishes(inputs) == []
    maps.use_keys(["ez-access"])
    press(maps, "F17")
    assert wishes(inputs) == ["help"]


def test_a_map_that_is_not_there_leaves_the_old_one_in_force(
    maps: Shell, present: Present, inputs: list[Input]
) -> None:
    present(build("home"))
    with pytest.raises(ValueError, match="piano"):
        maps.use_keys(["piano"])
    press(maps, "F17")
    assert wishes(inputs) == ["help"]


def test_two_switches_reach_everything_of_a_page(maps: Shell, present: Present, robot: Robot) -> None:
    maps.use_keys(["two-switch"])
    present(build("home"))
    wanted = {node.id for node in maps.view.nodes if node.actions and node.enabled}
    met: set[str] = set()
    for _ in range(80):
        press(maps, "Space")
        met.add(robot.focused_node())
    assert wanted <= met


def test_one_switch_scans_and_acts(
    maps: Shell, present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    maps.use_keys(["one-switch"])
    present(build("home"))
    robot.settle()
    start = robot.focused_node()
    press(maps, "Space")
    assert robot.focused_node() == start
    for _ in range(3):
        clock.now += ONE_SWITCH.scan_s
        maps.keys.look()
    at = robot.focused_node()
    assert at != start
    press(maps, "Space")
    assert Act(at) in inputs or at == "page.heading"
    assert maps.bridge.keys


def test_the_star_of_a_keypad_types_only_where_a_panel_shows_it(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("form", "zh", Look(), Panel.PHONE))
    robot.key("*")
    robot.key("7")
    assert [event.text[-1] for event in inputs if isinstance(event, Edit)] == ["7"]


def test_a_steady_hand_gets_every_key_through_the_filter(shell: Shell, present: Present) -> None:
    present(build("home"))
    present(build("form", "zh", Look(strike_s=0.05), Panel.PHONE))
    got: list[Input] = []
    shell.on_input = got.append
    override, shell.bridge.strike_override = shell.bridge.strike_override, None
    try:
        steady = Robot(shell, steady=True)
        for _ in range(3):
            steady.key("8")
    finally:
        shell.bridge.strike_override = override
    assert sum(isinstance(event, Edit) for event in got) == 3
