from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_reader.codec import LONGEST, Line, Refusal, Refused
from drivers.code_reader.keys import (
    CAPS_LOCK,
    DOWN,
    ENTER,
    GAP_S,
    REPEAT,
    SUFFIXES,
    TAB,
    UP,
    KeyParser,
)
from drivers.code_reader.virtual_reader import typed
from drivers.transport.input_node import EV_KEY, EV_SYN, EVENT, SYN_DROPPED

ASCII = string.ascii_letters + string.digits + string.punctuation + " "


def key(code: int, value: int = DOWN, at: float = 0.0) -> bytes:
    return EVENT.pack(int(at), round(at % 1 * 1e6), EV_KEY, code, value)


def test_an_event_has_24_bytes() -> None:
    assert EVENT.size == 24


def test_every_character_of_ascii_is_read() -> None:
    assert KeyParser().feed(typed(ASCII)) == [Line(ASCII)]


@pytest.mark.parametrize("suffix", [ENTER, TAB, 96])
def test_enter_and_tab_end_a_code(suffix: int) -> None:
    assert KeyParser().feed(typed("DS1", suffix=suffix)) == [Line("DS1")]


def test_an_end_without_a_code_is_nothing() -> None:
    assert KeyParser().feed(key(ENTER)) == []


def test_what_is_typed_slowly_is_no_code() -> None:
    assert KeyParser().feed(typed("DS1", pace=GAP_S + 0.05)) == [Refused(Refusal.DAMAGED)]


def test_the_rest_of_a_torn_scan_is_no_code() -> None:
    data = typed("DS1-FIRST", suffix=None) + typed("-REST", at=0.3)
    assert KeyParser().feed(data) == [Refused(Refusal.DAMAGED)]


def test_what_a_hand_typed_before_a_scan_is_no_part_of_it() -> None:
    assert KeyParser().feed(typed("x", suffix=None) + typed("DS1", at=2.0)) == [Line("DS1")]


def test_a_scan_may_take_as_long_as_its_keys_keep_coming() -> None:
    text = "A" * 400
    assert KeyParser().feed(typed(text, pace=0.05)) == [Line(text)]


def test_time_that_jumps_back_breaks_a_code_off() -> None:
    assert KeyParser().feed(typed("x", at=9.0, suffix=None) + typed("DS1", at=1.0)) == [Line("DS1")]


def test_without_a_suffix_the_pause_ends_a_code() -> None:
    parser = KeyParser(SUFFIXES["none"])
    assert parser.feed(typed("DS1", suffix=None)) == []
    assert parser.paused(at=10.0) == [Line("DS1")]


def test_without_a_suffix_two_scans_are_two_codes() -> None:
    parser = KeyParser(SUFFIXES["none"])
    assert parser.feed(typed("DS1", suffix=None) + typed("DS2", at=2.0, suffix=None)) == [Line("DS1")]


def test_a_chosen_suffix_leaves_the_other_to_be_refused() -> None:
    assert KeyParser(SUFFIXES["enter"]).feed(typed("DS1", suffix=TAB) + key(ENTER, at=0.03)) == [
        Refused(Refusal.NOT_ASCII)
    ]


def test_caps_lock_turns_letters_over() -> None:
    assert KeyParser().feed(key(CAPS_LOCK) + key(CAPS_LOCK, UP) + typed("aB1!")) == [Line("Ab1!")]


def test_a_key_that_repeats_by_itself_is_typed_once() -> None:
    assert KeyParser().feed(key(30) + key(30, REPEAT) + key(30, UP) + key(ENTER)) == [Line("a")]


@pytest.mark.parametrize("modifier", [29, 56, 100, 125])
def test_characters_beyond_ascii_are_refused(modifier: int) -> None:
    # Alt and a number on the keypad is how scanners type what has no key.
    data = typed("DS", suffix=None) + key(modifier) + key(82) + key(79) + key(modifier, UP) + key(ENTER)
    assert KeyParser().feed(data) == [Refused(Refusal.NOT_ASCII)]


@pytest.mark.parametrize("code", [86, 89, 124, 183, 500])
def test_keys_that_no_us_keyboard_has_are_refused(code: int) -> None:
    assert KeyParser().feed(typed("DS", suffix=None) + key(code) + key(ENTER)) == [Refused(Refusal.NOT_ASCII)]


def test_after_a_refused_code_the_next_is_read() -> None:
    assert KeyParser().feed(key(183) + key(ENTER) + typed("DS1", at=1.0))[-1] == Line("DS1")


def test_events_that_the_kernel_lost_damage_the_code() -> None:
    lost = EVENT.pack(0, 5000, EV_SYN, SYN_DROPPED, 0)
    assert KeyParser().feed(typed("DS", suffix=None) + lost + key(ENTER, at=0.01)) == [Refused(Refusal.DAMAGED)]


def test_more_than_a_kilobyte_is_refused() -> None:
    assert KeyParser().feed(typed("A" * (LONGEST + 1))) == [Refused(Refusal.TOO_LONG)]


def test_a_kilobyte_is_read() -> None:
    assert KeyParser().feed(typed("A" * LONGEST)) == [Line("A" * LONGEST)]


@given(st.text(ASCII, min_size=1, max_size=80), st.integers(1, 60))
def test_codes_survive_any_cutting(text: str, size: int) -> None:
    data, parser = typed(text), KeyParser()
    codes = [code for at in range(0, len(data), size) for code in parser.feed(data[at : at + size])]
    assert codes == [Line(text)]


@given(st.binary(max_size=2400), st.integers(1, 100), st.sampled_from(sorted(SUFFIXES)))
def test_garbage_yields_ascii_or_nothing(data: bytes, size: int, suffix: str) -> None:
    parser = KeyParser(SUFFIXES[suffix])
    codes = [code for at in range(0, len(data), size) for code in parser.feed(data[at : at + size])]
    assert all(code.text.isascii() and code.text.isprintable() for code in codes if isinstance(code, Line))


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 2)), max_size=60))
def test_any_keys_yield_ascii_or_a_refusal(presses: list[tuple[int, int]]) -> None:
    data = b"".join(key(code, value) for code, value in presses) + key(ENTER)
    for code in KeyParser().feed(data):
        assert isinstance(code, Refused) or (code.text.isascii() and code.text.isprintable())
