"""A device key that never leaves its TPM, against the real platform. The TPM is a software TPM on a socket."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.readiness import statement_of
from provisioning import Tpm, enrol, load_identity, renew, sign_report, status
from provisioning.errors import HardwareChangedError, IdentityCopiedError, TpmRefusedError
from provisioning.identity import Identity, check_home
from provisioning.inventory import machine_inventory
from provisioning.key import request_pem
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import FixedClock
from tests.provisioning.real_platform import Running
from tests.provisioning.test_report import made
from tests.tools.software_tpm import SoftwareTpm, software_tpm

HERE = {"board": "a" * 64}


def enrolled(running: Running, tpm: SoftwareTpm, folder: Path, terminal: str) -> Identity:
    clock, code = FixedClock(), running.slot(terminal)
    enrol(
        PlatformHttp(clock),
        running.url,
        code,
        running.fingerprint,
        folder,
        clock,
        os.urandom,
        inventory={"hardware": HERE},
        tpm=Tpm(tpm.tcti),
    )
    return load_identity(folder)


def test_the_key_stays_in_the_tpm_signs_there_and_the_disk_holds_none_in_clear(
    running: Running, tpm: SoftwareTpm, tmp_path: Path
) -> None:
    identity = enrolled(running, tpm, tmp_path / "kiosk", "XC-0201")
    assert identity.key_protection == "tpm"
    for path in (tmp_path / "kiosk").rglob("*"):
        if path.is_file():
            assert b"BEGIN PRIVATE KEY" not in path.read_bytes()
            assert b"BEGIN EC PRIVATE KEY" not in path.read_bytes()
    assert stat.S_IMODE(identity.key_path.stat().st_mode) == 0o600
    with pytest.raises(TypeError, match="does not leave the TPM"):
        identity.device_key().private_numbers()
    found = status(tmp_path / "kiosk", FixedClock(), HERE)
    assert (found.key_protection, found.problem) == ("tpm", "")
    signed = sign_report(made(), identity)
    signature = bytes.fromhex(signed.signature)
    identity.device_public().verify(signature, statement_of(made()).signed_bytes(), ec.ECDSA(hashes.SHA256()))
    assert tpm.open_handles() == ""
    # A copy is refused even beside its TPM.
    shutil.copytree(tmp_path / "kiosk", tmp_path / "copy", symlinks=True)
    with pytest.raises(IdentityCopiedError):
        check_home(load_identity(tmp_path / "copy"), HERE)


def test_mutual_tls_with_the_locked_key_renews_and_brings_a_fresh_one(
    running: Running, tpm: SoftwareTpm, tmp_path: Path
) -> None:
    clock, folder = FixedClock(), tmp_path / "kiosk"
    before = enrolled(running, tpm, folder, "XC-0202")
    after = renew(PlatformHttp(clock), folder, clock, os.urandom, inventory={"hardware": HERE})
    assert after.certificate.public_key() != before.certificate.public_key()
    assert after.device_public() == before.device_public()
    check_home(after, HERE)


def test_after_expiry_the_tpm_speaks_alone(running: Running, tpm: SoftwareTpm, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    before = enrolled(running, tpm, folder, "XC-0203")
    clock = FixedClock()

    class Without(PlatformHttp):
        def post(self, *words: object, identity: object, **named: object) -> object:  # type: ignore[override]
            del identity
            return super().post(*words, identity=None, **named)  # type: ignore[arg-type]

    after = renew(Without(clock), folder, clock, os.urandom, inventory={"hardware": HERE})  # type: ignore[arg-type]
    assert after.certificate.serial_number != before.certificate.serial_number


def test_the_key_of_mutual_tls_alone_renews_nothing(running: Running, tpm: SoftwareTpm, tmp_path: Path) -> None:
    identity = enrolled(running, tpm, tmp_path / "kiosk", "XC-0204")
    thief = ec.generate_private_key(ec.SECP256R1())
    body = {"csr_pem": request_pem(thief, "XC-0204")}
    http = PlatformHttp(FixedClock())
    answer = http.post(
        f"{running.url}/v1/certs/renew", body, authority=identity.ca_path, identity=identity, timeout=10.0
    )
    assert (answer.status, answer.body) == (403, {"code": "signature-invalid"})


def test_a_clone_of_the_disk_in_another_machine_is_refused_with_words(
    running: Running, tpm: SoftwareTpm, tmp_path: Path
) -> None:
    folder = tmp_path / "kiosk"
    enrolled(running, tpm, folder, "XC-0206")
    record = folder / "identity" / "device.tpm"
    with software_tpm(tmp_path / "other") as other:
        # The same bytes, the same folder; only the chip behind the socket is another one.
        record.write_bytes(record.read_bytes().replace(tpm.tcti.encode(), other.tcti.encode()))
        clone = load_identity(folder)
        with pytest.raises(HardwareChangedError, match="made on another machine"):
            check_home(clone, HERE)
        with pytest.raises(HardwareChangedError):
            renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)
        found = status(folder, FixedClock(), HERE)
    assert (found.problem, found.enrolled) == ("hardware-changed", True)
    assert "--replace" in found.remedy


def test_a_silent_tpm_is_an_error_with_a_next_step_and_the_disk_can_still_be_judged(
    running: Running, tpm: SoftwareTpm, tmp_path: Path
) -> None:
    folder = tmp_path / "kiosk"
    enrolled(running, tpm, folder, "XC-0208")
    tpm.stop()
    identity = load_identity(folder)
    with pytest.raises(TpmRefusedError, match="firmware"):
        check_home(identity, HERE)
    with pytest.raises(TpmRefusedError):
        renew(PlatformHttp(FixedClock()), folder, FixedClock(), os.urandom)


def test_a_machine_whose_file_key_came_from_elsewhere_is_refused_by_the_platform_too(
    running: Running, tmp_path: Path
) -> None:
    clock, folder = FixedClock(), tmp_path / "kiosk"
    code = running.slot("XC-0209")
    there = {"hardware": {"board": "b" * 64}}
    enrol(PlatformHttp(clock), running.url, code, running.fingerprint, folder, clock, os.urandom, inventory=there)
    elsewhere = {**machine_inventory(), "hardware": {"board": "c" * 64}}
    with pytest.raises(HardwareChangedError):
        renew(PlatformHttp(clock), folder, clock, os.urandom, inventory=elsewhere)
    # A program that does not look is told by the platform.
    facts = folder / "identity" / "enrolment.json"
    facts.write_text(facts.read_text().replace("b" * 64, "c" * 64))
    with pytest.raises(HardwareChangedError):
        renew(PlatformHttp(clock), folder, clock, os.urandom, inventory=elsewhere)
