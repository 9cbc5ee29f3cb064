"""USB devices through pyusb: bulk (or interrupt) endpoints, found by vendor, product and serial number.

Nothing is kept between two openings: every `open` looks for the device again, so that a replugged one is found at its
new place. A backend of pyusb's own kind can be handed in; without one, pyusb looks for libusb.
"""

from __future__ import annotations

import errno
import time
from dataclasses import dataclass
from typing import Any

from drivers.transport.base import OpenCause, OpenFailed, TransportClosed, WriteTimeout, open_cause
from drivers.transport.descriptor import MOST_DRAINED

CHUNK = 4096
"""A multiple of every bulk packet's size (64, 512, 1024): a shorter read buffer would overflow."""
IN_BIT = 0x80
BULK = 2
INTERRUPT = 3
PAUSE_S = 0.005
MOST_PACKETS = 4096


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """Which device. An empty serial number means: the first one that fits."""

    vendor: int
    product: int
    serial: str = ""

    def __str__(self) -> str:
        return f"{self.vendor:04X}:{self.product:04X}" + (f"?serial={self.serial}" if self.serial else "")


class UsbHandle:
    """One opened device: the endpoints of one of its interfaces, with counts and time-outs."""

    def __init__(self, address: UsbAddress, name: str, backend: object | None = None) -> None:
        self._address = address
        self._name = name
        self._backend = backend
        self._device: Any = None
        self._interface: Any = None
        self._detached = False

    @property
    def is_open(self) -> bool:
        """True between `open` and `close`."""
        return self._device is not None

    def open(self, wanted: frozenset[int]) -> tuple[int, ...]:
        """Open the device, take the interface that has the `wanted` endpoints, return all endpoints of it.

        With nothing wanted it is the first interface with a bulk pair, else with a bulk OUT, else any.

        Raises:
            OpenFailed: not plugged in, in use, not permitted, no such endpoint, or pyusb or libusb is not there.
        """
        try:
            import usb.core
        except ImportError:
            raise OpenFailed(f"{self._name}: pyusb is not installed", OpenCause.UNSUPPORTED) from None
        try:
            self._device = self._find(usb.core)
            self._interface = self._choose(wanted)
            self._take()
        except usb.core.NoBackendError:
            raise OpenFailed(f"{self._name}: libusb is not installed", OpenCause.UNSUPPORTED) from None
        except usb.core.USBError as error:
            self.close()
            raise OpenFailed(f"{self._name}: cannot be opened", open_cause(error.errno)) from error
        except OpenFailed:
            self.close()
            raise
        return tuple(int(end.bEndpointAddress) for end in _pipes(self._interface))

    def write(self, endpoint: int, data: bytes, timeout: float, chunk: int = CHUNK) -> int:
        """Write all of `data` in transfers of `chunk` bytes.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        device = self._opened()
        end = time.monotonic() + timeout
        accepted = 0
        while accepted < len(data):
            left = end - time.monotonic()
            if left <= 0 and accepted:
                break
            try:
                accepted += int(device.write(endpoint, data[accepted : accepted + chunk], _ms(left)))
            except OSError as error:
                if _timed_out(error):
                    break
                raise TransportClosed(f"{self._name}: {_reason(error)}", accepted) from error
        if accepted < len(data):
            raise WriteTimeout(f"{self._name}: took {accepted} of {len(data)} bytes in {timeout:g} s", accepted)
        return accepted

    def read(self, endpoint: int, timeout: float) -> bytes:
        """Return one transfer of at most `CHUNK` bytes, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged, or the endpoint has stalled.
        """
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            data = self._transfer(endpoint, left)
            if data or data is None or left <= 0:
                return data or b""
            # A packet of length zero says nothing; a device that sends only those must not spin us.
            time.sleep(min(PAUSE_S, left))

    def drain(self, endpoint: int) -> int:
        """Drop what has arrived, packets of length zero too; a flood is left after `MOST_DRAINED` bytes.

        Raises:
            TransportClosed: unplugged, or the endpoint has stalled.
        """
        dropped = packets = 0
        while dropped < MOST_DRAINED and packets < MOST_PACKETS and (data := self._transfer(endpoint, 0.0)) is not None:
            dropped += len(data)
            packets += 1
        return dropped

    def close(self) -> None:
        """Give the device back, to the kernel's driver if it had it."""
        device, self._device = self._device, None
        interface, self._interface = self._interface, None
        if device is None:
            return
        import usb.core
        import usb.util

        try:
            usb.util.release_interface(device, interface)
            if self._detached:
                device.attach_kernel_driver(interface.bInterfaceNumber)
        except (usb.core.USBError, NotImplementedError, AttributeError):
            # Unplugged, or it never came as far as an interface: there is nothing to give back.
            pass
        finally:
            self._detached = False
            usb.util.dispose_resources(device)

    def _find(self, core: Any) -> Any:
        address = self._address
        found = core.find(True, backend=self._backend, idVendor=address.vendor, idProduct=address.product)
        devices = [device for device in found if not address.serial or _serial(device) == address.serial]
        if not devices:
            raise OpenFailed(f"{self._name}: not plugged in", OpenCause.MISSING)
        return devices[0]

    def _choose(self, wanted: frozenset[int]) -> Any:
        import usb.core

        try:
            configuration = self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()
            configuration = self._device.get_active_configuration()
        fitting: list[tuple[bool, bool, int, Any]] = []
        for interface in configuration:
            ends = {int(end.bEndpointAddress) for end in _pipes(interface)}
            if ends and wanted <= ends:
                fitting.append((_first(ends, 0) is None, _first(ends, IN_BIT) is None, len(fitting), interface))
        if not fitting:
            raise OpenFailed(f"{self._name}: no such endpoints", OpenCause.UNSUPPORTED)
        return min(fitting, key=lambda fit: fit[:3])[3]

    def _take(self) -> None:
        import usb.util

        number = self._interface.bInterfaceNumber
        try:
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
                self._detached = True
        except NotImplementedError:
            # Only Linux has drivers that can be taken off.
            pass
        usb.util.claim_interface(self._device, self._interface)
        if self._interface.bAlternateSetting:
            self._device.set_interface_altsetting(number, self._interface.bAlternateSetting)

    def _transfer(self, endpoint: int, timeout: float) -> bytes | None:
        """Return one transfer, which may be empty, None when none came in time."""
        try:
            return bytes(self._opened().read(endpoint, CHUNK, _ms(timeout)))
        except OSError as error:
            if _timed_out(error):
                return None
            raise TransportClosed(f"{self._name}: {_reason(error)}") from error

    def _opened(self) -> Any:
        if self._device is None:
            raise TransportClosed(f"{self._name}: not open")
        return self._device


class UsbTransport:
    """One pair of bulk endpoints as a pipe. A device without an IN endpoint is written to and never says anything."""

    def __init__(
        self,
        address: UsbAddress,
        *,
        out: int | None = None,
        into: int | None = None,
        chunk: int = CHUNK,
        backend: object | None = None,
    ) -> None:
        """`out` and `into` override the endpoints that the descriptors name; `chunk` is one write's size in bytes."""
        self._address = address
        self._wanted = frozenset(end for end in (out, into) if end is not None)
        self._chosen = out, into
        self._chunk = chunk
        self._handle = UsbHandle(address, self.name, backend)
        self._out: int | None = None
        self._in: int | None = None
        self._held = b""

    @property
    def name(self) -> str:
        """The URI of this device."""
        return f"usb:{self._address}"

    def open(self) -> None:
        """Find and claim the device.

        Raises:
            OpenFailed: see `UsbHandle.open`.
        """
        if not self._handle.is_open:
            ends = self._handle.open(self._wanted)
            self._out = self._chosen[0] or _first(ends, 0)
            self._in = self._chosen[1] or _first(ends, IN_BIT)
            self._held = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` as soon as some are there, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        if not self._held:
            if self._in is None and self._handle.is_open:
                time.sleep(max(0.0, timeout))
                return b""
            self._held = self._handle.read(self._in or IN_BIT, timeout)
        data, self._held = self._held[:max_bytes], self._held[max_bytes:]
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Write all of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        if self._out is None and self._handle.is_open:
            raise TransportClosed(f"{self.name}: has no OUT endpoint")
        return self._handle.write(self._out or 0, data, timeout, self._chunk)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        dropped, self._held = len(self._held), b""
        if self._in is None and self._handle.is_open:
            return dropped
        return dropped + self._handle.drain(self._in or IN_BIT)

    def close(self) -> None:
        """Give the device back."""
        self._held = b""
        self._handle.close()


def _pipes(interface: Any) -> list[Any]:
    return [end for end in interface if int(end.bmAttributes) & 3 in (BULK, INTERRUPT)]


def _first(ends: Any, direction: int) -> int | None:
    return next((int(end) for end in ends if int(end) & IN_BIT == direction), None)


def _serial(device: Any) -> str:
    try:
        return str(device.serial_number or "")
    except (OSError, ValueError):
        # No string descriptors, or they may not be read.
        return ""


def _ms(seconds: float) -> int:
    """Return whole milliseconds, at least one: to libusb, 0 means for ever."""
    return max(1, round(seconds * 1000))


def _timed_out(error: OSError) -> bool:
    return error.errno == errno.ETIMEDOUT or type(error).__name__ == "USBTimeoutError"


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
