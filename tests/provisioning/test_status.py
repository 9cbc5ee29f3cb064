"""What status and report say, whatever the folder holds."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provisioning import Check, CheckResult, CheckState, Words, enrol, load_identity, self_test, status
from provisioning.platform_http import PlatformHttp
from tests.provisioning.double import CODE, TERMINAL, FixedClock, Platform

GOOD = CheckResult("paper", CheckState.PASS, Words("有纸。", "Paper."), Words("无。", "None."))
BAD = CheckResult("clock", CheckState.FAIL, Words("慢了。", "Slow."), Words("校时。", "Set it."))


def test_empty_folder_says_not_enrolled_and_what_to_do(tmp_path: Path) -> None:
    found = status(tmp_path, FixedClock())
    assert (found.enrolled, found.problem) == (False, "not-enrolled")
    assert found.remedy


def test_enrolled_terminal_says_who_it_is(double: Platform, tmp_path: Path) -> None:
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, tmp_path, FixedClock(), os.urandom)
    found = status(tmp_path, FixedClock())
    assert (found.terminal, found.certificate_state, found.profile_state) == (TERMINAL, "valid", "valid")
    assert (found.devices, found.services, found.problem) == (2, 2, "")


def test_time_ages_certificate_and_profile(double: Platform, tmp_path: Path) -> None:
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, tmp_path, FixedClock(), os.urandom)
    states = [
        (found.certificate_state, found.profile_state)
        for found in (status(tmp_path, FixedClock(datetime.now(UTC) + timedelta(days=d))) for d in (8, 15, 31))
    ]
    assert states == [("renewal_due", "valid"), ("expired", "valid"), ("expired", "expired")]


def test_exposed_key_is_a_problem_not_a_crash(double: Platform, tmp_path: Path) -> None:
    enrol(PlatformHttp(FixedClock()), double.url, CODE, double.ca.fingerprint, tmp_path, FixedClock(), os.urandom)
    load_identity(tmp_path).key_path.chmod(0o644)
    assert status(tmp_path, FixedClock()).problem == "key-exposed"


def test_self_test_puts_the_worst_first() -> None:
    results = self_test([Check("paper", lambda: GOOD), Check("clock", lambda: BAD)])
    assert [result.id for result in results] == ["clock", "paper"]


def test_probe_that_raises_has_failed() -> None:
    def broken() -> CheckResult:
        raise OSError("secret")

    (result,) = self_test([Check("disk", broken)])
    assert (result.id, result.state) == ("disk", CheckState.FAIL)
    assert "secret" not in result.cause.en


def test_probe_that_hangs_has_failed_and_does_not_hold_the_others() -> None:
    import threading

    gate = threading.Event()

    def stuck() -> CheckResult:
        gate.wait(10)
        return GOOD

    results = self_test([Check("stuck", stuck), Check("paper", lambda: GOOD)], seconds=0.2)
    gate.set()
    assert [(result.id, result.state) for result in results] == [("stuck", CheckState.FAIL), ("paper", CheckState.PASS)]
