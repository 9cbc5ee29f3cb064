from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.device import Capabilities, Command, Completion, DeviceState, ErrorKind, Report, Status
from drivers.owner import BackOff, CommandFailed, DeviceOwner, Job
from drivers.transport import NoReply, OpenCause, OpenFailed, TransportClosed
from tests.drivers.transport.support import RealClock, Reports, wait_until

Act = Callable[[Job], object]


class Lamp(DeviceOwner):
    """A device whose commands do what their id says."""

    def __init__(
        self, acts: dict[str, Act] | None = None, clock: RealClock | None = None, back_off: BackOff | None = None
    ):
        clock = clock or RealClock()
        super().__init__(Capabilities("lamp", "lamp"), clock=clock, back_off=back_off, wait=clock.wait)
        self.acts = acts or {}
        self.reachable = True
        self.attempts: list[float] = []
        self.let_go = 0
        self.idles = 0

    def connect(self) -> None:
        self.attempts.append(self.clock.monotonic())
        if not self.reachable:
            raise OpenFailed("lamp", OpenCause.MISSING)

    def disconnect(self) -> None:
        self.let_go += 1

    def execute(self, command: Command, job: Job) -> object:
        return self.acts.get(command.id.split("-")[0], answer)(job)

    def idle(self) -> float | None:
        self.idles += 1
        return None


def answer(_job: Job) -> object:
    return "done"


def wait_for_ever(job: Job) -> object:
    while True:
        job.wait(3600)


def refuse(_job: Job) -> object:
    raise CommandFailed(ErrorKind.REFUSED, "no")


def unplug(_job: Job) -> object:
    raise TransportClosed("lamp")


def fall_silent(_job: Job) -> object:
    raise NoReply("lamp")


def break_down(_job: Job) -> object:
    raise ZeroDivisionError("张三 110105")


ACTS: dict[str, Act] = {
    "answer": answer,
    "wait": wait_for_ever,
    "refuse": refuse,
    "unplug": unplug,
    "silent": fall_silent,
    "break": break_down,
}


def started(lamp: Lamp) -> Reports:
    reports = Reports()
    lamp.start(reports)
    return reports


def kind(done: Completion) -> ErrorKind | None:
    return done.error.kind if done.error else None


def test_the_first_report_is_a_status() -> None:
    lamp = Lamp()
    reports = started(lamp)
    reports.status(DeviceState.ONLINE)
    lamp.stop()
    assert reports.states() == [DeviceState.STARTING, DeviceState.ONLINE]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("answer", None),
        ("wait", ErrorKind.TIMEOUT),
        ("refuse", ErrorKind.REFUSED),
        ("unplug", ErrorKind.OFFLINE),
        ("silent", ErrorKind.OFFLINE),
        ("break", ErrorKind.DEVICE_FAULT),
    ],
)
def test_every_end_of_a_command_has_its_name(act: str, expected: ErrorKind | None) -> None:
    lamp = Lamp(ACTS)
    reports = started(lamp)
    lamp.submit(Command(act, 0.1))
    assert kind(reports.completion(act)) is expected
    lamp.stop()


def test_commands_are_carried_out_in_order() -> None:
    lamp = Lamp()
    for number in range(5):
        lamp.submit(Command(f"answer-{number}", 5))
    reports = started(lamp)
    reports.completion("answer-4")
    lamp.stop()
    ids = [report.id for report in reports.all if isinstance(report, Completion)]
    assert ids == [f"answer-{number}" for number in range(5)]


def test_a_waiting_command_runs_out_of_time_behind_a_long_one() -> None:
    lamp = Lamp(ACTS)
    reports = started(lamp)
    lamp.submit(Command("wait", 60))
    lamp.submit(Command("answer", 0.05))
    assert kind(reports.completion("answer")) is ErrorKind.TIMEOUT
    lamp.stop()
    assert kind(reports.completion("wait")) is ErrorKind.CANCELLED


@pytest.mark.parametrize("target", ["wait-1", "wait-2"])
def test_a_running_and_a_waiting_command_can_be_cancelled(target: str) -> None:
    lamp = Lamp(ACTS)
    reports = started(lamp)
    lamp.submit(Command("wait-1", 60))
    lamp.submit(Command("wait-2", 60))
    lamp.cancel(target)
    assert kind(reports.completion(target)) is ErrorKind.CANCELLED
    lamp.stop()


def test_cancelling_what_is_not_there_is_nothing() -> None:
    lamp = Lamp()
    lamp.cancel("never")
    reports = started(lamp)
    lamp.submit(Command("never", 5))
    assert reports.completion("never").ok
    lamp.stop()


def test_an_id_on_its_way_cannot_be_submitted_again() -> None:
    lamp = Lamp(ACTS)
    lamp.submit(Command("wait", 60))
    with pytest.raises(ValueError, match="on its way"):
        lamp.submit(Command("wait", 60))


def test_after_the_stop_a_command_is_cancelled_at_once() -> None:
    lamp = Lamp()
    reports = started(lamp)
    lamp.stop()
    lamp.submit(Command("late", 60))
    assert kind(reports.completion("late")) is ErrorKind.CANCELLED


def test_a_device_starts_once() -> None:
    lamp = Lamp()
    started(lamp)
    with pytest.raises(RuntimeError):
        lamp.start(Reports())
    lamp.stop()


def test_stop_may_be_called_by_the_listener() -> None:
    lamp = Lamp()
    done = threading.Event()

    def listener(report: Report) -> None:
        if isinstance(report, Completion):
            lamp.stop()
            done.set()

    lamp.start(listener)
    lamp.submit(Command("answer", 5))
    assert done.wait(5)
    wait_until(lambda: lamp.let_go > 0, "the worker's end")


def test_a_listener_that_fails_does_not_end_the_device() -> None:
    lamp = Lamp()
    reports = Reports()

    def listener(report: Report) -> None:
        reports(report)
        raise ZeroDivisionError

    lamp.start(listener)
    lamp.submit(Command("answer-1", 5))
    lamp.submit(Command("answer-2", 5))
    assert reports.completion("answer-2").ok
    lamp.stop()


def test_an_unforeseen_error_is_not_quoted_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    lamp = Lamp(ACTS)
    reports = started(lamp)
    lamp.submit(Command("break", 5))
    error = reports.completion("break").error
    lamp.stop()
    assert error is not None
    assert error.detail == "ZeroDivisionError"
    assert "ZeroDivisionError at" in caplog.text
    assert "张三" not in caplog.text


# Coming and going.


def test_status_is_reported_on_change_only() -> None:
    lamp = Lamp(ACTS)
    reports = started(lamp)
    for number in range(3):
        lamp.submit(Command(f"answer-{number}", 5))
    reports.completion("answer-2")
    lamp.stop()
    assert reports.states() == [DeviceState.STARTING, DeviceState.ONLINE]


@pytest.mark.parametrize(
    ("act", "cause"), [("unplug", "disconnected"), ("silent", "silent"), ("break", "driver_fault")]
)
def test_offline_names_its_cause_and_comes_back(act: str, cause: str) -> None:
    lamp = Lamp(ACTS, back_off=BackOff(0.01, 0.02))
    reports = started(lamp)
    lamp.submit(Command(act, 5))
    assert reports.status(DeviceState.OFFLINE).detail == {"cause": cause}
    wait_until(lambda: reports.states()[-1] is DeviceState.ONLINE, "online again")
    lamp.stop()


def test_a_command_while_offline_ends_at_once_as_offline() -> None:
    lamp = Lamp()
    lamp.reachable = False
    reports = started(lamp)
    assert reports.status(DeviceState.OFFLINE).detail == {"cause": "missing"}
    lamp.submit(Command("answer", 60))
    assert kind(reports.completion("answer")) is ErrorKind.OFFLINE
    lamp.stop()


def test_a_command_does_not_sit_out_a_long_pause() -> None:
    lamp = Lamp(back_off=BackOff(0.01, 3600))
    lamp.reachable = False
    reports = started(lamp)
    wait_until(lambda: len(lamp.attempts) >= 6, "pauses that have grown")
    lamp.reachable = True
    wait_until(lambda: lamp.clock.monotonic() > lamp.attempts[-1] + 0.02, "the shortest pause")
    lamp.submit(Command("answer", 5))
    assert reports.completion("answer").ok
    lamp.stop()


def test_pauses_double_up_to_ten_seconds() -> None:
    assert [BackOff().delay(failures) for failures in range(1, 8)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_the_pauses_are_kept() -> None:
    clock = RealClock(scale=100.0)
    lamp = Lamp(clock=clock)
    lamp.reachable = False
    started(lamp)
    wait_until(lambda: len(lamp.attempts) >= 5, "five attempts")
    lamp.stop()
    pauses = [later - earlier for earlier, later in pairwise(lamp.attempts)]
    assert all(pause >= wanted for pause, wanted in zip(pauses, [0.5, 1, 2, 4], strict=False)), pauses


def test_idle_that_asks_for_nothing_is_not_called_again() -> None:
    lamp = Lamp()
    reports = started(lamp)
    wait_until(lambda: lamp.idles == 1, "one idle turn")
    lamp.submit(Command("answer", 5))
    reports.completion("answer")
    lamp.stop()
    assert lamp.idles == 1


# Exactly one completion, whatever happens.

steps = st.lists(
    st.tuples(st.sampled_from([*ACTS, "cancel", "stop", "plug", "pull"]), st.sampled_from([0.0, 0.02, 30.0])),
    max_size=14,
)


@given(steps, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_exactly_one_completion_whatever_happens(plan: list[tuple[str, float]], start_after: int) -> None:
    lamp = Lamp(ACTS, back_off=BackOff(0.001, 0.002))
    reports = Reports()
    submitted: list[str] = []
    for number, (what, deadline) in enumerate(plan):
        if number == start_after:
            lamp.start(reports)
        match what:
            case "cancel" if submitted:
                lamp.cancel(submitted[len(submitted) // 2])
            case "stop" if number > start_after:
                lamp.stop()
            case "plug" | "pull":
                lamp.reachable = what == "plug"
            case _ if what in ACTS:
                submitted.append(f"{what}-{number}")
                lamp.submit(Command(submitted[-1], deadline))
            case _:
                pass
    if start_after >= len(plan):
        lamp.start(reports)
    lamp.stop()
    counts = Counter(report.id for report in reports.all if isinstance(report, Completion))
    assert counts == Counter(submitted)
    statuses = [report for report in reports.all if isinstance(report, Status)]
    assert all(a != b for a, b in pairwise(statuses))


def test_exactly_one_completion_with_many_hands() -> None:
    lamp = Lamp(ACTS, back_off=BackOff(0.001, 0.002))
    reports = started(lamp)
    acts = [*ACTS]

    def hand(name: int) -> None:
        for number in range(20):
            command = f"{acts[(name + number) % len(acts)]}-{name}-{number}"
            lamp.submit(Command(command, 0.01))
            if number % 3 == 0:
                lamp.cancel(command)

    hands = [threading.Thread(target=hand, args=(name,)) for name in range(4)]
    for thread in hands:
        thread.start()
    for thread in hands:
        thread.join()
    lamp.stop()
    counts = Counter(report.id for report in reports.all if isinstance(report, Completion))
    assert len(counts) == 80
    assert set(counts.values()) == {1}


def test_a_worker_that_hangs_in_a_library_is_answered_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.owner.JOIN_TIMEOUT_S", 0.05)
    release = threading.Event()
    lamp = Lamp({"hang": lambda _job: release.wait(10)})
    reports = started(lamp)
    reports.status(DeviceState.ONLINE)
    lamp.submit(Command("hang", 60))
    lamp.stop()
    assert kind(reports.completion("hang")) is ErrorKind.CANCELLED
    release.set()
    wait_until(lambda: lamp.let_go > 0, "the worker's end")
    assert sum(isinstance(report, Completion) for report in reports.all) == 1


def test_a_nudge_opens_an_offline_device_now() -> None:
    lamp, reports = Lamp(back_off=BackOff(30.0, 60.0)), Reports()
    lamp.reachable = False
    lamp.start(reports)
    reports.status(DeviceState.OFFLINE)
    lamp.nudge()
    wait_until(lambda: len(lamp.attempts) == 2, "another attempt")
    lamp.reachable = True
    lamp.nudge()
    reports.status(DeviceState.ONLINE)
    lamp.stop()


def test_a_nudge_lets_a_connected_device_be_looked_at() -> None:
    class Polled(Lamp):
        def idle(self) -> float | None:
            super().idle()
            return 3600.0

    lamp = Polled()
    lamp.start(Reports())
    wait_until(lambda: lamp.idles == 1, "the first look")
    lamp.nudge()
    wait_until(lambda: lamp.idles == 2, "the second look")
    lamp.stop()


def test_nudges_that_an_attempt_causes_itself_do_not_spin() -> None:
    class Chasing(Lamp):
        def connect(self) -> None:
            self.nudge()
            super().connect()

    lamp = Chasing(clock=RealClock(10.0), back_off=BackOff(30.0, 60.0))
    lamp.reachable = False
    lamp.start(Reports())
    wait_until(lambda: len(lamp.attempts) >= 4, "attempts")
    lamp.stop()
    assert min(later - before for before, later in pairwise(lamp.attempts)) >= 0.5
