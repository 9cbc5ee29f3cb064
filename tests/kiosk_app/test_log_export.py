"""Logs on a stick: only the platform opens them, whole, and nothing of anybody is in them."""

from __future__ import annotations

import errno
import json
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from kiosk_app.audit import format_line
from kiosk_app.audit.events import SAVED
from kiosk_app.health.stick_places import StickPlace, choose, sticks
from kiosk_app.lab.people import draw
from kiosk_app.log_export import admitted, job, sealed, word_of
from tests.acceptance.planted import Markers
from tests.central_platform.world import application
from tests.kiosk_app import test_sticks
from tests.kiosk_app.test_sticks import Place
from tests.offline_cache.support import item

template, place = test_sticks.template, test_sticks.place
PERSON = draw(random.Random(5), date(2026, 11, 22))
GOOD = format_line(SAVED, "2026-11-22T09:00:00.000+08:00", {"submission": "s-1", "service": "XF01"})


def parts_of(place: Place, *arguments: object) -> list[dict[str, str]]:
    opened = place.platform("open-logs", *arguments)
    assert opened.exit_code == 0, opened.output
    return [json.loads(line) for line in opened.stdout.splitlines()]


def know_the_key(place: Place) -> None:
    """An index as the platform signs it: it names the key to seal to."""
    index = {"version": 1, "packages": [], "sealing": place.authority.sealing}
    place.store.catalogue.put("index", "e1", place.authority.sign(index))


def plant(place: Place) -> Markers:
    """A resident in the outbox, and in a log that somebody else has written into."""
    markers = Markers()
    markers.plant_resident(PERSON)
    place.store.submit(item("case-1", application("XF01", person=PERSON.person(), content=PERSON.name * 3)))
    log = place.room.options.folders.log
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{GOOD}\nTraceback: {PERSON.name} {PERSON.id_no}\n")
        file.write(GOOD.replace("s-1", PERSON.name) + "\n" + GOOD.replace("a case was saved", PERSON.name) + "\n")
    return markers


def test_the_platform_opens_them_whole_and_nobody_is_in_them(place: Place) -> None:
    know_the_key(place)
    markers = plant(place)
    entry = place.store.append_audit({"event": "saved", "fields": {"submission": "s-1", "service": "XF01"}})
    file = place.stick / "logs.sealed"
    done = place.kiosk("logs", "export", file)
    assert done.exit_code == 0, done.output
    head, *parts = parts_of(place, file)
    assert head["parts"] == len(parts)
    by_id = {part["id"]: part["text"] for part in parts}
    about = json.loads(by_id["about"])
    assert (about["terminal"], about["version"]) == (head["terminal"], "0.1.0")
    assert "ready" in json.loads(by_id["doctor"])
    assert json.loads(by_id[f"audit-{entry.seq}"])["hash"] == entry.hash
    assert [text for name, text in by_id.items() if name.startswith("log-")] == [GOOD]
    assert not markers.kinds_in([json.dumps(parts, ensure_ascii=False).encode(), file.read_bytes()])
    # The control: what was left out would have been found.
    assert markers.kinds_in([place.room.options.folders.log.read_bytes()])
    assert ("logs_exported", 3) in [(name, fields.get("dropped")) for name, fields in place.events()]


def test_neither_the_terminal_nor_another_command_opens_them(place: Place) -> None:
    know_the_key(place)
    file = place.stick / "logs.sealed"
    place.kiosk("logs", "export", file)
    refused = place.platform("import-bundle", file)
    assert (refused.exit_code, "not-a-bundle" in refused.stderr) == (1, True)
    place.kiosk("outbox", "export", place.stick / "out.bundle")
    assert "not-a-bundle" in place.platform("open-logs", place.stick / "out.bundle").stderr
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    assert "damaged" in place.platform("open-logs", file).stderr


def test_without_the_platforms_key_nothing_is_written(place: Place) -> None:
    refused = place.kiosk("logs", "export", place.stick / "logs.sealed")
    assert (refused.exit_code, "no-key" in refused.stderr) == (1, True)
    assert list(place.stick.iterdir()) == []


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_stick_that_is_full_read_only_or_gone_is_told_and_holds_no_half_file(place: Place) -> None:
    know_the_key(place)
    plant(place)
    with mounted(place.folder / "full", "size=4k") as full:
        (full / "filler").write_bytes(bytes(4096))
        assert "full: " in place.kiosk("logs", "export", full / "logs.sealed").stderr
        assert [entry.name for entry in full.iterdir()] == ["filler"]
    with mounted(place.folder / "locked", "ro") as locked:
        assert "read-only: " in place.kiosk("logs", "export", locked / "logs.sealed").stderr
    assert "pulled: " in place.kiosk("logs", "export", place.folder / "gone" / "logs.sealed").stderr
    told = [fields["why"] for name, fields in place.events() if name == "stick_refused"]
    assert told == ["full", "read-only", "pulled"]


def test_the_platform_gets_the_same_as_an_attachment(place: Place) -> None:
    know_the_key(place)
    report = job(place.room)
    assert report.detail["why"] == "sent"
    assert report.attached[0].size == report.detail["bytes"]
    data, found = sealed(place.room)
    (place.stick / "again").write_bytes(data)
    assert len(parts_of(place, place.stick / "again")) == len(found.lines) + 1


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (GOOD, True),
        (GOOD + " ", False),
        (GOOD.replace("XF01", "测试甲"), False),
        (GOOD.replace('"fields": {', '"fields": {"name": "x", '), False),
        (GOOD.replace("a case was saved", "a case of Li was saved"), False),
        ("{}", False),
        ("[" * 5000, False),
        ("plain words", False),
    ],
)
def test_only_what_the_log_itself_writes_is_admitted(line: str, fits: bool) -> None:
    assert admitted(line) is fits


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (errno.ENOSPC, "full"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "pulled"),
        (errno.ENODEV, "pulled"),
        (errno.EACCES, "unwritable"),
    ],
)
def test_what_a_stick_does_has_a_word(code: int, word: str) -> None:
    assert word_of(OSError(code, "")) == word


def test_the_stick_is_the_one_that_hangs_on_usb(tmp_path: Path) -> None:
    blocks = tmp_path / "block"
    blocks.mkdir()
    for name, bus in (("sda1", "usb2"), ("sdb1", "usb3"), ("nvme0n1p1", "pci")):
        real = tmp_path / "devices" / bus / name
        real.mkdir(parents=True)
        (blocks / name).symlink_to(real)
    mounts = tmp_path / "mounts"
    rows = "/dev/nvme0n1p1 / ext4 rw 0 0\n/dev/sda1 /media/my\\040stick vfat rw,nosuid 0 0\n"
    mounts.write_text(rows)
    assert sticks(mounts, blocks) == (StickPlace("sda1", Path("/media/my stick"), writable=True),)
    assert choose(sticks(mounts, blocks)) == (Path("/media/my stick"), "")
    mounts.write_text(rows + "/dev/sdb1 /media/other vfat ro 0 0\n")
    assert choose(sticks(mounts, blocks)) == (None, "several")
    mounts.write_text("/dev/sdb1 /media/other vfat ro 0 0\n")
    assert choose(sticks(mounts, blocks)) == (None, "read-only")
    assert choose(sticks(tmp_path / "none", blocks)) == (None, "no-stick")
