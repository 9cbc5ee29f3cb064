from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from drivers.code_reader import Code, PictureError, decode_pictures, scan_image
from drivers.code_reader.pictures import repair_chinese


def qr(path: Path, text: str, scale: int = 5) -> Path:
    segno.make(text, micro=False).save(str(path), scale=scale, border=4)
    return path


@pytest.mark.parametrize("text", ["https://example.test/r/8F3K", "家门口", "甲", "养老金资格认证 XC-2026", "长" * 120])
def test_a_qr_code_is_read_exactly(tmp_path: Path, text: str) -> None:
    assert decode_pictures(qr(tmp_path / "qr.png", text)) == [Code(text, "QRCode")]


def test_pixels_in_colour_are_read_too(tmp_path: Path) -> None:
    image = cv2.imread(str(qr(tmp_path / "qr.png", "DS-1")), cv2.IMREAD_COLOR)
    assert image is not None
    assert decode_pictures(np.asarray(image, np.uint8)) == [Code("DS-1", "QRCode")]


def test_scan_image_says_file_codes_and_time(tmp_path: Path) -> None:
    path = qr(tmp_path / "二维码.png", "家门口")
    said = scan_image(path)
    assert said["file"] == str(path)
    assert said["codes"] == [{"text": "家门口", "format": "QRCode"}]
    assert isinstance(said["ms"], float)


def test_a_picture_without_a_code_has_none() -> None:
    assert decode_pictures(np.full((300, 400), 255, np.uint8)) == []


def test_faint_small_modules_are_read_on_the_larger_picture() -> None:
    # One line of pixels of a barcode: too little for the first reader until the picture is doubled.
    assert decode_pictures(one_line(400)) == [Code("DS20261122", "Code128")]


def test_what_the_first_reader_misses_the_second_reads() -> None:
    # The same line on a picture too large to be doubled.
    image = one_line(2400)
    assert zxingcpp.read_barcodes(image) == []
    assert decode_pictures(image) == [Code("DS20261122", "Code128")]


@pytest.mark.parametrize("text", ["家门口", "甲", "社区服务", "办事指南二维码"])
def test_mistaken_charsets_are_undone(text: str) -> None:
    mistaken = text.encode().decode("shift_jis", "replace")
    if "\ufffd" in mistaken:
        mistaken = text.encode().decode("latin-1")
    assert repair_chinese(mistaken) == text


@pytest.mark.parametrize("text", ["DS-1", "家门口", "繁體字", "ｶﾅ"])
def test_text_that_is_right_stays(text: str) -> None:
    assert repair_chinese(text) == text


def test_two_codes_in_one_picture_are_both_there(tmp_path: Path) -> None:
    parts = [cv2.imread(str(qr(tmp_path / f"{n}.png", f"DS-{n}")), cv2.IMREAD_GRAYSCALE) for n in (1, 2)]
    image = np.hstack([np.asarray(part, np.uint8) for part in parts])
    assert {code.text for code in decode_pictures(image)} == {"DS-1", "DS-2"}


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n cut short"])
def test_a_file_that_is_no_picture_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(PictureError):
        decode_pictures(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PictureError):
        scan_image(tmp_path / "none.png")


def test_a_code_hides_its_text() -> None:
    assert "secret" not in repr(Code("secret", "QRCode"))


def test_the_room_is_entered_without_opencv() -> None:
    program = "import sys, drivers.code_reader; sys.exit(bool({'cv2', 'numpy', 'zxingcpp'} & set(sys.modules)))"
    assert run([sys.executable, "-c", program], check=False).returncode == 0


def one_line(width: int) -> np.ndarray:
    """A white picture with one line of pixels of a Code 128."""
    bars = np.asarray(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("DS20261122", zxingcpp.Code128), scale=2))
    line = bars[bars.shape[0] // 2].reshape(-1)
    image = np.full((121, width), 255, np.uint8)
    image[60, 40 : 40 + line.size] = line
    return image
