"""A scripted technician puts three fresh machines into service by commands: network, stick, TPM. Each ends with a
signed readiness report on the platform.

Each has its own folder, processes and network namespace; the platform has a fourth.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from central_platform import enrolment
from central_platform.platform import Platform
from central_platform.settings import Settings
from kiosk_app.control import ControlError, ask
from kiosk_app.folders import Folders
from tests.tools.software_tpm import software_tpm

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(300)]
SERVER = "10.99.0.1"
TAG = f"ds{os.getpid() % 10000}"
LIMIT_S = 60.0


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def inside(space: str, *words: str) -> list[str]:
    return ["ip", "netns", "exec", f"{TAG}{space}", *words]


@contextmanager
def namespace(name: str) -> Iterator[str]:
    ip("netns", "add", f"{TAG}{name}")
    try:
        subprocess.run(inside(name, "ip", "link", "set", "lo", "up"), check=True)
        yield name
    finally:
        ip("netns", "del", f"{TAG}{name}")


def cable(number: int, space: str) -> None:
    """Join a machine's namespace to the platform's."""
    here, there = f"{TAG}a{number}", f"{TAG}b{number}"
    ip("link", "add", here, "netns", f"{TAG}p", "type", "veth", "peer", "name", there, "netns", f"{TAG}{space}")
    for name, end, address in (("p", here, f"10.99.{number}.1/24"), (space, there, f"10.99.{number}.2/24")):
        subprocess.run(inside(name, "ip", "addr", "add", address, "dev", end), check=True)
        subprocess.run(inside(name, "ip", "link", "set", end, "up"), check=True)
    subprocess.run(inside(space, "ip", "route", "add", SERVER, "via", f"10.99.{number}.1"), check=True)


@dataclass
class Technician:
    """Stands at one machine. `seconds` is what the machine took."""

    space: str
    state: Path
    seconds: float = field(default=0.0)

    def kiosk(self, *words: str, status: int = 0, state: Path | None = None, what: str = "provision") -> dict[str, Any]:
        command = [sys.executable, "-m", "kiosk_app.cli", what, *words]
        command += ["--state", str(state or self.state), "--json"]
        began = time.monotonic()
        done = subprocess.run(inside(self.space, *command), capture_output=True, text=True, timeout=LIMIT_S)
        self.seconds += time.monotonic() - began
        assert done.returncode == status, (done.stdout, done.stderr)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @contextmanager
    def running(self) -> Iterator[None]:
        """The terminal itself, until the end of the block."""
        command = [sys.executable, "-m", "kiosk_app.cli", "run", "--window", "--state", str(self.state)]
        process = subprocess.Popen(
            inside(self.space, *command), env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the terminal's newest report once it is as wanted; the waiting is the machine's time."""
        began, found = time.monotonic(), {}
        while time.monotonic() - began < LIMIT_S:
            try:
                found = ask(Folders(self.state).control, {"command": "readiness", "kept": True}, LIMIT_S) or {}
            except ControlError:
                found = {}
            if found and wanted(found):
                break
            time.sleep(0.2)
        self.seconds += time.monotonic() - began
        assert found, "no report came"
        assert wanted(found), found
        return found


@dataclass
class Office:
    """The platform's side: a process in a namespace of its own, and whoever works there."""

    data: Path
    url: str
    fingerprint: str
    desk: Platform
    seen: set[str] = field(default_factory=set)

    def slip(self, terminal: str) -> str:
        code = enrolment.create(self.desk, terminal, {"name": "试点终端"})
        return json.dumps({"url": self.url, "terminal": terminal, "code": code, "ca_fingerprint": self.fingerprint})


def ready(found: dict[str, Any]) -> bool:
    return bool(found["report"]["ready"])


def in_service(found: dict[str, Any]) -> bool:
    return ready(found) and found["state"] == "in_service"


def judged(office: Office, report: dict[str, Any]) -> None:
    """The platform has the report, and it is what the device key signed."""
    words = ["terminals", "report", report["report"]["id"], "--data", str(office.data)]
    done = subprocess.run(
        [sys.executable, "-m", "central_platform", *words], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert (found["holds"], found["ready"], found["signature"]) == (True, True, report["signature"])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    data = tmp_path_factory.mktemp("platform")
    with ExitStack() as stack:
        stack.enter_context(namespace("p"))
        subprocess.run(inside("p", "ip", "addr", "add", f"{SERVER}/32", "dev", "lo"), check=True)
        command = [sys.executable, "-m", "central_platform", "serve", "--data", str(data), "--host", SERVER]
        process = subprocess.Popen(inside("p", *command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        stack.callback(process.stdout.close)
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        ready = json.loads(process.stdout.readline())
        desk = stack.enter_context(closing(Platform.open(Settings(data))))
        yield Office(data, ready["url"], ready["ca_fingerprint"], desk)


@contextmanager
def machine(office: Office, folder: Path, number: int, name: str) -> Iterator[Technician]:
    """A fresh machine; afterwards it is in service, is like no other, and a copy of its folder is refused."""
    with namespace(name):
        if number:
            cable(number, name)
        technician = Technician(name, folder / name)
        yield technician
        found = technician.kiosk("status")
        assert (found["problem"], found["certificate_state"]) == ("", "valid")
        copy = Path(shutil.copytree(technician.state, folder / "copy", symlinks=True))
        assert technician.kiosk("status", status=1, state=copy)["problem"] == "identity-copied"
        assert technician.kiosk("renew", status=1, state=copy)["code"] == "identity-copied"
        own = {found["certificate_serial"], found["key"]}
        assert office.seen.isdisjoint(own)
        office.seen |= own
        assert technician.seconds < LIMIT_S


def test_a_machine_with_a_network(office: Office, tmp_path: Path) -> None:
    with machine(office, tmp_path, 1, "n") as technician:
        done = technician.kiosk("enrol", "--ticket", office.slip("XC-0301"), "--key", "file")
        assert (done["state"], done["terminal"], done["key_protection"]) == ("enrolled", "XC-0301", "file")
        with technician.running():
            judged(office, technician.wait(in_service))


def test_a_machine_without_a_network(office: Office, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with machine(office, tmp_path, 0, "s") as technician:
        slip = office.slip("XC-0302")
        assert technician.kiosk("enrol", "--ticket", slip, status=3)["code"] == "platform-unreachable"
        asked = technician.kiosk("request", str(stick), "--ticket", slip, "--key", "file")
        words = ["terminals", "issue", str(stick), "--id", "XC-0302", "--without-clips", "--data", str(office.data)]
        issued = subprocess.run(
            [sys.executable, "-m", "central_platform", *words], capture_output=True, text=True, check=True
        )
        assert json.loads(issued.stdout)["key"] == asked["key"]
        assert technician.kiosk("enrol", "--bundle", str(stick))["terminal"] == "XC-0302"
        assert (technician.state / "arrived.bundle").read_bytes() == (stick / "reference.bundle").read_bytes()
        with technician.running():
            report = technician.wait(ready)
            assert report["state"] == "commissioning"
            assert technician.kiosk("export", str(stick / "out.bundle"), what="outbox")["items"] == 1
            words = ["import-bundle", str(stick / "out.bundle"), "--data", str(office.data)]
            subprocess.run([sys.executable, "-m", "central_platform", *words], capture_output=True, check=True)
            judged(office, report)
            answers = technician.kiosk("import-answers", str(stick / "out.bundle.answers"), what="outbox")
            assert answers["sent"] == 1
            assert technician.wait(in_service)["report"]["id"] == report["report"]["id"]


def test_a_machine_with_a_tpm(office: Office, tmp_path: Path) -> None:
    with software_tpm(tmp_path / "chip") as chip, machine(office, tmp_path, 2, "t") as technician:
        done = technician.kiosk("enrol", "--ticket", office.slip("XC-0303"), "--tpm", chip.tcti)
        assert done["key_protection"] == "tpm"
        assert technician.kiosk("renew")["state"] == "renewed"
        with technician.running():
            report = technician.wait(in_service)
            assert report["report"]["machine"]["key_protection"] == "tpm"
            judged(office, report)


def test_a_machine_that_has_to_be_accepted(office: Office, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "central_platform", "terminals"]

    def operator(*more: str) -> dict[str, Any]:
        done = subprocess.run([*words, *more, "--data", str(office.data)], capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    with machine(office, tmp_path, 3, "w") as technician:
        code = enrolment.create(office.desk, "XC-0304", {"name": "试点终端"}, expected={"arch": "another"})
        slip = ["--url", office.url, "--code", code, "--fingerprint", office.fingerprint, "--key", "file"]
        told = technician.kiosk("enrol", *slip, status=3)
        assert (told["state"], told["detail"]) == ("waiting", "inventory")
        assert technician.kiosk("status", status=1)["waiting"] == "inventory"
        listed = operator("list")
        assert (listed["terminal"], listed["state"], listed["waiting"][0]["differs"]) == (
            "XC-0304",
            "waiting",
            ["arch"],
        )
        assert listed["waiting"][0]["key"] == told["key"]
        assert operator("accept", "XC-0304", "--key", told["key"])["verdict"] == "accepted"
        # Nothing is typed anew.
        assert technician.kiosk("enrol", "--key", "file", "--wait", "20")["state"] == "enrolled"
