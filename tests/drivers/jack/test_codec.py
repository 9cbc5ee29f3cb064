from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.jack.codec import Contact, JackParser, contact_of, event
from drivers.transport.input_node import EV_KEY, EV_SW, EV_SYN, EVENT, SYN_DROPPED

HEADPHONE, MICROPHONE = 2, 4


def test_the_events_are_those_of_the_kernel() -> None:
    said = event(Contact.IN, 3.5)
    assert len(said) == 48
    assert EVENT.unpack(said[:24]) == (3, 500000, 5, 2, 1)
    assert EVENT.unpack(said[24:]) == (3, 500000, 0, 0, 0)


def test_a_plug_and_its_going_are_two_changes() -> None:
    assert JackParser().feed(event(Contact.IN) + event(Contact.OUT)) == [Contact.IN, Contact.OUT]


def test_what_is_said_twice_is_one() -> None:
    assert JackParser().feed(event(Contact.IN) * 3) == [Contact.IN]


def test_other_switches_and_keys_are_not_the_jack() -> None:
    others = EVENT.pack(0, 0, EV_SW, MICROPHONE, 1) + EVENT.pack(0, 0, EV_KEY, HEADPHONE, 1)
    assert JackParser().feed(others) == []


def test_when_the_kernel_lost_events_the_jack_is_not_known() -> None:
    assert JackParser().feed(EVENT.pack(0, 0, EV_SYN, SYN_DROPPED, 0)) == [Contact.UNSURE]


@given(st.lists(st.sampled_from([Contact.IN, Contact.OUT]), max_size=8), st.integers(1, 50))
def test_however_the_bytes_are_cut_they_say_the_same(said: list[Contact], size: int) -> None:
    data = b"".join(map(event, said))
    parser, found = JackParser(), []
    for at in range(0, len(data), size):
        found += parser.feed(data[at : at + size])
    once = [one for n, one in enumerate(said) if n == 0 or said[n - 1] is not one]
    assert [one for n, one in enumerate(found) if n == 0 or found[n - 1] is not one] == once


@pytest.mark.parametrize(("bits", "contact"), [(0b100, Contact.IN), (0b011, Contact.OUT), (0b111, Contact.IN)])
def test_the_bit_map_of_switches_says_how_it_is_now(bits: int, contact: Contact) -> None:
    assert contact_of(bytes([bits]) + bytes(7)) is contact
