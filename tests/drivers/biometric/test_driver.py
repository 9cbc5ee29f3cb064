"""The driver against the simulator process, over a pty and over TCP."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.biometric import BiometricModule, Compare, Compared, Decision, Modality
from drivers.device import Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport import parse_uri
from tests.drivers.transport.support import RealClock, Reports, Simulator, wait_until

SUBJECT = bytes(range(32))


class Adapter(Simulator):
    def __init__(self, folder: Path, *options: str) -> None:
        self._control = folder / "control"
        command = [sys.executable, "-m", "drivers.biometric.simulator", "--control", str(self._control)]
        self._process = subprocess.Popen([*command, "--with-parent", *options], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        with self._process.stdout:
            self.uri: str = json.loads(self._process.stdout.readline())["uri"]


@contextmanager
def adapter(modality: str, tcp: bool = False) -> Iterator[Adapter]:
    with tempfile.TemporaryDirectory(prefix="ds-") as folder:
        where = ["--tcp", "0"] if tcp else ["--pty-link", f"{folder}/tty", "--unpaced"]
        running = Adapter(Path(folder), "--modality", modality, *where)
        try:
            yield running
        finally:
            running.stop()


class Module:
    def __init__(self, uri: str, modality: Modality = Modality.PALM, pace: float = 4.0) -> None:
        self.reports = Reports()
        self._count = itertools.count(1)
        clock = RealClock(pace)
        self.driver = BiometricModule(
            "palm",
            parse_uri(uri),
            modality=modality,
            clock=clock,
            random_bytes=lambda n: b"\xff\xff\xff\xfd"[:n],
            wait=clock.wait,
            back_off=BackOff(0.4, 0.8),
        )
        self.driver.start(self.reports)

    def ask(self, deadline: float = 20.0) -> str:
        name = f"compare-{next(self._count)}"
        self.driver.submit(Compare(name, deadline, SUBJECT))
        return name

    def compare(self, deadline: float = 20.0) -> Completion:
        return self.reports.completion(self.ask(deadline))

    def decision(self, deadline: float = 20.0) -> Decision:
        done = self.compare(deadline)
        assert isinstance(done.result, Compared), done
        return done.result.decision

    def error(self, deadline: float = 20.0) -> ErrorKind:
        done = self.compare(deadline)
        assert done.error is not None, "compared although it should not"
        return done.error.kind


@pytest.fixture(scope="module", params=["pty", "tcp"])
def process(request: pytest.FixtureRequest) -> Iterator[Adapter]:
    with adapter("palm", tcp=request.param == "tcp") as running:
        yield running


@pytest.fixture
def sim(process: Adapter) -> Adapter:
    process.do(fault="none", decision="accept")
    return process


@pytest.fixture
def module(sim: Adapter) -> Iterator[Module]:
    running = Module(sim.uri)
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


@pytest.mark.parametrize("decision", list(Decision))
def test_every_verdict_comes_through(sim: Adapter, module: Module, decision: Decision) -> None:
    sim.do(decision=decision.value)
    assert module.decision() is decision


def test_the_module_says_what_to_do(module: Module) -> None:
    assert module.decision() is Decision.ACCEPT
    assert module.reports.event("prompt").data == {"prompt": "place_hand"}


@pytest.mark.parametrize("fault", ["noise", "unknown-type", "twice", "late-verdict"])
def test_what_does_not_belong_to_the_answer_is_passed_over(sim: Adapter, module: Module, fault: str) -> None:
    assert module.decision() is Decision.ACCEPT
    sim.do(fault=fault, decision="reject")
    for _ in range(3):
        assert module.decision() is Decision.REJECT


def test_a_verdict_on_somebody_else_is_none(sim: Adapter, module: Module) -> None:
    sim.do(fault="another", decision="reject")
    assert module.decision() is Decision.REJECT


@pytest.mark.parametrize("fault", ["bad-crc", "truncate"])
def test_one_damaged_answer_is_asked_for_again(sim: Adapter, module: Module, fault: str) -> None:
    before = sim.do(status=True)["compared"]
    for damaged in (1, 2, 1):
        sim.do(fault=fault, count=damaged, decision="reject")
        assert module.decision() is Decision.REJECT, damaged
    assert sim.do(status=True)["compared"] == before + 3, "a question put again started another comparison"


@pytest.mark.parametrize("fault", ["bad-crc", "truncate", "silent", "silent-verdict", "flood"])
def test_an_adapter_that_makes_no_sense_is_off_line_and_comes_back(sim: Adapter, module: Module, fault: str) -> None:
    sim.do(fault=fault)
    assert module.error() is ErrorKind.OFFLINE
    at = len(module.reports.all)
    sim.do(fault="none")
    module.reports.status(DeviceState.ONLINE, since=at)
    assert module.decision() is Decision.ACCEPT


@pytest.mark.parametrize(
    ("fault", "kind"), [("refuse-busy", ErrorKind.REFUSED), ("refuse-fault", ErrorKind.DEVICE_FAULT)]
)
def test_a_refusal_ends_the_command_and_not_the_device(
    sim: Adapter, module: Module, fault: str, kind: ErrorKind
) -> None:
    sim.do(fault=fault, count=1)
    assert module.error() is kind
    assert module.decision() is Decision.ACCEPT


@pytest.mark.parametrize("fault", ["version", "wrong-modality"])
def test_another_module_at_this_address_is_never_online(sim: Adapter, fault: str) -> None:
    sim.do(fault=fault)
    running = Module(sim.uri)
    try:
        running.reports.status(DeviceState.OFFLINE)
        assert running.error(deadline=2.0) in (ErrorKind.OFFLINE, ErrorKind.TIMEOUT)
        assert DeviceState.ONLINE not in running.reports.states()
    finally:
        running.driver.stop()


def test_a_sick_sensor_shows_and_heals(sim: Adapter, module: Module) -> None:
    sim.do(state="sensor_fault")
    assert module.reports.status(DeviceState.HARDWARE_ERROR).detail == {"cause": "sensor"}
    at = len(module.reports.all)
    sim.do(fault="none")
    module.reports.status(DeviceState.ONLINE, since=at)


def test_a_comparison_longer_than_its_deadline_ends_and_is_ended(sim: Adapter) -> None:
    module = Module(sim.uri, pace=1.0)
    module.reports.status(DeviceState.ONLINE)
    cancelled = sim.do(status=True, seconds=30)["cancelled"]
    try:
        started = time.monotonic()
        assert module.error(deadline=0.5) is ErrorKind.TIMEOUT
        assert time.monotonic() - started < 1.0
        wait_until(lambda: sim.do(status=True)["cancelled"] == cancelled + 1, "the end of the comparison")
        sim.do(seconds=0)
        assert module.decision() is Decision.ACCEPT
    finally:
        module.driver.stop()


def test_cancel_ends_a_comparison(sim: Adapter, module: Module) -> None:
    sim.do(seconds=30)
    command = module.ask(deadline=60)
    module.reports.event("prompt")
    module.driver.cancel(command)
    done = module.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.CANCELLED


def test_a_long_comparison_is_waited_for(sim: Adapter, module: Module) -> None:
    sim.do(seconds=1.5)
    assert module.decision() is Decision.ACCEPT


def test_unplugged_while_comparing_and_plugged_again(sim: Adapter, module: Module) -> None:
    sim.do(seconds=30)
    command = module.ask(deadline=60)
    module.reports.event("prompt")
    sim.do(fault="unplug")
    done = module.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    at = len(module.reports.all)
    sim.do(fault="none")
    module.reports.status(DeviceState.ONLINE, since=at)
    assert module.decision() is Decision.ACCEPT


def test_another_command_is_refused(module: Module) -> None:
    module.driver.submit(Command("other", 5.0))
    done = module.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


@pytest.mark.parametrize("modality", list(Modality))
def test_each_modality_is_a_kind_of_its_own(modality: Modality) -> None:
    with adapter(modality.value) as sim:
        running = Module(sim.uri, modality)
        try:
            running.reports.status(DeviceState.ONLINE)
            assert running.driver.capabilities.kind == f"biometric_{modality.value}"
            assert running.decision() is Decision.ACCEPT
        finally:
            running.driver.stop()
