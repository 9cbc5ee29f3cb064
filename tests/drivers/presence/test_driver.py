"""The radar on its real wire: a process on a pty at 256000 baud, with every fault it can have."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from drivers.device import Command, DeviceState, ErrorKind, Status
from drivers.owner import BackOff
from drivers.presence import PRESENCE, PresenceRadar, ReadSettings, Settings, presence
from tests.drivers.transport.support import RealClock, Reports, Simulator, simulator, wait_until

SOON = BackOff(0.05, 0.2)
PACE = 6.0


class Bench:
    def __init__(self, radar: Simulator, **options: object) -> None:
        self.radar, self.reports, clock = radar, Reports(), RealClock(PACE)
        self._count = itertools.count(1)
        uri = f"serial:{radar.link}"
        self.driver: PresenceRadar = presence(
            "presence-1", uri, clock=clock, options=options, back_off=SOON, wait=clock.wait
        )
        self.driver.start(self.reports)

    def said(self) -> list[str]:
        return [r.detail[PRESENCE] for r in self.reports.all if isinstance(r, Status) and PRESENCE in r.detail]

    def last(self) -> Status:
        return next(r for r in reversed(self.reports.all) if isinstance(r, Status))

    def comes_to(self, state: DeviceState, **detail: str) -> None:
        def so() -> bool:
            return self.last().state is state and dict(self.last().detail) == detail

        wait_until(so, f"{state} {detail}, was {self.last() if self.reports.all else None}")


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    with simulator("drivers.presence.simulator", "--unpaced") as running:
        yield running


@pytest.fixture
def radar(process: Simulator) -> Simulator:
    process.do(fault="none", stand=None)
    return process


@pytest.fixture
def bench(radar: Simulator) -> Iterator[Bench]:
    running = Bench(radar)
    running.comes_to(DeviceState.ONLINE, presence="away")
    yield running
    running.driver.stop()


def test_somebody_comes_stands_still_and_goes(bench: Bench) -> None:
    bench.radar.do(stand=80)
    bench.comes_to(DeviceState.ONLINE, presence="near")
    bench.radar.do(stand=95, moving=False)
    bench.radar.do(stand=None)
    bench.comes_to(DeviceState.ONLINE, presence="away")
    assert bench.said() == ["away", "near", "away"]


@pytest.mark.parametrize("fault", ["garbage", pytest.param("engineering", marks=pytest.mark.matrix)])
def test_what_is_no_report_is_passed_over(bench: Bench, fault: str) -> None:
    bench.radar.do(fault=fault, stand=80)
    bench.comes_to(DeviceState.ONLINE, presence="near")
    assert DeviceState.OFFLINE not in bench.reports.states()


@pytest.mark.parametrize(("fault", "causes"), [("silent", {"silent"}), ("unplug", {"disconnected", "missing"})])
def test_a_radar_that_is_gone_is_off_line_and_comes_back(bench: Bench, fault: str, causes: set[str]) -> None:
    bench.radar.do(fault=fault)
    assert bench.reports.status(DeviceState.OFFLINE).detail["cause"] in causes
    bench.radar.do(fault="none", stand=80)
    bench.comes_to(DeviceState.ONLINE, presence="near")


@pytest.mark.parametrize("fault", ["baud", pytest.param("torn", marks=pytest.mark.matrix)])
def test_bytes_that_make_no_report_are_told_from_silence(radar: Simulator, fault: str) -> None:
    radar.do(fault=fault)
    bench = Bench(radar)
    try:
        bench.comes_to(DeviceState.OFFLINE, cause="unreadable")
    finally:
        bench.driver.stop()


def test_a_radar_that_sees_somebody_for_ever_says_so_and_heals(radar: Simulator) -> None:
    radar.do(fault="stuck")
    bench = Bench(radar, stuck_s="1")
    try:
        bench.comes_to(DeviceState.ONLINE, presence="near", cause="stuck")
        radar.do(fault="none")
        bench.comes_to(DeviceState.ONLINE, presence="away")
    finally:
        bench.driver.stop()


def test_settings_are_read_and_reports_go_on(bench: Bench) -> None:
    bench.driver.submit(ReadSettings("settings", 20.0))
    done = bench.reports.completion("settings")
    assert isinstance(done.result, Settings), done
    assert done.result.firmware == "V1.02.22062416"
    assert done.result.parameters.moving_gates == 8
    bench.radar.do(stand=80)
    bench.comes_to(DeviceState.ONLINE, presence="near")
    assert DeviceState.OFFLINE not in bench.reports.states()


def test_a_radar_whose_settings_were_left_open_is_told_to_go_on(radar: Simulator) -> None:
    from drivers.presence.codec import Word, encode_command
    from drivers.transport import SerialTransport

    line = SerialTransport(str(radar.link), 256000)
    line.open()
    line.write(encode_command(Word.ENABLE_CONFIG), 1.0)
    wait_until(lambda: Word.ENABLE_CONFIG in radar.do(status=True)["commands"], "the settings are open")
    line.close()
    bench = Bench(radar)
    try:
        bench.comes_to(DeviceState.ONLINE, presence="away")
        assert radar.do(status=True)["commands"][-1] == Word.END_CONFIG
    finally:
        bench.driver.stop()


def test_another_command_is_refused(bench: Bench) -> None:
    bench.driver.submit(Command("other", 5.0))
    done = bench.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED
