"""Dialects against their simulator processes, over a real pty, with every fault; GM65 is in `test_driver_on_pty`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.code_reader import DIALECTS, CodeRead, ReadCode, reader
from drivers.code_reader.virtual_reader import READERS
from drivers.device import Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from tests.drivers.transport.support import RealClock, Reports, Simulator, simulator, wait_until

TOKEN = "DS1.7f3a-4c.家门口.令牌"


class Reader:
    def __init__(self, sim: Simulator, dialect: str) -> None:
        self.reports = Reports()
        self.dialect = DIALECTS[dialect]
        self._count = 0
        clock = RealClock(4.0)
        back_off = BackOff(0.4, 0.8)
        uri = f"serial:{sim.link}?dialect={dialect}"
        self.driver = reader("code", uri, clock=clock, wait=clock.wait, back_off=back_off)
        self.driver.start(self.reports)
        self.unanswered = ErrorKind.OFFLINE if self.dialect.answers else ErrorKind.TIMEOUT

    def ask(self, deadline: float = 30.0) -> str:
        self._count += 1
        self.driver.submit(ReadCode(f"code-{self._count}", deadline))
        return f"code-{self._count}"

    def read(self, deadline: float = 30.0) -> Completion:
        return self.reports.completion(self.ask(deadline))

    def error(self, deadline: float = 30.0) -> ErrorKind:
        done = self.read(deadline)
        assert done.error is not None, done
        return done.error.kind


EVERY = pytest.mark.parametrize("process", [d for d in DIALECTS if d != "gm65"], indirect=True, scope="module")
DECLINING = pytest.mark.parametrize(
    "process", [name for name, reader in READERS.items() if reader.declined], indirect=True, scope="module"
)
KINDS = pytest.mark.parametrize("process", ["newland", "vguang", "plain"], indirect=True, scope="module")
"""One of each kind: lines with answers, frames, lines without answers."""


@pytest.fixture(scope="module")
def process(request: pytest.FixtureRequest) -> Iterator[tuple[str, Simulator]]:
    with simulator("drivers.code_reader.simulator", "--dialect", request.param, "--unpaced") as running:
        yield request.param, running


@pytest.fixture
def sim(process: tuple[str, Simulator]) -> Simulator:
    process[1].do(fault="none", show=None)
    return process[1]


@pytest.fixture
def code_reader(process: tuple[str, Simulator], sim: Simulator) -> Iterator[Reader]:
    running = Reader(sim, process[0])
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


@EVERY
def test_a_shown_code_is_read_exactly(sim: Simulator, code_reader: Reader) -> None:
    sim.do(show=TOKEN)
    assert code_reader.read().result == CodeRead(TOKEN)


@KINDS
@pytest.mark.parametrize("fault", ["noise", "split", "double"])
def test_a_fault_that_happens_once_is_overcome(sim: Simulator, code_reader: Reader, fault: str) -> None:
    sim.do(show=TOKEN, fault=fault, count=1)
    assert code_reader.read().result == CodeRead(TOKEN)


@KINDS
def test_a_code_sent_twice_is_one_code(sim: Simulator, code_reader: Reader) -> None:
    sim.do(show=TOKEN, fault="double", count=1)
    assert code_reader.read().ok
    sim.do(show=None)
    # What is left of the first showing is not the answer to the next question.
    assert code_reader.error(deadline=1.0) is ErrorKind.TIMEOUT


@KINDS
@pytest.mark.parametrize("fault", ["binary", "long"])
def test_what_is_never_a_code_is_unreadable(sim: Simulator, code_reader: Reader, fault: str) -> None:
    sim.do(show=TOKEN, fault=fault)
    assert code_reader.error() is ErrorKind.UNREADABLE


@KINDS
def test_a_reader_that_never_stops_talking_ends_with_an_error(sim: Simulator, code_reader: Reader) -> None:
    sim.do(fault="flood")
    # What it is called depends on when the flood began: before the question, within a line, or where a frame should be.
    called = code_reader.error(deadline=3600.0)
    assert called in (ErrorKind.DEVICE_FAULT, ErrorKind.UNREADABLE, ErrorKind.OFFLINE)
    sim.do(fault="none", show=TOKEN)
    wait_until(lambda: code_reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert code_reader.read().ok


@EVERY
def test_silence_is_offline_where_the_family_answers(sim: Simulator, code_reader: Reader) -> None:
    sim.do(fault="silent", show=None)
    assert code_reader.error(deadline=2.0) is code_reader.unanswered
    sim.do(fault="none", show=TOKEN)
    wait_until(lambda: code_reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert code_reader.read().ok


@KINDS
def test_a_late_answer_is_no_answer(sim: Simulator, code_reader: Reader) -> None:
    sim.do(fault="late", count=1)
    if code_reader.dialect.answers:
        assert code_reader.error() is ErrorKind.OFFLINE
    sim.do(fault="none", show=TOKEN)
    wait_until(lambda: code_reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert code_reader.read().result == CodeRead(TOKEN)


@EVERY
def test_the_answer_to_something_else_is_no_answer(sim: Simulator, code_reader: Reader) -> None:
    sim.do(fault="other")
    assert code_reader.error(deadline=2.0) is code_reader.unanswered


@DECLINING
def test_a_declined_trigger_is_a_fault_of_the_device(sim: Simulator, code_reader: Reader) -> None:
    sim.do(fault="declined", count=1)
    assert code_reader.error() is ErrorKind.DEVICE_FAULT


@EVERY
def test_cancelling_puts_the_lamp_out_where_the_family_can(sim: Simulator, code_reader: Reader) -> None:
    before = sim.do(status=True)
    name = code_reader.ask(deadline=600)
    if code_reader.dialect.trigger:
        wait_until(lambda: sim.do(status=True)["triggers"] > before["triggers"], "the trigger")
    code_reader.driver.cancel(name)
    done = code_reader.reports.completion(name)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED
    if code_reader.dialect.stop:
        wait_until(lambda: sim.do(status=True)["stops"] > before["stops"], "the stop")


@EVERY
def test_unplugged_while_waiting_is_offline_and_replugged_is_online(sim: Simulator, code_reader: Reader) -> None:
    name = code_reader.ask()
    sim.do(fault="unplug")
    done = code_reader.reports.completion(name)
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    sim.do(fault="none", show=TOKEN)
    wait_until(lambda: code_reader.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert code_reader.read().result == CodeRead(TOKEN)


@KINDS
def test_nothing_reported_shows_the_code(sim: Simulator, code_reader: Reader) -> None:
    sim.do(show=TOKEN)
    code_reader.read()
    assert TOKEN not in repr(code_reader.reports.all)
