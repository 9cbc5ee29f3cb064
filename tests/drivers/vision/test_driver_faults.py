"""The camera as a device: every way in which the camera, the models or the process go wrong."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from contracts.preview import path_of
from drivers.code_reader import ReadCode
from drivers.device import DeviceState, ErrorKind
from drivers.vision import Decision, FaceChecked, Reason
from tests.drivers.vision.camera_child import CRASHING_MODELS, NO_MODELS
from tests.drivers.vision.cameras import Stream, picture
from tests.drivers.vision.listening import Make, Ready, check


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


def test_a_check_that_does_not_let_go_costs_the_process_its_life(camera: Ready) -> None:
    device, ears = camera
    before = device.pid
    device.submit(check("f1", "hang"))
    ears.preview()
    device.cancel("f1")
    assert ears.error("f1") is ErrorKind.CANCELLED
    ears.until(lambda: device.pid not in (None, before), "the process stays")


def test_a_camera_that_fell_silent_at_rest_is_found_when_somebody_asks_for_a_look(
    camera: Ready, stream: Stream
) -> None:
    device, ears = camera
    stream.hush(True)
    device.look()
    ears.become(DeviceState.OFFLINE, cause="silent")
    stream.hush(False)
    ears.become(DeviceState.ONLINE)


def test_a_look_that_is_asked_for_twice_is_made_once(camera: Ready, stream: Stream) -> None:
    device, ears = camera
    device.look()
    stream.hush(True)
    device.look()
    device.submit(check("f1", "never"))
    assert ears.error("f1") is ErrorKind.OFFLINE
