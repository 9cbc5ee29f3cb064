from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.clips import MANIFEST, normal, read_manifest, write_manifest
from kiosk_app.voice.baked import folder_faults
from tests.drivers.speech.baking import bake

WORDS = {"返回": 400.0, "首页": 500.0}
PARTS = {"第三项": 600.0}
WANTED = {"返回": False, "首页": False, "第三项": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bake(tmp_path, WORDS, PARTS) / "zh"


def faults(folder: Path, wanted: dict[str, bool] = WANTED) -> list[str]:
    return list(folder_faults(folder, "zh", wanted))


def rewrite(folder: Path, words: str, **changes: object) -> None:
    manifest = read_manifest((folder / MANIFEST).read_text("utf-8"))
    clips = dict(manifest.clips)
    clips[words] = replace(clips[words], **changes)  # type: ignore[arg-type]
    (folder / MANIFEST).write_text(write_manifest(replace(manifest, clips=clips)), "utf-8")


def test_a_folder_that_has_what_is_wanted_is_sound(folder: Path) -> None:
    assert faults(folder) == []


def test_words_without_a_clip_are_named(folder: Path) -> None:
    assert faults(folder, {**WANTED, "下一项": False}) == ["zh: no clip says: 下一项"]


def test_a_clip_that_nobody_wants_is_named(folder: Path) -> None:
    assert faults(folder, {"返回": False, "第三项": True}) == ["zh: nobody says any more: 首页"]


def test_a_stale_clip_is_named(folder: Path) -> None:
    rewrite(folder, "返回", key="0" * 20)
    assert "zh: stale clip for: 返回" in faults(folder)


def test_a_damaged_clip_is_named(folder: Path) -> None:
    key = read_manifest((folder / MANIFEST).read_text("utf-8")).clips["返回"].key
    (folder / f"{key}.opus").write_bytes(b"noise")
    assert faults(folder) == ["zh: missing or damaged clip for: 返回"]


def test_a_clip_without_length_is_named(folder: Path) -> None:
    rewrite(folder, "返回", ms=0)
    assert faults(folder) == ["zh: a clip of 0 ms for: 返回"]


def test_a_part_that_became_a_whole_is_named(folder: Path) -> None:
    assert faults(folder, {**WANTED, "第三项": False}) == ["zh: part or whole has changed: 第三项"]


def test_a_stray_file_is_named(folder: Path) -> None:
    (folder / "stray.opus").write_bytes(b"")
    assert faults(folder) == ["zh: a file that no words have: stray.opus"]


def test_a_missing_manifest_is_one_fault(tmp_path: Path) -> None:
    assert len(faults(tmp_path / "nowhere")) == 1


def test_the_words_of_tests_are_normal() -> None:
    assert all(normal(words) == words for words in WANTED)
