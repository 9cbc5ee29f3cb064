"""The paper task on the screen: room for its words at every size, its drawings large and different."""

from __future__ import annotations

import time

import pytest
from PySide6.QtQuick import QQuickItem

from tests.ui.conftest import Present
from ui.audit import audit
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Action, Chrome, Look, Node, Role, ScreenView, Slot

PATIENCE_S = 10.0
LEAST_PX = 190
"""59 mm on the 27 inch screen: legible from where a hand reaches the printer."""
STEPS = ("open", "core", "jam", "roll", "close")
LOOKS = {
    "standard": Look(),
    "larger": Look(size=1.25),
    "largest": Look(size=1.5),
    "elder": Look(elder=True),
    "dark": Look(theme="dark", size=1.5),
    "seated": Look(seated=True),
}


def view(step: str, look: Look) -> ScreenView:
    """The cover as the terminal sends it, with the longest words."""

    def key(name: str, text: str, style: str) -> Node:
        return Node(f"cover.{name}", Role.BUTTON, text, style=style, slot=Slot.COVER, actions=(Action.PRESS,))

    return ScreenView(
        screen="attract",
        page="Attract.1",
        title="您好",
        chrome=Chrome("政务服务自助终端", "某社区", "09:26", "11月22日", "政务热线 66007070", "本机 XC-0042", True, ""),
        look=look,
        cover="paper",
        focus="cover.step",
        nodes=(
            Node("cover.title", Role.HEADING, "拉出一点纸，合上盖子", slot=Slot.COVER),
            Node("cover.count", Role.TEXT, "第 2 步，共 4 步", slot=Slot.COVER),
            Node(
                "cover.lead",
                Role.TEXT,
                "捏住纸，顺着出纸的方向慢慢拉。碎纸也拿干净。刀口很利，手别碰。",
                slot=Slot.COVER,
            ),
            Node("cover.picture", Role.PICTURE, "图上：一只手。", value=f"paper:{step}", slot=Slot.COVER),
            Node("cover.note", Role.NOTICE, "还有纸卡着。请看看刀口和滚轴旁边，有没有碎纸。", slot=Slot.COVER),
            key("step", "做好了，下一步", "primary"),
            key("before", "上一步", "secondary"),
            key("leave", "先不弄，回去", "secondary"),
        ),
    )


@pytest.mark.parametrize("name", LOOKS)
def test_everything_has_room_and_contrast(shell: Shell, present: Present, name: str) -> None:
    present(view("jam", LOOKS[name]))
    assert [str(finding) for finding in audit(shell).findings] == []


def test_everything_has_room_on_a_wide_screen(wide_shell: Shell) -> None:
    wide_shell.present(view("jam", Look(size=1.5)))
    assert [str(finding) for finding in audit(wide_shell).findings] == []


@pytest.mark.parametrize("name", ["standard", "largest", "dark"])
def test_the_drawings_are_large_and_different(
    shell: Shell, robot: Robot, present: Present, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("pictures") / "shot.png"
    shots: set[bytes] = set()
    for step in STEPS:
        present(view(step, LOOKS[name]))
        end = time.monotonic() + PATIENCE_S
        while (drawing := drawn(shell)) is None or drawing.property("step") != step or not drawing.property("loaded"):
            assert time.monotonic() < end, step
            robot.settle()  # Qt loads a drawing in another thread
        assert drawing.height() >= LEAST_PX
        shell.grab(str(path))
        shots.add(path.read_bytes())
    assert len(shots) == len(STEPS)


def drawn(shell: Shell) -> QQuickItem | None:
    """The drawing on the screen."""
    waiting = [shell.window.contentItem()]
    while waiting:
        item = waiting.pop()
        if isinstance(item.property("step"), str) and isinstance(item.property("loaded"), bool):
            return item
        waiting += item.childItems()
    return None
