"""Raw HID reports: descriptors are a socket pair that keeps boundaries, as hidraw does; sysfs is a folder."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.transport import HidTransport, OpenCause, OpenFailed, TransportClosed, UsbAddress, WriteTimeout, parse_uri


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    for node, ids, serial in (
        ("hidraw0", "0003:0000046D:0000C31C", ""),
        ("hidraw1", "0003:000010C4:00000007", "S1"),
        ("hidraw2", "0003:000010C4:00000007", "S2"),
        ("hidraw3", "nonsense", ""),
    ):
        folder = tmp_path / node / "device"
        folder.mkdir(parents=True)
        (folder / "uevent").write_text(f"DRIVER=hid-generic\nHID_ID={ids}\nHID_NAME=Reader\nHID_UNIQ={serial}\n")
    return tmp_path


class Far:
    def __init__(self, sysfs: Path, serial: str = "") -> None:
        near, self.socket = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.setblocking(False)
        self.socket.settimeout(2)
        self.asked: list[str] = []
        self._near = near.detach()
        self.pipe = HidTransport(UsbAddress(0x10C4, 7, serial), sysfs=sysfs, opener=self._open)

    def _open(self, path: str) -> int:
        self.asked.append(path)
        return self._near


@pytest.fixture
def far(sysfs: Path) -> Iterator[Far]:
    end = Far(sysfs)
    end.pipe.open()
    yield end
    end.pipe.close()
    end.socket.close()


def test_the_device_is_found_by_its_numbers(far: Far) -> None:
    assert far.asked == ["/dev/hidraw1"]


def test_the_serial_number_decides(sysfs: Path) -> None:
    end = Far(sysfs, "S2")
    end.pipe.open()
    assert end.asked == ["/dev/hidraw2"]
    end.pipe.close()
    end.socket.close()


def test_what_is_not_there_is_missing(sysfs: Path) -> None:
    for serial, folder in (("S3", sysfs), ("", sysfs / "nowhere")):
        with pytest.raises(OpenFailed) as caught:
            HidTransport(UsbAddress(0x10C4, 7, serial), sysfs=folder).open()
        assert caught.value.cause is OpenCause.MISSING


def test_what_may_not_be_opened_is_denied(sysfs: Path) -> None:
    def refuse(_path: str) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(OpenFailed) as caught:
        HidTransport(UsbAddress(0x10C4, 7), sysfs=sysfs, opener=refuse).open()
    assert caught.value.cause is OpenCause.DENIED


def test_a_write_is_whole_reports_behind_their_number(far: Far) -> None:
    assert far.pipe.write(bytes([7] * 70), 1.0) == 70
    assert [far.socket.recv(200), far.socket.recv(200)] == [b"\0" + bytes([7] * 64), b"\0" + bytes([7] * 6) + bytes(58)]


def test_a_read_is_one_report(far: Far) -> None:
    far.socket.send(b"a" * 64)
    far.socket.send(b"b" * 64)
    assert [far.pipe.read(100, 1.0), far.pipe.read(60, 1.0), far.pipe.read(60, 1.0)] == [b"a" * 64, b"b" * 60, b"bbbb"]
    assert far.pipe.read(100, 0.01) == b""


def test_unplugged_is_closed(far: Far) -> None:
    far.socket.close()
    for use in (lambda: far.pipe.read(64, 0.1), lambda: far.pipe.write(b"x", 0.1), far.pipe.drain_input):
        with pytest.raises(TransportClosed):
            use()


def test_a_device_that_takes_nothing_is_a_time_out_with_the_count(far: Far) -> None:
    with pytest.raises(WriteTimeout) as caught:
        far.pipe.write(bytes(64 * 4000), 0.05)
    assert 0 < caught.value.accepted < 64 * 4000
    assert caught.value.accepted % 64 == 0


def test_an_address_makes_one() -> None:
    assert parse_uri("hid:10c4:0007?serial=S1")().name == "hid:10C4:0007?serial=S1"
