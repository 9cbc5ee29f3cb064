"""Who keeps the key, and that nobody else is asked when that one refuses. The TPM is a software TPM on a socket."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import KeyFileError, KeyMissing, KeyRefused, Keyring, known_custodians, read_protection, rotate_key
from offline_cache.store.custody import CREDENTIAL, CredentialCustody, FileCustody
from offline_cache.store.tpm import TpmCustody
from tests.offline_cache.support import KEY, RealClock, item, open_at
from tests.tools.software_tpm import SoftwareTpm, software_tpm


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[SoftwareTpm]:
    with software_tpm(tmp_path / "tpm") as running:
        yield running


def sealed_ring(folder: Path, tpm: SoftwareTpm) -> Keyring:
    return Keyring(folder / "key", (TpmCustody(tpm.tcti), CredentialCustody(None), FileCustody()))


def test_a_tpm_keeps_the_key_and_the_disk_does_not(tpm: SoftwareTpm, tmp_path: Path) -> None:
    ring = sealed_ring(tmp_path, tpm)
    with open_at(tmp_path, key=ring) as store:
        store.submit(item())
    assert read_protection(tmp_path / "key") == "tpm"
    key = ring.current()
    assert key not in (tmp_path / "key").read_bytes()
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with open_at(tmp_path, key=ring) as store:
        assert store.counts().ready == 1
    # Three slots are all a TPM has: nothing may stay in them.
    assert tpm.open_handles() == ""


def test_a_machine_that_started_otherwise_gets_no_key_and_no_other_custodian_is_asked(
    tpm: SoftwareTpm, tmp_path: Path
) -> None:
    ring = sealed_ring(tmp_path, tpm)
    open_at(tmp_path, key=ring).close()
    record = (tmp_path / "key").read_bytes()
    tpm.run("tpm2_pcrextend", f"7:sha256={hashlib.sha256(b'another loader').hexdigest()}")
    with pytest.raises(KeyRefused, match="did not start as on the day of sealing: put back"):
        open_at(tmp_path, key=ring)
    assert (tmp_path / "key").read_bytes() == record
    assert read_protection(tmp_path / "key") == "tpm"
    assert tpm.open_handles() == ""


def test_another_tpm_does_not_open_it(tpm: SoftwareTpm, tmp_path: Path) -> None:
    ring = sealed_ring(tmp_path, tpm)
    open_at(tmp_path, key=ring).close()
    tpm.run("tpm2_clear")
    with pytest.raises(KeyRefused, match="another TPM sealed the key"):
        ring.current()


def test_a_tpm_that_is_gone_is_an_error_with_a_next_step(tpm: SoftwareTpm, tmp_path: Path) -> None:
    ring = sealed_ring(tmp_path, tpm)
    open_at(tmp_path, key=ring).close()
    tpm.stop()
    with pytest.raises(KeyRefused, match="does not answer: look whether the firmware"):
        open_at(tmp_path, key=ring)
    without = Keyring(tmp_path / "key", (FileCustody(),))
    with pytest.raises(KeyRefused, match="sealed by tpm"):
        without.current()


def test_a_sealed_key_with_a_flipped_byte_is_refused(tpm: SoftwareTpm, tmp_path: Path) -> None:
    ring = sealed_ring(tmp_path, tpm)
    ring.create()
    data = (tmp_path / "key").read_bytes()
    for at in (3, 20, len(data) - 20):
        (tmp_path / "key").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises((KeyRefused, KeyFileError)):
            ring.current()


def test_a_key_in_a_file_moves_into_the_tpm_by_a_rotation(tpm: SoftwareTpm, tmp_path: Path) -> None:
    in_file = Keyring(tmp_path / "key")
    with open_at(tmp_path, key=in_file) as store:
        store.submit(item())
    bare = in_file.current()
    ring = sealed_ring(tmp_path, tpm)
    rotate_key(tmp_path / "store.db", ring, RealClock().now, custodian="tpm")
    assert read_protection(tmp_path / "key") == "tpm"
    assert ring.current() != bare
    with open_at(tmp_path, key=ring) as store:
        assert store.counts().ready == 1


def test_without_a_tpm_the_next_best_keeps_a_new_key(tmp_path: Path) -> None:
    (tmp_path / CREDENTIAL).write_bytes(os.urandom(64))
    nowhere = TpmCustody(f"swtpm:path={tmp_path}/nobody")
    ring = Keyring(tmp_path / "key", (nowhere, CredentialCustody(tmp_path), FileCustody()))
    key = ring.create()
    assert read_protection(tmp_path / "key") == "credential"
    assert ring.current() == key
    assert key not in (tmp_path / "key").read_bytes()
    last = Keyring(tmp_path / "other", (nowhere, CredentialCustody(None), FileCustody()))
    last.create()
    assert read_protection(tmp_path / "other") == "file"


def test_another_credential_is_refused_and_so_is_none(tmp_path: Path) -> None:
    file = tmp_path / CREDENTIAL
    file.write_bytes(b"a" * 32)
    ring = Keyring(tmp_path / "key", (CredentialCustody(tmp_path), FileCustody()))
    ring.create()
    file.write_bytes(b"b" * 32)
    with pytest.raises(KeyRefused, match="give the unit the former one"):
        ring.current()
    file.unlink()
    with pytest.raises(KeyRefused, match="start the terminal by its unit"):
        ring.current()
    file.write_bytes(b"short")
    with pytest.raises(KeyRefused, match="fewer than 32"):
        ring.current()


def test_a_unit_with_credentials_is_known_by_its_environment(tmp_path: Path) -> None:
    (tmp_path / CREDENTIAL).write_bytes(b"c" * 32)
    tpm, credential, file = known_custodians({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert (tpm.name, credential.name, file.name) == ("tpm", "credential", "file")
    assert credential.missing() is None
    assert known_custodians({})[1].missing() is not None


def test_a_key_in_a_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.key"
    key = Keyring(path).create()
    assert len(key) == 32
    assert Keyring(path).current() == key
    assert path.read_bytes() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert read_protection(path) == "file"


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    ring = Keyring(path)
    ring.create()
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        ring.current()
    assert read_protection(path) == "exposed"


@pytest.mark.parametrize("content", [b"", KEY[:31], KEY + b"x", b"DSK1 tpm", b"x" * 70_000])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        Keyring(path).current()


def test_without_a_record_there_is_no_key(tmp_path: Path) -> None:
    assert read_protection(tmp_path / "key") is None
    with pytest.raises(KeyMissing):
        Keyring(tmp_path / "key").current()
