"""The same driver over the wires that a USB printer hangs on: the kernel's usblp device, and bulk endpoints."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.receipt_printer import Outcome
from drivers.transport.usb import UsbAddress, UsbTransport
from tests.drivers.receipt_printer.lab import Bench, Simulator, bench, file_journal, pattern, simulator
from tests.drivers.receipt_printer.pictures import differing_pixels
from tests.drivers.transport.fake_usb import FakeBus, FakeUsbDevice

PAGE = pattern(576, 400, 6)
OUT, IN = 0x02, 0x81


class UsbPrinter:
    """A printer's USB socket below pyusb: its endpoints lead to the simulator's process."""

    def __init__(self, port: int) -> None:
        self.device = FakeUsbDevice(0x04B8, 0x0E15, interfaces=((OUT, IN),), on_write=self._write)
        self.bus = FakeBus(self.device)
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _write(self, _endpoint: int, data: bytes) -> None:
        self._socket.sendall(data)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := self._socket.recv(64):
                self.device.say(IN, data)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()


@contextmanager
def over_usb(folder: Path) -> Iterator[tuple[Simulator, Bench, FakeUsbDevice]]:
    with simulator(folder, "--unpaced") as printer:
        plug = UsbPrinter(int(printer.uri.rpartition(":")[2]))
        try:
            with bench(
                lambda: UsbTransport(UsbAddress(0x04B8, 0x0E15), backend=plug.bus), file_journal(folder)
            ) as desk:
                yield printer, desk, plug.device
        finally:
            plug.close()


@contextmanager
def over_lp(folder: Path) -> Iterator[tuple[Simulator, Bench]]:
    """A pty in raw mode behaves as usblp does: one descriptor, both ways, without waiting."""
    with simulator(folder, "--unpaced", pty=True) as printer:
        path = os.path.realpath(printer.uri.removeprefix("serial:"))
        with bench(f"lp:{path}", file_journal(folder)) as desk:
            yield printer, desk


def test_a_receipt_over_usblp_comes_out_whole(tmp_path: Path) -> None:
    with over_lp(tmp_path) as (printer, desk):
        result = desk.print(PAGE)
        assert (result.outcome, result.sent) == (Outcome.PRINTED, result.total)
        assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]


def test_usblp_that_stops_taking_bytes_is_unknown_with_the_count(tmp_path: Path) -> None:
    with over_lp(tmp_path) as (printer, desk):
        printer.tell(after_rows=20, set={"stalled": True})
        result = desk.print(pattern(576, 3000, 3), deadline=0.4)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT)
        assert 0 < result.sent < result.total


def test_a_receipt_over_bulk_endpoints_comes_out_whole_in_pieces_of_4_kb(tmp_path: Path) -> None:
    with over_usb(tmp_path) as (printer, desk, device):
        result = desk.print(PAGE)
        assert (result.outcome, result.sent) == (Outcome.PRINTED, result.total)
        assert [differing_pixels(PAGE, path) for path in printer.receipts] == [0]
        assert max(len(data) for _, data in device.written) == 4096
        assert {endpoint for endpoint, _ in device.written} == {OUT}


def test_bulk_endpoints_that_take_no_more_are_unknown_with_the_count(tmp_path: Path) -> None:
    with over_usb(tmp_path) as (_printer, desk, device):
        device.room = 3000
        result = desk.print(PAGE, deadline=0.4)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.TIMEOUT)
        assert 2000 < result.sent <= 3000


def test_a_printer_unplugged_is_off_line_and_is_found_again_by_its_address(tmp_path: Path) -> None:
    with over_usb(tmp_path) as (printer, desk, device):
        device.plugged = False
        desk.said.status(DeviceState.OFFLINE)
        device.plugged = True
        desk.said.status(DeviceState.ONLINE, paper="full")
        assert desk.print(PAGE).outcome is Outcome.PRINTED
        assert len(printer.receipts) == 1


def test_a_usb_printer_tells_a_jam_in_the_middle_by_its_in_endpoint(tmp_path: Path) -> None:
    with over_usb(tmp_path) as (printer, desk, _device):
        printer.tell(after_rows=100, set={"paper": "jammed"})
        result = desk.print(PAGE)
        assert (result.outcome, result.cause) == (Outcome.UNKNOWN, ErrorKind.JAMMED)


@pytest.mark.parametrize("uri", ["lp:/dev/usb/does-not-exist", "usb:04b8:0e15"])
def test_a_printer_that_is_not_there_is_off_line(uri: str, tmp_path: Path) -> None:
    desk = Bench(uri, file_journal(tmp_path))
    desk.device.start(desk.said)
    try:
        desk.said.status(DeviceState.OFFLINE)
    finally:
        desk.device.stop()
