"""The reader of character maps agrees with fontTools on every font that receipts are printed with."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kiosk_app.documents.coverage import Coverage, FontFileError, coverage
from kiosk_app.documents.fonts import Face, system_typeface

FACES = sorted({*system_typeface().regular, *system_typeface().bold}, key=lambda face: (str(face.path), face.index))


@pytest.mark.parametrize("face", FACES, ids=lambda face: f"{face.path.name}.{face.index}")
def test_it_covers_exactly_what_the_font_library_says(face: Face) -> None:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        expected = set(font.getBestCmap())
    edges = coverage(face.path, face.index).edges
    assert {code for at in range(0, len(edges), 2) for code in range(edges[at], edges[at + 1])} == expected


def test_a_run_ends_before_its_second_edge() -> None:
    some = Coverage((0x61, 0x63))
    assert [char in some for char in "`abc"] == [False, True, True, False]


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "font.otf"
    path.write_bytes(b"not a font at all, but long enough to be one")
    with pytest.raises(FontFileError):
        coverage(path)


def test_a_font_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "font.otf"
    path.write_bytes(FACES[0].path.read_bytes()[:20])
    with pytest.raises(FontFileError):
        coverage(path)
