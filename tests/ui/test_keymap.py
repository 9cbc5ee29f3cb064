"""Key maps and what a key press means, without a window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from ui.keymap import EZ_ACCESS, KEYBOARD, KEYMAPS, ONE_SWITCH, USUAL, Keymap, keymap
from ui.presses import LONG_S, KeyPresses, Scan, Wish
from ui.strikes import Strikes


@pytest.mark.parametrize("one", KEYMAPS.values(), ids=KEYMAPS.keys())
def test_every_key_of_a_map_is_one_that_qt_knows(one: Keymap) -> None:
    known = {key.name.removeprefix("Key_") for key in Qt.Key}
    assert set(one.keys) | set(one.types) <= known


def test_the_eight_keys_of_ez_access_are_f17_to_f24() -> None:
    eight = [EZ_ACCESS.keys[f"F{n}"] for n in range(17, 25)]
    assert eight == ["help", "before", "on", "select", "back", "next", "slower", "faster"]


@pytest.mark.parametrize("one", [EZ_ACCESS, KEYBOARD], ids=["ez-access", "keyboard"])
def test_every_keypad_repeats_pauses_says_where_and_changes_the_volume(one: Keymap) -> None:
    assert {"repeat", "pause", "where", "louder", "softer", "help"} <= {*one.keys.values(), *one.held.values()}


def test_of_two_maps_the_first_decides() -> None:
    both = keymap(["two-switch", "keyboard"])
    assert (both.keys["Space"], both.keys["2"], both.keys["Down"]) == ("on", "select", "on")
    assert "1" not in both.types
    assert both.types["3"] == "3"
    assert keymap(["keyboard", "two-switch"]).keys["Space"] == "select"


@pytest.mark.parametrize("names", [[], ["piano"]])
def test_a_map_that_is_not_there_is_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="key map"):
        keymap(names)


def test_a_key_without_a_second_meaning_acts_when_it_goes_down_and_only_then() -> None:
    presses = KeyPresses()
    assert presses.down("F19", "on", EZ_ACCESS, 10.0) == Wish("F19", "on")
    assert presses.due is None
    assert presses.up("F19", 10.1) is None


def test_help_is_help_when_it_is_let_go_and_where_when_it_is_held() -> None:
    presses = KeyPresses()
    assert presses.down("F17", "help", EZ_ACCESS, 10.0) is None
    assert presses.up("F17", 10.9) == Wish("F17", "help")
    presses.down("F17", "help", EZ_ACCESS, 20.0)
    assert presses.due == 20.0 + LONG_S
    assert presses.look(20.99) is None
    assert presses.look(21.0) == Wish("F17", "where")
    assert presses.look(25.0) is None
    assert presses.up("F17", 25.0) is None


def test_a_long_press_counts_also_when_nobody_looked_meanwhile() -> None:
    presses = KeyPresses()
    presses.down("F17", "help", EZ_ACCESS, 10.0)
    assert presses.up("F17", 11.5) == Wish("F17", "where")


def test_another_key_takes_the_place_of_one_that_waits() -> None:
    presses = KeyPresses()
    presses.down("F17", "help", EZ_ACCESS, 10.0)
    assert presses.down("F19", "on", EZ_ACCESS, 10.2) == Wish("F19", "on")
    assert presses.up("F17", 10.4) is None


@pytest.mark.parametrize("meaning", ["select", "back", "next", "type.5"])
def test_with_hold_to_press_what_changes_something_must_be_held(meaning: str) -> None:
    presses = KeyPresses()
    assert presses.down("K", meaning, EZ_ACCESS, 10.0, hold_s=0.8) is None
    assert presses.up("K", 10.7) is None
    presses.down("K", meaning, EZ_ACCESS, 20.0, hold_s=0.8)
    assert presses.look(20.8) == Wish("K", meaning)
    assert presses.up("K", 21.0) is None


@pytest.mark.parametrize("meaning", ["on", "before", "louder"])
def test_with_hold_to_press_moving_and_listening_need_no_rest(meaning: str) -> None:
    assert KeyPresses().down("K", meaning, EZ_ACCESS, 10.0, hold_s=0.8) == Wish("K", meaning)


def test_a_second_strike_of_the_same_place_counts_only_after_a_while() -> None:
    strikes = Strikes()
    assert strikes.accepts("a", 10.0, 0.4)
    assert not strikes.accepts("a", 10.3, 0.4)
    assert strikes.accepts("b", 10.31, 0.4)
    assert not strikes.accepts("a", 10.39, 0.4)
    assert strikes.accepts("a", 10.4, 0.4)


def test_a_strike_that_meets_a_new_page_was_meant_for_the_old_one() -> None:
    strikes = Strikes()
    assert strikes.accepts("a", 10.0, 0.4, page="1")
    assert not strikes.accepts("b", 10.2, 0.4, page="2")
    assert strikes.accepts("b", 10.4, 0.4, page="2")


def test_refused_strikes_do_not_prolong_the_wait() -> None:
    strikes = Strikes()
    taken = [strikes.accepts("a", 10.0 + n * 0.15, 0.4) for n in range(7)]
    assert taken == [True, False, False, True, False, False, True]


def test_after_forgetting_no_place_is_known_but_the_moment_is() -> None:
    strikes = Strikes()
    strikes.accepts("key.5", 10.0, 0.4)
    strikes.forget()
    assert "key.5" not in str(vars(strikes))
    assert not strikes.accepts("b", 10.2, 0.4), "the second half of the strike that ended the visit"
    assert strikes.accepts("b", 10.4, 0.4)


def test_without_a_filter_every_strike_counts() -> None:
    strikes = Strikes()
    assert [strikes.accepts("a", 10.0, 0.0, page=str(n)) for n in range(3)] == [True, True, True]


def test_one_switch_starts_the_scan_and_then_acts() -> None:
    scan, step = Scan(), ONE_SWITCH.scan_s
    assert not scan.press(10.0, step)
    assert not scan.look(10.0 + step - 0.01, step)
    assert scan.look(10.0 + step, step)
    assert scan.press(11.0 + step, step)
    assert not scan.look(10.0 + 2 * step, step), "after a press the focus rests a whole step"
    assert scan.look(11.0 + 2 * step, step)


def test_a_scan_that_nobody_stops_comes_to_rest() -> None:
    scan = Scan()
    scan.press(0.0, 1.0)
    moved = sum(scan.look(float(n), 1.0) for n in range(1, 500))
    assert moved == Scan.MOST
    assert scan.due is None


def test_the_usual_maps_are_the_keypad_and_the_keyboard() -> None:
    usual = keymap(USUAL)
    assert (usual.keys["F20"], usual.keys["Return"], usual.types["Asterisk"]) == ("select", "select", "point")


def test_a_clock_that_was_set_back_makes_nobody_wait() -> None:
    strikes = Strikes()
    assert strikes.accepts("key.5", 5000.0, 0.4, "home")
    assert strikes.accepts("key.5", 1000.0, 0.4, "home")
    assert strikes.accepts("key.6", 900.0, 0.4, "form")
