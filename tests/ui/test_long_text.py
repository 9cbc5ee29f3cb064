"""A text that grows while it is written: the field keeps its end in sight, and the page keeps the field in sight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.samples import build
from ui.audit import audit
from ui.flow import PageFlow
from ui.hearing import everything
from ui.shell import Shell
from ui.view import Action, Look, Node, Panel, Role, ScreenView

LONG = "我想问一下这个津贴的事情，去年已经办过一次了，今年还要再办吗？" * 15
SAID = Node("said", Role.NOTICE, "工作人员 09:31", "每月 15 号前后打到您的银行卡上。", style="staff", group="chat")
FIELD = Node(
    "chat.text",
    Role.FIELD,
    "您想问什么？",
    hint="不用写姓名、身份证号和银行卡号。",
    actions=(Action.PRESS, Action.EDIT),
    current=True,
    panel=Panel.PINYIN,
    limit=500,
)


def page(text: str, look: Look) -> ScreenView:
    form = build("form", "zh", look)
    rest = tuple(node for node in form.nodes if node.slot in ("actions", "dock"))
    nodes = (SAID, replace(FIELD, value=text), *rest)
    return replace(form, page=f"long#{look}", nodes=nodes, focus="chat.text")


def shown(shell: Shell) -> str:
    report = audit(shell)
    assert report.findings == ()
    return " ".join(one.words for one in report.shown)


@pytest.mark.parametrize("look", [Look(), Look(elder=True), Look(size=1.5), Look(seated=True)], ids=repr)
@pytest.mark.parametrize("which", ["shell", "wide_shell"])
def test_the_end_of_what_is_written_stays_in_sight_however_much_it_is(
    request: pytest.FixtureRequest, which: str, look: Look
) -> None:
    if which == "wide_shell" and look.seated:
        pytest.skip("the reach of a low screen does not change by sitting down")
    shell: Shell = request.getfixturevalue(which)
    for end in range(0, 500, 70):
        shell.present(page(LONG[:end], look))
        words = shown(shell)
        assert FIELD.text in words
        assert LONG[max(0, end - 9) : end] in words.replace("\n", "")


def test_who_turned_back_to_read_is_not_taken_away_again(shell: Shell) -> None:
    look = Look(size=1.5)
    shell.present(page(LONG[:100], look))
    assert FIELD.text in shown(shell)
    flow = next(item for item in everything(shell.root()) if isinstance(item, PageFlow))
    assert flow.property("parts") > 1
    flow.turn(-1)
    shell.present(page(LONG[:101], look))
    assert SAID.value in shown(shell)
