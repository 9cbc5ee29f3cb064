"""A terminal whose clock stands in 1970 or in 2035, before the real platform; answers not to be believed."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from contracts import key_id, sign
from contracts.times import EARLIEST, statement
from kiosk_app.clock import CLOSE_S, SystemClock
from offline_cache import ClockCorrected, SyncReport, TimeRefused
from offline_cache.http.adapter import check_dates
from offline_cache.sync.right_time import RightTime
from tests.faults.local_platform import LocalPlatform, local_platform
from tests.offline_cache.certificates import Authority
from tests.offline_cache.support import until

SOURCE = Path(__file__).parents[1] / "faults" / "shifted_clock.c"
KEY = Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes_raw()
YEAR_S = 365 * 86_400
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cc") is None:
        pytest.skip("a wrong clock for one process needs a C compiler")
    made = tmp_path_factory.mktemp("shim") / "shifted_clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE), "-ldl"], check=True)
    return made


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with local_platform(tmp_path_factory.mktemp("platform")) as running:
        terminal, files = running.enrol()
        yield running, terminal, files


def run(folder: Path, shim: Path, found: tuple[LocalPlatform, str, Any], year: int, trusted: dict[str, str]) -> Any:
    running, terminal, files = found
    shift = round((datetime(year, 1, 2, tzinfo=UTC) - datetime.now(UTC)).total_seconds())
    paths = (files.ca_path, files.cert_path, files.key_path)
    command = [sys.executable, "-m", "tests.faults.dead_clock", str(folder), running.url, *map(str, paths), terminal]
    environment = {**os.environ, "LD_PRELOAD": str(shim), "SHIFT_SECONDS": str(shift)}
    ended = subprocess.run(
        [*command, json.dumps(trusted)], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(ended.stdout)


def keys_of(running: LocalPlatform) -> dict[str, str]:
    return dict(running.platform.authority.keys)


@pytest.mark.parametrize("year", [1970, 2035])
def test_a_case_queued_under_a_dead_clock_is_brought_to_the_platform(
    tmp_path: Path, shim: Path, platform: tuple[LocalPlatform, str, Any], year: int
) -> None:
    found = run(tmp_path, shim, platform, year, keys_of(platform[0]))
    assert found["before"] == year
    # The machine's clock was left alone; the terminal's is right.
    assert datetime.fromtimestamp(found["machine"], UTC).year == year
    assert abs((datetime.fromisoformat(found["after"]) - datetime.now(UTC)).total_seconds()) < 10
    assert found["state"] == "sent"
    assert (len(found["corrected"]), found["refused"]) == (1, [])
    # The machine's clock is a technician's, whatever the terminal goes by.
    assert [(seconds > 0) == (year == 2035) for seconds in found["skew"]] == [True]
    until(lambda: abs(told(platform[0])[0] - (2026 - year) * YEAR_S) < 2 * YEAR_S)
    assert abs(told(platform[0])[1]) < 10_000


def told(running: LocalPlatform) -> tuple[int, int]:
    """What the last heartbeat said of the correction, in seconds, and how far its time was off, in milliseconds."""
    rows = running.rows("SELECT body, skew_ms FROM heartbeat")
    return (json.loads(rows[0][0])["clock"]["offset_s"], rows[0][1]) if rows else (0, 0)


def test_without_a_pinned_key_nothing_is_believed_and_nothing_is_sent(
    tmp_path: Path, shim: Path, platform: tuple[LocalPlatform, str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_CLOCK_PATIENCE_S", "2")
    found = run(tmp_path, shim, platform, 1970, {key_id(RAW): RAW.hex()})
    assert (found["state"], found["corrected"], found["refused"]) == ("ready", [], ["signature"])


class Line:
    """A platform, or somebody in its place, that answers the question of time with whatever `answer` makes."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self.trusted = {key_id(RAW): RAW}
        self.signed_time = answer


class HandClock:
    """A machine's clock in 1970."""

    def __init__(self) -> None:
        self.offset_s = 0.0
        self.mono = 5.0
        self.right: datetime | None = None

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        self.mono += 0.5
        return self.mono

    def correct(self, at: datetime) -> None:
        self.right = at


def ask(answer: Callable[[str], Any]) -> tuple[HandClock, list[SyncReport]]:
    clock, reports = HandClock(), list[SyncReport]()
    line: Any = Line(answer)
    right_time = RightTime(line, clock, os.urandom, reports.append)
    for _ in range(2):
        right_time.ask()
    return clock, reports


def test_a_fresh_signed_answer_is_believed_and_half_of_the_way_is_added() -> None:
    clock, reports = ask(lambda nonce: sign(statement(nonce, NOW), KEY))
    assert clock.right == NOW + timedelta(seconds=0.25)
    assert [type(report) for report in reports] == [ClockCorrected, ClockCorrected]


REPLAYED = sign(statement("00" * 16, NOW), KEY)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _nonce: REPLAYED, "nonce"),
        (lambda nonce: sign(statement(nonce, NOW), Ed25519PrivateKey.generate()), "signature"),
        (
            lambda nonce: {**sign(statement(nonce, NOW), KEY), "signed": statement(nonce, NOW + timedelta(1))},
            "signature",
        ),
        (lambda nonce: sign(statement(nonce, EARLIEST - timedelta(seconds=1)), KEY), "before-build"),
        (lambda nonce: sign({"kind": "audit_head", "nonce": nonce, "time": NOW.isoformat()}, KEY), "malformed"),
        (lambda nonce: sign({"kind": "time", "nonce": nonce, "time": "2026-11-30T09:00:00"}, KEY), "malformed"),
        (lambda nonce: sign({"kind": "time", "nonce": nonce, "time": "soon"}, KEY), "malformed"),
        (lambda _nonce: {}, "signature"),
    ],
)
def test_an_answer_that_is_not_fresh_ours_and_possible_changes_nothing(answer: Any, why: str) -> None:
    clock, reports = ask(answer)
    assert clock.right is None
    assert reports == [TimeRefused(why)]


def test_a_corrected_clock_goes_on_and_is_given_up_when_the_machine_is_right() -> None:
    clock = SystemClock()
    machine = clock.now()
    clock.correct(machine + timedelta(days=400))
    assert 0 <= (clock.now() - machine - timedelta(days=400)).total_seconds() < 5
    assert abs(clock.offset_s - 400 * 86_400) < 5
    clock.correct(machine + timedelta(seconds=CLOSE_S / 2))
    assert clock.offset_s == 0.0
    assert abs((clock.now() - machine).total_seconds()) < 5


def test_by_the_right_time_a_certificate_is_judged_as_ever(tmp_path: Path) -> None:
    path, _ = Authority(tmp_path).issue("server")
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    der = certificate.public_bytes(Encoding.DER)
    check_dates(der, certificate.not_valid_before_utc + timedelta(hours=1))
    for moment, code in (
        (certificate.not_valid_before_utc - timedelta(seconds=1), 9),
        (certificate.not_valid_after_utc + timedelta(seconds=1), 10),
    ):
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            check_dates(der, moment)
        assert refused.value.verify_code == code
