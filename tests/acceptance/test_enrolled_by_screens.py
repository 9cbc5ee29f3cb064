"""A technician puts a machine into service by its own screens: the real terminal under its keeper, a real platform.

The slip is read by a code reader on its wire, by a camera, or typed; or a request goes out and an answer comes in on a
stick. The suite plays the way through the reader; `make acceptance` all of them.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.guest import Led
from bench.programs import StalledError, end, environment, family, python, start
from kiosk_app.lab.processes import JsonLines, Process
from provisioning import load_identity, load_profile
from tests.acceptance.relieved import leads
from tests.drivers.transport.support import Simulator, simulator
from tests.provisioning.discovery.drawn import Drawn
from tests.provisioning.real_platform import Running, running_platform

PATIENCE_S = 60.0


class Machine(Led):
    """A machine fresh from its box, with what is plugged into it, under its keeper."""

    def __init__(self, folder: Path, *, cameras: tuple[str, ...] = ()) -> None:
        folder.mkdir()
        self.state = folder / "state"
        self.log = folder / "log"
        self.drawn = Drawn(folder)
        self.sticks: dict[str, str] = {}
        self.cameras = cameras
        self.keeper: subprocess.Popen[bytes] | None = None
        self.draw()

    def draw(self) -> None:
        """Let the machine be as it is now."""
        what = {"sys": str(self.drawn.sys), "dev": str(self.drawn.dev), "sticks": self.sticks, "cameras": self.cameras}
        self.state.with_name("state.around.json").write_text(json.dumps(what))

    def switch_on(self) -> None:
        command = python("tests.acceptance.unenrolled", "--kept", "--state", self.state, "--window")
        self.keeper = start(command, environment(QT_QPA_PLATFORM="offscreen"), self.log)

    def cut_power(self) -> None:
        if self.keeper is not None:
            end(self.keeper)
        self.keeper = None

    def ask(self, **request: Any) -> Mapping[str, Any]:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for pid in reversed(self.pids):
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(PATIENCE_S)
                    try:
                        line.connect(str(leads(self.state) / f"{pid}.sock"))
                        line.sendall(json.dumps(request).encode() + b"\n")
                        answer: Mapping[str, Any] = json.loads(line.makefile(encoding="utf-8").readline())
                    except (OSError, ValueError):
                        continue
                    return answer
            time.sleep(0.05)
        raise StalledError(f"no terminal answers: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    @property
    def pids(self) -> list[int]:
        assert self.keeper is not None
        living = {int(p.stem) for p in leads(self.state).glob("*.sock")} & set(family(self.keeper.pid))
        return sorted(living, key=lambda pid: Path(f"/proc/{pid}").stat().st_ctime)

    def press(self, node: str) -> None:
        self.shown(node)
        self.ask(press=node)

    def shown(self, node: str, seconds: float = PATIENCE_S) -> str:
        """Wait until a node is there and open; return its words."""
        self.wait(node, lambda page: node in page["nodes"] and node not in page["closed"], seconds)
        return str(self.page()["words"].get(node, ""))

    def fill(self, node: str, text: str) -> None:
        self.shown(node)
        self.ask(edit=node, text=text)

    def begin(self) -> None:
        """From the page that residents read to the slip."""
        self.press("enrol")
        self.press("actions.slip")

    def serves(self) -> None:
        """Wait until residents are served by it."""
        self.wait("in service", lambda page: page["screen"] == "attract" and page["online"], PATIENCE_S)

    def secrets_left(self, code: str) -> list[Path]:
        """Return the files that hold the slip's code."""
        found = []
        for one in (*self.state.rglob("*"), self.log):
            # What is renamed meanwhile is found under its new name.
            with contextlib.suppress(OSError):
                if code.encode() in one.read_bytes():
                    found.append(one)
        return found


@contextmanager
def plugged_reader(machine: Machine) -> Iterator[Simulator]:
    """A Newland module behind a serial bridge, found by nobody's profile."""
    with simulator("drivers.code_reader.simulator", "--dialect", "newland", "--unpaced") as running:
        machine.drawn.tty("ttyUSB0", machine.drawn.usb("1-2", "1a86:7523"), to=running.link)
        yield running


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_platform(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "m")
    yield made
    made.cut_power()


def key_word(machine: Machine) -> str:
    """Return the word of the key as it stands on the page."""
    found = re.search(r"([0-9a-f]{4}) ([0-9a-f]{4})$", machine.shown("enrol.word"))
    assert found is not None
    return found[1] + found[2]


def code_of(slip: str) -> str:
    return str(json.loads(slip)["code"])


def test_a_slip_shown_to_the_machine_s_own_reader_ends_in_service(platform: Running, machine: Machine) -> None:
    slip = platform.ticket("XC-0701")
    with plugged_reader(machine) as scanner:
        machine.switch_on()
        page = machine.page()
        machine.wait("out of service", lambda page: page["screen"] == "message")
        page = machine.page()
        assert "66007070" in page["words"]["out.where"]
        machine.begin()
        machine.press("way.scan")
        machine.wait("the reader", lambda page: "扫码器" in page["words"].get("enrol.reader", ""))
        scanner.do(show="https://example.org/menu")
        machine.wait("no slip", lambda page: "enrol.notice" in page["nodes"])
        scanner.do(show=slip)
        assert "XC-0701" in machine.shown("enrol.terminal")
        machine.press("actions.enrol")
        (old,) = machine.pids
        machine.press("actions.open")
        machine.serves()
    assert old not in machine.pids
    assert load_identity(machine.state / "provision").terminal == "XC-0701"
    assert machine.secrets_left(code_of(slip)) == []
    # On a terminal in service nothing of it is to be reached.
    machine.ask(press="enrol")
    assert machine.page()["screen"] == "attract"


@contextmanager
def camera(folder: Path) -> Iterator[JsonLines]:
    """A camera before which anything can be held."""
    stream, control = folder / "eye.sock", folder / "eye.control.sock"
    process = Process("drivers.vision.simulator", ["--socket", str(stream), "--control", str(control)], folder / "eye")
    line = JsonLines(control)
    try:
        line.connect(process)
        yield line
    finally:
        line.close()
        process.end()


@pytest.mark.matrix
def test_a_slip_held_before_the_camera(platform: Running, tmp_path: Path) -> None:
    slip = platform.ticket("XC-0702")
    with tempfile.TemporaryDirectory(prefix="ds-") as short, camera(Path(short)) as eye:
        machine = Machine(tmp_path / "m", cameras=(f"mjpeg:{short}/eye.sock",))
        try:
            machine.switch_on()
            machine.begin()
            machine.press("way.scan")
            machine.wait("the camera", lambda page: "摄像头" in page["words"].get("enrol.reader", ""))
            eye.ask(code=slip)
            assert "XC-0702" in machine.shown("enrol.terminal")
            machine.press("actions.enrol")
            machine.press("actions.open")
            machine.serves()
        finally:
            machine.cut_power()
    assert load_profile(machine.state / "provision").terminal == "XC-0702"


@pytest.mark.matrix
def test_a_slip_typed_in_its_short_form_and_compared_by_eye(platform: Running, machine: Machine) -> None:
    code = platform.slot("XC-0703")
    machine.switch_on()
    machine.begin()
    machine.press("way.type")
    machine.fill("slip.address", f"{platform.url.removeprefix('https://')}/{code.lower()}")
    machine.press("actions.typed")
    machine.shown("actions.same")
    rows = " ".join(words for node, words in machine.page()["words"].items() if node.startswith("enrol.digits"))
    shown = "".join(re.findall(r"\b[0-9A-F]{4}\b", rows))
    assert shown == platform.fingerprint.upper()
    machine.press("actions.same")
    machine.press("actions.enrol")
    machine.press("actions.open")
    machine.serves()
    assert machine.secrets_left(code) == []


@pytest.mark.matrix
def test_an_operator_accepts_while_the_power_is_cut(platform: Running, machine: Machine) -> None:
    code = platform.slot("XC-0704", ask=True)
    machine.switch_on()
    machine.begin()
    machine.press("way.type")
    machine.fill("slip.address", f"{platform.url}/{code}")
    machine.press("actions.typed")
    machine.press("actions.same")
    machine.press("actions.enrol")
    word = key_word(machine)
    machine.cut_power()
    assert platform.command("terminals", "accept", "XC-0704", "--key", word).returncode == 0
    machine.switch_on()
    # Nobody touches it: it asks by itself, and goes into service once somebody has looked at the parts.
    machine.press("actions.open")
    machine.serves()
    assert machine.secrets_left(code) == []


@pytest.mark.matrix
def test_without_a_network_a_stick_goes_and_comes_back(platform: Running, machine: Machine, tmp_path: Path) -> None:
    slip, stick = platform.ticket("XC-0705"), tmp_path / "stick"
    stick.mkdir()
    with plugged_reader(machine) as scanner:
        machine.switch_on()
        machine.begin()
        machine.press("way.scan")
        machine.wait("the reader", lambda page: "扫码器" in page["words"].get("enrol.reader", ""))
        scanner.do(show=slip)
        machine.press("stick")
        machine.shown("enrol.none")
        machine.sticks = {"KINGSTON": str(stick)}
        machine.draw()
        machine.press("actions.sticks")
        machine.press("stick.0")
        word = key_word(machine)
    assert code_of(slip).encode() not in b"".join(one.read_bytes() for one in stick.iterdir())
    machine.cut_power()
    issued = platform.command("terminals", "issue", str(stick), "--id", "XC-0705", "--without-clips")
    assert json.loads(issued.stdout)["key"] == word
    machine.switch_on()
    # The request was written before the power went: the page that waits for the answer is back.
    machine.press("actions.answer")
    machine.press("actions.open")
    machine.serves()
    assert load_identity(machine.state / "provision").terminal == "XC-0705"


@pytest.mark.matrix
def test_a_refusal_says_what_to_do_and_another_slip_mends_it(platform: Running, machine: Machine) -> None:
    slip = platform.ticket("XC-0706")
    with plugged_reader(machine) as scanner:
        machine.switch_on()
        machine.begin()
        machine.press("way.scan")
        machine.wait("the reader", lambda page: "扫码器" in page["words"].get("enrol.reader", ""))
        scanner.do(show=json.dumps({**json.loads(slip), "code": "0000000000"}))
        machine.press("actions.enrol")
        assert "没有这个开通码" in machine.shown("enrol.cause")
        assert "逐字核对" in machine.shown("enrol.do")
        machine.press("actions.slip")
        machine.press("way.scan")
        machine.wait("the reader", lambda page: "扫码器" in page["words"].get("enrol.reader", ""))
        scanner.do(show=slip)
        machine.press("actions.enrol")
        machine.press("actions.open")
        machine.serves()


@pytest.mark.matrix
def test_a_terminal_that_is_withdrawn_in_service_takes_a_new_slip_and_only_of_its_platform(
    platform: Running, machine: Machine, tmp_path: Path
) -> None:
    code = platform.slot("XC-0707")
    typed = ["--url", platform.url, "--code", code, "--fingerprint", platform.fingerprint, "--key", "file"]
    kiosk = [sys.executable, "-m", "kiosk_app.cli", "provision", "enrol", *typed, "--state", str(machine.state)]
    subprocess.run(kiosk, check=True, capture_output=True)
    with plugged_reader(machine) as scanner:
        machine.switch_on()
        machine.serves()
        platform.command("terminal", "revoke", "--id", "XC-0707")
        machine.press("enrol")
        assert "停用" in machine.shown("enrol.problem")
        machine.press("actions.slip")
        machine.press("way.scan")
        machine.wait("the reader", lambda page: "扫码器" in page["words"].get("enrol.reader", ""))
        foreign = {"url": "https://elsewhere.example", "code": "7K3M9QAB", "ca_fingerprint": "ab" * 32}
        scanner.do(show=json.dumps(foreign))
        machine.wait("refused", lambda page: "另一个平台" in page["words"].get("enrol.notice", ""))
        scanner.do(show=platform.ticket("XC-0707"))
        machine.press("actions.enrol")
        machine.press("actions.open")
        machine.serves()
