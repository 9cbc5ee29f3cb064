"""Every panel types the exact text by touch and by keypad; nothing is typed that a finger could not have typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ui.samples import build
from ui.audit import audit
from ui.hearing import id_of, walk_tree
from ui.robot import Robot
from ui.shell import Shell
from ui.view import Edit, Input, Key, Look, Option, Panel, ScreenView

Present = Callable[[ScreenView], None]


@pytest.fixture
def typed(shell: Shell, present: Present) -> Callable[[Panel, str], list[str]]:
    """Open a panel with a value; the edits it sends come back as the next view's value, as the terminal does."""

    def open_(panel: Panel, value: str = "", lang: str = "zh") -> list[str]:
        view = build("form", lang, Look(), panel)
        view = replace(view, page=f"typed.{panel}.{value}")
        edits: list[str] = []

        def show(text: str) -> None:
            nodes = tuple(replace(n, value=text) if n.id == "form.phone" else n for n in view.nodes)
            shell.present(replace(view, nodes=nodes))

        def take(event: Input) -> None:
            if isinstance(event, Edit):
                edits.append(event.text)
                show(event.text)

        shell.on_input = take
        show(value)
        return edits

    return open_


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_phone(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.PHONE)
    robot.type("13800138000", mode)
    assert edits[-1] == "13800138000"
    assert len(edits) == 11


def test_no_digit_beyond_the_limit(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.PHONE, "13800138000")
    robot.touch("key.5")
    assert edits == []


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_identity_number_with_x(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.ID_NUMBER, "1101011985010100")
    robot.type("1X", mode)
    assert edits[-1] == "11010119850101001X"


def test_erase_and_clear(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.DIGITS, "482")
    robot.touch("key.erase")
    robot.touch("key.clear")
    assert edits == ["48", ""]


def test_digits_of_the_keypad_type_into_the_open_panel(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.DIGITS)
    for key in ("4", "8", "ERASE", "7"):
        robot.key(key)
    assert edits[-1] == "47"


def test_read_back_asks_the_terminal(shell: Shell, present: Present, robot: Robot) -> None:
    present(build("form"))
    got: list[Input] = []
    shell.on_input = got.append
    robot.touch("key.readback")
    assert Key("readback") in got


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_date_by_steppers(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.DATE, "1946-03-31")
    act = robot.touch if mode == "touch" else robot.press
    act("key.month_up")
    assert edits[-1] == "1946-04-30"
    act("key.year_down")
    assert edits[-1] == "1945-04-30"


def test_date_by_digits(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.DATE, "2000-01-01")
    robot.type("19460307")
    assert edits[-1] == "1946-03-07"


def test_an_empty_date_does_not_say_year_nought(shell: Shell, typed: Callable[..., list[str]], robot: Robot) -> None:
    typed(Panel.DATE)
    robot.settle()
    year = shell.hearing.item("key.year")
    assert year is not None
    empty = shell.hearing.hear(year)
    robot.touch("key.year")
    robot.type("1946")
    filled = shell.hearing.hear(year)
    assert empty is not None
    assert filled is not None
    assert (empty.name, filled.name) == ("年", "1946 年")


def test_month(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.MONTH, "2026-12")
    robot.touch("key.month_up")
    assert edits[-1] == "2026-01"


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_select(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.SELECT)
    (robot.touch if mode == "touch" else robot.press)("key.2")
    assert edits == ["2"]


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_address(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.ADDRESS)
    act = robot.touch if mode == "touch" else robot.press
    for key in ("西城区", "西城区/德胜街道", "西城区/德胜街道/新风街", "3", "yuan", "2", "lou", "1", "unit", "501"):
        for code in [key] if not key.isdigit() else list(key):
            act(f"key.{code}")
    act("key.room")
    assert edits[-1] == "西城区德胜街道新风街3号院2号楼1单元501室"


def test_a_stored_address_opens_where_it_ended(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.ADDRESS, "西城区德胜街道新风街3号院2号楼")
    robot.touch("key.erase")
    assert edits[-1] == "西城区德胜街道新风街3号院2"


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_pinyin(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.PINYIN)
    robot.type("podao", mode)
    assert edits == []
    (robot.touch if mode == "touch" else robot.press)("key.word.坡道")
    assert edits == ["坡道"]


def test_candidates_are_reached_by_keys_and_the_walk_goes_on_from_the_field(
    typed: Callable[..., list[str]], robot: Robot
) -> None:
    """After a candidate has done its work the focus is at the field, not at the top of the page."""
    edits = typed(Panel.PINYIN)
    robot.type("zhang")
    robot.press("key.word.张")
    assert edits == ["张"]
    assert robot.focused_node() == "form.phone"
    robot.type("zhang")
    robot.press("key.word.长")
    assert edits == ["张", "张长"]


def test_candidates_beyond_the_first_ones_are_reached_by_keys(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.NAME)
    robot.type("zhang")
    for _ in range(8):
        if "key.word.彰" in robot.visible_nodes():
            break
        robot.press("key.words_after")
    robot.press("key.word.彰")
    assert edits == ["彰"]


def test_a_single_character_says_which_of_its_sound_it_is(
    shell: Shell, typed: Callable[..., list[str]], robot: Robot
) -> None:
    typed(Panel.PINYIN)
    robot.type("zhang")
    item = shell.hearing.item("key.word.张")
    assert item is not None
    heard = shell.hearing.hear(item)
    assert heard is not None
    assert heard.name == "张，主张的张"
    robot.touch("key.clear")
    robot.type("podao")
    word = shell.hearing.item("key.word.坡道")
    assert word is not None
    told = shell.hearing.hear(word)
    assert told is not None
    assert told.name == "坡道"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("panel", "mode"),
    [(panel, "") for panel in Panel if panel] + [(Panel.PINYIN, "mode_latin"), (Panel.PINYIN, "mode_digits")],
)
def test_every_key_of_every_panel_says_a_name_of_its_own(
    shell: Shell, present: Present, robot: Robot, panel: Panel, mode: str, lang: str
) -> None:
    present(build("home", lang))
    present(build("form", lang, Look(lang=lang), panel))
    if mode:
        robot.touch(f"key.{mode}")
    names = []
    for item in shell.hearing.stops():
        if id_of(item).startswith("key."):
            heard = shell.hearing.hear(item)
            assert heard is not None
            names.append(heard.name)
    assert len(names) >= (2 if panel is Panel.SIGNATURE else 4)
    # A mark alone is silent: it needs a word.
    assert [name for name in names if not any(c.isalnum() for c in name)] == []
    assert [name for name in names if name.startswith(("mode_", "mark_", "key."))] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_a_name_panel_opens_with_the_characters_of_names(
    typed: Callable[..., list[str]], robot: Robot, mode: str
) -> None:
    edits = typed(Panel.NAME)
    robot.type("wang", mode)
    assert all(len(name) == len("key.word.王") for name in robot.visible_nodes() if name.startswith("key.word."))
    (robot.touch if mode == "touch" else robot.press)("key.word.王")
    assert edits == ["王"]
    robot.touch("key.mode_latin")
    robot.touch("key.mode_name")
    robot.type("fang")
    robot.touch("key.word.芳")
    assert edits[-1] == "王芳"


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_number_within_its_bounds(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.NUMBER)
    act = robot.touch if mode == "touch" else robot.press
    act("key.minus")
    assert edits == ["1"], "an empty number begins at its least"
    act("key.minus")
    assert edits == ["1"]
    act("key.plus")
    act("key.clear")
    robot.type("399", mode)
    act("key.plus")
    act("key.plus")
    assert edits[-1] == "400", "400 is the most"
    act("key.7")
    assert edits[-1] == "400", "no more digits than the most has"


def test_number_has_no_zero_in_front(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.NUMBER)
    robot.type("07")
    assert edits == ["0", "7"]


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_money_yuan_and_cents(typed: Callable[..., list[str]], robot: Robot, mode: str) -> None:
    edits = typed(Panel.MONEY)
    act = robot.touch if mode == "touch" else robot.press
    for key in ("1", "2", "3", "4", "point", "point", "5", "0", "9"):
        act(f"key.{key}")
    assert edits == ["1", "12", "123", "1234", "1234.", "1234.5", "1234.50"]
    act("key.erase")
    assert edits[-1] == "1234.5"


@pytest.mark.parametrize("point", ["*", "."])
def test_money_by_the_digits_of_the_keypad_star_is_the_point(
    typed: Callable[..., list[str]], robot: Robot, point: str
) -> None:
    edits = typed(Panel.MONEY)
    for key in (point, "0", "5"):
        robot.key(key)
    assert edits[-1] == "0.05"


def test_money_takes_no_more_digits_than_its_most(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.MONEY)
    robot.type("123456")
    assert edits[-1] == "12345"


@pytest.mark.parametrize(
    ("value", "seen"),
    [("1234.5", "¥ 1,234.5"), ("12345.00", "¥ 12,345.00"), ("999", "¥ 999"), ("0.", "¥ 0."), ("50000", "¥ 50,000")],
)
def test_money_is_shown_in_thousands(
    shell: Shell, typed: Callable[..., list[str]], robot: Robot, value: str, seen: str
) -> None:
    typed(Panel.MONEY, value)
    robot.settle()
    texts = [str(item.property("text")) for item in walk_tree(shell.root()) if item.property("text")]
    assert seen in texts


def test_pinyin_space_takes_the_first_word(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.PINYIN)
    robot.type("shenfenzheng")
    robot.touch("key.space")
    assert edits == ["身份证"]


def test_a_name_is_typed_character_by_character(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.PINYIN)
    robot.touch("key.mode_name")
    robot.type("wang")
    robot.touch("key.word.王")
    assert edits == ["王"]


def test_letters_and_digits(typed: Callable[..., list[str]], robot: Robot) -> None:
    edits = typed(Panel.PINYIN)
    robot.touch("key.mode_latin")
    robot.touch("key.shift")
    robot.type("a")
    robot.touch("key.mode_digits")
    robot.type("12")
    assert edits[-1] == "A12"


def test_a_value_from_the_terminal_replaces_what_is_shown(shell: Shell, present: Present, robot: Robot) -> None:
    present(build("form"))
    view = build("form")
    present(replace(view, nodes=tuple(replace(n, value="139") if n.id == "form.phone" else n for n in view.nodes)))
    got: list[Input] = []
    shell.on_input = got.append
    robot.touch("key.1")
    assert Edit("form.phone", "1391") in got


def test_a_touched_key_does_not_take_the_focus(typed: Callable[..., list[str]], robot: Robot) -> None:
    """Otherwise the narrator would say every digit of a private number aloud, one by one."""
    edits = typed(Panel.PHONE, "138")
    before = robot.focused_node()
    robot.touch("key.5")
    assert edits == ["1385"]
    assert robot.focused_node() == before


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("look", [Look(size=size) for size in (1.0, 1.25, 1.5)] + [Look(elder=True)], ids=str)
@pytest.mark.parametrize("panel", [Panel.NUMBER, Panel.MONEY, Panel.NAME])
def test_numbers_money_and_names_fit_at_every_size_in_both_languages(
    shell: Shell, panel: Panel, look: Look, lang: str
) -> None:
    shell.present(build("home", lang, look))
    shell.present(build("form", lang, replace(look, lang=lang), panel))
    assert audit(shell, walk=False).findings == ()


@pytest.mark.parametrize("mode", ["touch", "keypad"])
def test_the_next_page_of_choices_begins_at_its_first_and_outlives_a_redrawn_page(
    shell: Shell, robot: Robot, mode: str
) -> None:
    """Whoever walks by keys or by ear stands behind all choices otherwise, and never comes to those of later pages."""
    view = replace(build("form", "zh", Look(), Panel.SELECT), page="many")
    halls = tuple(Option(str(n), f"第 {n} 个大厅") for n in range(30))

    def show(note: str) -> None:
        nodes = tuple(replace(n, options=halls, note=note) if n.id == "form.phone" else n for n in view.nodes)
        shell.present(replace(view, nodes=nodes))

    show("")
    (robot.touch if mode == "touch" else robot.press)("key.more")
    robot.settle()
    first = robot.focused_node()
    assert first.startswith("key.")
    assert int(first.removeprefix("key.")) > 0
    show("离得近的排在前面")
    robot.settle()
    assert robot.focused_node() == first
    robot.press("key.previous")
    robot.settle()
    assert robot.focused_node() == "key.0"
