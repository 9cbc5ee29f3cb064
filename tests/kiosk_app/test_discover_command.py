"""`kiosk device discover` on a drawn machine whose serial ports are ptys with the real simulators behind them."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.control import ControlServer
from kiosk_app.folders import Folders
from provisioning import load_profile
from tests.drivers.transport.support import Simulator, simulator
from tests.provisioning.discovery.drawn import Drawn
from tests.provisioning.real_platform import running_platform

ROOT = Path(__file__).resolve().parents[2]
BRIDGE = "1a86:7523"


def kiosk(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk_app.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=90, check=False)


def discover(drawn: Drawn, state: Path, *words: str) -> dict[str, Any]:
    done = kiosk("device", "discover", "--root", str(drawn.sys.parent), "--state", str(state), "--json", *words)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def line() -> Iterator[tuple[Path, int]]:
    """A serial port at which nobody answers, and its far end."""
    near, far = pty.openpty()
    tty.setraw(near)
    tty.setraw(far)
    try:
        yield Path(os.ttyname(far)), near
    finally:
        os.close(near)
        os.close(far)


@pytest.fixture
def drawn(tmp_path: Path) -> Drawn:
    (tmp_path / "machine").mkdir()
    return Drawn(tmp_path / "machine")


@pytest.fixture
def reader() -> Iterator[Simulator]:
    with simulator("drivers.code_reader.simulator", "--dialect", "newland", "--unpaced") as running:
        yield running


def outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {Path(row["path"]).name: row["outcome"] for row in found["ports"]}


@pytest.mark.matrix
def test_what_answers_is_suggested_and_what_is_held_or_silent_is_told(
    drawn: Drawn, reader: Simulator, tmp_path: Path
) -> None:
    link = "pci-0000:00:14.0-usb-0:1:1.0-port0"
    drawn.tty("ttyUSB0", drawn.usb("1-1", BRIDGE), to=reader.link, link=link)
    drawn.node("video4linux", "video0", drawn.usb("1-4", "046d:0825"), index="0")
    drawn.usb("1-5", "16c0:05df", names=("www.dcttech.com", "USBRelay2"))
    with line() as (silent, _), line() as (held, _), held.open("rb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        drawn.tty("ttyUSB1", drawn.usb("1-2", BRIDGE), to=silent)
        drawn.tty("ttyUSB2", drawn.usb("1-3", BRIDGE), to=held)
        found = discover(drawn, tmp_path / "none")
    (code,) = [row for row in found["suggestions"] if row["kind"] == "code_reader"]
    assert code["uri"] == f"serial:{drawn.dev}/serial/by-path/{link}?baud=9600&dialect=newland"
    assert (code["sure"], code["stable"], code["device"]) == ("certain", True, "")
    assert outcomes(found) == {"ttyUSB0": "found", "ttyUSB1": "silent", "ttyUSB2": "in_use"}
    assert {row["kind"] for row in found["suggestions"]} == {"code_reader", "camera", "document_scanner"}
    assert ["USBRelay2" in row["what"] for row in found["others"]] == [True]


def test_nothing_is_written_to_any_port_without_probing(drawn: Drawn, tmp_path: Path) -> None:
    with line() as (port, far):
        drawn.tty("ttyUSB0", drawn.usb("1-1", BRIDGE), to=port)
        heard = bytearray()
        os.set_blocking(far, False)
        found = discover(drawn, tmp_path / "none", "--no-probe")
        with pytest.raises(BlockingIOError):
            heard += os.read(far, 100)
    assert outcomes(found) == {"ttyUSB0": "not_asked"}
    assert found["suggestions"] == []


def test_people_read_a_line_for_each_finding(drawn: Drawn, tmp_path: Path) -> None:
    drawn.node("video4linux", "video0", drawn.usb("1-4", "046d:0825"), index="0")
    done = kiosk("device", "discover", "--root", str(drawn.sys.parent), "--state", str(tmp_path / "none"), "--no-probe")
    assert done.returncode == 0
    camera = next(row for row in done.stdout.splitlines() if row.startswith("camera"))
    assert "possible" in camera
    assert "插拔后会变" in camera


@pytest.mark.matrix
def test_ports_of_a_running_terminal_are_named_and_not_asked(drawn: Drawn, reader: Simulator, tmp_path: Path) -> None:
    port = drawn.tty("ttyUSB0", drawn.usb("1-1", BRIDGE), to=reader.link)
    device = {"id": "scanner", "kind": "code_reader", "uri": f"serial:{port}?dialect=newland"}
    state = Folders(tmp_path / "state")
    with running_platform(tmp_path) as platform:
        from central_platform import enrolment

        code = enrolment.create(platform.desk, "XC-0801", {"name": "试点终端", "devices": [device]})
        slip = ["--url", platform.url, "--code", code, "--fingerprint", platform.fingerprint, "--key", "file"]
        assert kiosk("provision", "enrol", *slip, "--state", str(state.root)).returncode == 0
    assert [spec.id for spec in load_profile(state.provision).devices] == ["scanner"]
    free = discover(drawn, state.root)
    assert [row["device"] for row in free["suggestions"]] == ["scanner"]
    asked = reader.do(status=True)["triggers"]
    server = ControlServer(
        state.control, {"doctor": lambda request: {}}, lambda work: threading.Thread(target=work).start()
    )
    server.start()
    try:
        found = discover(drawn, state.root)
    finally:
        server.stop()
    assert outcomes(found) == {"ttyUSB0": "owned"}
    assert found["suggestions"] == []
    assert reader.do(status=True)["triggers"] == asked
