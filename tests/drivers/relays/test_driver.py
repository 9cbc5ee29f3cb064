"""Relay boards on their real wire: processes on a pty, with every fault they can have."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.device import Command, Completion, DeviceEvent, DeviceState, ErrorKind, Status
from drivers.owner import BackOff
from drivers.relays import Door, OpenLocker, RelayBoard, Switch, Switched, relays
from drivers.transport import UriError
from tests.drivers.transport.support import RealClock, Reports, Simulator, simulator, wait_until

SOON = BackOff(0.05, 0.2)
PACE = 4.0
SITE: dict[str, Any] = {
    "board": "modbus",
    "unit": 1,
    "channels": 4,
    "outputs": {"light": 1, "beacon": 2, "locker-1": 3, "locker-2": 4},
    "inputs": {"locker-1": 1, "presence": 2},
    "locks": ["locker-1", "locker-2"],
    "left_open_s": "3",
    "open_s": "1.5",
    "away_s": "2",
}
LCUS: dict[str, Any] = {"board": "lcus", "channels": 4, "outputs": {"light": 1, "locker-1": 3}, "locks": ["locker-1"]}


class Bench:
    def __init__(self, board: Simulator, options: dict[str, Any]) -> None:
        self.board, self.reports, clock = board, Reports(), RealClock(PACE)
        self._count = itertools.count(1)
        self.driver: RelayBoard = relays(
            "relays-1", f"serial:{board.link}", clock=clock, options=options, back_off=SOON, wait=clock.wait
        )
        self.driver.start(self.reports)

    def ask(self, make: type[Command], *args: object) -> Completion:
        name = f"c{next(self._count)}"
        self.driver.submit(make(name, 20.0, *args))
        return self.reports.completion(name)

    def open(self, locker: str = "locker-1") -> object:
        done = self.ask(OpenLocker, locker)
        return done.result if done.ok else done.error and done.error.kind

    def light(self, on: bool) -> object:
        done = self.ask(Switch, "light", on)
        return done.result if done.ok else done.error and done.error.kind

    def coils(self) -> list[int]:
        return list(self.board.do(status=True)["coils"])

    def last(self) -> Status:
        return next(r for r in reversed(self.reports.all) if isinstance(r, Status))

    def comes_to(self, state: DeviceState, **detail: str) -> None:
        def so() -> bool:
            return self.last().state is state and {**self.last().detail, **detail} == dict(self.last().detail)

        wait_until(so, f"{state} {detail}")

    def doors(self) -> list[tuple[str, str]]:
        return [(r.data["name"], r.data["state"]) for r in self.reports.all if isinstance(r, DeviceEvent)]


@pytest.fixture(scope="module")
def process() -> Iterator[Simulator]:
    with simulator("drivers.relays.simulator", "--unpaced", "--board", "modbus", "--doors", "3:1") as running:
        yield running


@pytest.fixture
def board(process: Simulator) -> Simulator:
    process.do(fault="none", shut=1, contact=2, closed=False, power="cycle")
    return process


@pytest.fixture
def bench(board: Simulator) -> Iterator[Bench]:
    running = Bench(board, SITE)
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.driver.stop()


@pytest.fixture(scope="module")
def old() -> Iterator[Simulator]:
    with simulator("drivers.relays.simulator", "--unpaced", "--board", "lcus", "--query", "none") as running:
        yield running


def test_a_lamp_is_switched_and_read_back(bench: Bench) -> None:
    assert bench.light(True) == Switched(True, True)
    assert bench.coils() == [1]
    assert bench.light(False) == Switched(False, True)
    assert bench.coils() == []


def test_a_board_that_lost_its_power_is_put_right(bench: Bench) -> None:
    bench.light(True)
    bench.board.do(power="cycle")
    wait_until(lambda: bench.coils() == [1], "the lamp is on again")


def test_a_locker_opens_and_the_pulse_ends(bench: Bench) -> None:
    assert bench.open() is Door.OPENED
    assert bench.coils() == []
    assert [3, True] in bench.board.do(status=True)["moves"]
    assert ("locker-1", "open") in bench.doors()


def test_a_locker_that_stood_open_is_not_pulsed(bench: Bench) -> None:
    bench.board.do(pull=1)
    wait_until(lambda: ("locker-1", "open") in bench.doors(), "seen")
    before = len(bench.board.do(status=True)["moves"])
    assert bench.open() is Door.WAS_OPEN
    assert len(bench.board.do(status=True)["moves"]) == before


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("jam", Door.NOT_OPENED),
        ("contact-short", Door.NOT_OPENED),
        ("contact-broken", Door.WAS_OPEN),
        ("flutter", ErrorKind.DEVICE_FAULT),
        pytest.param("exception", ErrorKind.OFFLINE, marks=pytest.mark.matrix),
        ("silent", ErrorKind.OFFLINE),
        ("unplug", ErrorKind.OFFLINE),
    ],
)
def test_a_locker_is_never_said_to_have_opened_when_its_contact_did_not_say_so(
    bench: Bench, fault: str, said: object
) -> None:
    bench.board.do(fault=fault)
    answer = bench.open()
    # What cannot be asked or answered is refused or off line, depending on which question met the fault.
    assert answer is said or (said is ErrorKind.OFFLINE and isinstance(answer, ErrorKind)), answer
    bench.board.do(fault="none")
    wait_until(lambda: bench.coils() == [], "no lock is under current")


def test_a_locker_without_a_contact_is_never_said_to_have_opened(bench: Bench) -> None:
    assert bench.open("locker-2") is Door.UNKNOWN


def test_a_door_left_open_is_told_and_heals(bench: Bench) -> None:
    bench.open()
    bench.comes_to(DeviceState.ONLINE, cause="left_open", open="locker-1")
    bench.board.do(shut=1)
    wait_until(lambda: "open" not in bench.last().detail, "shut again")
    assert bench.doors() == [("locker-1", "open"), ("locker-1", "shut")]


def test_a_relay_that_does_not_follow_is_a_fault_and_no_success(bench: Bench) -> None:
    bench.board.do(fault="stuck")
    assert bench.light(True) is ErrorKind.DEVICE_FAULT
    bench.comes_to(DeviceState.HARDWARE_ERROR, cause="relay_stuck")
    bench.board.do(fault="none")
    bench.comes_to(DeviceState.ONLINE)
    wait_until(lambda: bench.coils() == [1], "the lamp follows")


def test_a_lock_that_stays_under_current_is_a_fault(bench: Bench) -> None:
    driver = bench.driver
    driver.submit(OpenLocker("slow", 20.0, "locker-1"))
    wait_until(lambda: 3 in bench.coils(), "under current")
    bench.board.do(fault="stuck")
    bench.reports.completion("slow")
    bench.comes_to(DeviceState.HARDWARE_ERROR, cause="relay_stuck")
    bench.board.do(fault="none")
    wait_until(lambda: bench.coils() == [], "taken off as soon as it moves again")


def test_a_cancelled_opening_leaves_no_lock_under_current(bench: Bench) -> None:
    bench.driver.submit(OpenLocker("c", 20.0, "locker-1"))
    wait_until(lambda: 3 in bench.coils(), "under current")
    bench.driver.cancel("c")
    bench.reports.completion("c")
    assert bench.coils() == []


def test_a_line_cut_in_the_middle_of_a_pulse_is_off_line_and_the_lock_is_released_first(bench: Bench) -> None:
    bench.driver.submit(OpenLocker("cut", 20.0, "locker-1"))
    wait_until(lambda: 3 in bench.coils(), "under current")
    bench.board.do(fault="unplug")
    done = bench.reports.completion("cut")
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    at = len(bench.reports.all)
    bench.board.do(fault="none")
    bench.reports.status(DeviceState.ONLINE, since=at)
    assert bench.coils() == []


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("silent", "silent"),
        pytest.param("late", "unreadable", marks=pytest.mark.matrix),
        ("bad-crc", "unreadable"),
        pytest.param("exception", "refused", marks=pytest.mark.matrix),
    ],
)
def test_a_board_that_makes_no_sense_is_off_line_says_why_and_comes_back(bench: Bench, fault: str, cause: str) -> None:
    bench.board.do(fault=fault)
    bench.comes_to(DeviceState.OFFLINE, cause=cause)
    bench.board.do(fault="none")
    bench.comes_to(DeviceState.ONLINE)


def test_noise_and_one_damaged_answer_cost_nothing(bench: Bench) -> None:
    bench.board.do(fault="bad-crc", count=1)
    assert bench.light(True) == Switched(True, True)
    bench.board.do(fault="noise")
    assert bench.light(False) == Switched(False, True)


def test_a_pir_on_an_input_is_near_and_away(bench: Bench) -> None:
    bench.board.do(contact=2, closed=True)
    bench.comes_to(DeviceState.ONLINE, presence="near")
    bench.board.do(contact=2, closed=False)
    bench.comes_to(DeviceState.ONLINE, presence="away")


def test_what_the_site_does_not_have_is_refused(bench: Bench) -> None:
    for make, args in ((Switch, ("locker-1", True)), (Switch, ("door", True)), (OpenLocker, ("light",)), (Command, ())):
        done = bench.ask(make, *args)
        assert done.error is not None, make
        assert done.error.kind is ErrorKind.REFUSED


def test_a_board_that_never_answers_confirms_nothing_and_shows_its_cable(old: Simulator) -> None:
    old.do(fault="none")
    bench = Bench(old, LCUS)
    try:
        bench.comes_to(DeviceState.ONLINE, confirms="no")
        assert bench.light(True) == Switched(True, False)
        wait_until(lambda: bench.coils() == [1], "the lamp is on")
        assert bench.open() is Door.UNKNOWN
        wait_until(lambda: bench.coils() == [1], "the pulse has ended")
        old.do(fault="unplug")
        bench.reports.status(DeviceState.OFFLINE)
        at = len(bench.reports.all)
        old.do(fault="none")
        bench.reports.status(DeviceState.ONLINE, since=at)
    finally:
        bench.driver.stop()


@pytest.mark.parametrize("form", ["text", pytest.param("bytes", marks=pytest.mark.matrix)])
def test_a_board_that_answers_confirms_and_must_go_on_answering(form: str) -> None:
    with simulator("drivers.relays.simulator", "--unpaced", "--board", "lcus", "--query", form) as board:
        bench = Bench(board, LCUS)
        try:
            assert bench.light(True) == Switched(True, True)
            board.do(fault="silent")
            bench.comes_to(DeviceState.OFFLINE, cause="silent")
        finally:
            bench.driver.stop()


@pytest.mark.parametrize(
    "options",
    [
        {"board": "z-wave"},
        {"board": "lcus", "inputs": {"presence": 1}},
        {**SITE, "locks": ["elsewhere"]},
        {**SITE, "pulse_s": "10"},
        {**SITE, "outputs": {"light": 1, "beacon": 1}},
        {**SITE, "outputs": {"light": 9}, "locks": [], "channels": 4},
        {**SITE, "outputs": {"Light!": 1}, "locks": []},
        {**SITE, "outputs": {"light": True}, "locks": []},
        {**SITE, "unit": 0},
        {**SITE, "contacts": "often"},
        {**SITE, "open_s": "soon"},
    ],
)
def test_a_wiring_that_cannot_be_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UriError):
        relays("relays-1", "serial:/dev/ttyUSB0", clock=RealClock(), options=options)
