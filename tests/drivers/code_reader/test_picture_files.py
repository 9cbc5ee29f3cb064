"""Photographs as people bring them: turned, transparent, of sixteen bits, huge, broken."""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import pytest
import segno
from PIL import Image

from drivers.code_reader import Code, PictureError, decode_pictures, scan_image

TEXT = "DS1.家门口.7f3a"


def qr(scale: int = 5) -> Image.Image:
    made = segno.make(TEXT, error="m", micro=False)
    cells = np.pad(np.array([[cell & 1 for cell in line] for line in made.matrix], np.uint8), 4)
    return Image.fromarray(np.kron(np.where(cells > 0, 0, 255).astype(np.uint8), np.ones((scale, scale), np.uint8)))


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.bmp", "a.tif", "a.pgm", "a.ppm", "无后缀", "lies.txt"]
)
def test_every_usual_kind_of_file_is_read(tmp_path: Path, name: str) -> None:
    kind = {"无后缀": "png", "lies.txt": "jpeg"}.get(name)
    qr().convert("RGB" if name.endswith("ppm") else "L").save(tmp_path / name, kind)
    assert decode_pictures(tmp_path / name) == [Code(TEXT, "QRCode")]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_read(tmp_path: Path, orientation: int) -> None:
    image = qr()
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(tmp_path / "a.jpg", exif=exif, quality=90)
    assert decode_pictures(tmp_path / "a.jpg") == [Code(TEXT, "QRCode")]


def test_sixteen_bits_are_read(tmp_path: Path) -> None:
    Image.fromarray(np.asarray(qr(), np.uint16) * 257).save(tmp_path / "a.png")
    assert decode_pictures(tmp_path / "a.png") == [Code(TEXT, "QRCode")]


def test_twelve_bits_in_sixteen_are_read(tmp_path: Path) -> None:
    Image.fromarray(np.asarray(qr(), np.uint16) * 4 + 30).save(tmp_path / "a.tif")
    assert decode_pictures(tmp_path / "a.tif") == [Code(TEXT, "QRCode")]


def test_floats_are_read(tmp_path: Path) -> None:
    Image.fromarray(np.asarray(qr(), np.float32) / 255).save(tmp_path / "a.tif")
    assert decode_pictures(tmp_path / "a.tif") == [Code(TEXT, "QRCode")]


@pytest.mark.parametrize("shade", [0, 255])
def test_a_code_on_nothing_is_read(tmp_path: Path, shade: int) -> None:
    # A dark code for light pages, and a light one for dark pages: all else is transparent.
    dark = np.asarray(qr()) < 128
    pixels = np.zeros((*dark.shape, 4), np.uint8)
    pixels[dark if shade == 0 else ~dark] = (shade, shade, shade, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert decode_pictures(tmp_path / "a.png") == [Code(TEXT, "QRCode")]


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "CMYK"])
def test_every_way_of_colour_is_read(tmp_path: Path, mode: str) -> None:
    qr().convert("RGB").convert(mode).save(tmp_path / "a.tif")
    assert decode_pictures(tmp_path / "a.tif") == [Code(TEXT, "QRCode")]


def test_a_picture_of_50_megapixels_is_read_in_seconds(tmp_path: Path) -> None:
    sheet = Image.new("L", (8192, 6144), 128)
    sheet.paste(qr(12), (5000, 3000))
    sheet.save(tmp_path / "a.jpg")
    started = time.process_time()
    assert decode_pictures(tmp_path / "a.jpg") == [Code(TEXT, "QRCode")]
    assert time.process_time() - started < 10


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (3, 7), (8, 8), (9, 9)])
def test_a_tiny_picture_has_no_code(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("L", size, 90).save(tmp_path / "a.png")
    assert decode_pictures(tmp_path / "a.png") == []


def test_a_small_file_that_claims_a_huge_picture_is_refused_unopened(tmp_path: Path) -> None:
    Image.new("1", (20000, 20000)).save(tmp_path / "a.png")
    with pytest.raises(PictureError, match="50 megapixels"):
        decode_pictures(tmp_path / "a.png")


def test_a_damaged_file_is_told_in_one_line(tmp_path: Path) -> None:
    draw = random.Random(5)
    for number, kind in enumerate(("png", "jpeg", "gif", "webp", "tiff", "bmp") * 6):
        path = tmp_path / f"{number}.{kind}"
        qr().convert("RGB").save(path, kind)
        raw = bytearray(path.read_bytes())
        raw = raw[: draw.randrange(1, len(raw))]
        for _ in range(draw.randrange(4)):
            raw[draw.randrange(len(raw))] = draw.randrange(256)
        path.write_bytes(raw)
        told = "fine"
        try:
            scan_image(path)
        except PictureError as error:
            told = str(error)
        assert told
        assert "\n" not in told


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(PictureError):
        decode_pictures(tmp_path)
