"""The camera as a device, its process real: commands, events, and every way in which camera or process goes wrong."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.preview import path_of
from drivers.code_reader import CodeRead, ReadCode
from drivers.device import Command, Completion, DeviceEvent, DeviceState, ErrorKind, Report, Status
from drivers.host import Patience
from drivers.vision import PHOTO_BYTES, Challenge, CheckFace, Decision, FaceChecked, FaceSettings, Reason, VisionDevice
from tests.drivers.vision.camera_child import CRASHING_MODELS, NO_MODELS, SLOW_MODELS
from tests.drivers.vision.cameras import Stream, picture

CHILD = "tests.drivers.vision.camera_child"
IMPATIENT = Patience(hang=1.5, first=0.05, longest=0.2, tick=0.05, leave=1.0)
SOON = 12.0
TWO = (Challenge.TURN_LEFT, Challenge.OPEN_MOUTH)


class Clock:
    """Real seconds, and some more when a test says so."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


class Ears:
    """Everything that the device reports."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self._changed = threading.Condition()

    def hear(self, report: Report) -> None:
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()

    def until(self, holds: Callable[[], object], what: str) -> None:
        end = time.monotonic() + SOON
        with self._changed:
            while not holds():
                assert time.monotonic() < end, f"{what}; last: {self.reports[-3:]}"
                self._changed.wait(0.02)

    def answers(self, id: str) -> list[Completion]:
        return [r for r in self.reports if isinstance(r, Completion) and r.id == id]

    def answer(self, id: str) -> Completion:
        self.until(lambda: self.answers(id), f"no answer to {id}")
        return self.answers(id)[0]

    def error(self, id: str) -> ErrorKind | None:
        error = self.answer(id).error
        return error.kind if error else None

    def events(self, name: str) -> list[dict[str, str]]:
        return [dict(r.data) for r in self.reports if isinstance(r, DeviceEvent) and r.name == name]

    def previews(self) -> list[str]:
        return [data["preview"] for data in self.events("camera")]

    def preview(self) -> str:
        self.until(lambda: any(self.previews()), "no preview")
        return next(name for name in reversed(self.previews()) if name)

    @property
    def status(self) -> Status:
        return [r for r in self.reports if isinstance(r, Status)][-1]

    def become(self, state: DeviceState, **detail: str) -> None:
        def so() -> bool:
            return self.status.state is state and detail.items() <= self.status.detail.items()

        self.until(so, f"not {state} {detail}")


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Stream]:
    stream = Stream(tmp_path / "camera.sock")
    yield stream
    stream.end()


Make = Callable[..., tuple[VisionDevice, Ears]]


@pytest.fixture
def make(stream: Stream) -> Iterator[Make]:
    made: list[VisionDevice] = []

    def one(uri: str = "", *, aim_s: float = 20.0, clock: Clock | None = None) -> tuple[VisionDevice, Ears]:
        device = VisionDevice(
            "camera",
            uri or f"mjpeg:{stream.path}",
            clock=clock or Clock(),
            settings=FaceSettings(aim_s=aim_s),
            patience=IMPATIENT,
            child=CHILD,
        )
        made.append(device)
        ears = Ears()
        device.start(ears.hear)
        return device, ears

    yield one
    for device in made:
        device.stop()
    assert not [n for n in os.listdir("/dev/shm") if n.startswith(f"doorstep-preview-{os.getpid()}-")]


@pytest.fixture
def camera(make: Make) -> tuple[VisionDevice, Ears]:
    device, ears = make()
    ears.become(DeviceState.ONLINE, models="ready")
    return device, ears


def check(id: str, word: str = "accept", deadline: float = 30.0) -> CheckFace:
    return CheckFace(id, deadline, word.encode().ljust(PHOTO_BYTES, b"\0"), TWO)


Ready = tuple[VisionDevice, Ears]


def test_the_first_report_says_starting_and_the_camera_comes_online(camera: Ready) -> None:
    _, ears = camera
    first = ears.reports[0]
    assert isinstance(first, Status)
    assert (first.state, first.kind, first.detail) == (DeviceState.STARTING, "camera", {"models": "loading"})


def test_a_check_tells_its_progress_and_ends_with_a_decision(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1"))
    assert ears.answer("f1").result == FaceChecked(Decision.ACCEPT, Reason.NONE)
    told = ears.events("face")
    assert told[0] == {"stage": "aiming", "aim": "nearer", "step": "0", "steps": "0", "doing": "", "done": "false"}
    assert told[1] | {"stage": "challenge", "doing": "turn_left", "steps": "2"} == told[1]


def test_the_preview_comes_with_the_first_frame_and_is_gone_with_the_answer(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1", "slow"))
    name = ears.preview()
    state = os.stat(path_of(name))
    assert (state.st_mode & 0o777, state.st_uid) == (0o600, os.getuid())
    ears.answer("f1")
    assert ears.previews() == [name, ""]
    assert isinstance(ears.reports[-1], Completion | Status)
    ears.until(lambda: not os.path.exists(path_of(name)), "the shared memory stays")


def test_the_camera_is_open_only_while_a_command_runs(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    ears.until(lambda: stream.clients == 0, "open after the look")
    device.submit(check("f1", "slow"))
    ears.preview()
    assert stream.clients == 1
    ears.answer("f1")
    ears.until(lambda: stream.clients == 0, "the camera stays open")


def test_after_a_check_the_process_is_a_fresh_one(camera: Ready) -> None:
    device, ears = camera
    before, so_far = device.pid, len(ears.reports)
    device.submit(check("f1"))
    ears.answer("f1")
    ears.become(DeviceState.ONLINE, models="ready")
    ears.until(lambda: device.pid not in (None, before), "the process stays")
    assert before is not None
    assert not os.path.exists(f"/proc/{before}")
    assert DeviceState.STARTING not in [r.state for r in ears.reports[so_far:] if isinstance(r, Status)]


def test_a_check_right_after_another_waits_for_the_fresh_process(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1"))
    device.submit(check("f2"))
    assert ears.answer("f1").ok
    assert ears.answer("f2").ok


def test_codes_are_read(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    before = device.pid
    device.submit(ReadCode("c1", 30.0))
    ears.preview()
    assert not ears.answers("c1")
    stream.show(picture((250, 10, 10), seed=1), picture((250, 10, 10), seed=2))
    assert ears.answer("c1").result == CodeRead("a red picture", "QRCode")
    assert device.pid == before


def test_forget_replaces_a_process_that_has_looked(camera: Ready) -> None:
    device, ears = camera
    before = device.pid
    device.forget()
    time.sleep(0.2)
    assert device.pid == before
    device.submit(ReadCode("c1", 30.0))
    name = ears.preview()
    device.forget()
    assert ears.error("c1") is ErrorKind.CANCELLED
    ears.until(lambda: device.pid not in (None, before), "the process stays")
    assert not os.path.exists(path_of(name))


def test_a_check_waits_for_the_models_with_the_preview_on(make: Make) -> None:
    device, ears = make(aim_s=SLOW_MODELS)
    device.submit(check("f1"))
    ears.preview()
    assert ears.status.detail["models"] == "loading"
    assert ears.answer("f1").ok


def test_without_models_codes_are_read_and_faces_are_not(make: Make, stream: Stream) -> None:
    device, ears = make(aim_s=NO_MODELS)
    ears.become(DeviceState.ONLINE, models="missing", cause="not_installed: dlib")
    device.submit(check("f1"))
    assert ears.error("f1") is ErrorKind.DEVICE_FAULT
    stream.show(picture((250, 10, 10), seed=1))
    device.submit(ReadCode("c1", 30.0))
    assert ears.answer("c1").ok


def test_models_that_end_the_process_are_left_out_after_two_tries(make: Make, stream: Stream) -> None:
    device, ears = make(aim_s=CRASHING_MODELS)
    ears.become(DeviceState.ONLINE, models="missing", cause="crashed")
    stream.show(picture((250, 10, 10), seed=1))
    device.submit(ReadCode("c1", 30.0))
    assert ears.answer("c1").ok


@pytest.mark.parametrize("word", ["crash", "hang", "flood"])
def test_a_process_that_misbehaves_is_replaced_and_its_command_answered_once(camera: Ready, word: str) -> None:
    device, ears = camera
    before = device.pid
    device.submit(check("f1", word))
    name = ears.preview()
    assert ears.error("f1") is ErrorKind.DEVICE_FAULT
    assert not os.path.exists(path_of(name))
    ears.become(DeviceState.ONLINE, models="ready")
    assert device.pid != before
    device.submit(check("f2"))
    assert ears.answer("f2").ok
    assert len(ears.answers("f1")) == 1
    assert len(ears.events("face")) < 300
    assert ears.previews().count("") == 2


def test_a_killed_process_leaves_no_preview(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1", "never"))
    name = ears.preview()
    assert device.pid is not None
    os.kill(device.pid, signal.SIGKILL)
    assert ears.error("f1") is ErrorKind.DEVICE_FAULT
    assert ears.previews()[-1] == ""
    assert not os.path.exists(path_of(name))


def test_a_bug_in_the_check_names_its_kind_and_not_its_words(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1", "raise"))
    error = ears.answer("f1").error
    assert error is not None
    assert (error.kind, error.detail) == (ErrorKind.DEVICE_FAULT, "ValueError")


def test_unplugged_in_the_middle_of_a_check(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    device.submit(check("f1", "never"))
    ears.preview()
    stream.unplug()
    assert ears.error("f1") is ErrorKind.OFFLINE
    ears.become(DeviceState.OFFLINE, cause="disconnected")
    stream.plug()
    ears.become(DeviceState.ONLINE)
    device.submit(check("f2"))
    assert ears.answer("f2").ok
    assert len(ears.answers("f1")) == 1


def test_unplugged_and_plugged_in_again_while_nothing_runs(camera: Ready, stream: Stream) -> None:
    _, ears = camera
    stream.unplug()
    ears.become(DeviceState.OFFLINE, cause="no_device")
    stream.plug()
    ears.become(DeviceState.ONLINE)


def test_a_camera_that_was_never_there(make: Make, tmp_path: Path) -> None:
    device, ears = make("v4l2:/dev/v4l/by-id/doorstep-has-no-such-camera")
    ears.become(DeviceState.OFFLINE, cause="no_device")
    device.submit(check("f1"))
    assert ears.error("f1") is ErrorKind.OFFLINE


def test_a_camera_that_falls_silent(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    device.submit(check("f1", "never"))
    ears.preview()
    stream.hush(True)
    assert ears.error("f1") is ErrorKind.OFFLINE


@pytest.mark.parametrize(("fault", "reason"), [("black", Reason.CAMERA_BLACK), ("frozen", Reason.CAMERA_FROZEN)])
def test_a_camera_that_sees_nothing_is_known_at_start_and_ends_a_check(
    make: Make, stream: Stream, fault: str, reason: Reason
) -> None:
    device, ears = make(f"fault:{fault}:mjpeg:{stream.path}")
    ears.become(DeviceState.HARDWARE_ERROR, cause=reason.value)
    device.submit(check("f1", "never"))
    assert ears.answer("f1").result == FaceChecked(Decision.NO_FACE, reason)


@pytest.mark.parametrize("fault", ["drop", "slow"])
def test_a_camera_that_loses_pictures_still_serves(make: Make, stream: Stream, fault: str) -> None:
    device, ears = make(f"fault:{fault}:mjpeg:{stream.path}")
    device.submit(check("f1"))
    assert ears.answer("f1").ok


def test_cancelling_answers_at_once_and_closes_the_camera(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    device.submit(check("f1", "never"))
    ears.preview()
    device.cancel("f1")
    assert [a.error.kind for a in ears.answers("f1") if a.error] == [ErrorKind.CANCELLED]
    ears.until(lambda: stream.clients == 0, "the camera stays open")
    device.submit(check("f2"))
    assert ears.answer("f2").ok


def test_a_command_ends_at_its_deadline_by_the_clock_handed_in(make: Make) -> None:
    clock = Clock()
    device, ears = make(clock=clock)
    device.submit(check("f1", "never", deadline=600.0))
    device.submit(ReadCode("c1", 601.0))
    ears.preview()
    clock.ahead = 700.0
    assert ears.error("f1") is ErrorKind.TIMEOUT
    assert ears.error("c1") is ErrorKind.TIMEOUT


def test_a_check_that_does_not_let_go_costs_the_process_its_life(camera: Ready) -> None:
    device, ears = camera
    before = device.pid
    device.submit(check("f1", "hang"))
    ears.preview()
    device.cancel("f1")
    assert ears.error("f1") is ErrorKind.CANCELLED
    ears.until(lambda: device.pid not in (None, before), "the process stays")


def test_two_at_once_wait_and_too_many_are_refused(camera: Ready) -> None:
    device, ears = camera
    for n in range(6):
        device.submit(check(f"f{n}", "never"))
    assert [ears.error(f"f{n}") for n in (4, 5)] == [ErrorKind.REFUSED] * 2
    assert not ears.answers("f1")
    with pytest.raises(ValueError, match="on its way"):
        device.submit(check("f1"))
    device.stop()
    assert [ears.error(f"f{n}") for n in range(4)] == [ErrorKind.CANCELLED] * 4
    device.submit(check("f9"))
    assert ears.error("f9") is ErrorKind.CANCELLED
    assert ears.status.state is DeviceState.OFFLINE


def test_what_is_not_for_a_camera_is_refused(camera: Ready) -> None:
    device, ears = camera
    device.submit(Command("x", 1.0))
    device.submit(CheckFace("y", 1.0, b"too short", TWO))
    assert [ears.error("x"), ears.error("y")] == [ErrorKind.REFUSED] * 2


def test_a_wrong_address_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="v4l2"):
        VisionDevice("camera", "usb:1234:5678", clock=Clock())
