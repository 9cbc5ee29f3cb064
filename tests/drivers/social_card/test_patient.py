"""A library call that hangs holds up nobody for longer than was said."""

from __future__ import annotations

import threading
import time

import pytest

from drivers.social_card.patient import Patient
from drivers.transport import NoReply, TransportClosed
from tests.drivers.transport.support import RealClock, wait_until


def go_on() -> None:
    """Never gives up."""


def test_results_and_errors_come_through() -> None:
    patient = Patient(RealClock())
    assert patient.call(lambda: 7, 1.0, go_on) == 7

    def fail() -> None:
        raise TransportClosed("gone")

    with pytest.raises(TransportClosed):
        patient.call(fail, 1.0, go_on)


def test_a_call_that_hangs_is_left_behind_in_time() -> None:
    patient, let_go = Patient(RealClock()), threading.Event()
    started = time.monotonic()
    with pytest.raises(NoReply):
        patient.call(let_go.wait, 0.2, go_on)
    assert time.monotonic() - started < 1.0
    let_go.set()


def test_nothing_else_is_called_while_one_hangs() -> None:
    patient, let_go, called = Patient(RealClock()), threading.Event(), threading.Event()
    for _ in range(3):
        with pytest.raises(NoReply):
            patient.call(let_go.wait if not patient.stuck else called.set, 0.1, go_on)
    assert patient.stuck
    assert not called.is_set()
    patient.release(called.set)
    assert not called.wait(0.1)
    let_go.set()
    wait_until(called.is_set, "the release after the hang")
    wait_until(lambda: not patient.stuck, "the end of the hang")
    assert patient.call(lambda: 1, 1.0, go_on) == 1


def test_giving_up_ends_the_wait_at_once() -> None:
    patient, let_go = Patient(RealClock()), threading.Event()

    class GaveUpError(Exception):
        pass

    def give_up() -> None:
        raise GaveUpError

    with pytest.raises(GaveUpError):
        patient.call(let_go.wait, 60.0, give_up)
    let_go.set()
