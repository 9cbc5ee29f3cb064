"""Profiles from wire, file, folder and zip; whole or not at all when the power goes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from contracts import sign
from provisioning import apply_profile, enrol, load_profile
from provisioning.errors import (
    NotEnrolledError,
    ProfileMalformedError,
    ProfileOfAnotherError,
    ProfileOlderError,
    ProfileSignatureBadError,
)
from provisioning.files import sweep, write_generation
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, FixedClock, Platform, profile_value


@pytest.fixture
def folder(double: Platform, tmp_path: Path) -> Path:
    home = tmp_path / "kiosk"
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, home, FixedClock(), os.urandom)
    return home


def envelope_bytes(double: Platform, **changes: object) -> bytes:
    return json.dumps(sign(profile_value(**changes), double.signer), ensure_ascii=False).encode()


def test_envelope_from_the_wire_comes_into_force(double: Platform, folder: Path) -> None:
    apply_profile(folder, sign(profile_value(rev=4), double.signer), FixedClock(), os.urandom)
    assert load_profile(folder).rev == 4


def test_file_from_a_stick_comes_into_force(double: Platform, folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick.json"
    stick.write_bytes(envelope_bytes(double, rev=5))
    assert apply_profile(folder, stick, FixedClock(), os.urandom).rev == 5


def test_folder_from_a_stick_comes_into_force(double: Platform, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "profile.json").write_bytes(envelope_bytes(double, rev=5))
    assert apply_profile(folder, tmp_path / "stick", FixedClock(), os.urandom).rev == 5


def test_zip_from_a_stick_comes_into_force(double: Platform, folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "stick.zip", "w") as bundle:
        bundle.writestr("profile.json", envelope_bytes(double, rev=5))
        bundle.writestr("../evil", b"x")
    assert apply_profile(folder, tmp_path / "stick.zip", FixedClock(), os.urandom).rev == 5
    assert not (tmp_path / "evil").exists()


def test_zip_bomb_is_refused(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "stick.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("profile.json", b" " * 50_000_000)
    with pytest.raises(ProfileMalformedError):
        apply_profile(folder, tmp_path / "stick.zip", FixedClock(), os.urandom)


@pytest.mark.parametrize("name", ["missing.json", "empty"])
def test_stick_without_a_profile_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProfileMalformedError):
        apply_profile(folder, tmp_path / name, FixedClock(), os.urandom)


def test_stick_has_the_same_checks_as_the_wire(double: Platform, folder: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick.json"
    for changes, error in (({"rev": 1}, ProfileOlderError), ({"terminal": "XC-1111"}, ProfileOfAnotherError)):
        stick.write_bytes(envelope_bytes(double, **changes))
        with pytest.raises(error):
            apply_profile(folder, stick, FixedClock(), os.urandom)
    stick.write_bytes(envelope_bytes(double, rev=9).replace(b"SB01", b"SB02"))
    with pytest.raises(ProfileSignatureBadError):
        apply_profile(folder, stick, FixedClock(), os.urandom)
    assert load_profile(folder).rev == 3


def test_without_enrolment_no_signature_counts(tmp_path: Path) -> None:
    with pytest.raises(NotEnrolledError):
        apply_profile(tmp_path, {"signed": {}, "signatures": []}, FixedClock(), os.urandom)


WRITER = """
import itertools, os, sys
from pathlib import Path
from provisioning.files import write_atomic, write_generation
folder = Path(sys.argv[1])
sys.stdout.write("go\\n"); sys.stdout.flush()
for n in itertools.count():
    body = (b"%d," % (n % 10)) * 30000
    write_atomic(folder / "profile.json", body, os.urandom, 0o600)
    write_generation(folder / "identity", {"a": (body, 0o600), "b": (body, 0o600)}, os.urandom)
"""


def test_kill_while_writing_leaves_whole_files(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_bytes(b"0," * 30000)
    write_generation(tmp_path / "identity", {"a": (b"0," * 30000, 0o600), "b": (b"0," * 30000, 0o600)}, os.urandom)
    for cycle in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"go\n"
        time.sleep(0.011 * (cycle + 1))  # The moment of the kill is the point here, not a condition.
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        profile = (tmp_path / "profile.json").read_bytes()
        first = (tmp_path / "identity" / "a").read_bytes()
        assert len(set(profile.split(b","))) == 2
        assert len(profile) == 60000
        assert first == (tmp_path / "identity" / "b").read_bytes()
    sweep(tmp_path / "identity")
    assert len(list(tmp_path.iterdir())) == 3
