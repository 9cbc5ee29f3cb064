"""After a visit no panel remembers anything: not what was typed, nor what was chosen, nor in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtQml import QJSValue
from PySide6.QtQuick import QQuickItem

from tests.ui.samples import build
from ui.bridge import Composition
from ui.fingers import Fingers
from ui.hearing import everything
from ui.presses import KeyPresses
from ui.robot import Robot
from ui.robot.texts import texts_of
from ui.shell import Shell
from ui.strikes import Strikes
from ui.view import Edit, Heard, Input, Look, Node, Panel, ScreenView, Slot

Present = Callable[[ScreenView], None]

# panel -> what a resident presses, and what of it must be gone
TYPED: dict[Panel, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Panel.DIGITS: (tuple("736941"), ("736941", "73694")),
    Panel.NUMBER: (tuple("387"), ("387",)),
    Panel.MONEY: ((*"38764", "point", "5"), ("38764.5", "38,764.5")),
    Panel.PHONE: (tuple("13976543218"), ("13976543218", "7654  3218")),
    Panel.ID_NUMBER: (tuple("110102194603076"), ("110102194603076", "19460307")),
    Panel.DATE: (("year", *"19370", "6"), ("1937",)),
    Panel.MONTH: (("year", *"1993"), ("1993",)),
    Panel.ADDRESS: (("西城区", "西城区/德胜街道", "西城区/德胜街道/新风街", *"37", "yuan"), ("新风街37", "37号院")),
    Panel.PINYIN: ((*"guanxi", "word.关系", *"nihaopen"), ("关系", "guanxi", "nihaopen")),
    Panel.NAME: ((*"zhang", "word.掌", *"lixuem"), ("掌", "zhang", "lixuem")),
    Panel.REGION: (("130000", "130200"), ("130200", "唐山")),
    Panel.USCC: (tuple("91110102MA"), ("91110102MA", "91  110102  MA")),
    Panel.PLATE: (tuple("京A73694"), ("京A73694", "京A  73694")),
}


@pytest.fixture
def visit(shell: Shell, present: Present) -> Iterator[Callable[[Panel], list[str]]]:
    """Open a panel on a fresh visit, empty; what it sends comes back as the field's value."""
    edits: list[str] = []

    def begin(panel: Panel) -> list[str]:
        edits.clear()
        present(build("attract"))
        view = build("form", "zh", Look(), panel)

        def show(text: str) -> None:
            nodes = tuple(replace(n, value=text) if n.id == "form.phone" else n for n in view.nodes)
            shell.present(replace(view, nodes=nodes))

        def take(event: Input) -> None:
            if isinstance(event, Edit):
                edits.append(event.text)
                show(event.text)

        shell.on_input = take
        show("")
        return edits

    yield begin
    shell.on_input = lambda _: None


def end(shell: Shell, present: Present, robot: Robot) -> None:
    """What the terminal does at the end: the page of the next resident, and the wipers."""
    present(build("attract"))
    shell.wipe()
    robot.settle()


def kept(shell: Shell) -> Iterator[str]:
    """Every text that the window, its items and the shell's own parts hold."""
    seen: set[int] = set()
    for item in everything(shell.root()):
        for thing in (item, *item.findChildren(QObject)):
            if id(thing) not in seen:
                seen.add(id(thing))
                yield from texts_of(thing)
    for slot in Slot:
        model = shell.bridge.model(slot)
        for node in (*model.items(), *model._retired, *model._spare):
            yield from words(asdict(node.node))
    for part in (shell.keys, shell.touch, shell.hearing, shell.bridge):
        yield from words(vars(part))


def words(held: object) -> Iterator[str]:
    """Every text in a value: its items, its fields, and what the small classes of the room keep."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for pair in held.items():
            yield from words(pair)
    elif isinstance(held, list | tuple | set | frozenset):
        for one in held:
            yield from words(one)
    elif isinstance(held, ScreenView | Node | Heard | Composition):
        yield from words(asdict(held))
    elif isinstance(held, Strikes | KeyPresses | Fingers):
        yield from words(vars(held))


@pytest.mark.parametrize("panel", TYPED)
def test_nothing_that_was_typed_is_left_in_any_item(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]], panel: Panel
) -> None:
    edits = visit(panel)
    keys, secrets = TYPED[panel]
    for key in keys:
        robot.touch(f"key.{key}")
    assert edits, "the panel typed something"
    held = "\n".join(kept(shell))
    assert any(secret in held for secret in secrets), "the test sees what a panel holds"
    end(shell, present, robot)
    left = "\n".join(kept(shell))
    assert [secret for secret in secrets if secret in left] == []
    assert not any(f"key.{key}" in left for key in keys)


@pytest.mark.parametrize("panel", TYPED)
def test_the_next_resident_finds_the_panel_as_the_first_one_did(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]], panel: Panel
) -> None:
    visit(panel)
    robot.settle()
    first = state(shell)
    for key in TYPED[panel][0]:
        robot.touch(f"key.{key}")
    assert state(shell) != first
    end(shell, present, robot)
    visit(panel)
    robot.settle()
    assert state(shell) == first


def test_candidates_do_not_learn_from_the_resident_before(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]]
) -> None:
    def offered() -> list[str]:
        return [name for name in robot.visible_nodes() if name.startswith("key.word.")]

    visit(Panel.PINYIN)
    robot.type("guanxi")
    first = offered()
    for _ in range(3):
        robot.touch(first[-1])
        robot.touch("key.clear")
        robot.type("guanxi")
    assert offered() == first
    end(shell, present, robot)
    visit(Panel.PINYIN)
    robot.type("guanxi")
    assert offered() == first


def ways(shell: Shell, present: Present, *, helped: bool = False) -> None:
    """A page comes over the form and goes again, as 使用方式 does."""
    form = shell.view
    present(build("list"))
    present(replace(form, page="form.again", look=replace(form.look, helped=helped)))


def test_letters_without_a_word_are_there_again_when_the_ways_close(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]]
) -> None:
    edits = visit(Panel.PINYIN)
    for key in ("g", "u", "a", "n", "word.关", "mode_name", "w", "a", "n", "g"):
        robot.touch(f"key.{key}")
    before = state(shell)
    ways(shell, present)
    assert state(shell) == before
    robot.touch("key.word.王")
    assert edits[-1] == "关王"


def test_who_helps_does_not_see_what_the_resident_left_half_typed(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]]
) -> None:
    visit(Panel.PINYIN)
    for key in "wang":
        robot.touch(f"key.{key}")
    ways(shell, present, helped=True)
    assert state(shell)["letters"] == ""


def test_letters_wait_for_their_own_field_only(
    shell: Shell, present: Present, robot: Robot, visit: Callable[[Panel], list[str]]
) -> None:
    visit(Panel.PINYIN)
    for key in "wang":
        robot.touch(f"key.{key}")
    form = shell.view
    nodes = tuple(replace(n, id="form.other") if n.id == "form.phone" else n for n in form.nodes)
    present(build("list"))
    present(replace(form, page="form.other", nodes=nodes, focus="form.other"))
    assert state(shell)["letters"] == ""


def state(shell: Shell) -> dict[str, object]:
    """What the open panel holds beside its keys."""
    panel = next(item for item in everything(shell.root()) if is_panel(item))
    names = ("text", "letters", "mode", "upper", "from", "house", "typed", "part")
    found = {name: panel.property(name) for name in names if panel.metaObject().indexOfProperty(name) >= 0}
    chain = panel.property("chain")
    if chain is not None:
        found["chain"] = str(chain.toVariant() if isinstance(chain, QJSValue) else chain)
    return found


def is_panel(item: QQuickItem) -> bool:
    """True for the panel itself: a focus scope with a text and a node."""
    face = item.metaObject()
    known = all(face.indexOfProperty(name) >= 0 for name in ("node", "text"))
    return item.isFocusScope() and known and not item.inherits("QQuickAbstractButton")
