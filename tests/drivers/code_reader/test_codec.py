from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_reader.codec import (
    ACK,
    LONGEST,
    TRIGGER,
    Acknowledged,
    CodeParser,
    Line,
    Message,
    Refusal,
    Refused,
)

printable = st.text(min_size=1, max_size=300).filter(
    lambda text: all(char.isprintable() for char in text) and len(text.encode()) <= LONGEST
)


def parse(data: bytes) -> list[Message]:
    return CodeParser().feed(data)


def test_the_trigger_is_that_of_the_gm65_class() -> None:
    assert TRIGGER.hex() == "7e000801000201abcd"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r\n"])
def test_every_line_end_ends_one_code(end: bytes) -> None:
    assert parse(b"ABC" + end + b"DEF" + end) == [Line("ABC"), Line("DEF")]


def test_a_code_without_its_end_is_not_a_code() -> None:
    assert parse(b"ABC") == []


def test_the_acknowledgement_is_no_part_of_the_code() -> None:
    assert parse(ACK + "家门口".encode() + b"\r") == [Acknowledged(), Line("家门口")]


def test_an_acknowledgement_behind_noise_is_seen() -> None:
    assert Acknowledged() in parse(b"\x00\xff" + ACK)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"A" * (LONGEST + 1), Refusal.TOO_LONG),
        (b"A" * (LONGEST + 50), Refusal.TOO_LONG),
        (b"\xff\xfe", Refusal.NOT_UTF8),
        (b"A\x00B", Refusal.NOT_PRINTABLE),
        (b"A\x1b[2J", Refusal.NOT_PRINTABLE),
        ("A\u202eB".encode(), Refusal.NOT_PRINTABLE),
    ],
)
def test_what_is_no_code_is_refused_by_name(raw: bytes, why: Refusal) -> None:
    assert parse(raw + b"\r") == [Refused(why)]


def test_the_longest_code_is_a_code() -> None:
    assert parse(b"A" * LONGEST + b"\r") == [Line("A" * LONGEST)]


def test_after_a_refused_line_the_next_is_read() -> None:
    assert parse(b"\xff\r" + b"A" * 3000 + b"\rOK\r")[-1] == Line("OK")


@given(st.lists(printable, max_size=5), st.integers(1, 7))
def test_codes_survive_any_cutting(codes: list[str], size: int) -> None:
    stream = b"".join(ACK + code.encode() + b"\r\n" for code in codes)
    parser = CodeParser()
    messages = [m for at in range(0, len(stream), size) for m in parser.feed(stream[at : at + size])]
    assert [m.text for m in messages if isinstance(m, Line)] == codes


def test_the_rest_of_a_line_that_was_given_up_is_no_code() -> None:
    parser = CodeParser()
    parser.feed(b"DS1-FIRST")
    parser.tear()
    assert parser.feed(ACK + b"-REST\rDS2\r") == [Acknowledged(), Refused(Refusal.DAMAGED), Line("DS2")]


def test_giving_up_nothing_costs_nothing() -> None:
    parser = CodeParser()
    parser.tear()
    assert parser.feed(b"DS1\r") == [Line("DS1")]


@given(st.binary(max_size=4000))
def test_garbage_yields_printable_text_or_nothing(data: bytes) -> None:
    for message in parse(data + b"\r"):
        assert not isinstance(message, Line) or (message.text.isprintable() or "\u3000" in message.text)


def test_a_line_hides_its_text() -> None:
    assert "secret" not in repr(Line("secret"))
