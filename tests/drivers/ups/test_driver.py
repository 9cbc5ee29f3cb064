"""The supply through upsd: a simulator on loopback with every fault, and the real upsd where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import Command, DeviceState, ErrorKind, Status
from drivers.owner import BackOff
from drivers.ups import ups
from tests.drivers.transport.support import RealClock, Reports, Simulator, wait_until

SOON = BackOff(0.1, 0.4)
UPSD = shutil.which("upsd", path="/lib/nut:/usr/lib/nut:" + os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
"""Debian's /sbin/upsd is a script that wants nut.conf."""
DUMMY = shutil.which("dummy-ups", path=os.environ.get("PATH", "") + ":/lib/nut:/usr/lib/nut")


class Upsd(Simulator):
    def __init__(self, folder: Path) -> None:
        self._control = folder / "control"
        command = [sys.executable, "-m", "drivers.ups.simulator", "--control", str(self._control), "--with-parent"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        with self._process.stdout:
            self.uri: str = json.loads(self._process.stdout.readline())["uri"]


class Bench:
    def __init__(self, uri: str, pace: float = 8.0) -> None:
        self.reports, clock = Reports(), RealClock(pace)
        self.driver = ups("ups-1", uri, clock=clock, back_off=SOON, wait=clock.wait)
        self.driver.start(self.reports)

    def last(self) -> Status:
        return next(r for r in reversed(self.reports.all) if isinstance(r, Status))

    def comes_to(self, state: DeviceState, **detail: str) -> None:
        def so() -> bool:
            return self.last().state is state and {**self.last().detail, **detail} == dict(self.last().detail)

        wait_until(so, f"{state} {detail}")


@pytest.fixture(scope="module")
def process() -> Iterator[Upsd]:
    with tempfile.TemporaryDirectory(prefix="ds-") as folder:
        running = Upsd(Path(folder))
        yield running
        running.stop()


@pytest.fixture
def upsd(process: Upsd) -> Upsd:
    process.do(fault="none", mains=True, charge=100, drain=0, flags="", runtime=None)
    return process


@pytest.fixture
def bench(upsd: Upsd) -> Iterator[Bench]:
    running = Bench(upsd.uri)
    running.comes_to(DeviceState.ONLINE, power="mains", charge="100", minutes="30")
    yield running
    running.driver.stop()


def test_the_mains_fail_the_battery_runs_down_and_the_mains_come_back(upsd: Upsd, bench: Bench) -> None:
    upsd.do(mains=False, charge=60, drain=80)
    bench.comes_to(DeviceState.ONLINE, power="low")
    told = [r.detail["power"] for r in bench.reports.all if isinstance(r, Status) and "power" in r.detail]
    assert list(dict.fromkeys(told)) == ["mains", "battery", "low"]
    upsd.do(mains=True)
    bench.comes_to(DeviceState.ONLINE, power="mains")


def test_a_battery_to_replace_is_told(upsd: Upsd, bench: Bench) -> None:
    upsd.do(flags="RB")
    bench.comes_to(DeviceState.ONLINE, power="mains", cause="replace_battery")


@pytest.mark.parametrize(
    ("fault", "state", "cause"),
    [
        ("stale", DeviceState.HARDWARE_ERROR, "stale"),
        ("no-driver", DeviceState.NO_DEVICE, "no_driver"),
        ("unknown", DeviceState.NO_DEVICE, "unknown_ups"),
        pytest.param("denied", DeviceState.NO_DEVICE, "denied", marks=pytest.mark.matrix),
        ("hang", DeviceState.OFFLINE, "silent"),
        pytest.param("half", DeviceState.OFFLINE, "silent", marks=pytest.mark.matrix),
        ("garbage", DeviceState.OFFLINE, "unreadable"),
        pytest.param("endless", DeviceState.OFFLINE, "unreadable", marks=pytest.mark.matrix),
        ("unplug", DeviceState.OFFLINE, "refused"),
    ],
)
def test_every_way_of_not_knowing_is_told_apart_and_ends(
    upsd: Upsd, bench: Bench, fault: str, state: DeviceState, cause: str
) -> None:
    upsd.do(fault=fault)
    bench.comes_to(state, cause=cause)
    assert "power" not in bench.last().detail
    upsd.do(fault="none")
    bench.comes_to(DeviceState.ONLINE, power="mains")


def test_nothing_is_asked_of_a_supply(bench: Bench) -> None:
    bench.driver.submit(Command("off", 5.0))
    done = bench.reports.completion("off")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


@pytest.mark.skipif(UPSD is None or DUMMY is None, reason="nut-server is not installed")
def test_the_real_upsd(tmp_path: Path) -> None:
    assert UPSD is not None
    assert DUMMY is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ds-") as name:
        folder = Path(name)
        written = {
            "ups.conf": f"[site]\n driver = dummy-ups\n port = {folder}/site.dev\n mode = dummy-once\n",
            "upsd.conf": f"LISTEN 127.0.0.1 {port}\nMAXAGE 5\n",
            "upsd.users": "",
            "site.dev": "ups.status: OL\nbattery.charge: 90\nbattery.runtime: 1200\n",
        }
        for file, text in written.items():
            (folder / file).write_text(text)
            (folder / file).chmod(0o600)
        where = {**os.environ, "NUT_CONFPATH": name, "NUT_STATEPATH": name, "NUT_ALTPIDPATH": name}
        quiet = {"env": where, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        user = ["-u", "root"] if os.geteuid() == 0 else []
        parts = [subprocess.Popen([DUMMY, "-D", *user, "-a", "site"], **quiet)]
        bench = None
        try:
            wait_until(lambda: any(folder.glob("dummy-ups-site")), "the driver's socket")
            parts.append(subprocess.Popen([UPSD, "-D", *user], **quiet))
            bench = Bench(f"nut://127.0.0.1:{port}/site", pace=1.0)
            bench.comes_to(DeviceState.ONLINE, power="mains", charge="90", minutes="20")
            (folder / "site.dev").write_text("ups.status: OB LB\nbattery.charge: 8\nbattery.runtime: 60\n")
            bench.comes_to(DeviceState.ONLINE, power="low", charge="5", minutes="1")
            other = Bench(f"nut://127.0.0.1:{port}/other", pace=1.0)
            other.comes_to(DeviceState.NO_DEVICE, cause="unknown_ups")
            other.driver.stop()
            parts[0].terminate()
            parts[0].wait(10)
            wait_until(lambda: bench.last().detail.get("cause") in ("stale", "no_driver"), "the driver is gone")
        finally:
            if bench is not None:
                bench.driver.stop()
            for part in reversed(parts):
                part.terminate()
                part.wait(10)
