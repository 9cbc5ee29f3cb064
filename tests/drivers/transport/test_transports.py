from __future__ import annotations

import os
import pty
import socket
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.transport import (
    LpTransport,
    OpenCause,
    OpenFailed,
    SerialTransport,
    TcpTransport,
    Transport,
    TransportClosed,
    UriError,
    WriteTimeout,
    parse_uri,
)


class FarEnd:
    """The other end of a transport, in the hands of a test."""

    def __init__(self, transport: Transport, descriptor: int) -> None:
        self.transport = transport
        self.descriptor = descriptor

    def send(self, data: bytes) -> None:
        os.write(self.descriptor, data)

    def receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += os.read(self.descriptor, count - len(data))
        return data

    def hang_up(self) -> None:
        os.close(self.descriptor)
        self.descriptor = -1


@pytest.fixture(params=["serial", "tcp", "lp"])
def far(request: pytest.FixtureRequest) -> Iterator[FarEnd]:
    if request.param in ("serial", "lp"):
        # To a descriptor, a printer's device is much like a terminal in raw mode.
        master, slave = pty.openpty()
        tty.setraw(master)
        tty.setraw(slave)
        options = "?baud=115200" if request.param == "serial" else ""
        transport: Transport = parse_uri(f"{request.param}:{os.ttyname(slave)}{options}")()
        transport.open()
        os.close(slave)
    else:
        with socket.create_server(("127.0.0.1", 0)) as server:
            transport = parse_uri(f"tcp://127.0.0.1:{server.getsockname()[1]}")()
            transport.open()
            connection, _ = server.accept()
        master = connection.detach()
    end = FarEnd(transport, master)
    yield end
    transport.close()
    if end.descriptor >= 0:
        os.close(end.descriptor)


ALL_BYTES = bytes(range(256))


def test_every_byte_passes_both_ways(far: FarEnd) -> None:
    assert far.transport.write(ALL_BYTES, 1.0) == 256
    assert far.receive(256) == ALL_BYTES
    far.send(ALL_BYTES)
    read = b""
    while len(read) < 256:
        read += far.transport.read(1024, 1.0)
    assert read == ALL_BYTES


def test_a_read_takes_no_more_than_asked_for(far: FarEnd) -> None:
    far.send(b"abcdef")
    assert far.transport.read(2, 1.0) == b"ab"


def test_a_read_without_bytes_ends_in_time(far: FarEnd) -> None:
    started = time.monotonic()
    assert far.transport.read(10, 0.05) == b""
    assert 0.04 < time.monotonic() - started < 1.0


def test_a_read_returns_as_soon_as_something_is_there(far: FarEnd) -> None:
    threading.Timer(0.05, far.send, [b"x"]).start()
    started = time.monotonic()
    assert far.transport.read(10, 10.0) == b"x"
    assert time.monotonic() - started < 5.0


def test_drain_drops_what_has_arrived(far: FarEnd) -> None:
    far.send(b"old")
    assert far.transport.read(1, 1.0) == b"o"
    assert far.transport.drain_input() == 2
    assert far.transport.read(10, 0.0) == b""


def test_a_stalled_write_says_how_many_bytes_were_taken(far: FarEnd) -> None:
    data = bytes(16 * 1024 * 1024)
    with pytest.raises(WriteTimeout) as caught:
        far.transport.write(data, 0.1)
    assert 0 < caught.value.accepted < len(data)
    taken = caught.value.accepted
    received = 0
    os.set_blocking(far.descriptor, False)
    end = time.monotonic() + 5
    while received < taken and time.monotonic() < end:
        try:
            received += len(os.read(far.descriptor, 65536))
        except BlockingIOError:
            time.sleep(0.005)
    assert received == taken


def test_a_hang_up_is_closed_when_reading(far: FarEnd) -> None:
    far.hang_up()
    with pytest.raises(TransportClosed):
        far.transport.read(10, 1.0)


def test_a_hang_up_is_closed_when_writing(far: FarEnd) -> None:
    far.hang_up()
    with pytest.raises(TransportClosed):
        far.transport.write(bytes(16 * 1024 * 1024), 1.0)


def test_a_hang_up_is_closed_when_draining(far: FarEnd) -> None:
    far.hang_up()
    with pytest.raises(TransportClosed):
        far.transport.drain_input()


def test_closed_twice_and_used_after_is_a_typed_error(far: FarEnd) -> None:
    far.transport.close()
    far.transport.close()
    for use in (lambda: far.transport.read(1, 0), lambda: far.transport.write(b"x", 0), far.transport.drain_input):
        with pytest.raises(TransportClosed):
            use()


def test_opening_twice_keeps_the_pipe(far: FarEnd) -> None:
    far.transport.open()
    far.send(b"x")
    assert far.transport.read(1, 1.0) == b"x"


# Opening.


def cause(transport: Transport) -> OpenCause:
    with pytest.raises(OpenFailed) as caught:
        transport.open()
    return caught.value.cause


def test_a_port_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert cause(SerialTransport(str(tmp_path / "ttyUSB0"))) is OpenCause.MISSING


def test_a_file_is_not_a_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert cause(SerialTransport(str(tmp_path / "file"))) is OpenCause.UNSUPPORTED


def test_a_printer_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert cause(LpTransport(str(tmp_path / "lp0"))) is OpenCause.MISSING


def test_a_flood_does_not_hold_the_one_who_drains(far: FarEnd) -> None:
    going = True

    def flood() -> None:
        while going:
            try:
                os.write(far.descriptor, bytes(4096))
            except BlockingIOError:
                time.sleep(0.001)

    os.set_blocking(far.descriptor, False)
    flooder = threading.Thread(target=flood)
    flooder.start()
    try:
        far.transport.drain_input()
        assert far.transport.read(1, 1.0)
    finally:
        going = False
        flooder.join()


def test_a_port_in_use_is_in_use() -> None:
    master, slave = pty.openpty()
    first = SerialTransport(os.ttyname(slave))
    first.open()
    assert cause(SerialTransport(os.ttyname(slave))) is OpenCause.IN_USE
    first.close()
    os.close(master)
    os.close(slave)


def test_a_port_nobody_listens_on_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert cause(TcpTransport("127.0.0.1", port)) is OpenCause.REFUSED


def test_opening_drops_what_waited_in_a_serial_port() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.write(master, b"old")
    port = SerialTransport(os.ttyname(slave))
    port.open()
    assert port.read(10, 0.05) == b""
    port.close()
    os.close(master)
    os.close(slave)


# Addresses.


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("serial:/dev/ttyUSB0?baud=9600", "serial:/dev/ttyUSB0?baud=9600"),
        ("serial:/dev/serial/by-id/usb-1a86", "serial:/dev/serial/by-id/usb-1a86?baud=115200"),
        ("tcp://192.168.1.40:9100", "tcp://192.168.1.40:9100"),
        ("tcp://[::1]:9100", "tcp://[::1]:9100"),
        ("lp:/dev/usb/lp0", "lp:/dev/usb/lp0"),
        ("usb:04b8:0202", "usb:04B8:0202"),
        ("usb:04b8:0202?serial=AB&out=0x02&in=0x81", "usb:04B8:0202?serial=AB"),
        ("hid:10c4:0007", "hid:10C4:0007"),
    ],
)
def test_an_address_leads_where_it_says(uri: str, name: str) -> None:
    assert parse_uri(uri)().name == name


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "usb:",
        "usb:400:c35a",
        "usb:0400:c35a:1",
        "usb://0400:c35a",
        "usb:0400:c35a?out=2",
        "usb:0400:c35a?out=0x81",
        "usb:0400:c35a?in=0x02",
        "usb:0400:c35a?in=0x80",
        "usb:0400:c35a?port=1",
        "hid:10C4",
        "hid:10C4:0007?out=0x02",
        "lp:",
        "lp:usb/lp0",
        "lp:/dev/usb/lp0?baud=9600",
        "sdt-usb:0400:C35A",
        "serial:",
        "serial:ttyUSB0",
        "serial://dev/ttyUSB0",
        "serial:/dev/ttyUSB0?baud=fast",
        "serial:/dev/ttyUSB0?baud=115201",
        "serial:/dev/ttyUSB0?parity=E",
        "serial:/dev/ttyUSB0?baud",
        "tcp://printer",
        "tcp://:9100",
        "tcp://printer:99999",
        "tcp://printer:9100/path",
        "tcp://printer:9100?x=1",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(uri: str) -> None:
    with pytest.raises(UriError):
        parse_uri(uri)
