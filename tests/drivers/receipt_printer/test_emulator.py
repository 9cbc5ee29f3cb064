"""Our bytes and our reading of status bytes against emupos, an emulator that others wrote."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from drivers.device import DeviceState, ErrorKind
from drivers.receipt_printer import Bitmap, Outcome, codec, status
from drivers.receipt_printer.driver import job_bytes
from drivers.receipt_printer.protocol import Ack
from drivers.receipt_printer.status import PrinterState
from tests.drivers.receipt_printer.lab import bench, file_journal, pattern
from tests.drivers.receipt_printer.pictures import differing_pixels
from tests.tools import emupos

WIRE = "wire"
PAGES = [pattern(), pattern(576, 1201, 5)]


def module(name: str) -> ModuleType:
    found = emupos.load(name)
    if found is None:
        pytest.skip("emupos is not installed: run `python tests/tools/emupos.py`")
    return found


def emulator() -> Any:
    config = module("emupos.config")
    cell = config.FontCell(width=12, height=24)
    profile = config.PrinterProfile(
        type="printer",
        name="80 mm",
        dpi=203,
        width_dots=576,
        font_a=cell,
        font_b=cell,
        code_pages={0: "PC437"},
        default_code_page=0,
        drawer_sensor_open_level="high",
    )
    printer = module("emupos.printer.printer").Printer(
        "p", profile, sensor_open_level="high", job_idle_timeout_ms=60000
    )
    printer.open_connection(WIRE, 0.0)
    return printer


def on_paper(png: bytes, height: int) -> Image.Image:
    """The emulator's picture ends with the last row of a band: blank rows fed after it are added here."""
    found = Image.open(io.BytesIO(png)).convert("1")
    assert found.height <= height
    paper = Image.new("1", (576, height), 1)
    paper.paste(found, (0, 0))
    return paper


@pytest.mark.parametrize("bitmap", PAGES, ids=repr)
def test_it_prints_the_same_dots_and_knows_every_command(bitmap: Bitmap) -> None:
    printer = emulator()
    payload = job_bytes((bitmap,), 1, Ack.PAPER_SENSOR, b"AAAA")
    outputs = [printer.receive(WIRE, payload[at : at + 1000], 0.0) for at in range(0, len(payload), 1000)]
    (receipt,) = [receipt for output in outputs for receipt in output.receipts]
    assert receipt.boundary == "cut"
    assert differing_pixels(bitmap, on_paper(receipt.png, bitmap.height)) == 0
    assert [event for output in outputs for event in output.events if "unknown" in str(event.type)] == []
    replies = b"".join(write.data for output in outputs for write in output.writes)
    assert codec.ReplyParser().feed(replies) == [codec.StatusBack(b"\x10\0\0\0"), codec.Sensor(0)]


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (None, PrinterState.READY),
        ("paper-near-end", PrinterState.NEAR_END),
        ("paper-out", PrinterState.PAPER_END),
        ("cover-open", PrinterState.COVER_OPEN),
        ("offline", PrinterState.OFFLINE),
    ],
)
def test_its_faults_are_read_as_what_they_are(fault: str | None, word: PrinterState) -> None:
    printer = emulator()
    writes = list(printer.receive(WIRE, codec.STATUS_BACK, 0.0).writes)
    if fault:
        kind = module("emupos.printer.printer").PrinterFault(fault)
        writes += printer.set_fault(kind, True, 0.0).writes
    *_, told = codec.ReplyParser().feed(b"".join(write.data for write in writes))
    assert isinstance(told, codec.StatusBack)
    assert status.from_status_back(told.data).state is word
    asked = [printer.receive(WIRE, codec.realtime_status(n), 0.0).writes[0].data[0] for n in (1, 2, 3, 4)]
    assert status.from_realtime(*asked).state is word


class Served:
    """The emulator behind a TCP port, one connection after the other."""

    def __init__(self) -> None:
        self.printer = emulator()
        self.receipts: list[Any] = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.peer: socket.socket | None = None
        self.uri = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)

    def perform(self, output: Any) -> None:
        self.receipts += output.receipts
        for write in output.writes:
            if self.peer is not None:
                self.peer.sendall(write.data)

    def fault(self, name: str, active: bool) -> None:
        kind = module("emupos.printer.printer").PrinterFault(name)
        with self.lock:
            self.perform(self.printer.set_fault(kind, active, 0.0))

    def _serve(self) -> None:
        while True:
            try:
                self.peer, _ = self.listener.accept()
            except OSError:
                return
            with self.peer:
                while data := self.peer.recv(4096):
                    with self.lock:
                        self.perform(self.printer.receive(WIRE, data, 0.0))
                self.peer = None


@contextmanager
def served() -> Iterator[Served]:
    found = Served()
    found.thread.start()
    try:
        yield found
    finally:
        found.listener.shutdown(socket.SHUT_RDWR)
        found.listener.close()
        found.thread.join()


def test_our_driver_prints_on_it_over_tcp_and_sees_its_paper_run_out(tmp_path: Path) -> None:
    with served() as other, bench(other.uri, file_journal(tmp_path)) as desk:
        assert desk.print(PAGES[0]).outcome is Outcome.PRINTED
        assert [differing_pixels(PAGES[0], on_paper(one.png, 300)) for one in other.receipts] == [0]
        other.fault("paper-out", True)
        desk.said.status(DeviceState.USER_ACTION, paper="out")
        refused = desk.print(PAGES[0])
        assert (refused.outcome, refused.cause) == (Outcome.NOT_PRINTED, ErrorKind.NO_PAPER)
        other.fault("paper-out", False)
        desk.said.status(DeviceState.ONLINE, paper="full")
        assert len(other.receipts) == 1
