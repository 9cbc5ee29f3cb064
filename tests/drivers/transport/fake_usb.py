"""A USB bus below pyusb: a backend of pyusb's own kind whose devices live in the test."""

from __future__ import annotations

import errno
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

BULK = 2


class FakeUsbDevice:
    """One device with one or more interfaces, each a list of endpoint addresses."""

    def __init__(
        self,
        vendor: int = 0x0400,
        product: int = 0xC35A,
        serial: str = "",
        interfaces: Sequence[Sequence[int]] = ((0x02, 0x81),),
        on_write: Callable[[int, bytes], None] | None = None,
    ) -> None:
        self.vendor, self.product, self.serial = vendor, product, serial
        self.interfaces = interfaces
        self.on_write = on_write or (lambda _end, _data: None)
        self.written: list[tuple[int, bytes]] = []
        self.incoming: dict[int, deque[bytes]] = {}
        self.kernel_driver = False
        self.denied = False
        self.room: int | None = None  # bytes that it still takes
        self.claimed: set[int] = set()
        self.open_handles = 0
        self.plugged = True

    def say(self, endpoint: int, data: bytes) -> None:
        self.incoming.setdefault(endpoint, deque()).append(data)


class FakeBus(usb.backend.IBackend):  # type: ignore[misc]
    """What libusb would be."""

    def __init__(self, *devices: FakeUsbDevice) -> None:
        self.devices = list(devices)

    def enumerate_devices(self) -> list[FakeUsbDevice]:
        return [device for device in self.devices if device.plugged]

    def get_device_descriptor(self, dev: FakeUsbDevice) -> Any:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=dev.vendor,
            idProduct=dev.product,
            bcdDevice=0x100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=3 if dev.serial else 0,
            bNumConfigurations=1,
            address=1,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: FakeUsbDevice, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=len(dev.interfaces),
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0x80,
            bMaxPower=50,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: FakeUsbDevice, intf: int, alt: int, config: int) -> Any:
        if intf >= len(dev.interfaces) or alt or config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=intf,
            bAlternateSetting=0,
            bNumEndpoints=len(dev.interfaces[intf]),
            bInterfaceClass=7,
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev: FakeUsbDevice, ep: int, intf: int, alt: int, config: int) -> Any:
        if ep >= len(dev.interfaces[intf]):
            raise IndexError
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=dev.interfaces[intf][ep],
            bmAttributes=BULK,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev: FakeUsbDevice) -> FakeUsbDevice:
        if dev.denied:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        dev.open_handles += 1
        return dev

    def close_device(self, dev_handle: FakeUsbDevice) -> None:
        dev_handle.open_handles -= 1

    def set_configuration(self, dev_handle: FakeUsbDevice, config_value: int) -> None: ...

    def get_configuration(self, dev_handle: FakeUsbDevice) -> int:
        self._there(dev_handle)
        return 1

    def claim_interface(self, dev_handle: FakeUsbDevice, intf: int) -> None:
        self._there(dev_handle)
        if dev_handle.kernel_driver or intf in dev_handle.claimed:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        dev_handle.claimed.add(intf)

    def release_interface(self, dev_handle: FakeUsbDevice, intf: int) -> None:
        dev_handle.claimed.discard(intf)
        self._there(dev_handle)

    def is_kernel_driver_active(self, dev_handle: FakeUsbDevice, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: FakeUsbDevice, intf: int) -> None:
        dev_handle.kernel_driver = False

    def attach_kernel_driver(self, dev_handle: FakeUsbDevice, intf: int) -> None:
        self._there(dev_handle)
        dev_handle.kernel_driver = True

    def bulk_write(self, dev_handle: FakeUsbDevice, ep: int, intf: int, data: Any, timeout: int) -> int:
        self._there(dev_handle)
        sent = bytes(data)
        if dev_handle.room is not None:
            sent = sent[: dev_handle.room]
            dev_handle.room -= len(sent)
            if not sent:
                time.sleep(timeout / 1000)
                raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        dev_handle.written.append((ep, sent))
        dev_handle.on_write(ep, sent)
        return len(sent)

    def bulk_read(self, dev_handle: FakeUsbDevice, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        end = time.monotonic() + timeout / 1000
        while True:
            self._there(dev_handle)
            waiting = dev_handle.incoming.get(ep)
            if waiting:
                data = waiting.popleft()
                buff[: len(data)] = array("B", data)
                return len(data)
            if time.monotonic() >= end:
                raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
            time.sleep(0.001)

    def ctrl_transfer(
        self,
        dev_handle: FakeUsbDevice,
        request_type: int,
        request: int,
        value: int,
        index: int,
        data: Any,
        timeout: int,
    ) -> int:
        self._there(dev_handle)
        text = b"\x09\x04" if not value & 0xFF else dev_handle.serial.encode("utf-16-le")
        answer = bytes([len(text) + 2, 3]) + text
        data[: len(answer)] = array("B", answer)
        return len(answer)

    def _there(self, dev: FakeUsbDevice) -> None:
        if not dev.plugged:
            raise usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
