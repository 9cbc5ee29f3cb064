"""What is plugged in and pulled out, as the kernel and udev tell it over netlink.

Devices find out by themselves that they were unplugged, and try again after growing pauses. A plug that goes in makes
them try at once: whoever starts a `Hotplug` nudges its devices (`DeviceOwner.nudge`) from the listener.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import select
import socket
import sys
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

log = logging.getLogger(__name__)

LONGEST = 8192
"""The kernel's own limit for one event is 2048 bytes, udev's is 8192."""
KOBJECT_UEVENT = 15
"""The netlink family (linux/netlink.h); the socket module has no name for it."""
FROM_KERNEL = 1
FROM_UDEV = 2
"""Netlink groups. udev speaks when a device's links and rights are there; without udev only the kernel does."""
SUBSYSTEMS = frozenset({"tty", "usb", "usbmisc", "hidraw", "input", "video4linux", "sound", "block", "net"})
JOIN_TIMEOUT_S = 2.0
LOST = "lost"
_UDEV = b"libudev\0"
_UDEV_MAGIC = bytes.fromhex("FEEDCAFE")
_UDEV_HEAD = 24


class UeventError(ValueError):
    """The bytes are no event. The text never shows them."""


@dataclass(frozen=True, slots=True)
class Uevent:
    """One event. `action` is add, remove, change, bind and so on, or `LOST`: some events were, look at everything.

    `node` is the device's name below /dev ("" without one), `product` is vendor:product in lower case as USB devices
    have it ("" otherwise).
    """

    action: str
    path: str = ""
    subsystem: str = ""
    node: str = ""
    product: str = ""


def parse_uevent(data: bytes) -> Uevent:
    r"""Parse one event: `add@/devices/..\0ACTION=add\0..` of the kernel, or udev's binary head and the same properties.

    Raises:
        UeventError: neither, or longer than 8192 bytes.
    """
    if len(data) > LONGEST:
        raise UeventError(f"{len(data)} bytes")
    if data.startswith(_UDEV):
        if len(data) < _UDEV_HEAD or data[8:12] != _UDEV_MAGIC:
            raise UeventError("no head")
        start, size = (int.from_bytes(data[at : at + 4], sys.byteorder) for at in (16, 20))
        if start < _UDEV_HEAD or start + size > len(data):
            raise UeventError("properties are not where the head says")
        properties = data[start : start + size]
    else:
        head, _, properties = data.partition(b"\0")
        action, at, path = head.partition(b"@")
        if not at or not action.isalpha() or not path.startswith(b"/"):
            raise UeventError("no action and path")
    facts = dict(part.split("=", 1) for part in properties.decode("utf-8", "replace").split("\0") if "=" in part)
    if not facts.get("ACTION") or not facts.get("DEVPATH"):
        raise UeventError("no ACTION or DEVPATH")
    return Uevent(
        facts["ACTION"],
        facts["DEVPATH"],
        facts.get("SUBSYSTEM", ""),
        facts.get("DEVNAME", "").removeprefix("/dev/"),
        _product(facts),
    )


def _product(facts: dict[str, str]) -> str:
    """Return vendor:product from the kernel's `PRODUCT=403/6001/600` or udev's two ids, "" without."""
    parts = facts.get("PRODUCT", "").split("/")[:2]
    if facts.get("SUBSYSTEM") != "usb" or len(parts) != 2:
        parts = [facts.get("ID_VENDOR_ID", ""), facts.get("ID_MODEL_ID", "")]
    with contextlib.suppress(ValueError):
        return ":".join(f"{int(part, 16) & 0xFFFF:04x}" for part in parts)
    return ""


def open_netlink() -> socket.socket:
    """Return a socket that hears the kernel and udev.

    Raises:
        OSError: not allowed here.
    """
    hears = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, KOBJECT_UEVENT)
    try:
        hears.bind((0, FROM_KERNEL | FROM_UDEV))
    except OSError:
        hears.close()
        raise
    return hears


class Hotplug:
    """A thread that listens and tells `listener` about each event of the wanted subsystems."""

    def __init__(
        self,
        listener: Callable[[Uevent], None],
        *,
        subsystems: Collection[str] = SUBSYSTEMS,
        open_socket: Callable[[], socket.socket] = open_netlink,
    ) -> None:
        """`listener` is called on the thread; events of no interest and bytes that are none are dropped."""
        self._listener = listener
        self._subsystems = subsystems
        self._open = open_socket
        self._thread: threading.Thread | None = None
        self._ends, self._end = -1, -1
        self.dropped = 0
        """How many messages were no events."""

    def start(self) -> bool:
        """Begin; False when this system does not let us listen: devices are then found by trying, as ever."""
        if self._thread is not None:
            return True
        try:
            hears = self._open()
        except OSError as error:
            log.warning("hot plug: cannot listen (%s)", _name(error))
            return False
        self._ends, self._end = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._run, args=(hears,), name="hotplug", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        os.write(self._end, b"!")
        if thread is not threading.current_thread():
            thread.join(JOIN_TIMEOUT_S)
        os.close(self._end)

    def _run(self, hears: socket.socket) -> None:
        ends = self._ends
        with hears:
            while True:
                ready, _, _ = select.select([ends, hears.fileno()], [], [])
                if ends in ready:
                    break
                try:
                    data = hears.recv(LONGEST + 1)
                except OSError as error:
                    if error.errno != errno.ENOBUFS:
                        log.warning("hot plug: stopped listening (%s)", _name(error))
                        break
                    # More came at once than the socket holds.
                    self._tell(Uevent(LOST))
                    continue
                if not data:
                    break
                self._hear(data)
        os.close(ends)

    def _hear(self, data: bytes) -> None:
        try:
            event = parse_uevent(data)
        except UeventError:
            self.dropped += 1
            return
        if event.subsystem in self._subsystems:
            self._tell(event)

    def _tell(self, event: Uevent) -> None:
        try:
            self._listener(event)
        except Exception as failure:  # noqa: BLE001  a listener's bug must not end the listening
            log.error("hot plug: the listener failed with %s", type(failure).__name__)


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "unknown")
