"""Raw HID reports through the kernel's hidraw driver, found by vendor, product and serial number."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Callable
from pathlib import Path

from drivers.transport.base import OpenCause, OpenFailed, TransportClosed, WriteTimeout, open_cause
from drivers.transport.descriptor import drain, read_some
from drivers.transport.usb import UsbAddress

REPORT = 64
"""Data bytes of one output report, without the number in front."""
LONGEST = 4096
SYSFS = Path("/sys/class/hidraw")
DEVICES = Path("/dev")
PAUSE_S = 0.002


def open_device(path: str) -> int:
    """Return a non-blocking descriptor.

    Raises:
        OSError: as `os.open` does.
    """
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


class HidTransport:
    """One HID device. A read returns (at most) one report; each write is cut into reports, padded with zeros."""

    def __init__(
        self,
        address: UsbAddress,
        *,
        report: int = REPORT,
        sysfs: Path = SYSFS,
        devices: Path = DEVICES,
        opener: Callable[[str], int] = open_device,
    ) -> None:
        self._address = address
        self._report = report
        self._sysfs = sysfs
        self._devices = devices
        self._opener = opener
        self._fd = -1
        self._held = b""

    @property
    def name(self) -> str:
        """The URI of this device."""
        return f"hid:{self._address}"

    def open(self) -> None:
        """Find the device and open it.

        Raises:
            OpenFailed: not plugged in, or not permitted.
        """
        if self._fd >= 0:
            return
        node = self._find()
        try:
            self._fd = self._opener(str(self._devices / node))
        except OSError as error:
            raise OpenFailed(f"{self.name}: cannot be opened", open_cause(error.errno)) from error
        self._held = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the next report, or what `max_bytes` left of the one before; b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        if not self._held:
            self._held = read_some(self._descriptor(), LONGEST, timeout, self.name)
        data, self._held = self._held[:max_bytes], self._held[max_bytes:]
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Write `data` as reports of number 0; the count is of bytes of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        fd = self._descriptor()
        end = time.monotonic() + timeout
        accepted = 0
        while accepted < len(data):
            piece = data[accepted : accepted + self._report]
            left = end - time.monotonic()
            try:
                _, ready, _ = select.select([], [fd], [], max(0.0, left))
                if ready:
                    os.write(fd, b"\0" + piece.ljust(self._report, b"\0"))
                    accepted += len(piece)
                    continue
            except BlockingIOError:
                time.sleep(PAUSE_S)
            except (OSError, ValueError) as error:
                raise TransportClosed(f"{self.name}: unplugged", accepted) from error
            if left <= 0:
                raise WriteTimeout(f"{self.name}: took {accepted} of {len(data)} bytes in {timeout:g} s", accepted)
        return accepted

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        return drain(lambda size: self.read(size, 0.0))

    def close(self) -> None:
        """Close the device."""
        fd, self._fd = self._fd, -1
        self._held = b""
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _find(self) -> str:
        """Return the name of the node, such as `hidraw0`, by what sysfs says about each."""
        for entry in sorted(self._sysfs.glob("hidraw*")):
            with contextlib.suppress(OSError, ValueError):
                facts = dict(
                    line.split("=", 1)
                    for line in (entry / "device" / "uevent").read_text("utf-8", "replace").splitlines()
                    if "=" in line
                )
                _, vendor, product = (int(part, 16) for part in facts.get("HID_ID", "").split(":"))
                fits = (vendor, product) == (self._address.vendor, self._address.product)
                if fits and self._address.serial in ("", facts.get("HID_UNIQ", "")):
                    return entry.name
        raise OpenFailed(f"{self.name}: not plugged in", OpenCause.MISSING)

    def _descriptor(self) -> int:
        if self._fd < 0:
            raise TransportClosed(f"{self.name}: not open")
        return self._fd
