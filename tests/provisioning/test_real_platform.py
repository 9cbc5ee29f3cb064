"""The same ceremony against the real platform, started as its own process."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioning import enrol, load_identity, load_profile, renew
from provisioning.errors import AuthorityMismatchError, ClockWrongError, CodeUnknownError, CodeUsedError
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import Ca, FixedClock
from tests.provisioning.real_platform import Running


def test_terminal_enrols_renews_and_has_a_profile(running: Running, tmp_path: Path) -> None:
    clock = FixedClock()
    code = running.slot("XC-0101")
    enrolled = enrol(PlatformHttp(clock), running.url, code, running.fingerprint, tmp_path, clock, os.urandom)
    assert enrolled.terminal == "XC-0101"
    before = load_identity(tmp_path).certificate
    after = renew(PlatformHttp(clock), tmp_path, clock, os.urandom).certificate
    assert after.serial_number != before.serial_number
    assert load_profile(tmp_path).name.zh == "试点终端"


def test_signed_renewal_is_accepted_without_a_certificate(running: Running, tmp_path: Path) -> None:
    clock = FixedClock()
    enrol(PlatformHttp(clock), running.url, running.slot("XC-0102"), running.fingerprint, tmp_path, clock, os.urandom)

    class WithoutCertificate(PlatformHttp):
        def post(self, url: str, body: Any, *, authority: Path, identity: Any, timeout: float) -> Any:
            del identity
            return super().post(url, body, authority=authority, identity=None, timeout=timeout)

    before = load_identity(tmp_path).certificate
    assert renew(WithoutCertificate(clock), tmp_path, clock, os.urandom).certificate != before


def test_signed_renewal_with_a_wrong_clock_names_the_clock(running: Running, tmp_path: Path) -> None:
    clock = FixedClock()
    enrol(PlatformHttp(clock), running.url, running.slot("XC-0103"), running.fingerprint, tmp_path, clock, os.urandom)
    late = FixedClock(datetime.now(UTC) + timedelta(days=20))
    with pytest.raises(ClockWrongError):
        renew(PlatformHttp(late), tmp_path, late, os.urandom)


def test_code_works_once(running: Running, tmp_path: Path) -> None:
    clock, code = FixedClock(), running.slot("XC-0104")
    enrol(PlatformHttp(clock), running.url, code, running.fingerprint, tmp_path / "a", clock, os.urandom)
    with pytest.raises(CodeUsedError):
        enrol(PlatformHttp(clock), running.url, code, running.fingerprint, tmp_path / "b", clock, os.urandom)


def test_unknown_code_is_refused(running: Running, tmp_path: Path) -> None:
    clock = FixedClock()
    with pytest.raises(CodeUnknownError):
        enrol(PlatformHttp(clock), running.url, "ZZZZZZZZZZ", running.fingerprint, tmp_path, clock, os.urandom)


def test_code_survives_an_attempt_with_a_wrong_fingerprint(running: Running, tmp_path: Path) -> None:
    clock, code = FixedClock(), running.slot("XC-0105")
    with pytest.raises(AuthorityMismatchError):
        enrol(PlatformHttp(clock), running.url, code, Ca().fingerprint, tmp_path, clock, os.urandom)
    assert enrol(PlatformHttp(clock), running.url, code, running.fingerprint, tmp_path, clock, os.urandom).terminal
