"""The camera as a device, its process real: commands, events, deadlines, what is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracts.preview import path_of
from drivers.code_reader import CodeRead, ReadCode
from drivers.device import Command, Completion, DeviceState, ErrorKind, Status
from drivers.vision import CheckFace, Decision, FaceChecked, Reason, VisionDevice
from tests.drivers.vision.camera_child import SLOW_MODELS
from tests.drivers.vision.cameras import Stream, picture
from tests.drivers.vision.listening import TWO, Clock, Make, Ready, check


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


def test_the_process_yields_to_the_screen_with_all_its_threads(camera: Ready) -> None:
    device, ears = camera
    device.submit(check("f1", "never"))
    ears.preview()
    tasks = [int(task) for task in os.listdir(f"/proc/{device.pid}/task")]
    assert len(tasks) >= 3
    assert {os.getpriority(os.PRIO_PROCESS, task) - os.getpriority(os.PRIO_PROCESS, 0) for task in tasks} == {5}


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


def test_the_terminals_own_process_loads_no_opencv() -> None:
    program = "import sys, drivers.vision; sys.exit(bool({'cv2', 'dlib', 'numpy', 'zxingcpp'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3], check=False).returncode == 0


def test_a_wrong_address_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="v4l2"):
        VisionDevice("camera", "usb:1234:5678", clock=Clock())
