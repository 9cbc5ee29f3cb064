"""USB pipes over pyusb, with a bus of the test's own below it."""

from __future__ import annotations

import time

import pytest

from drivers.transport import OpenCause, OpenFailed, Transport, TransportClosed, UsbTransport, WriteTimeout, parse_uri
from tests.drivers.transport.fake_usb import FakeBus, FakeUsbDevice


def opened(device: FakeUsbDevice, uri: str = "usb:0400:C35A") -> Transport:
    pipe = parse_uri(uri, usb_backend=FakeBus(device))()
    pipe.open()
    return pipe


def cause(bus: FakeBus, uri: str = "usb:0400:C35A") -> OpenCause:
    with pytest.raises(OpenFailed) as caught:
        parse_uri(uri, usb_backend=bus)().open()
    return caught.value.cause


def test_bytes_leave_in_pieces_of_four_kilobytes() -> None:
    device = FakeUsbDevice()
    data = bytes(range(256)) * 40
    assert opened(device).write(data, 1.0) == len(data)
    assert [(end, len(piece)) for end, piece in device.written] == [(2, 4096), (2, 4096), (2, 2048)]
    assert b"".join(piece for _, piece in device.written) == data


def test_a_read_takes_no_more_than_asked_for_and_keeps_the_rest() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    device.say(0x81, b"abcdef")
    assert [pipe.read(4, 1.0), pipe.read(4, 1.0), pipe.read(4, 0.01)] == [b"abcd", b"ef", b""]


def test_a_read_ends_in_time() -> None:
    pipe = opened(FakeUsbDevice())
    started = time.monotonic()
    assert pipe.read(64, 0.05) == b""
    assert 0.03 < time.monotonic() - started < 1.0


def test_packets_of_length_zero_are_nothing() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    for _ in range(3):
        device.say(0x81, b"")
    device.say(0x81, b"x")
    assert pipe.read(64, 1.0) == b"x"


def test_a_printer_that_stops_taking_says_how_much_it_took() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    device.room = 5000
    with pytest.raises(WriteTimeout) as caught:
        pipe.write(bytes(9000), 0.05)
    assert caught.value.accepted == 5000 == sum(len(piece) for _, piece in device.written)


def test_unplugged_is_closed_for_every_use() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    device.plugged = False
    for use in (lambda: pipe.read(1, 0.1), lambda: pipe.write(b"x", 0.1), pipe.drain_input):
        with pytest.raises(TransportClosed):
            use()
    pipe.close()
    assert device.open_handles == 0


def test_unplugged_in_the_middle_says_how_much_was_taken() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    device.on_write = lambda _end, _data: setattr(device, "plugged", len(device.written) < 2)
    with pytest.raises(TransportClosed) as caught:
        pipe.write(bytes(20000), 1.0)
    assert caught.value.accepted == 8192


def test_replugged_it_is_found_again() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    device.plugged = False
    pipe.close()
    device.plugged = True
    device.claimed.clear()
    pipe.open()
    assert pipe.write(b"x", 1.0) == 1


def test_drain_drops_what_has_arrived_and_ends_under_a_flood() -> None:
    device = FakeUsbDevice()
    pipe = opened(device)
    for _ in range(600):
        device.say(0x81, bytes(4096))
    assert (1 << 20) <= pipe.drain_input() <= (1 << 20) + 4096


def test_of_two_equal_devices_the_serial_number_decides() -> None:
    first, second = FakeUsbDevice(serial="A1"), FakeUsbDevice(serial="B2")
    pipe = parse_uri("usb:0400:c35a?serial=B2", usb_backend=FakeBus(first, second))()
    pipe.open()
    pipe.write(b"x", 1.0)
    assert (first.written, second.written) == ([], [(2, b"x")])
    assert cause(FakeBus(first), "usb:0400:c35a?serial=B2") is OpenCause.MISSING


def test_endpoints_come_from_the_descriptors_unless_given() -> None:
    device = FakeUsbDevice(interfaces=((0x81,), (0x03, 0x84), (0x05, 0x86)))
    opened(device).write(b"x", 1.0)
    opened(device, "usb:0400:c35a?out=0x05&in=0x86").write(b"y", 1.0)
    assert device.written == [(0x03, b"x"), (0x05, b"y")]


def test_a_device_without_an_in_endpoint_never_says_anything() -> None:
    pipe = opened(FakeUsbDevice(interfaces=((0x02,),)))
    assert pipe.write(b"x", 1.0) == 1
    assert pipe.read(10, 0.01) == b""


def test_the_kernels_driver_is_taken_off_and_put_back() -> None:
    device = FakeUsbDevice()
    device.kernel_driver = True
    pipe = opened(device)
    assert not device.kernel_driver
    pipe.close()
    assert (device.kernel_driver, device.open_handles) == (True, 0)


def test_why_it_cannot_be_opened() -> None:
    assert cause(FakeBus()) is OpenCause.MISSING
    taken = FakeUsbDevice()
    taken.claimed.add(0)
    assert cause(FakeBus(taken)) is OpenCause.IN_USE
    denied = FakeUsbDevice()
    denied.denied = True
    assert cause(FakeBus(denied)) is OpenCause.DENIED
    assert cause(FakeBus(FakeUsbDevice()), "usb:0400:C35A?out=0x0e") is OpenCause.UNSUPPORTED
    assert denied.open_handles == taken.open_handles == 0


def test_closed_twice_and_used_after_is_a_typed_error() -> None:
    pipe = opened(FakeUsbDevice())
    pipe.close()
    pipe.close()
    for use in (lambda: pipe.read(1, 0), lambda: pipe.write(b"x", 0), pipe.drain_input):
        with pytest.raises(TransportClosed):
            use()


def test_its_name_is_its_address() -> None:
    pipe = parse_uri("usb:04b8:0202?serial=X1")()
    assert isinstance(pipe, UsbTransport)
    assert pipe.name == "usb:04B8:0202?serial=X1"
