"""The panels of the newer kinds by touch and by keypad: several ticks, provinces and cities, codes, plates, PINs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ui.samples import build, field, say, several
from ui.audit import audit
from ui.hearing import walk_tree
from ui.robot import Robot, RobotError
from ui.shell import Shell
from ui.view import Edit, Heard, Input, Look, Node, Option, Panel, Privacy

COVER = "●"
MODES = pytest.mark.parametrize("mode", ["touch", "keypad"])
LOOKS = [
    ("zh", Look()),
    ("en", Look(size=1.5)),
    ("zh", Look(elder=True)),
    ("zh", Look(seated=True)),
    ("en", Look(theme="dark")),
    ("zh", Look(voice=True)),
]
Open = Callable[..., list[str]]


def pin(lang: str, value: str = "") -> Node:
    """A PIN as the terminal sends it: nothing but how far it is filled."""
    w = say(lang)
    return replace(
        field(w, Panel.DIGITS),
        text=w("新密码", "New PIN"),
        value=value,
        limit=6,
        style="secret",
        privacy=Privacy.PUBLIC,
        hint=w("六位数字", "Six digits"),
    )


@pytest.fixture
def opened(shell: Shell, robot: Robot) -> Open:
    """Open a field; the edits it sends come back as the next view's value, as the terminal does."""

    def open_(node: Node, lang: str = "zh", *, back: Callable[[str], str] = str) -> list[str]:
        view = build("form", lang, Look(), node.panel)
        others = tuple(n for n in view.nodes if n.id != "form.phone")
        edits: list[str] = []

        def show(text: str) -> None:
            shell.present(replace(view, page=f"{node.panel}.{lang}", nodes=(replace(node, value=text), *others)))

        def take(event: Input) -> None:
            if isinstance(event, Edit):
                edits.append(event.text)
                show(back(event.text))

        shell.on_input = take
        shell.present(build("home", lang))
        show(node.value)
        robot.settle()
        return edits

    return open_


def press(robot: Robot, mode: str) -> Callable[[str], None]:
    return robot.touch if mode == "touch" else robot.press


def texts(shell: Shell) -> list[str]:
    return [str(item.property("text")) for item in walk_tree(shell.root()) if item.property("text")]


def heard(shell: Shell, name: str) -> Heard:
    item = shell.hearing.item(name)
    assert item is not None
    found = shell.hearing.hear(item)
    assert found is not None
    return found


# Several choices


@MODES
def test_ticks_are_kept_in_their_order_and_taken_off(opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(several(say("zh"), ticked=""))
    act = press(robot, mode)
    for key in ("4", "0", "2", "0"):
        act(f"key.{key}")
    assert edits == ["4", "4,0", "4,0,2", "4,2"]


@MODES
def test_no_more_than_may_be_are_ticked(opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(several(say("zh"), ticked="1,3", picks=2))
    if mode == "touch":
        with pytest.raises(RobotError, match="switched off"):
            robot.touch("key.0")
    else:
        robot.press("key.0")
    assert edits == []
    press(robot, mode)("key.3")
    press(robot, mode)("key.0")
    assert edits == ["1", "1,0"]


def test_the_focus_stays_at_what_was_ticked(opened: Open, robot: Robot) -> None:
    opened(several(say("zh"), ticked=""))
    robot.press("key.2")
    robot.settle()
    assert robot.focused_node() == "key.2"


def test_a_ticked_choice_is_a_checked_box_and_a_closed_one_says_so(shell: Shell, opened: Open, robot: Robot) -> None:
    opened(several(say("zh"), ticked="1,3", picks=2))
    robot.settle()
    assert (heard(shell, "key.1").role, heard(shell, "key.1").state) == ("checkbox", "checked")
    closed = heard(shell, "key.0")
    assert (closed.name, closed.state) == ("本人，现在不能用", "unchecked")


def test_the_field_names_what_is_ticked_and_counts_it(shell: Shell, opened: Open, robot: Robot) -> None:
    opened(several(say("zh"), ticked="3,1"))
    robot.settle()
    assert {"兄弟姐妹、配偶", "2 / 3 项"} <= set(texts(shell))
    assert heard(shell, "form.phone").value == "兄弟姐妹、配偶"


def test_one_choice_alone_is_still_replaced(opened: Open, robot: Robot) -> None:
    edits = opened(several(say("zh"), ticked="1", picks=1))
    robot.touch("key.2")
    assert edits == ["2"]


def test_a_page_of_choices_stays_while_it_is_ticked(opened: Open, robot: Robot) -> None:
    many = tuple(Option(f"h{n}", f"第 {n} 家") for n in range(40))
    edits = opened(replace(several(say("zh"), ticked=""), options=many, picks=9))
    robot.touch("key.more")
    robot.settle()
    names = [name for name in robot.visible_nodes() if name.startswith("key.h")]
    for name in names[:2]:
        robot.touch(name)
    robot.settle()
    assert [name for name in robot.visible_nodes() if name.startswith("key.h")] == names
    assert edits[-1] == ",".join(name.removeprefix("key.") for name in names[:2])


# A region


@MODES
def test_a_province_leads_to_its_cities_and_back(shell: Shell, opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(replace(field(say("zh"), Panel.REGION), value=""))
    act = press(robot, mode)
    act("key.130000")
    robot.settle()
    assert "key.140000" not in robot.visible_nodes()
    assert heard(shell, "key.level").name == "换一个 河北省"
    act("key.130200")
    assert edits == ["130000", "130200"]
    robot.settle()
    assert "河北省唐山市" in texts(shell)
    act("key.level")
    robot.settle()
    assert edits[-1] == ""
    assert "key.110000" in robot.visible_nodes()


@MODES
def test_a_municipality_needs_no_second_step(opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(replace(field(say("zh"), Panel.REGION), value=""))
    press(robot, mode)("key.110000")
    robot.settle()
    assert edits == ["110000"]
    assert "key.130000" in robot.visible_nodes()


def test_by_keys_the_walk_goes_on_from_the_field_when_the_provinces_have_gone(opened: Open, robot: Robot) -> None:
    opened(replace(field(say("zh"), Panel.REGION), value=""))
    robot.press("key.130000")
    robot.settle()
    assert robot.focused_node() == "form.phone"


@pytest.mark.parametrize(("lang", "words"), [("zh", "河北省石家庄市"), ("en", "Shijiazhuang, Hebei")])
def test_a_stored_city_opens_among_its_neighbours(
    shell: Shell, opened: Open, robot: Robot, lang: str, words: str
) -> None:
    opened(replace(field(say(lang), Panel.REGION), value="130100"), lang)
    robot.settle()
    assert words in texts(shell)
    assert heard(shell, "key.130100").state == "checked"
    assert heard(shell, "form.phone").value == words


def test_what_is_no_code_begins_at_the_provinces(opened: Open, robot: Robot) -> None:
    edits = opened(replace(field(say("zh"), Panel.REGION), value=COVER * 6))
    robot.touch("key.110000")
    assert edits == ["110000"]


# Codes and plates


@MODES
def test_a_credit_code_has_its_letters_and_no_others(opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(replace(field(say("zh"), Panel.USCC), value=""))
    shown = {name.removeprefix("key.") for name in robot.visible_nodes() if name.startswith("key.")}
    assert shown - {"erase", "clear", "readback"} == set("0123456789ABCDEFGHJKLMNPQRTUWXY")
    robot.type("9X", mode)
    press(robot, mode)("key.erase")
    press(robot, mode)("key.clear")
    assert edits == ["9", "9X", "9", ""]


def test_a_credit_code_is_shown_in_groups_and_takes_no_more_than_18(shell: Shell, opened: Open, robot: Robot) -> None:
    edits = opened(replace(field(say("zh"), Panel.USCC), value="91110102MA01ABCD1"))
    robot.type("23")
    robot.settle()
    assert edits == ["91110102MA01ABCD12"]
    assert "91  110102  MA01  ABCD  12" in texts(shell)


def test_digits_and_x_of_the_keypad_type_into_a_code(opened: Open, robot: Robot) -> None:
    edits = opened(replace(field(say("zh"), Panel.USCC), value="M"))
    for key in ("4", "X", "ERASE", "7"):
        robot.key(key)
    assert edits[-1] == "M47"


@MODES
def test_a_plate_is_led_from_the_province_to_the_letter(opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(field(say("zh"), Panel.PLATE))
    provinces = [name for name in robot.visible_nodes() if name.startswith("key.")]
    assert provinces[0] == "key.京"
    assert len(provinces) == 31
    act = press(robot, mode)
    act("key.冀")
    robot.settle()
    shown = {name.removeprefix("key.") for name in robot.visible_nodes() if name.startswith("key.")}
    assert shown - {"erase", "clear", "readback"} == set("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    act("key.R")
    robot.type("D12345", mode)
    act("key.6")
    assert edits[-1] == "冀RD12345", "no more than eight"
    for _ in range(8):
        act("key.erase")
    robot.settle()
    assert edits[-1] == ""
    assert "key.京" in robot.visible_nodes()


def test_after_the_province_a_digit_is_closed(shell: Shell, opened: Open, robot: Robot) -> None:
    edits = opened(replace(field(say("zh"), Panel.PLATE), value="京"))
    with pytest.raises(RobotError, match="switched off"):
        robot.touch("key.5")
    robot.key("5")
    assert edits == []
    assert heard(shell, "key.5").name == "5，现在不能用"


def test_by_keys_the_walk_goes_on_from_the_field_when_the_province_is_chosen(opened: Open, robot: Robot) -> None:
    opened(field(say("zh"), Panel.PLATE))
    robot.press("key.京")
    robot.settle()
    assert robot.focused_node() == "form.phone"


@pytest.mark.parametrize(("lang", "name"), [("zh", "冀，河北"), ("en", "Ji, Hebei, 冀")])
def test_a_province_is_told_from_one_that_sounds_alike(shell: Shell, opened: Open, lang: str, name: str) -> None:
    opened(field(say(lang), Panel.PLATE), lang)
    assert heard(shell, "key.冀").name == name
    assert heard(shell, "key.吉").name != name


def test_a_plate_stands_with_a_gap_and_no_blanks_to_fill(shell: Shell, opened: Open, robot: Robot) -> None:
    opened(replace(field(say("zh"), Panel.PLATE), value="京A12345"))
    robot.settle()
    assert "京A  12345" in texts(shell)
    assert not any("/" in text for text in texts(shell) if text.endswith("位"))


# A PIN


@MODES
def test_a_pin_shows_how_far_it_is_and_no_digit(shell: Shell, opened: Open, robot: Robot, mode: str) -> None:
    edits = opened(pin("zh"), back=lambda text: COVER * len(text))
    before = robot.focused_node()
    for digit in "274195":
        robot.key(digit) if mode == "keypad" else robot.touch(f"key.{digit}")
        robot.settle()
        assert not any(digit in text for text in texts(shell) if COVER in text)
    assert edits == [COVER * n + digit for n, digit in enumerate("274195")]
    assert robot.focused_node() == before
    assert COVER * 6 in texts(shell)
    assert heard(shell, "form.phone").value == "已填 6 位，共 6 位"
    robot.touch("key.erase")
    assert edits[-1] == COVER * 5


def test_the_dots_of_a_pin_do_not_touch(shell: Shell, opened: Open, robot: Robot) -> None:
    widths = []
    for value in (COVER, COVER * 2):
        opened(pin("zh", value))
        robot.settle()
        dots = next(i for i in walk_tree(shell.root()) if i.property("text") == value and i.property("contentWidth"))
        widths.append(float(dots.property("contentWidth")))
        size = dots.property("font").pixelSize()
    assert widths[1] - widths[0] >= size, "a dot is as wide as its type is high"


# All of them


@pytest.mark.parametrize(("lang", "look"), LOOKS, ids=str)
@pytest.mark.parametrize("kind", ["ticks", "full", "provinces", "cities", "code", "province", "plate", "pin"])
def test_nothing_is_found_by_the_audit(shell: Shell, kind: str, lang: str, look: Look) -> None:
    w = say(lang)
    node = {
        "ticks": several(w, ticked="1"),
        "full": several(w, ticked="1,3,0"),
        "provinces": replace(field(w, Panel.REGION), value=""),
        "cities": replace(field(w, Panel.REGION), value="130100"),
        "code": field(w, Panel.USCC),
        "province": field(w, Panel.PLATE),
        "plate": replace(field(w, Panel.PLATE), value="京", hint=w("还差 6 位", "6 missing")),
        "pin": pin(lang, COVER * 4),
    }[kind]
    view = build("form", lang, replace(look, lang=lang), node.panel)
    nodes = tuple(node if n.id == "form.phone" else n for n in view.nodes)
    shell.present(build("home", lang, look))
    shell.present(replace(view, page=f"{kind}.{lang}", nodes=nodes))
    assert audit(shell).findings == ()
    shell.free()
