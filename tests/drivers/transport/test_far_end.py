from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from drivers.transport import SerialTransport, TransportClosed
from drivers.transport.far_end import ControlSocket, PtyWire
from drivers.transport.faults import Faults, UnknownFaultError
from tests.drivers.transport.support import Simulator, simulator


def test_bytes_come_no_faster_than_the_wire(tmp_path: Path) -> None:
    wire = PtyWire(tmp_path / "tty", 9600)
    wire.apply()
    port = SerialTransport(str(tmp_path / "tty"), 9600)
    port.open()
    started = time.monotonic()
    sender = threading.Thread(target=wire.send, args=(bytes(96),))
    sender.start()
    received = 0
    arrivals = []
    while received < 96:
        received += len(port.read(1024, 1.0))
        arrivals.append((received, time.monotonic() - started))
    sender.join()
    assert all(elapsed >= count * 10 / 9600 for count, elapsed in arrivals), arrivals
    port.close()
    wire.close()


def test_unpaced_is_not_held_back(tmp_path: Path) -> None:
    wire = PtyWire(tmp_path / "tty", 1200, paced=False)
    wire.apply()
    started = time.monotonic()
    wire.send(bytes(1200))
    assert time.monotonic() - started < 5.0
    wire.close()


def test_the_far_end_sees_the_rate_that_was_set(tmp_path: Path) -> None:
    wire = PtyWire(tmp_path / "tty", 9600)
    wire.apply()
    port = SerialTransport(str(tmp_path / "tty"), 57600)
    port.open()
    assert wire.line_speed() == 57600
    port.close()
    wire.close()


def test_a_pulled_cable_is_closed_and_its_link_gone(tmp_path: Path) -> None:
    wire = PtyWire(tmp_path / "tty", 9600)
    wire.apply()
    port = SerialTransport(str(tmp_path / "tty"), 9600)
    port.open()
    wire.close()
    assert not os.path.lexists(tmp_path / "tty")
    with pytest.raises(TransportClosed):
        port.read(10, 1.0)
    port.close()


def test_the_control_socket_is_for_its_owner_only(tmp_path: Path) -> None:
    with simulator("drivers.card_reader.simulator") as sim:
        assert (sim.link.parent / "control").stat().st_mode & 0o777 == 0o600


def test_a_control_line_that_is_not_understood_says_so() -> None:
    with simulator("drivers.card_reader.simulator") as sim:
        assert sim.tell(dance=True) == {"ok": False, "error": "not understood: dance"}


def test_a_stopped_simulator_leaves_nothing_behind(tmp_path: Path) -> None:
    sim = Simulator("drivers.code_reader.simulator", tmp_path)
    sim.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_happens_as_often_as_it_was_told_to() -> None:
    faults = Faults(["noise", "silent"])
    faults.set("noise", 2)
    assert [faults.happens("noise") for _ in range(3)] == [True, True, False]


def test_a_fault_without_a_count_stays_until_none() -> None:
    faults = Faults(["noise"])
    faults.set("noise")
    assert [faults.happens("noise") for _ in range(3)] == [True, True, True]
    faults.set("none")
    assert not faults.happens("noise")


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(UnknownFaultError):
        Faults(["noise"]).set("earthquake")


def test_a_control_socket_replaces_a_dead_one(tmp_path: Path) -> None:
    ControlSocket(tmp_path / "c", lambda _request: {}).close()
    (tmp_path / "c").touch()
    ControlSocket(tmp_path / "c", lambda _request: {}).close()
