from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import cv2
import numpy as np
import pytest
import segno
import zxingcpp

from bench.codes_set import CONDITIONS, frame, negatives, short_chinese
from drivers.code_reader import Code, PictureError, decode_pictures, scan_image


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


def test_short_chinese_without_a_charset_is_exact() -> None:
    wrong = [some for some in short_chinese(60) if [code.text for code in decode_pictures(some.picture)] != [some.text]]
    assert wrong == []


def test_chinese_in_gb18030_without_a_charset_is_exact() -> None:
    made = segno.make("养老金资格认证", mode="byte", encoding="gb18030", eci=False, micro=False)
    cells = np.pad(np.array([[cell & 1 for cell in line] for line in made.matrix], np.uint8), 4)
    image = np.kron(np.where(cells > 0, 0, 255).astype(np.uint8), np.ones((6, 6), np.uint8))
    assert decode_pictures(image) == [Code("养老金资格认证", "QRCode")]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_one_frame_of_every_condition_is_read(condition: str) -> None:
    some = frame(condition, 1)
    assert some.text in [code.text for code in decode_pictures(some.picture)]


@pytest.mark.parametrize("number", [0, 1])
def test_a_lens_out_of_focus_is_undone(number: int) -> None:
    some = frame("round blur", number)
    assert some.text in [code.text for code in decode_pictures(some.picture)]


def test_frames_without_a_code_show_none_however_like_codes_they_look() -> None:
    assert [decode_pictures(some.picture) for some in negatives(4)] == [[]] * 4


def test_a_micro_code_without_error_correction_is_no_code() -> None:
    made = segno.make("22", version="m1")
    cells = np.pad(np.array([[cell & 1 for cell in line] for line in made.matrix], np.uint8), 4)
    image = np.kron(np.where(cells > 0, 0, 255).astype(np.uint8), np.ones((8, 8), np.uint8))
    assert decode_pictures(image) == []


def test_code_39_says_what_it_says() -> None:
    # Read for every format that exists, it would be taken for an Italian drug's Code 32.
    bars = np.asarray(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("DS1222", zxingcpp.Code39), scale=3))
    assert decode_pictures(np.pad(bars, 30, constant_values=255))[0].text == "DS1222"


def test_the_set_of_frames_is_the_same_every_time() -> None:
    first, second = frame("mixed", 3), frame("mixed", 3)
    assert first.text == second.text
    assert np.array_equal(first.picture, second.picture)


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
