"""The jack on its real wire: events of a process through a pty, and through a pipe in place of the kernel."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drivers.device import Command, DeviceState, ErrorKind, Status
from drivers.jack import PLUGGED, HeadphoneJack, jack
from drivers.jack.address import find
from drivers.jack.codec import Contact, event
from drivers.owner import BackOff
from drivers.transport import OpenFailed, UriError
from drivers.transport.input_node import EV_SYN, EVENT, SYN_DROPPED
from tests.drivers.transport.support import RealClock, Reports, Simulator, wait_until

SOON = BackOff(0.05, 0.2)
IN, OUT = b"\4" + bytes(7), bytes(8)


def plugged(reports: Reports) -> list[str]:
    """What was told of the plug, in order."""
    return [r.detail[PLUGGED] for r in reports.all if isinstance(r, Status) and PLUGGED in r.detail]


def now(reports: Reports) -> str:
    return (plugged(reports) or [""])[-1]


class Pipe:
    """A pipe in place of the kernel's node, with switches that can be asked."""

    def __init__(self, path: Path, switches: bytes | int) -> None:
        os.mkfifo(path)
        self.switches = switches
        self._end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.reports = Reports()
        clock = RealClock()
        self.driver = jack("jack-1", f"input:{path}", clock=clock, switches=self._asked, back_off=SOON, wait=clock.wait)
        self.driver.start(self.reports)

    def _asked(self, _fd: int) -> bytes:
        if isinstance(self.switches, int):
            raise OSError(self.switches, "no switches")
        return self.switches

    def write(self, data: bytes) -> None:
        os.write(self._end, data)

    def close(self) -> None:
        self.driver.stop()
        os.close(self._end)


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Callable[[bytes | int], Pipe]]:
    made: list[Pipe] = []

    def make(switches: bytes | int) -> Pipe:
        made.append(Pipe(tmp_path / f"event{len(made)}", switches))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    running = Simulator("drivers.jack.simulator", tmp_path, "--unpaced")
    yield running
    running.stop()


@pytest.fixture
def reports(simulator: Simulator) -> Iterator[Reports]:
    heard, clock = Reports(), RealClock()
    driver: HeadphoneJack = jack("jack-1", f"input:{simulator.link}", clock=clock, back_off=SOON, wait=clock.wait)
    driver.start(heard)
    wait_until(lambda: now(heard) == "out", "the jack is found")
    yield heard
    driver.stop()


@pytest.mark.parametrize(("switches", "said"), [(IN, "in"), (OUT, "out"), (errno.ENOTTY, "unsure")])
def test_how_it_is_at_the_start_is_asked_for(
    pipe: Callable[[bytes | int], Pipe], switches: bytes | int, said: str
) -> None:
    assert pipe(switches).reports.status(DeviceState.ONLINE).detail == {PLUGGED: said}


def test_of_a_burst_the_first_change_and_the_last_state_are_told(pipe: Callable[[bytes | int], Pipe]) -> None:
    one = pipe(IN)
    one.reports.status(DeviceState.ONLINE)
    one.write(event(Contact.IN) + (event(Contact.OUT) + event(Contact.IN)) * 4)
    wait_until(lambda: len(plugged(one.reports)) >= 3, "the burst is told")
    assert plugged(one.reports) == ["in", "out", "in"]


def test_after_lost_events_the_switches_are_asked_again(pipe: Callable[[bytes | int], Pipe]) -> None:
    one = pipe(OUT)
    one.reports.status(DeviceState.ONLINE)
    one.switches = IN
    one.write(EVENT.pack(0, 0, EV_SYN, SYN_DROPPED, 0))
    wait_until(lambda: now(one.reports) == "in", "asked again")


def test_a_plug_that_goes_in_and_out(simulator: Simulator, reports: Reports) -> None:
    simulator.do(plug=True)
    wait_until(lambda: now(reports) == "in", "in")
    simulator.do(plug=False)
    wait_until(lambda: now(reports) == "out", "out")


def test_contacts_that_chatter_are_told_and_end_where_the_plug_is(simulator: Simulator, reports: Reports) -> None:
    simulator.do(fault="chatter")
    simulator.do(plug=True)
    wait_until(lambda: plugged(reports).count("in") > 3, "chatter")
    simulator.do(fault="none")
    wait_until(lambda: simulator.do(status=True)["plugged"] is True and now(reports) == "in", "in at the end")


def test_a_switch_that_is_stuck_says_the_same_whatever_the_plug_does(simulator: Simulator, reports: Reports) -> None:
    simulator.do(fault="stuck")
    simulator.do(plug=True)
    simulator.do(fault="unplug")
    reports.status(DeviceState.OFFLINE)
    assert "in" not in plugged(reports)
    simulator.do(fault="none")
    simulator.do(plug=True)
    wait_until(lambda: now(reports) == "in", "mended")


def test_a_sound_card_that_vanishes_is_offline_and_comes_back(simulator: Simulator, reports: Reports) -> None:
    simulator.do(plug=True)
    wait_until(lambda: now(reports) == "in", "in")
    simulator.do(fault="unplug")
    assert PLUGGED not in reports.status(DeviceState.OFFLINE).detail
    gone = len(reports.all)
    simulator.do(fault="none")
    wait_until(lambda: now(reports) == "in" and len(reports.all) > gone, "back")


def test_without_any_input_device_it_is_missing_and_nothing_waits(tmp_path: Path) -> None:
    heard = Reports()
    driver = jack("jack-1", "jack:Headphone", clock=RealClock(), back_off=SOON, sys=tmp_path)
    driver.start(heard)
    try:
        assert heard.status(DeviceState.OFFLINE).detail == {"cause": "missing"}
    finally:
        driver.stop()


def test_nothing_can_be_asked_of_it(pipe: Callable[[bytes | int], Pipe]) -> None:
    one = pipe(OUT)
    one.driver.submit(Command("c", 5.0))
    done = one.reports.completion("c")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


def listed(folder: Path, number: int, name: str, switches: str) -> None:
    device = folder / f"event{number}" / "device"
    (device / "capabilities").mkdir(parents=True)
    (device / "name").write_text(name + "\n")
    (device / "capabilities" / "sw").write_text(switches + "\n")


def test_it_is_found_by_the_end_of_its_name_and_its_switch(tmp_path: Path) -> None:
    listed(tmp_path, 3, "HDA Intel PCH Mic", "10")
    listed(tmp_path, 4, "A keyboard called Headphone", "0")
    listed(tmp_path, 10, "HDA Intel PCH Front Headphone", "4")
    listed(tmp_path, 11, "HDA Intel PCH Headphone", "4")
    assert find("Headphone", tmp_path) == "/dev/input/event10"
    assert find("PCH Headphone", tmp_path) == "/dev/input/event11"
    with pytest.raises(OpenFailed):
        find("Lineout", tmp_path)


@pytest.mark.parametrize("uri", ["jack:", "jack://host/x", "input:event3", "serial:/dev/ttyS0", "jack:a?b=c", "\ud800"])
def test_an_address_that_is_none_says_what_was_expected(uri: str) -> None:
    with pytest.raises(UriError, match="expected jack:NAME"):
        jack("jack-1", uri, clock=RealClock())


def test_the_node_is_let_go(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with closing(Pipe(tmp_path / "event1", IN)) as one:
        one.reports.status(DeviceState.ONLINE)
    assert len(os.listdir("/proc/self/fd")) == before
