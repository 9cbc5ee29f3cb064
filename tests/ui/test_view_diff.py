from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.ui.samples import build
from ui.hearing import everything, id_of
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Heard, Input, Node, Role, ScreenView, Slot

Present = Callable[[ScreenView], None]


def test_an_equal_view_changes_no_item(shell: Shell, present: Present) -> None:
    present(build("review"))
    changes = []
    for slot in Slot:
        model = shell.bridge.model(slot)
        model.dataChanged.connect(lambda *_: changes.append("data"))
        model.rowsInserted.connect(lambda *_: changes.append("rows"))
        model.rowsRemoved.connect(lambda *_: changes.append("rows"))
        for item in model.items():
            item.changed.connect(lambda: changes.append("node"))
    assert shell.present(build("review")) == 0
    assert changes == []


def test_an_equal_view_moves_no_focus_and_says_nothing(
    shell: Shell, present: Present, robot: Robot, inputs: list[Input]
) -> None:
    present(build("guide"))
    robot.go_to("actions.back")
    robot.wait(lambda: any(isinstance(one, Heard) and one.node == "actions.back" for one in inputs))
    robot.settle()
    shell.present(replace(build("guide"), caption="…"))
    before = robot.focused_node()
    inputs.clear()
    present(replace(build("guide"), caption="…"))
    assert robot.focused_node() == before == "actions.back"
    assert inputs == []


def test_one_changed_node_changes_one_item(shell: Shell, present: Present) -> None:
    view = build("review")
    present(view)
    nodes = tuple(replace(n, value="139*****111") if n.id == "review.phone" else n for n in view.nodes)
    assert shell.present(replace(view, nodes=nodes)) == 1


def test_items_survive_when_a_node_is_put_before_them(shell: Shell, present: Present) -> None:
    view = build("review")
    present(view)
    kept = {id_of(i): i for i in everything(shell.root()) if id_of(i) == "review.consent"}
    first = Node("review.new", Role.NOTICE, "新的一行")
    present(replace(view, nodes=(first, *view.nodes)))
    now = {id_of(i): i for i in everything(shell.root()) if id_of(i) == "review.consent"}
    assert kept["review.consent"] is now["review.consent"]


def test_the_focus_stays_on_its_node_when_others_come_and_go(shell: Shell, present: Present, robot: Robot) -> None:
    view = build("review")
    present(view)
    robot.go_to("review.consent")
    present(replace(view, nodes=tuple(n for n in view.nodes if n.id != "review.papers")))
    assert robot.focused_node() == "review.consent"


def test_a_new_page_puts_the_focus_where_the_view_says(present: Present, robot: Robot) -> None:
    present(build("attract"))
    present(build("guide"))
    assert robot.focused_node() == "actions.start"


def test_a_new_page_without_a_wish_puts_the_focus_on_the_heading(present: Present, robot: Robot) -> None:
    present(build("attract"))
    present(build("rating"))
    assert robot.focused_node() == "page.heading"


def test_nodes_that_left_keep_nothing_of_what_they_held(shell: Shell, present: Present) -> None:
    present(build("review"))
    items = {item.node.id: item for item in shell.bridge.model(Slot.BODY).items()}
    present(build("attract"))
    shell.bridge.model(Slot.BODY).sweep()
    assert items["review.phone"].node.value != "138*****000"
