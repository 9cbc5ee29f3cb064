"""`kiosk device match-face` on files, as a script calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.tools.faces import FOLDER, portraits

KIOSK = Path(sys.executable).with_name("kiosk")


@pytest.fixture(autouse=True)
def _portraits() -> None:
    if not portraits():
        pytest.skip("no portraits: python -m tests.tools.faces fetches them")


def match_face(*arguments: str | Path) -> tuple[int, list[dict[str, object]], str]:
    done = subprocess.run(
        [KIOSK, "device", "match-face", "--json", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_pairs_of_a_file_are_compared_one_object_a_line(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    picture = cv2.imread(str(FOLDER / "obama-1.png"))
    cv2.imwrite(str(large), cv2.resize(picture, None, fx=6, fy=6))
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees to show it
    Image.open(FOLDER / "obama-3.png").convert("RGB").rotate(90, expand=True).save(turned, exif=exif, quality=95)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(large.read_bytes()[:3000])
    wall = tmp_path / "wall.png"
    cv2.imwrite(str(wall), np.full((480, 640, 3), 128, np.uint8))
    pairs = tmp_path / "pairs.csv"
    lines = [("id", "live"), (large, turned), (large, FOLDER / "biden-1.png"), (broken, large), (large, "wall.png")]
    pairs.write_text("".join(f"{one},{other}\n" for one, other in lines), "utf-8")

    code, rows, errors = match_face("--pairs", pairs)

    assert code == 1
    assert [row["decision"] for row in rows] == ["accept", "reject", "no_face"]
    assert all(set(row) >= {"id", "live", "distance", "decision", "ms"} for row in rows)
    assert rows[2]["distance"] is None
    assert "broken.jpg: cannot be read as a picture" in errors
    assert "Traceback" not in errors


def test_thresholds_can_be_given() -> None:
    pair = (FOLDER / "obama-1.png", FOLDER / "obama-3.png")
    code, rows, _ = match_face(*pair, "--accept", "0.1", "--second", "0.55")
    assert (code, rows[0]["decision"]) == (0, "second_factor")


def test_a_detector_with_another_hash_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "detector.onnx"
    file.write_bytes(b"not the one")
    pair = (FOLDER / "obama-1.png", FOLDER / "obama-3.png")
    code, rows, errors = match_face(*pair, "--detector", file, "--detector-sha256", "00" * 32)
    assert (code, rows) == (1, [])
    assert "is not the one of the profile" in errors


def test_nothing_to_compare_is_wrong_usage() -> None:
    assert match_face()[0] == 2
