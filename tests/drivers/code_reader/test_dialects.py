from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_reader.codec import ACK, LONGEST, Acknowledged, Declined, Line, Message, Refusal, Refused
from drivers.code_reader.dialects import (
    DIALECTS,
    HONEYWELL,
    NEWLAND,
    NEWLAND_OLD,
    VGUANG,
    VGUANG_CODE,
    Dialect,
    DialectError,
    dialect_named,
    honeywell_command,
    newland_command,
    vguang_command,
    vguang_reply,
)
from drivers.code_reader.virtual_reader import READERS

ALL = pytest.mark.parametrize("name", DIALECTS)
ANSWERING = pytest.mark.parametrize("name", [name for name, dialect in DIALECTS.items() if dialect.answers])
TRIGGERED = pytest.mark.parametrize("name", [name for name, dialect in DIALECTS.items() if dialect.stop])

printable = st.text(min_size=1, max_size=200).filter(
    lambda text: all(char.isprintable() for char in text) and len(text.encode()) <= LONGEST
)


def parse(dialect: Dialect, data: bytes, size: int = 1 << 20) -> list[Message]:
    parser = dialect.parser()
    return [message for at in range(0, len(data), size) for message in parser.feed(data[at : at + size])]


# Published bytes


def test_newland_is_triggered_by_a_unified_command() -> None:
    assert NEWLAND.trigger.hex(" ") == "7e 01 30 30 30 30 23 53 43 4e 54 52 47 31 3b 03"


def test_newland_settings_that_last_are_marked_so() -> None:
    assert newland_command("SCNMOD*", lasting=True)[6:7] == b"@"


def test_older_newland_readers_are_triggered_by_escape_1() -> None:
    assert NEWLAND_OLD.trigger.hex() == "1b31"


def test_honeywell_is_switched_on_and_off() -> None:
    assert HONEYWELL.trigger.endswith(bytes.fromhex("16540d"))
    assert HONEYWELL.stop.hex() == "16550d"


def test_honeywell_menu_commands_end_by_where_they_are_kept() -> None:
    assert honeywell_command("TRGMOD0") == bytes.fromhex("164d0d") + b"TRGMOD0!"
    assert honeywell_command("TRGMOD0", lasting=True)[-1:] == b"."


def test_vguang_asks_for_the_state_with_the_published_frame() -> None:
    assert vguang_command(0x01).hex(" ") == "55 aa 01 00 00 fe"


def test_vguang_length_has_its_low_byte_first() -> None:
    assert vguang_command(0x21, b"x" * 258)[3:5] == bytes([2, 1])


# Answers


@ANSWERING
def test_the_answer_to_a_trigger_acknowledges_it(name: str) -> None:
    reader = READERS[name]
    answers = b"".join(answer for asked, answer in reader.answers.items() if asked in DIALECTS[name].trigger)
    assert parse(DIALECTS[name], answers) == [Acknowledged()]


@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.declined])
def test_a_declined_trigger_is_told(name: str) -> None:
    (message,) = parse(DIALECTS[name], READERS[name].declined)
    assert isinstance(message, Declined)


@ALL
def test_the_answer_to_something_else_acknowledges_nothing(name: str) -> None:
    messages = parse(DIALECTS[name], READERS[name].other)
    assert not any(isinstance(message, Acknowledged) for message in messages)


@pytest.mark.parametrize("verdict", [0x15, 0x05])
def test_newland_nak_and_enq_are_told_apart(verdict: int) -> None:
    answer = bytes.fromhex("02013030303023") + b"SCNTRG1" + bytes([verdict]) + bytes.fromhex("3b03")
    assert parse(NEWLAND, answer) == [Declined(verdict)]


@ANSWERING
def test_an_answer_before_a_code_is_no_part_of_it(name: str) -> None:
    reader = READERS[name]
    stream = b"".join(reader.answers[asked] for asked in reader.answers if asked != reader.ends) + reader.pack(b"AB12")
    assert parse(DIALECTS[name], stream)[-1] == Line("AB12")


# Codes


@ALL
def test_chinese_text_is_read_exactly(name: str) -> None:
    text = "家门口 令牌。！"
    assert parse(DIALECTS[name], READERS[name].pack(text.encode())) == [Line(text)]


@ALL
def test_a_code_of_more_than_a_kilobyte_is_refused(name: str) -> None:
    assert Refused(Refusal.TOO_LONG) in parse(DIALECTS[name], READERS[name].pack(b"A" * (LONGEST + 9)))


@ALL
def test_control_characters_are_refused(name: str) -> None:
    assert parse(DIALECTS[name], READERS[name].pack(b"A\x1b[2J")) == [Refused(Refusal.NOT_PRINTABLE)]


@ALL
def test_after_noise_the_next_code_but_one_is_read(name: str) -> None:
    pack = READERS[name].pack
    assert parse(DIALECTS[name], b"\x00\xff\x55\x02" + pack(b"one") + pack(b"two"))[-1] == Line("two")


@ALL
@given(st.lists(printable, max_size=4), st.integers(1, 9))
def test_codes_survive_any_cutting(name: str, codes: list[str], size: int) -> None:
    stream = b"".join(READERS[name].pack(code.encode()) for code in codes)
    messages = parse(DIALECTS[name], stream, size)
    # A frame may hold what a line cannot end with; spaces at the end belong to the code in both.
    assert [message.text for message in messages if isinstance(message, Line)] == codes


@ALL
@given(st.binary(max_size=3000), st.integers(1, 700))
def test_garbage_is_refused_or_printable_and_is_never_kept_for_long(name: str, data: bytes, size: int) -> None:
    parser = DIALECTS[name].parser()
    for at in range(0, len(data), size):
        for message in parser.feed(data[at : at + size]):
            if isinstance(message, Line):
                assert len(message.text.encode()) <= LONGEST
                assert all(char.isprintable() or char == "\u3000" for char in message.text)
    parser.reset()
    assert not parser.inside


@ALL
def test_a_flood_without_an_end_takes_no_memory(name: str) -> None:
    parser = DIALECTS[name].parser()
    for _ in range(300):
        parser.feed(b"\x55\xaa\x30\x00\x02\x04" + b"A" * 4000)
    held = [value for value in vars(parser).values() if isinstance(value, bytearray)]
    assert all(len(value) < 3 * LONGEST for value in held)


def test_a_vguang_frame_with_a_wrong_sum_is_damaged() -> None:
    frame = bytearray(vguang_reply(VGUANG_CODE, 0, b"DS1"))
    frame[-1] ^= 1
    assert parse(VGUANG, bytes(frame)) == [Refused(Refusal.DAMAGED)]


def test_a_vguang_frame_behind_a_damaged_one_is_read() -> None:
    broken = vguang_reply(VGUANG_CODE, 0, b"DS1")[:-1] + b"\x00"
    assert parse(VGUANG, broken + vguang_reply(VGUANG_CODE, 0, b"DS2"))[-1] == Line("DS2")


def test_a_vguang_code_with_a_flag_of_failure_is_none() -> None:
    assert parse(VGUANG, vguang_reply(VGUANG_CODE, 1, b"DS1")) == []


@pytest.mark.parametrize("position", range(1, 16))
def test_an_answer_cut_anywhere_is_not_an_acknowledgement(position: int) -> None:
    for name, reader in READERS.items():
        for answer in reader.answers.values():
            assert Acknowledged() not in parse(DIALECTS[name], answer[: min(position, len(answer) - 1)])


def test_an_unknown_dialect_names_those_there_are() -> None:
    with pytest.raises(DialectError, match="gm65, newland"):
        dialect_named("klingon")


def test_the_gm65_answer_is_the_published_one() -> None:
    assert ACK.hex() == "02000001003331"
