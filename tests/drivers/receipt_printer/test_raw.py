"""Receipts in the printer's own letters: the bytes, our simulator drawing them, and an emulator that others wrote."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from drivers.receipt_printer import (
    Bitmap,
    Mode,
    OptionError,
    Outcome,
    Qr,
    Slip,
    Space,
    Text,
    choose,
    columns,
    features_of,
    in_rom,
    line_speed,
    raw,
)
from drivers.receipt_printer.driver import job_bytes
from drivers.receipt_printer.protocol import Ack
from tests.drivers.receipt_printer.lab import bench, file_journal, pattern, simulator
from tests.drivers.receipt_printer.test_emulator import WIRE, emulator

URL = "https://gov.example.cn/receipts/8Jx2Lq0vTn4bRz7YkP3w"
BAND = pattern(576, 64, 3)
SLIP = Slip(
    (
        Text("西城区政务服务中心", centred=True),
        Text("受理回执", bold=True, wide=2, tall=2, centred=True),
        Text("受理编号 XC-2026-1122-000123"),
        BAND,
        Text("费用      免费（￥0）"),
        Space(28),
        Qr(URL, 7),
        Space(28),
        Text("66007070 · 12345"),
    )
)


def test_the_bytes_are_those_of_the_command_reference() -> None:
    slip = Slip((Text("回执 A", bold=True, wide=2, tall=3, centred=True), Qr("ab", 5), Space(300)))
    assert raw.encode(slip) == bytes.fromhex(
        "1c26 1b3322 1b6101 1b4501 1d2112 bbd8d6b42041 0a"
        "1b6101 1d286b0400314132 00 1d286b0300314305 1d286b0300314531 1d286b0500 315030 6162 1d286b0300315130"
        "1b4aff 1b4a2d"
    )


@pytest.mark.parametrize("char", "回䶮㐂𠮷𫖮𬭊é￥·（–A~\ue000\x7f\n\u00a0")
def test_only_what_every_chinese_rom_has_is_text(char: str) -> None:
    allowed = char in "回é￥·（–A~"
    assert in_rom(char) is allowed
    if not allowed:
        with pytest.raises(ValueError, match="letters"):
            Text(char)


def test_a_line_that_does_not_fit_is_refused_and_not_repeated() -> None:
    assert columns("回执 A") == 6
    with pytest.raises(ValueError, match="wider") as caught:
        Text("回" * 13, wide=2)
    assert "回" not in str(caught.value)


@pytest.mark.parametrize(("text", "module"), [("", 7), ("码", 7), ("a", 0), ("a", 17)])
def test_a_code_that_printers_do_not_take_is_refused(text: str, module: int) -> None:
    with pytest.raises(ValueError, match="QR"):
        Qr(text, module)


CHINESE = frozenset({"gb18030", "qr"})
WESTERN: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("speed", "options", "features", "mode"),
    [
        (None, {}, CHINESE, Mode.RASTER),
        (115200, {}, CHINESE, Mode.RASTER),
        (38400, {}, CHINESE, Mode.RAW),
        (9600, {}, CHINESE, Mode.RAW),
        (9600, {}, WESTERN, Mode.RASTER),
        (9600, {"mode": "raster"}, CHINESE, Mode.RASTER),
        (None, {"mode": "raw"}, CHINESE, Mode.RAW),
    ],
)
def test_slow_lines_to_printers_with_chinese_letters_are_raw(
    speed: int | None, options: dict[str, Any], features: frozenset[str], mode: Mode
) -> None:
    assert choose(speed, options, features) is mode


@pytest.mark.parametrize(
    ("options", "features"), [({"mode": "fast"}, CHINESE), ({"mode": 1}, CHINESE), ({"mode": "raw"}, WESTERN)]
)
def test_a_wish_that_cannot_be_met_is_refused(options: dict[str, Any], features: frozenset[str]) -> None:
    with pytest.raises(OptionError):
        choose(9600, options, features)


def test_models_and_line_speeds() -> None:
    assert features_of({}) == CHINESE
    assert features_of({"model": "western"}) == WESTERN
    with pytest.raises(OptionError):
        features_of({"model": "unheard-of"})
    assert line_speed("serial:/dev/ttyS0?baud=9600") == 9600
    assert line_speed("serial:/dev/ttyS0") == 115200
    assert line_speed("tcp://192.0.2.1:9100") is None
    assert line_speed("usb:04b8:0e15") is None


def test_a_slow_serial_line_prints_it_in_a_second_and_everything_is_on_the_paper(tmp_path: Path) -> None:
    with (
        simulator(tmp_path, "--baud", "38400", pty=True) as printer,
        bench(printer.uri + "?baud=38400", file_journal(tmp_path)) as desk,
    ):
        result = desk.print(SLIP)
        assert result.outcome is Outcome.PRINTED
        (path,) = printer.receipts
    lines = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert lines == [piece.text for piece in SLIP.pieces if isinstance(piece, Text)]
    paper = Image.open(path).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(paper)] == [URL]
    assert holds(paper, BAND)


def holds(paper: Image.Image, band: Bitmap) -> bool:
    """True when these rows of dots stand on the paper, one below the other."""
    dots = bytes(byte ^ 0xFF for byte in paper.convert("1").tobytes())
    return any(
        dots[at : at + len(band.rows)] == band.rows for at in range(0, len(dots) - len(band.rows) + 1, band.stride)
    )


def test_an_emulator_that_others_wrote_reads_the_same_text_code_and_picture() -> None:
    """It takes our bytes for CP437: decoded back, they are the Chinese text (and glyphs are not compared)."""
    printer = emulator()
    output = printer.receive(WIRE, job_bytes((SLIP,), 1, Ack.PAPER_SENSOR, b"AAAA"), 0.0)
    (receipt,) = output.receipts
    text = receipt.text.encode("cp437", "replace").decode("gb18030", "replace")
    for piece in SLIP.pieces:
        if isinstance(piece, Text):
            assert piece.text in text
    assert URL in text
    paper = Image.open(io.BytesIO(receipt.png)).convert("L")
    assert holds(paper, BAND)
    assert [code.text for code in zxingcpp.read_barcodes(paper)] == [URL]
    unknown = [event for event in output.events if "unknown" in str(event.type)]
    assert {event.data.get("bytes", event.data.get("raw", "")) for event in unknown} <= {"1c26", "1C 26", "1c 26"}
