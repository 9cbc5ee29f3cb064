"""Bytes to and from the printer, against literal vectors."""

from __future__ import annotations

import importlib.metadata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt_printer import Bitmap, codec
from drivers.receipt_printer.codec import Acknowledged, Block, Cleared, Noise, RealTime, Sensor, StatusBack
from drivers.receipt_printer.driver import job_bytes
from drivers.receipt_printer.protocol import Ack


def test_the_library_is_python_escpos_and_not_its_namesake() -> None:
    assert importlib.metadata.version("python-escpos") == "3.1"


def test_commands_are_the_bytes_of_the_reference() -> None:
    assert codec.INITIALISE.hex() == "1b40"
    assert codec.STATUS_BACK.hex() == "1d610e"
    assert codec.MOTION_UNITS.hex() == "1d50cbcb"
    assert codec.CUT.hex() == "1d564200"
    assert codec.CLEAR_BUFFERS.hex() == "10140801031401060208"
    assert codec.RECOVER.hex() == "100502"
    assert codec.PAPER_SENSOR.hex() == "1d7201"
    assert [codec.realtime_status(n).hex() for n in (1, 2, 3, 4)] == ["100401", "100402", "100403", "100404"]
    assert codec.request_ack(b"A1b~").hex() == "1d2848060030304131627e"
    assert codec.raster(2, bytes.fromhex("80010ff0"), 2).hex() == "1d763000020002008 0010ff0".replace(" ", "")
    assert b"".join(codec.feed(300)).hex() == "1b4aff1b4a2d"


def test_a_whole_job_is_these_bytes() -> None:
    # 12x13 dots: a line, ten blank rows (fed, not drawn), a dot at the far end, a blank row.
    rows = bytes.fromhex("fff0" + "0000" * 10 + "0010" + "0000")
    page = Bitmap(12, 13, rows)
    assert job_bytes((page,), 1, Ack.PROCESS_ID, b"7K2Q").hex(" ") == (
        "1b 40 "  # ESC @
        "1d 61 0e "  # GS a: automatic status
        "1d 50 cb cb "  # GS P: ESC J in dots
        "1d 76 30 00 02 00 01 00 ff f0 "  # GS v 0: 2 bytes x 1 row
        "1b 4a 0a "  # ESC J 10
        "1d 76 30 00 02 00 01 00 00 10 "
        "1b 4a 01 "
        "1d 56 42 00 "  # GS V 66 0: cut
        "1d 28 48 06 00 30 30 37 4b 32 51"  # GS ( H: process ID 7K2Q
    )


def test_each_page_of_each_copy_is_cut_and_asked_about_once() -> None:
    page = Bitmap(8, 1, b"\xff")
    payload = job_bytes((page, page), 2, Ack.PROCESS_ID, b"AAAA")
    assert payload.count(codec.CUT) == 4
    assert payload.count(b"\x1d(H") == 1
    assert payload.endswith(b"AAAA")


def test_a_printer_without_process_id_is_asked_for_its_paper_sensor() -> None:
    assert job_bytes((Bitmap(8, 1, b"\xff"),), 1, Ack.PAPER_SENSOR, b"AAAA").endswith(codec.CUT + b"\x1d\x72\x01")


def test_replies_are_recognised_wherever_the_stream_is_split() -> None:
    stream = bytes.fromhex("12 3722 41424344 00 18000f00 11 13 0f 372500 1e 5f5031 00".replace(" ", ""))
    expected = [
        RealTime(0x12),
        Acknowledged(b"ABCD"),
        StatusBack(bytes.fromhex("18000f00")),
        Sensor(0x0F),
        Cleared(),
        RealTime(0x1E),
        Block(b"\x5fP1\0"),
    ]
    for cut in range(len(stream) + 1):
        parser = codec.ReplyParser()
        assert parser.feed(stream[:cut]) + parser.feed(stream[cut:]) == expected


def test_a_status_broken_off_does_not_swallow_the_next_one() -> None:
    assert codec.ReplyParser().feed(b"\x18\x00\x12") == [Noise(0x18), Sensor(0), RealTime(0x12)]


def test_a_block_without_an_end_does_not_swallow_for_ever() -> None:
    parser = codec.ReplyParser()
    replies = parser.feed(b"\x37" + b"\x12" * 200)
    assert replies[0] == Noise(0x37)
    assert RealTime(0x12) in replies


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_input_breaks_the_parser_or_is_parsed_differently_in_pieces(data: bytes, cut: int) -> None:
    whole, pieces = codec.ReplyParser(), codec.ReplyParser()
    assert whole.feed(data) == pieces.feed(data[:cut]) + pieces.feed(data[cut:])


@given(st.binary(min_size=4, max_size=4))
def test_acknowledgement_ids_are_printable(random: bytes) -> None:
    codec.request_ack(codec.ack_id(random))


@pytest.mark.parametrize(("width", "height", "rows"), [(0, 1, b""), (8, 0, b""), (8, 2, b"\0"), (12, 1, b"\xff\xff")])
def test_a_bitmap_that_disagrees_with_itself_is_refused(width: int, height: int, rows: bytes) -> None:
    with pytest.raises(ValueError, match=r"dot|bytes|bit"):
        Bitmap(width, height, rows)
