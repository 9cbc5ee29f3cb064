"""What start-up accepts as this terminal's identity."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioning import enrol, load_identity
from provisioning.errors import IdentityDamagedError, KeyExposedError, NotEnrolledError
from provisioning.identity import AUTHORITY, CERTIFICATE, ENROLMENT, KEY, TRUST
from provisioning.key import key_to_pem, new_key
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, Ca, FixedClock, Platform


@pytest.fixture
def folder(double: Platform, tmp_path: Path) -> Path:
    home = tmp_path / "kiosk"
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, home, FixedClock(), os.urandom)
    return home


def test_empty_folder_is_not_enrolled(tmp_path: Path) -> None:
    with pytest.raises(NotEnrolledError):
        load_identity(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_key_that_others_can_read_is_refused(folder: Path, mode: int) -> None:
    load_identity(folder).key_path.chmod(mode)
    with pytest.raises(KeyExposedError):
        load_identity(folder)


@pytest.mark.parametrize("name", [KEY, CERTIFICATE, AUTHORITY, TRUST, ENROLMENT])
def test_missing_file_is_damage(folder: Path, name: str) -> None:
    (folder / "identity" / name).unlink()
    with pytest.raises(IdentityDamagedError):
        load_identity(folder)


@pytest.mark.parametrize("name", [KEY, CERTIFICATE, AUTHORITY, TRUST, ENROLMENT])
def test_garbled_file_is_damage(folder: Path, name: str) -> None:
    path = folder / "identity" / name
    path.write_bytes(b"\x00garbage")
    with pytest.raises(IdentityDamagedError):
        load_identity(folder)


def test_key_of_another_certificate_is_damage(folder: Path) -> None:
    load_identity(folder).key_path.write_bytes(key_to_pem(new_key()))
    with pytest.raises(IdentityDamagedError):
        load_identity(folder)


def test_exchanged_authority_is_damage(folder: Path) -> None:
    load_identity(folder).ca_path.write_bytes(Ca().pem)
    with pytest.raises(IdentityDamagedError):
        load_identity(folder)


def test_repr_shows_no_key_material(folder: Path) -> None:
    identity = load_identity(folder)
    assert "trust" not in repr(identity)
    assert "BEGIN" not in repr(identity)
