"""Photos by a helper process: the simulator of one, and programs that misbehave."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from drivers.card_reader.cards import synthetic_photo
from drivers.card_reader.photo import PHOTO_BYTES, HelperDecoder, PhotoCause, PhotoDecoder, decoder
from drivers.card_reader.photo_simulator import write_helper
from drivers.transport import UriError

BLOB = synthetic_photo("resident-1")
PATIENCE_S = 20.0


def helper(folder: Path, script: str) -> PhotoDecoder:
    program = folder / "helper"
    program.write_text("#!/bin/sh\n" + script + "\n")
    program.chmod(0o700)
    return decoder(f"helper:{program}?sha256={hashlib.sha256(program.read_bytes()).hexdigest()}")


def cause(wanted: PhotoDecoder, blob: bytes = BLOB, timeout: float = PATIENCE_S) -> PhotoCause:
    assert wanted.decode(blob, timeout) is None
    return wanted.last_cause


def test_the_null_decoder_decodes_nothing() -> None:
    nothing = decoder("null:")
    assert (nothing.name, nothing.available(), cause(nothing)) == ("null", False, PhotoCause.NO_DECODER)


@pytest.mark.parametrize("ending", [".png", ".jpg"])
def test_the_simulated_helper_shows_the_named_picture_upright_and_in_its_colours(tmp_path: Path, ending: str) -> None:
    image = Image.new("RGB", (204, 252), (200, 0, 0))
    image.paste((0, 0, 200), (0, 126, 204, 252))
    image.save(tmp_path / f"resident-1{ending}")
    sha256 = write_helper(tmp_path / "helper", tmp_path)
    shown = decoder(f"helper:{tmp_path}/helper?sha256={sha256}")
    assert shown.available()
    picture = shown.decode(BLOB, PATIENCE_S)
    assert picture is not None
    assert (len(picture), shown.last_cause) == (PHOTO_BYTES, PhotoCause.NONE)
    top, bottom = picture[:3], picture[-3:]
    assert top[0] > 150 > 60 > max(top[1:])
    assert bottom[2] > 150 > 60 > max(bottom[:2])


def test_a_picture_that_is_not_there_is_an_exit_code(tmp_path: Path) -> None:
    sha256 = write_helper(tmp_path / "helper", tmp_path)
    shown = HelperDecoder(str(tmp_path / "helper"), sha256)
    assert cause(shown) is PhotoCause.EXIT_CODE
    assert cause(shown, synthetic_photo("../resident-1")) is PhotoCause.EXIT_CODE


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("cat >/dev/null; head -c 38555 /dev/zero", PhotoCause.WRONG_LENGTH),
        ("cat >/dev/null; head -c 38557 /dev/zero", PhotoCause.WRONG_LENGTH),
        ("cat >/dev/null", PhotoCause.WRONG_LENGTH),
        ("exec cat /dev/zero", PhotoCause.WRONG_LENGTH),
        ("head -c 38556 /dev/zero; exit 1", PhotoCause.EXIT_CODE),
        ("exec <&-; exit 7", PhotoCause.EXIT_CODE),
        ("kill -SEGV $$", PhotoCause.EXIT_CODE),
    ],
)
def test_a_helper_that_misbehaves_has_a_cause(tmp_path: Path, script: str, wanted: PhotoCause) -> None:
    assert cause(helper(tmp_path, script)) is wanted


@pytest.mark.parametrize("script", ["sleep 60", "head -c 38556 /dev/zero; exec sleep 60", "sleep 60 & exec sleep 60"])
def test_a_helper_that_hangs_is_killed_in_time_with_what_it_started(tmp_path: Path, script: str) -> None:
    started = time.monotonic()
    assert cause(helper(tmp_path, f"echo $$ >{tmp_path}/pid; {script}"), timeout=0.6) is PhotoCause.TIMEOUT
    assert time.monotonic() - started < 5.0
    group = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 5.0
    while time.monotonic() < end and _lives(group):
        time.sleep(0.01)
    assert not _lives(group)


def _lives(group: int) -> bool:
    """Somebody of this process group still runs; a dead one that nobody has waited for does not count."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, found = stat.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(found) == group and state not in "ZX":
            return True
    return False


def test_a_good_helper_gets_exactly_the_blob_and_no_environment(tmp_path: Path) -> None:
    script = f"head -c 1024 >{tmp_path}/in; env >{tmp_path}/env; pwd >>{tmp_path}/env; head -c 38556 /dev/zero"
    assert helper(tmp_path, script).decode(BLOB, PATIENCE_S) == bytes(PHOTO_BYTES)
    assert (tmp_path / "in").read_bytes() == BLOB
    said = set((tmp_path / "env").read_text().splitlines())
    # What a shell sets by itself.
    assert {line.split("=")[0] for line in said} <= {"PWD", "OLDPWD", "SHLVL", "_", "/"}


def test_a_program_that_was_changed_is_not_started(tmp_path: Path) -> None:
    shown = helper(tmp_path, "head -c 38556 /dev/zero")
    assert shown.available()
    with (tmp_path / "helper").open("a") as program:
        program.write(f"touch {tmp_path}/ran\n")
    assert not shown.available()
    assert cause(shown) is PhotoCause.CHANGED
    assert not (tmp_path / "ran").exists()


def test_a_program_that_is_not_there_or_may_not_run_has_a_cause(tmp_path: Path) -> None:
    shown = helper(tmp_path, "head -c 38556 /dev/zero")
    (tmp_path / "helper").chmod(0o600)
    assert cause(shown) is PhotoCause.CANNOT_START
    os.unlink(tmp_path / "helper")
    assert (shown.available(), cause(shown)) == (False, PhotoCause.MISSING)


@pytest.mark.parametrize("blob", [b"", bytes(1024), BLOB[:-1], BLOB + b"x"])
def test_what_is_no_photo_reaches_no_program(tmp_path: Path, blob: bytes) -> None:
    assert cause(helper(tmp_path, f"touch {tmp_path}/ran"), blob) is PhotoCause.NOT_A_PHOTO
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "null:x",
        "helper:",
        "helper:/bin/x",
        "helper:/bin/x?sha256=12",
        f"helper:x?sha256={'0' * 64}",
        "ctypes:/lib.so",
    ],
)
def test_an_address_that_names_no_decoder_is_refused(uri: str) -> None:
    with pytest.raises(UriError):
        decoder(uri)
