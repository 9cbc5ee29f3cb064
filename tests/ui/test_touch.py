from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from tests.ui.conftest import Clock
from tests.ui.samples import build
from ui.robot import Robot, RobotError
from ui.shell import Shell, ShellConfig
from ui.view import Act, Action, Focus, Heard, Input, Key, Look, Node, Role, ScreenView, Touched

Present = Callable[[ScreenView], None]


def acts(inputs: list[Input]) -> list[Act]:
    return [event for event in inputs if isinstance(event, Act)]


def test_a_touch_says_touched_before_it_acts(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("review"))
    inputs.clear()
    robot.touch("actions.submit")
    kinds = [type(event) for event in inputs]
    assert kinds.index(Touched) < kinds.index(Act)
    assert acts(inputs) == [Act("actions.submit")]


def test_a_finger_that_slides_off_does_nothing(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("review"))
    start, end = robot._point("actions.submit"), robot._point("actions.back")
    device = QTest.createTouchDevice()
    QTest.touchEvent(shell.window, device).press(0, start, shell.window).commit()
    QTest.touchEvent(shell.window, device).move(0, end, shell.window).commit()
    QTest.touchEvent(shell.window, device).release(0, end, shell.window).commit()
    robot.settle()
    assert acts(inputs) == []


def test_a_second_finger_is_ignored(shell: Shell, present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("home"))
    a, b = robot._point("service.shebao"), robot._point("service.pay")
    device = QTest.createTouchDevice()
    QTest.touchEvent(shell.window, device).press(0, a, shell.window).commit()
    QTest.touchEvent(shell.window, device).stationary(0).press(1, b, shell.window).commit()
    QTest.touchEvent(shell.window, device).stationary(0).release(1, b, shell.window).commit()
    QTest.touchEvent(shell.window, device).release(0, a, shell.window).commit()
    robot.settle()
    assert acts(inputs) == [Act("service.shebao")]


def test_a_double_strike_acts_once(present: Present, robot: Robot, inputs: list[Input], clock: Clock) -> None:
    present(build("home"))
    robot.touch("service.pay")
    clock.now += 0.39
    robot.touch("service.pay")
    assert acts(inputs) == [Act("service.pay")]
    clock.now += 0.02
    robot.touch("service.pay")
    assert acts(inputs) == [Act("service.pay")] * 2


def test_the_filter_is_as_long_as_the_look_says(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home", "zh", Look(strike_s=0.0)))
    robot.touch("service.pay")
    robot.touch("service.pay")
    assert len(acts(inputs)) == 2
    present(build("home", "zh", Look(strike_s=2.0)))
    clock.now += 1.9
    robot.touch("service.pay")
    assert len(acts(inputs)) == 2


def test_the_second_half_of_a_double_strike_does_not_press_the_next_page(
    present: Present, robot: Robot, inputs: list[Input], clock: Clock
) -> None:
    present(build("home"))
    robot.touch("service.pay")
    present(build("review"))
    clock.now += 0.2
    robot.touch("actions.submit")
    assert acts(inputs) == [Act("service.pay")]


def test_touching_the_empty_ground_of_attract_starts(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("attract"))
    robot.touch_at(540, 300)
    assert acts(inputs) == [Act("start.touch")]


def test_a_switched_off_node_does_not_act(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("form"))
    with pytest.raises(RobotError, match="switched off"):
        robot.touch("actions.next")
    robot.press("actions.next")
    assert acts(inputs) == []


def test_hold_shows_and_release_hides(present: Present, robot: Robot, inputs: list[Input]) -> None:
    view = build("review")
    held = Node("review.secret", Role.FACT, "身份证号", value="11**28", actions=(Action.HOLD,))
    present(replace(view, page="held", nodes=(held, *view.nodes)))
    let_go = robot.hold("review.secret")
    assert acts(inputs) == [Act("review.secret", Action.HOLD)]
    let_go()
    assert acts(inputs)[-1] == Act("review.secret", Action.RELEASE)


def test_select_toggles_a_hold(present: Present, robot: Robot, inputs: list[Input]) -> None:
    view = build("review")
    held = Node("review.secret", Role.FACT, "身份证号", value="11**28", actions=(Action.HOLD,))
    present(replace(view, page="held.keys", nodes=(held, *view.nodes)))
    robot.press("review.secret")
    robot.key("SELECT")
    assert [a.action for a in acts(inputs)] == [Action.HOLD, Action.RELEASE]


@pytest.mark.parametrize(
    ("key", "name"),
    [("BACK", "back"), ("HELP", "help"), ("REPEAT", "repeat"), ("LOUDER", "louder"), ("SLOWER", "slower")],
)
def test_keys_of_the_keypad(present: Present, robot: Robot, inputs: list[Input], key: str, name: str) -> None:
    present(build("home"))
    robot.key(key)
    assert Key(name) in inputs


def test_every_control_is_reached_by_down_and_select_acts(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("list"))
    robot.press("service.S07")
    assert acts(inputs) == [Act("service.S07")]


def test_a_node_on_another_part_is_found_by_turning(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(replace(build("list"), page="list.other"))
    robot.touch("service.S07")
    assert acts(inputs) == [Act("service.S07")]


def test_focus_and_what_is_heard_of_it(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("rating"))
    robot.go_to("rating.4")
    robot.wait(lambda: any(isinstance(e, Heard) and e.node == "rating.4" for e in inputs))
    heard = next(e for e in inputs if isinstance(e, Heard) and e.node == "rating.4")
    assert (heard.role, heard.name, heard.state, heard.position) == ("radio", "满意", "unchecked", (2, 5))
    assert Focus("rating.4") in inputs


def test_a_change_of_the_focused_node_is_heard(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    view = build("review")
    present(view)
    robot.go_to("review.consent")
    robot.wait(lambda: any(isinstance(e, Heard) and e.node == "review.consent" for e in inputs))
    inputs.clear()
    present(
        replace(view, nodes=tuple(replace(n, checked=False) if n.id == "review.consent" else n for n in view.nodes))
    )
    robot.wait(lambda: any(isinstance(e, Heard) for e in inputs))
    assert [e.state for e in inputs if isinstance(e, Heard)] == ["unchecked"]


def test_a_cover_hides_the_page_and_gives_the_focus_back(present: Present, robot: Robot, inputs: list[Input]) -> None:
    present(build("form"))
    robot.go_to("key.8")
    under = replace(build("form"), focus="form.phone")
    present(build("idle"))
    assert robot.focused_node() == "idle.more"
    assert "form.phone" not in robot.visible_nodes()
    assert "138" not in robot.tree()
    with pytest.raises(RobotError, match="not to be seen"):
        robot.touch("key.8", reveal=False)
    present(replace(under, focus=""))
    assert robot.focused_node() == "key.8"


def test_the_accessible_tree_holds_every_visible_word(present: Present, robot: Robot) -> None:
    view = build("review")
    present(replace(view, page="tree"))
    tree = robot.tree()
    missing = [n.text for n in view.nodes if n.text and n.text not in tree]
    assert missing == []
    assert view.title in tree


def test_the_dark_screen_shows_nothing_and_wakes(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("review", "zh", Look(screen_off=True)))
    image = shell.window.grabWindow()
    assert {image.pixelColor(x, y).name() for x in range(0, 1080, 90) for y in range(0, 1920, 90)} == {"#000000"}
    robot.touch_at(500, 900)
    assert Key("screen") in inputs


def test_touch_to_changed_frame(shell: Shell, present: Present) -> None:
    present(build("home"))
    robot = Robot(shell)
    frames: list[float] = []
    shell.on_frame.append(frames.append)
    waits = []
    point = robot._point("service.print")
    try:
        for _ in range(25):
            QTest.qWait(20)
            frames.clear()
            begin = time.monotonic()
            robot._touch("press", point)
            while not frames and time.monotonic() - begin < 1:
                QTest.qWait(1)
            waits.append((frames[0] - begin) * 1000)
            robot._touch("release", point)
    finally:
        shell.on_frame.remove(frames.append)
    assert statistics.quantiles(waits, n=20)[18] < 100


def test_a_smaller_display_shows_the_whole_page() -> None:
    small = Shell(ShellConfig(scale=0.5))
    try:
        small.present(build("home"))
        robot = Robot(small)
        got: list[Input] = []
        small.on_input = got.append
        robot.settle()
        assert (small.window.width(), small.window.height()) == (540, 960)
        assert robot._point("dock.help").y() < 960
        robot.touch("dock.help")
        assert Act("dock.help") in got
        assert QPoint(robot._point("service.pay")).x() < 540
    finally:
        small.close()
