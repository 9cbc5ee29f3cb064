"""Events of the kernel and of udev, in their real format, through a socket pair."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader import SamCardReader
from drivers.device import DeviceState
from drivers.hotplug import LONGEST, Hotplug, Uevent, UeventError, open_netlink, parse_uevent
from drivers.owner import BackOff
from drivers.transport import parse_uri
from tests.drivers.transport.support import RealClock, Reports, simulator, wait_until

TTY = (
    b"add@/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/ttyUSB0/tty/ttyUSB0\0ACTION=add\0"
    b"DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/ttyUSB0/tty/ttyUSB0\0SUBSYSTEM=tty\0"
    b"MAJOR=188\0MINOR=0\0DEVNAME=ttyUSB0\0SEQNUM=4021\0"
)
USB = (
    b"remove@/devices/pci0000:00/0000:00:14.0/usb1/1-4\0ACTION=remove\0"
    b"DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-4\0SUBSYSTEM=usb\0MAJOR=189\0MINOR=7\0"
    b"DEVNAME=bus/usb/001/008\0DEVTYPE=usb_device\0PRODUCT=400/c35a/100\0TYPE=0/0/0\0BUSNUM=001\0SEQNUM=4030\0"
)


def from_udev(properties: bytes) -> bytes:
    numbers = (40, 40, len(properties), 0, 0, 0, 0)
    head = b"libudev\0" + bytes.fromhex("FEEDCAFE") + b"".join(n.to_bytes(4, sys.byteorder) for n in numbers)
    return head + properties


UDEV = from_udev(
    b"ACTION=add\0DEVPATH=/devices/usb1/1-4/1-4:1.0/tty/ttyACM0\0SUBSYSTEM=tty\0DEVNAME=/dev/ttyACM0\0"
    b"ID_VENDOR_ID=1a86\0ID_MODEL_ID=7523\0ID_SERIAL_SHORT=5\0"
)


def test_a_line_that_is_plugged_in() -> None:
    event = parse_uevent(TTY)
    assert (event.action, event.subsystem, event.node, event.product) == ("add", "tty", "ttyUSB0", "")
    assert event.path.endswith("/tty/ttyUSB0")


def test_a_usb_device_that_is_pulled_out() -> None:
    event = parse_uevent(USB)
    assert (event.action, event.subsystem, event.node) == ("remove", "usb", "bus/usb/001/008")
    assert event.product == "0400:c35a"


def test_an_event_of_udev() -> None:
    event = parse_uevent(UDEV)
    assert (event.action, event.node, event.product) == ("add", "ttyACM0", "1a86:7523")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"add",
        b"add@",
        b"add@nowhere\0ACTION=add\0DEVPATH=nowhere",
        b"add@/devices/x\0SUBSYSTEM=tty",
        b"@/devices/x\0ACTION=add\0DEVPATH=/devices/x",
        b"libudev\0",
        UDEV[:20],
        UDEV[:8] + b"\0\0\0\0" + UDEV[12:],
        UDEV[:16] + b"\xff\xff\xff\x7f" + UDEV[20:],
        UDEV[:-1],
        TTY + bytes(LONGEST),
    ],
)
def test_what_is_no_event_is_a_typed_error(data: bytes) -> None:
    with pytest.raises(UeventError):
        parse_uevent(data)


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=80).map(lambda tail: b"libudev\0\xfe\xed\xca\xfe" + tail)))
def test_any_bytes_are_an_event_or_a_typed_error(data: bytes) -> None:
    with contextlib.suppress(UeventError):
        assert parse_uevent(data).path


@given(st.integers(0, len(UDEV) - 1), st.integers(0, 255))
def test_a_damaged_event_is_an_event_or_a_typed_error(at: int, value: int) -> None:
    data = bytearray(UDEV)
    data[at] = value
    with contextlib.suppress(UeventError):
        parse_uevent(bytes(data))


class Ear:
    def __init__(self) -> None:
        self.heard: list[Uevent] = []
        self.says, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.hotplug = Hotplug(self._hear, open_socket=lambda: hears)
        assert self.hotplug.start()

    def _hear(self, event: Uevent) -> None:
        self.heard.append(event)
        if event.subsystem == "net":
            raise ZeroDivisionError


@pytest.fixture
def ear() -> Iterator[Ear]:
    one = Ear()
    yield one
    one.hotplug.stop()
    one.says.close()


def test_events_are_heard_in_their_order_and_noise_is_dropped(ear: Ear) -> None:
    for data in (TTY, b"nonsense", TTY.replace(b"=tty", b"=cpu"), TTY + bytes(LONGEST), UDEV, USB):
        ear.says.send(data)
    wait_until(lambda: len(ear.heard) == 3, "three events")
    assert [event.node for event in ear.heard] == ["ttyUSB0", "ttyACM0", "bus/usb/001/008"]
    assert ear.hotplug.dropped == 2


def test_a_listener_that_fails_is_told_the_next_all_the_same(ear: Ear) -> None:
    for data in (TTY.replace(b"=tty", b"=net"), USB):
        ear.says.send(data)
    wait_until(lambda: len(ear.heard) == 2, "both events")


class Overflowing(socket.socket):
    """Netlink says so once when it had to throw events away."""

    lost = True

    def recv(self, size: int, flags: int = 0) -> bytes:
        data = super().recv(size, flags)
        if self.lost:
            self.lost = False
            raise OSError(errno.ENOBUFS, "No buffer space available")
        return data


def test_events_that_were_lost_are_said_to_be_lost() -> None:
    says, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard: list[str] = []
    narrow = Overflowing(hears.family, hears.type, 0, hears.detach())
    hotplug = Hotplug(lambda event: heard.append(event.action), open_socket=lambda: narrow)
    hotplug.start()
    says.send(TTY)
    says.send(USB)
    wait_until(lambda: len(heard) == 2, "both")
    assert heard == ["lost", "remove"]
    hotplug.stop()
    says.close()


def test_stopping_ends_the_thread_and_stopping_twice_is_fine(ear: Ear) -> None:
    ear.hotplug.stop()
    ear.hotplug.stop()
    assert "hotplug" not in [thread.name for thread in threading.enumerate()]


def test_a_system_that_does_not_let_us_listen_is_no_error() -> None:
    def refuse() -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    hotplug = Hotplug(lambda _event: None, open_socket=refuse)
    assert not hotplug.start()
    hotplug.stop()


def test_the_real_socket_can_be_opened_where_the_system_allows_it() -> None:
    try:
        open_netlink().close()
    except OSError as error:
        pytest.skip(f"no netlink here: {error.strerror}")


def test_a_replugged_reader_is_back_at_once() -> None:
    with simulator("drivers.card_reader.simulator") as sim:
        reports = Reports()
        clock = RealClock()
        # Without the event it would be tried again after a minute.
        driver = SamCardReader("card", parse_uri(f"serial:{sim.link}"), clock=clock, back_off=BackOff(60.0, 60.0))
        says, hears = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        hotplug = Hotplug(lambda _event: driver.nudge(), open_socket=lambda: hears)
        hotplug.start()
        driver.start(reports)
        reports.status(DeviceState.ONLINE)
        sim.do(fault="unplug")
        says.send(USB)
        wait_until(lambda: reports.states()[-1] is DeviceState.OFFLINE, "offline", 2.0)
        sim.do(fault="none")
        says.send(TTY)
        wait_until(lambda: reports.states()[-1] is DeviceState.ONLINE, "online", 2.0)
        driver.stop()
        hotplug.stop()
        says.close()
