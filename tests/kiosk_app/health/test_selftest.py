"""The self-test, pure: when it is due, what its findings close, and what the report says."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.readiness import statement_of
from contracts.site import Screen
from drivers.device import DeviceState, Status
from kiosk_app.clock import BEIJING
from kiosk_app.health import doctor_report
from kiosk_app.health.checks import Facts, check_all
from kiosk_app.health.duty import BY_CHECK
from kiosk_app.health.selftest import (
    CLOSES,
    MOST_STARTING_S,
    About,
    Closes,
    Closing,
    Occasion,
    closing,
    counted,
    next_daily,
    readiness_report,
    settled,
    share,
    utc,
)
from kiosk_app.health.selftest_checks import (
    Glass,
    Sound,
    check_disk_write,
    check_memory,
    check_packages,
    check_screen,
    check_speech_loop,
    check_store_pages,
    check_temperature,
    check_touch,
)
from kiosk_app.health.selftest_probes import disk_takes, hottest, loudness, memory_available, touch_panels
from kiosk_app.health.verdicts import failed, passed
from provisioning import CheckResult, CheckState, Words

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
LEVELS = {"SA01": "L0", "SB01": "L1", "SC01": "L2"}
SAYS = Words("坏了", "Broken")


def broken(check: str) -> CheckResult:
    return failed(check, SAYS, SAYS)


@pytest.mark.parametrize("check", sorted(CLOSES))
def test_a_failed_check_closes_what_the_table_says_and_nothing_else(check: str) -> None:
    found = closing([broken(check), passed("memory2", SAYS)], frozenset({"SB01"}))
    closed = found.services(LEVELS)
    match CLOSES[check]:
        case Closes.EVERYTHING:
            assert (found.everything, closed) == (check, frozenset())
        case Closes.IDENTIFIED:
            assert (found.everything, closed) == ("", {"SB01", "SC01"})
        case Closes.PACKAGE:
            assert (found.everything, closed) == ("", {"SB01"})
        case Closes.NOTHING:
            assert found == Closing()


def test_every_check_of_doctor_and_self_test_has_a_row_and_a_duty() -> None:
    known = {result.id for result in check_all(Facts(), NOW)} | {"parts"}
    assert {"store", "clock", "certificate"} <= known
    assert known <= set(CLOSES)
    assert set(CLOSES) <= set(BY_CHECK)


def test_well_or_doubtful_checks_close_nothing() -> None:
    doubtful = CheckResult("disk_write", CheckState.WARN, SAYS, SAYS)
    assert closing([passed("store", SAYS), doubtful]) == Closing()


@pytest.mark.parametrize("hour", [0, 1, 2, 4, 5, 23])
def test_the_nightly_test_comes_in_the_quiet_hours_and_within_a_day(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=30)
    for draw in (0.0, 0.5, 0.999):
        due = next_daily(now, draw)
        assert now < due <= now + timedelta(days=1)
        assert 2 <= due.hour < 5


def test_draws_spread_the_fleet() -> None:
    fleet = [share(f"XC-{n:04d}") for n in range(200)]
    assert all(0 <= place < 1 for place in fleet)
    assert len({next_daily(NOW, place) for place in fleet}) == 200
    assert 60 < sum(place < 0.5 for place in fleet) < 140


def test_boot_waits_for_devices_that_start_and_not_for_ever() -> None:
    starting = [Status("cam-1", "camera", DeviceState.STARTING)]
    assert not settled(starting, 3.0)
    assert settled(starting, MOST_STARTING_S)
    assert settled([Status("cam-1", "camera", DeviceState.OFFLINE)], 0.0)


def report(results: tuple[CheckResult, ...], guided: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    found = doctor_report([Status("printer-1", "receipt_printer", DeviceState.ONLINE)], results)
    about = About("XC-0042", "0.1.0", "a1b2", "file", 3, "sha256:ab", 7, "sha256:cd")
    number = "01890000-0000-7000-8000-000000000001"
    return readiness_report(about, found, number, NOW, Occasion.DAILY, took_ms=812, guided=guided)


def test_the_report_says_what_when_by_whom_and_of_which_versions() -> None:
    made = report((passed("disk", SAYS),))
    assert (made["at"], made["by"], made["occasion"], made["took_ms"]) == (
        "2026-11-20T02:00:00Z",
        "machine",
        "daily",
        812,
    )
    assert made["versions"] == {"terminal": "0.1.0", "catalogue": 7}
    assert made["profile"] == {"rev": 3, "digest": "sha256:ab"}
    assert made["machine"] == {"inventory": "sha256:cd", "key": "a1b2", "key_protection": "file"}
    assert {"state", "cause", "remedy", "part", "who"} <= set(made["checks"][0])
    assert statement_of(made).ready is True


def test_what_fails_makes_it_unready_whoever_found_it() -> None:
    assert report((broken("disk"),))["ready"] is False
    heard = {"id": "loudspeaker", "outcome": "fail"}
    assert statement_of(report((passed("disk", SAYS),), (heard,))).ready is False
    left_out = {"id": "loudspeaker", "outcome": "skipped"}
    assert report((), (left_out,))["ready"] is True
    assert counted(report((passed("disk", SAYS), broken("clock")), (left_out,))) == (1, 2, 1)


def test_moments_are_written_in_utc() -> None:
    assert utc(NOW.replace(microsecond=999_999)) == "2026-11-20T02:00:00Z"


TALL = Glass(1080, 1920, 530.0, 940.0)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (check_disk_write(True), "pass"),
        (check_disk_write(False), "fail"),
        (check_disk_write(None), "warn"),
        (check_store_pages(True), "pass"),
        (check_store_pages(True, 2), "warn"),
        (check_store_pages(False), "fail"),
        (check_store_pages(None), "warn"),
        (check_packages(()), "pass"),
        (check_packages(("SB01",)), "fail"),
        (check_packages(None), "warn"),
        (check_speech_loop(Sound(2400, -19.0, "device")), "pass"),
        (check_speech_loop(Sound(2400, -19.0, "none")), "pass"),
        (check_speech_loop(Sound(100, -19.0, "device")), "warn"),
        (check_speech_loop(Sound(2400, -90.0, "device")), "warn"),
        (check_speech_loop(None), "warn"),
        (check_screen(TALL), "pass"),
        (check_screen(TALL, Screen(527, 938, 700)), "pass"),
        (check_screen(TALL, Screen(700, 1200, 700)), "warn"),
        (check_screen(TALL, Screen(938, 527, 700)), "fail"),
        (check_screen(Glass(1080, 1920), Screen(700, 1200, 700)), "pass"),
        (check_screen(None), "warn"),
        (check_touch(1), "pass"),
        (check_touch(0), "warn"),
        (check_touch(None), "warn"),
        (check_memory(2 << 30), "pass"),
        (check_memory(200 << 20), "warn"),
        (check_memory(50 << 20), "fail"),
        (check_memory(None), "warn"),
        (check_temperature(45), "pass"),
        (check_temperature(85), "warn"),
        (check_temperature(99), "fail"),
        (check_temperature(None), "pass"),
    ],
    ids=lambda value: value.id if isinstance(value, CheckResult) else value,
)
def test_each_check_says_how_it_is_in_both_languages(result: CheckResult, state: str) -> None:
    assert result.state.value == state
    assert all((result.cause.zh, result.cause.en, result.remedy.zh, result.remedy.en))


def test_what_was_not_heard_is_not_claimed() -> None:
    assert "没有放出来" in check_speech_loop(Sound(2400, -19.0, "none")).cause.zh
    assert "要请人听" in check_speech_loop(Sound(2400, -19.0, "device")).cause.zh


def test_a_disk_that_takes_a_file_keeps_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / ".self-test.left").write_bytes(b"of a crash")
    assert disk_takes(tmp_path, lambda count: b"x" * count)
    assert list(tmp_path.iterdir()) == []
    assert not disk_takes(tmp_path / "nowhere", lambda count: b"x" * count)


def test_the_kernels_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:       16000000 kB\nMemAvailable:    2048 kB\n")
    assert memory_available(tmp_path / "meminfo") == 2 << 20
    assert memory_available(tmp_path / "none") is None
    for zone, text in (("thermal_zone0", "41500"), ("thermal_zone1", "67000"), ("thermal_zone2", "?")):
        (tmp_path / zone).mkdir()
        (tmp_path / zone / "temp").write_text(text)
    assert hottest(tmp_path) == 67
    assert hottest(tmp_path / "none") is None
    mouse = 'I: Bus=0003\nN: Name="Mouse"\nB: EV=17\nB: ABS=3\n\n'
    glass = 'I: Bus=0003\nN: Name="Touch"\nB: EV=b\nB: ABS=260800000000003\n\n'
    (tmp_path / "devices").write_text(mouse + glass)
    assert touch_panels(tmp_path / "devices") == 1
    assert touch_panels(tmp_path / "none") is None


def test_loudness_is_in_decibels_below_full_scale() -> None:
    assert loudness(b"") < -100
    assert loudness(b"\x00\x00" * 100) < -100
    assert -0.1 < loudness(b"\xff\x7f" * 100) <= 0
