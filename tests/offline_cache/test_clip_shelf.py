"""The shelf of clips: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from contracts.clips import MANIFEST, ClipEntry, ClipFolder, Manifest, ServiceVoice, clip_key, write_manifest
from drivers.speech.clips import ClipBank
from offline_cache import ClipShelf


def made(service: str, **said: str) -> ServiceVoice:
    """Clips of some words a language; what they sound like is nobody's business here."""
    folders = {}
    for lang, words in said.items():
        keys = {word: clip_key(word, lang, "v", "w") for word in words.split()}
        files = {key: f"sound of {word}".encode() for word, key in keys.items()}
        entries = {word: ClipEntry(key, 1, sha256(files[key]).hexdigest()) for word, key in keys.items()}
        folders[lang] = ClipFolder(write_manifest(Manifest(lang, "v", "w", clips=entries)), files)
    return ServiceVoice(service, folders)


OLD, NEW = made("SB01", zh="一 二 三", en="one"), made("SB01", zh="二 四")


def found(root: Path, service: str = "SB01") -> dict[str, bytes]:
    """Every file of a service by its place."""
    folder = root / service
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def files(voice: ServiceVoice, digest: str) -> dict[str, bytes]:
    """What `found` finds when these clips are here, whole, and nothing else."""
    expected = {"digest": digest.encode()}
    for lang, folder in voice.folders.items():
        expected[f"{lang}/{MANIFEST}"] = folder.manifest.encode()
        expected |= {f"{lang}/{key}.opus": clip for key, clip in folder.clips.items()}
    return expected


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "state" / "clips"


def test_clips_are_where_the_speech_process_looks_for_them(root: Path) -> None:
    shelf = ClipShelf(root)
    assert (shelf.digest("SB01"), shelf.services()) == (None, frozenset())
    shelf.put("SB01", OLD, "sha256:old")
    assert (shelf.digest("SB01"), shelf.services()) == ("sha256:old", {"SB01"})
    assert found(root) == files(OLD, "sha256:old")
    assert (
        ClipBank([root]).compose("二", "zh")[0].path == root / "SB01" / "zh" / f"{clip_key('二', 'zh', 'v', 'w')}.opus"
    )


def test_new_clips_take_the_place_of_the_old_ones(root: Path) -> None:
    shelf = ClipShelf(root)
    shelf.put("SB01", OLD, "sha256:old")
    shelf.put("XF01", made("XF01", zh="五"), "sha256:other")
    shelf.put("SB01", NEW, "sha256:new")
    assert found(root) == files(NEW, "sha256:new")
    assert shelf.digest("XF01") == "sha256:other"
    assert sorted(path.name for path in root.parent.rglob("SB01")) == ["SB01"]


def test_clips_of_other_services_are_dropped(root: Path) -> None:
    shelf = ClipShelf(root)
    for service in ("SB01", "XF01", "YL01"):
        shelf.put(service, OLD, "sha256:old")
    assert shelf.keep({"XF01", "ZZ99"}) == {"SB01", "YL01"}
    assert [path.name for path in root.iterdir()] == ["XF01"]
    assert shelf.keep({"XF01"}) == frozenset()


@pytest.mark.parametrize("service", ["", ".", "..", "../SB01", "sb01", "SB01/zh"])
def test_only_a_service_has_a_folder(root: Path, service: str) -> None:
    with pytest.raises(ValueError, match="id"):
        ClipShelf(root).put(service, OLD, "sha256:old")
    assert not root.exists()


def lose_a_clip(folder: Path) -> None:
    next(folder.rglob("*.opus")).unlink()


def lose_a_manifest(folder: Path) -> None:
    next(folder.rglob(MANIFEST)).unlink()


def empty_a_clip(folder: Path) -> None:
    next(folder.rglob("*.opus")).write_bytes(b"")


def spoil_a_manifest(folder: Path) -> None:
    next(folder.rglob(MANIFEST)).write_bytes(b"\xff")


@pytest.mark.parametrize("spoil", [lose_a_clip, lose_a_manifest, empty_a_clip, spoil_a_manifest])
def test_what_the_disk_lost_is_not_called_whole(root: Path, spoil: Callable[[Path], None]) -> None:
    shelf = ClipShelf(root)
    shelf.put("SB01", OLD, "sha256:old")
    spoil(root / "SB01")
    assert shelf.digest("SB01") is None
    shelf.put("SB01", OLD, "sha256:old")
    assert shelf.digest("SB01") == "sha256:old"


class Plug(BaseException):
    """The power is gone."""


def pulled(steps: int) -> Callable[[str], None]:
    """A checkpoint that pulls the plug at the n-th step."""
    count = itertools.count(1)

    def checkpoint(name: str, /) -> None:
        assert name == "clips"
        if next(count) == steps:
            raise Plug

    return checkpoint


def cut(
    root: Path, before: Callable[[ClipShelf], object], change: Callable[[ClipShelf], object]
) -> list[dict[str, bytes]]:
    """What is found after the plug was pulled at each step of a change in turn, and the shelf was opened again."""
    outcomes = []
    for steps in itertools.count(1):
        place = root / str(steps) / "clips"
        before(ClipShelf(place))
        shelf = ClipShelf(place)
        shelf._checkpoint = pulled(steps)
        try:
            change(shelf)
        except Plug:
            after = ClipShelf(place)
            outcomes.append(found(place))
            assert {path.name for path in place.parent.iterdir()} <= {"clips"}
            change(after)
        else:
            assert steps > 3
            outcomes.append(found(place))
            return outcomes
    raise AssertionError


def test_a_crash_leaves_the_old_clips_or_the_new_ones(tmp_path: Path) -> None:
    outcomes = cut(
        tmp_path, lambda shelf: shelf.put("SB01", OLD, "sha256:old"), lambda shelf: shelf.put("SB01", NEW, "sha256:new")
    )
    old, new = files(OLD, "sha256:old"), files(NEW, "sha256:new")
    assert all(outcome in (old, new) for outcome in outcomes)
    # The steps are those of a change: it is seen from both sides.
    assert outcomes[0] == old
    assert outcomes[-2:] == [new, new]


def test_a_crash_at_the_first_clips_leaves_none_or_all(tmp_path: Path) -> None:
    outcomes = cut(tmp_path, lambda _: None, lambda shelf: shelf.put("SB01", NEW, "sha256:new"))
    assert all(outcome in ({}, files(NEW, "sha256:new")) for outcome in outcomes)
    assert (outcomes[0], outcomes[-1]) == ({}, files(NEW, "sha256:new"))


def test_a_crash_while_clips_are_dropped_leaves_all_or_none(tmp_path: Path) -> None:
    outcomes = cut(tmp_path, lambda shelf: shelf.put("SB01", OLD, "sha256:old"), lambda shelf: shelf.keep(()))
    assert all(outcome in (files(OLD, "sha256:old"), {}) for outcome in outcomes)
    assert outcomes[-1] == {}


def test_a_crash_while_a_crash_is_put_right_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "clips"
    ClipShelf(root).put("SB01", OLD, "sha256:old")
    # As after a crash between the two moves.
    for beside in ("clips.new", "clips.old"):
        (tmp_path / beside).mkdir(exist_ok=True)
    (root / "SB01").rename(tmp_path / "clips.old" / "SB01")
    for steps in itertools.count(1):
        try:
            ClipShelf(root, pulled(steps))
        except Plug:
            continue
        break
    assert steps > 2
    assert found(root) == files(OLD, "sha256:old")


def test_a_disk_that_refuses_keeps_the_old_clips_and_the_next_try_succeeds(root: Path) -> None:
    shelf = ClipShelf(root)
    shelf.put("SB01", OLD, "sha256:old")
    # The second folder is one that no disk takes.
    with pytest.raises(OSError, match="name"):
        shelf.put("SB01", ServiceVoice("SB01", {**NEW.folders, "x" * 300: NEW.folders["zh"]}), "sha256:new")
    assert shelf.digest("SB01") == "sha256:old"
    shelf.put("SB01", NEW, "sha256:new")
    assert found(root) == files(NEW, "sha256:new")
