"""The search for planted markers finds what is there, in every coding and across blocks, and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.acceptance.places import in_files
from tests.acceptance.planted import BLOCK, CODINGS, Markers

WORD = "张淑芬"
NUMBER = "110102194403074021"


@pytest.fixture
def markers() -> Markers:
    found = Markers()
    found.plant("name", WORD)
    found.plant("identity number", NUMBER)
    return found


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("at", [0, 1, 7, BLOCK - 3, BLOCK, BLOCK + 5])
def test_a_marker_is_found_wherever_it_begins(markers: Markers, coding: str, at: int) -> None:
    data = bytearray(random.Random(at).randbytes(BLOCK + 4096))
    data[at : at + len(WORD.encode(coding))] = WORD.encode(coding)
    assert list(markers.find(bytes(data))) == [(at, "name")]


def test_two_that_lie_side_by_side_are_two(markers: Markers) -> None:
    data = (WORD + NUMBER + NUMBER).encode()
    assert [kind for _, kind in markers.find(data)] == ["name", "identity number", "identity number"]


def test_what_begins_like_a_marker_is_none(markers: Markers) -> None:
    assert list(markers.find(NUMBER[:-1].encode() + b" " + WORD[:2].encode())) == []


def test_a_word_that_chance_would_find_is_not_looked_for() -> None:
    markers = Markers()
    markers.plant("name", "")
    markers.plant("typed words", "五")
    assert len(markers) == 0
    assert list(markers.find(b"12 13")) == []


def test_what_is_told_never_holds_the_marker(markers: Markers, tmp_path: Path) -> None:
    (tmp_path / "leak.txt").write_text(f"... {NUMBER} ...", "utf-8")
    (tmp_path / f"{WORD}.txt").write_text("empty", "utf-8")
    place = in_files("folder", tmp_path.iterdir(), tmp_path, markers)
    told = "\n".join(place.lines())
    assert place.count == 2
    assert "identity number x 1 in leak.txt" in told
    assert NUMBER not in told
    assert WORD not in told
