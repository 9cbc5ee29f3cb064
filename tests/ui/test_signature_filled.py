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
from tests.ui.samples import build, field, say
from ui.audit import audit
from ui.hearing import everything, walk_tree
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Edit, Input, Look, Node, Panel, Role

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
        ("ear", "zh"),
        pytest.param("switch", "zh", marks=pytest.mark.matrix),
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


# The panel by itself

LOOKS = [
    ("zh", Look()),
    ("en", Look(size=1.5)),
    ("en", Look(seated=True)),
    ("zh", Look(elder=True, theme="dark")),
    *(
        pytest.param(lang, look, marks=pytest.mark.matrix)
        for lang, look in (
            ("en", Look(size=1.25)),
            ("en", Look(elder=True)),
            ("zh", Look(seated=True, size=1.5)),
            ("en", Look(theme="dark")),
            ("zh", Look(theme="lowglare")),
            ("zh", Look(voice=True)),
        )
    ),
]
HOOK = "100,100 300,100 300,300"


def states(lang: str) -> dict[str, Node]:
    """The field before, drawn on, confirmed, and wrong."""
    empty = field(say(lang), Panel.SIGNATURE)
    return {
        "empty": empty,
        "drawn": replace(empty, value=say(lang)("手写签名", "Signed by hand"), ink=HOOK, style="drawn"),
        "confirmed": replace(empty, value=CONFIRMED[lang], style="confirmed"),
        "again": replace(empty, invalid=True, hint=say(lang)("内容改过了，请您再签一次。", "Please sign again.")),
    }


def show(shell: Shell, node: Node, lang: str, look: Look) -> None:
    view = build("form", lang, replace(look, lang=lang), Panel.SIGNATURE)
    nodes = tuple(node if n.id == "form.phone" else n for n in view.nodes)
    shell.present(build("home", lang, look))
    shell.present(replace(view, page=f"sign.{lang}.{node.value}.{node.invalid}", nodes=nodes))


@pytest.mark.parametrize(("lang", "look"), LOOKS, ids=str)
def test_nothing_is_found_by_the_audit(shell: Shell, lang: str, look: Look) -> None:
    for node in states(lang).values():
        show(shell, node, lang, look)
        assert audit(shell).findings == ()
    shell.free()


@pytest.mark.parametrize(("lang", "look"), LOOKS, ids=str)
def test_the_sheet_is_large_and_within_reach(shell: Shell, robot: Robot, lang: str, look: Look) -> None:
    show(shell, states(lang)["empty"], lang, look)
    robot.settle()
    sheet = next(item for item in walk_tree(shell.root()) if item.objectName() == "panel.sheet")
    top = sheet.mapToScene(sheet.boundingRect().topLeft()).y()
    assert sheet.width() >= 600, "nearly 19 cm on the glass"
    assert sheet.height() >= 240
    if look.seated:
        assert top >= shell.window.height() * 0.4


def test_the_finger_draws_and_what_it_drew_is_sent_once(shell: Shell, robot: Robot) -> None:
    edits: list[Edit] = []
    shell.on_input = lambda event: edits.append(event) if isinstance(event, Edit) else None
    show(shell, states("zh")["drawn"], "zh", Look())
    robot.draw("panel.sheet", [[(0.5, 0.5), (0.9, 0.5)]])
    assert [edit.node for edit in edits] == ["form.phone"]
    before, _, line = edits[0].text.partition(";")
    assert before == HOOK
    points = [tuple(map(int, point.split(","))) for point in line.split(" ")]
    assert points[0] == pytest.approx((500, 200), abs=3)
    assert points[-1] == pytest.approx((900, 200), abs=3)
    assert len(points) > 10


def test_a_finger_that_slips_off_draws_along_the_edge(shell: Shell, robot: Robot) -> None:
    edits: list[Edit] = []
    shell.on_input = lambda event: edits.append(event) if isinstance(event, Edit) else None
    show(shell, states("zh")["empty"], "zh", Look())
    robot.draw("panel.sheet", [[(0.5, 0.5), (0.5, 1.6)]])
    assert edits[0].text.endswith("500,400")


def test_nothing_that_was_drawn_stays_in_the_window(shell: Shell) -> None:
    """Not on the sheet, and not in the picture on the review."""
    events: list[Input] = []
    shell.on_input = events.append
    show(shell, states("zh")["drawn"], "zh", Look())
    assert HOOK in inks(shell)
    review = build("review", "zh")
    row = Node("review.sign", Role.FACT, "签名", value="手写签名", ink=HOOK, group="rows")
    shell.present(replace(review, page="review.signed", nodes=(row, *review.nodes)))
    assert audit(shell).findings == ()
    assert HOOK in inks(shell)
    shell.present(build("attract", "zh"))
    shell.wipe()
    shell.free()
    assert not [ink for ink in inks(shell) if ink]


def inks(shell: Shell) -> list[str]:
    """What any item of the window holds of strokes."""
    names = ("strokes", "live", "ink")
    return [str(item.property(name)) for item in everything(shell.root()) for name in names if item.property(name)]
