"""The driver against the simulator process, over a real pty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from drivers.code_reader import CodeRead, ReadCode, SerialCodeReader
from drivers.device import Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport import parse_uri
from tests.drivers.transport.support import RealClock, Reports, Simulator, simulator, wait_until

TOKEN = "DS1.7f3a-4c.家门口.令牌"


class Reader:
    def __init__(self, sim: Simulator, **options: Any) -> None:
        self.reports = Reports()
        self._count = 0
        clock = RealClock(4.0)
        options |= {"clock": clock, "wait": clock.wait, "back_off": BackOff(0.4, 0.8)}
        self.driver = SerialCodeReader("code", parse_uri(f"serial:{sim.link}?baud=9600"), **options)
        self.driver.start(self.reports)

    def ask(self, deadline: float = 20.0) -> str:
        self._count += 1
        self.driver.submit(ReadCode(f"code-{self._count}", deadline))
        return f"code-{self._count}"

    def read(self, deadline: float = 20.0) -> Completion:
        return self.reports.completion(self.ask(deadline))

    def text(self) -> str:
        done = self.read()
        assert isinstance(done.result, CodeRead), done
        return done.result.text

    def error(self, deadline: float = 20.0) -> ErrorKind:
        done = self.read(deadline)
        assert done.error is not None, done
        return done.error.kind


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    with simulator("drivers.code_reader.simulator") as running:
        yield running


@pytest.fixture
def sim(process: Simulator) -> Simulator:
    process.do(fault="none", show=None)
    return process


@pytest.fixture
def reader(sim: Simulator) -> Iterator[Reader]:
    running = Reader(sim)
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


def test_a_shown_code_is_read_exactly(sim: Simulator, reader: Reader) -> None:
    sim.do(show=TOKEN)
    assert reader.text() == TOKEN


def test_waits_for_a_code_that_comes_later(sim: Simulator, reader: Reader) -> None:
    triggers = sim.do(status=True)["triggers"]
    command = reader.ask()
    wait_until(lambda: sim.do(status=True)["triggers"] > triggers, "the trigger")
    sim.do(show=TOKEN)
    assert reader.reports.completion(command).ok


def test_triggers_again_while_nobody_shows_a_code(sim: Simulator, reader: Reader) -> None:
    before = sim.do(status=True)["triggers"]
    assert reader.error(deadline=9.0) is ErrorKind.TIMEOUT
    assert sim.do(status=True)["triggers"] == before + 3


@pytest.mark.parametrize("fault", ["noise", "binary", "split"])
def test_a_fault_that_happens_once_is_overcome(sim: Simulator, reader: Reader, fault: str) -> None:
    sim.do(show=TOKEN, fault=fault, count=1)
    assert reader.text() == TOKEN


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("noise", ErrorKind.UNREADABLE),
        ("binary", ErrorKind.UNREADABLE),
        ("long", ErrorKind.UNREADABLE),
        ("silent", ErrorKind.OFFLINE),
    ],
)
def test_a_fault_has_its_name(sim: Simulator, reader: Reader, fault: str, kind: ErrorKind) -> None:
    sim.do(show=TOKEN, fault=fault)
    assert reader.error() is kind


def test_silence_stays_offline_until_a_trigger_is_acknowledged(sim: Simulator, reader: Reader) -> None:
    sim.do(show=TOKEN, fault="silent")
    reader.error()
    assert reader.reports.status(DeviceState.OFFLINE).detail == {"cause": "silent"}
    assert reader.error() is ErrorKind.OFFLINE
    sim.do(fault="none")
    wait_until(lambda: reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert reader.text() == TOKEN


def test_unplugged_while_waiting_is_offline_and_replugged_is_online(sim: Simulator, reader: Reader) -> None:
    command = reader.ask()
    sim.do(fault="unplug")
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    sim.do(fault="none", show=TOKEN)
    wait_until(lambda: reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert reader.text() == TOKEN


def test_an_idle_reader_notices_that_it_was_unplugged(sim: Simulator, reader: Reader) -> None:
    sim.do(fault="unplug")
    reader.reports.status(DeviceState.OFFLINE)


def test_cancel_ends_the_wait(reader: Reader) -> None:
    command = reader.ask(deadline=600)
    reader.driver.cancel(command)
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED


def test_an_unknown_command_is_refused(reader: Reader) -> None:
    reader.driver.submit(Command("other", 5.0))
    done = reader.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


def test_nothing_reported_shows_the_code(sim: Simulator, reader: Reader) -> None:
    sim.do(show=TOKEN)
    reader.text()
    assert TOKEN not in repr(reader.reports.all)


def test_an_unknown_fault_is_refused_by_the_simulator(sim: Simulator) -> None:
    assert not sim.tell(fault="earthquake")["ok"]
