"""Commands, answers, records and messages as bytes; each against vectors of the card's specification."""

from __future__ import annotations

from datetime import date

import pytest

from drivers.card_reader.names import Sex
from drivers.social_card import apdu, frames
from drivers.social_card.apdu import Answer, Apdu, ApduError, Verdict, decode_answer, decode_command
from drivers.social_card.card import make_card
from drivers.social_card.records import Encoding, RecordError, decode_record, decode_value, encode_record

FIELDS = {"name": "测试丙", "id_number": "11010519491231002X", "sex": "2", "birth": "1949-12-31", "valid_to": ""}


def test_commands_are_the_published_bytes() -> None:
    aid = b"sx1.sh." + "社会保障".encode("gbk")
    assert apdu.select_application(aid).encode().hex().upper() == "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
    assert apdu.select_file(0xEF05, 0x02).encode().hex().upper() == "00A4020002EF05"
    assert apdu.select_file(0xEF06, 0x00).encode().hex().upper() == "00A4000002EF06"
    assert apdu.read_record(0x07, apdu.RECORD_BY_TAG, 11).encode().hex().upper() == "00B207000B"
    assert apdu.read_record(0x01, apdu.RECORD_BY_NUMBER, 20).encode().hex().upper() == "00B2010414"
    assert apdu.get_response(0x1A).encode().hex().upper() == "00C000001A"


@pytest.mark.parametrize("raw", ["00A4", "", "00A4020003EF05", "00A4020001EF0500FF", "00A4000000EF05"])
def test_bytes_that_are_no_command_are_refused(raw: str) -> None:
    with pytest.raises(ApduError):
        decode_command(bytes.fromhex(raw))


@pytest.mark.parametrize(
    "command",
    [Apdu(0, 1, 2, 3), Apdu(0, 1, 2, 3, le=256), Apdu(0, 1, 2, 3, b"ab"), Apdu(0, 1, 2, 3, b"ab", 7)],
)
def test_every_case_of_a_command_comes_back(command: Apdu) -> None:
    assert decode_command(command.encode()) == command


@pytest.mark.parametrize(
    ("sw", "verdict", "count"),
    [
        (0x9000, Verdict.OK, 256),
        (0x6113, Verdict.MORE, 0x13),
        (0x6100, Verdict.MORE, 256),
        (0x6C14, Verdict.AGAIN, 0x14),
        (0x6A82, Verdict.NOT_FOUND, 0x82),
        (0x6982, Verdict.NEEDS_PIN, 0x82),
        (0x6283, Verdict.LOCKED, 0x83),
        (0x6E00, Verdict.NOT_KNOWN, 256),
        (0x6F00, Verdict.FAILED, 256),
    ],
)
def test_status_words_have_their_meaning(sw: int, verdict: Verdict, count: int) -> None:
    answer = decode_answer(Answer(b"x", sw).encode())
    assert (answer.verdict, answer.count) == (verdict, count)


@pytest.mark.parametrize("size", [0, 1, 259])
def test_an_answer_has_a_status_word_and_an_end(size: int) -> None:
    with pytest.raises(ApduError):
        decode_answer(bytes(size))


@pytest.mark.parametrize("raw", [b"", b"\x08", b"\x09\x02ab", b"\x08\x03ab", b"\x08\x02a", b"\x08\x02abc"])
def test_a_damaged_record_is_refused(raw: bytes) -> None:
    with pytest.raises(RecordError):
        decode_record(raw, 0x08, 2)


def test_a_record_comes_back() -> None:
    assert decode_record(encode_record(0x08, b"ab"), 0x08, 2) == b"ab"


@pytest.mark.parametrize(
    ("value", "encoding", "text"),
    [
        ("测试".encode("gbk").ljust(30, b"\0"), Encoding.GBK, "测试"),
        ("𬸚".encode("gb18030").ljust(30, b" "), Encoding.GBK, "𬸚"),
        (b"3.00", Encoding.ASCII, "3.00"),
        (bytes.fromhex("110105ffff"), Encoding.BCD, "110105"),
        (bytes.fromhex("19491231"), Encoding.BCD_DATE, "1949-12-31"),
        (bytes(4), Encoding.BCD_DATE, ""),
        (b"\xff" * 9, Encoding.ASCII, ""),
    ],
)
def test_values_are_decoded(value: bytes, encoding: Encoding, text: str) -> None:
    assert decode_value(value, encoding) == text


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (b"\x81\xff\x81", Encoding.GBK),
        (b"a\x07b", Encoding.GBK),
        (b"\xc9\xe7", Encoding.ASCII),
        (b"\x1a\x01", Encoding.BCD),
        (bytes.fromhex("19990230"), Encoding.BCD_DATE),
        (bytes.fromhex("1999ffff"), Encoding.BCD_DATE),
    ],
)
def test_values_written_otherwise_are_refused(value: bytes, encoding: Encoding) -> None:
    with pytest.raises(RecordError):
        decode_value(value, encoding)


def test_a_card_is_joined() -> None:
    card = make_card({**FIELDS, "card_id": "11010500", "card_number": "A1"})
    assert (card.birth, card.sex, card.region, card.valid_to) == (date(1949, 12, 31), Sex.FEMALE, "110105", None)
    assert "测试" not in repr(card)


@pytest.mark.parametrize("wrong", [{"id_number": "110105194912310021"}, {"birth": "1949-12-30"}, {"name": ""}])
def test_a_card_that_contradicts_itself_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(RecordError):
        make_card({**FIELDS, **wrong})


def test_the_last_day_is_still_valid() -> None:
    card = make_card({**FIELDS, "valid_to": "2031-05-31"})
    assert not card.expired(date(2031, 5, 31))
    assert card.expired(date(2031, 6, 1))


def test_messages_arrive_however_they_are_cut() -> None:
    stream = frames.encode(b"\x04") + frames.encode(b"") + frames.encode(b"abc")
    parser = frames.FrameParser()
    assert [found for byte in stream for found in parser.feed(bytes((byte,)))] == [b"\x04", b"", b"abc"]


def test_a_message_over_the_cap_ends_the_stream() -> None:
    with pytest.raises(frames.FrameError):
        frames.FrameParser().feed(b"\xff\xff")
