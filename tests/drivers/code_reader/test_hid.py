"""The driver of typing scanners: real input events through a pipe, and through the kernel where it has uinput."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.code_reader import CodeRead, HidCodeReader, ReadCode, reader
from drivers.code_reader.hid import grab_exclusively
from drivers.code_reader.keys import DOWN, ENTER
from drivers.code_reader.virtual_reader import typed
from drivers.device import Command, Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport.input_node import EV_KEY, EVENT, InputNode
from tests.drivers.transport.support import RealClock, Reports, wait_until

TOKEN = "DS1.7f3a-4c_Secret~"
UINPUT = Path("/dev/uinput")


class Scanner:
    """A pipe in place of the kernel's node; `grabbed` counts how often it was taken."""

    def __init__(self, path: Path, suffix: str = "any", refuse: int = 0) -> None:
        self.path = path
        self.grabbed = 0
        self.refuse = refuse
        self.reports = Reports()
        self.clock = RealClock(4.0)
        self._count = 0
        self._pipe = -1
        os.mkfifo(path)
        self.plug()
        self.driver = reader(
            "code",
            f"input:{path}?suffix={suffix}",
            clock=self.clock,
            wait=self.clock.wait,
            back_off=BackOff(0.4, 0.8),
            grab=self._grab,
        )
        self.driver.start(self.reports)

    def _grab(self, fd: int) -> None:
        assert fd >= 0
        if self.refuse:
            raise OSError(self.refuse, os.strerror(self.refuse))
        self.grabbed += 1

    def plug(self) -> None:
        if not self.path.exists():
            os.mkfifo(self.path)
        self._pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def unplug(self) -> None:
        self.path.unlink()
        pipe, self._pipe = self._pipe, -1
        os.close(pipe)

    def type(self, text: str, **options: int | None) -> None:
        os.write(self._pipe, typed(text, time.monotonic(), **options))  # type: ignore[arg-type]

    def write(self, data: bytes) -> None:
        os.write(self._pipe, data)

    def ask(self, deadline: float = 20.0) -> str:
        self._count += 1
        name = f"code-{self._count}"
        self.driver.submit(ReadCode(name, deadline))
        return name

    def listening(self, name: str) -> Completion:
        """Type until the driver, which drops what was typed before it was asked, has heard it."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            self.type(TOKEN)
            wait = time.monotonic() + 0.3
            while time.monotonic() < wait:
                done = [r for r in self.reports.all if isinstance(r, Completion) and r.id == name]
                if done:
                    return done[0]
                time.sleep(0.01)
        raise AssertionError("nothing was read")

    def close(self) -> None:
        self.driver.stop()
        if self._pipe >= 0:
            os.close(self._pipe)


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    running = Scanner(tmp_path / "event7")
    running.reports.status(DeviceState.ONLINE)
    yield running
    running.close()


def test_the_node_is_grabbed_once(scanner: Scanner) -> None:
    assert scanner.grabbed == 1


def test_what_is_typed_is_read_exactly(scanner: Scanner) -> None:
    assert scanner.listening(scanner.ask()).result == CodeRead(TOKEN)


def test_what_was_typed_before_it_was_asked_for_is_dropped(scanner: Scanner) -> None:
    scanner.type("SOMEBODY-ELSE")
    assert scanner.listening(scanner.ask()).result == CodeRead(TOKEN)


def test_a_code_that_nobody_asked_for_is_an_event_without_its_text(scanner: Scanner) -> None:
    scanner.type(TOKEN)
    assert scanner.reports.event("code_seen").data == {}


def test_what_cannot_be_typed_is_unreadable_after_the_second_time(scanner: Scanner) -> None:
    name = scanner.ask()
    end = time.monotonic() + 10
    while time.monotonic() < end and not any(isinstance(r, Completion) for r in scanner.reports.all):
        at = time.monotonic()
        scanner.write(EVENT.pack(int(at), int(at % 1 * 1e6), EV_KEY, 183, DOWN))
        scanner.write(EVENT.pack(int(at), int(at % 1 * 1e6), EV_KEY, ENTER, DOWN))
        time.sleep(0.1)
    done = scanner.reports.completion(name)
    assert done.error is not None
    assert (done.error.kind, done.error.detail) == (ErrorKind.UNREADABLE, "not_ascii")


def test_silence_ends_at_the_deadline(scanner: Scanner) -> None:
    done = scanner.reports.completion(scanner.ask(deadline=2.0))
    assert done.error is not None
    assert done.error.kind is ErrorKind.TIMEOUT


def test_unplugged_while_waiting_is_offline_and_plugged_in_again_is_online(scanner: Scanner) -> None:
    name = scanner.ask()
    scanner.unplug()
    done = scanner.reports.completion(name)
    assert done.error is not None
    assert done.error.kind is ErrorKind.OFFLINE
    scanner.plug()
    wait_until(lambda: scanner.reports.states()[-1] is DeviceState.ONLINE, "online")
    assert scanner.listening(scanner.ask()).ok
    assert scanner.grabbed == 2


@pytest.mark.parametrize(("number", "cause"), [(errno.EBUSY, "in_use"), (errno.EACCES, "denied")])
def test_a_node_that_cannot_be_grabbed_says_why(tmp_path: Path, number: int, cause: str) -> None:
    running = Scanner(tmp_path / "event7", refuse=number)
    try:
        assert running.reports.status(DeviceState.OFFLINE).detail == {"cause": cause}
    finally:
        running.close()


def test_a_file_that_is_no_input_device_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "event7")
    pipe = os.open(tmp_path / "event7", os.O_RDWR | os.O_NONBLOCK)
    reports, clock = Reports(), RealClock(4.0)
    driver = HidCodeReader("code", InputNode(str(tmp_path / "event7"), grab_exclusively), clock=clock, wait=clock.wait)
    driver.start(reports)
    try:
        assert reports.status(DeviceState.OFFLINE).detail == {"cause": "unsupported"}
    finally:
        driver.stop()
        os.close(pipe)


def test_without_a_suffix_the_pause_ends_the_code(tmp_path: Path) -> None:
    running = Scanner(tmp_path / "event7", suffix="none")
    try:
        running.reports.status(DeviceState.ONLINE)
        name = running.ask()
        end = time.monotonic() + 10
        while time.monotonic() < end and not any(isinstance(r, Completion) for r in running.reports.all):
            running.type(TOKEN, suffix=None)
            time.sleep(0.4)
        assert running.reports.completion(name).result == CodeRead(TOKEN)
    finally:
        running.close()


def test_an_unknown_command_is_refused(scanner: Scanner) -> None:
    scanner.driver.submit(Command("other", 5.0))
    done = scanner.reports.completion("other")
    assert done.error is not None
    assert done.error.kind is ErrorKind.REFUSED


def test_nothing_reported_shows_the_code(scanner: Scanner) -> None:
    scanner.listening(scanner.ask())
    assert TOKEN not in repr(scanner.reports.all)


@pytest.mark.skipif(not os.access(UINPUT, os.W_OK), reason="the kernel offers no /dev/uinput here")
def test_a_scanner_behind_the_real_kernel_is_grabbed_and_read() -> None:
    set_event, set_key, setup, create, name_of = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x8041552C
    uinput = os.open(UINPUT, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(uinput, set_event, EV_KEY)
        for code in range(1, 120):
            fcntl.ioctl(uinput, set_key, code)
        fcntl.ioctl(uinput, setup, struct.pack("HHHH80sI", 3, 0x1234, 0x5678, 1, b"doorstep test scanner", 0))
        fcntl.ioctl(uinput, create)
        folder = bytearray(65)
        fcntl.ioctl(uinput, name_of, folder)
        device = Path("/sys/devices/virtual/input") / folder.split(b"\0")[0].decode()
        wait_until(lambda: any(device.glob("event*")), "the node")
        node = Path("/dev/input") / next(device.glob("event*")).name
        wait_until(node.exists, "the node in /dev")
        reports, clock = Reports(), RealClock()
        driver = reader("code", f"input:{node}", clock=clock)
        driver.start(reports)
        try:
            reports.status(DeviceState.ONLINE)
            driver.submit(ReadCode("code-1", 20.0))
            time.sleep(0.5)
            os.write(uinput, typed(TOKEN))
            assert reports.completion("code-1").result == CodeRead(TOKEN)
        finally:
            driver.stop()
    finally:
        os.close(uinput)
