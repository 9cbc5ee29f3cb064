"""Bands: every dot arrives, in our simulator's decoder and in an emulator we did not write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.receipt_printer import Bitmap, bands, codec
from drivers.receipt_printer.driver import job_bytes
from drivers.receipt_printer.protocol import Ack
from drivers.receipt_printer.simulator.machine import Machine
from drivers.receipt_printer.simulator.paper import Paper
from tests.drivers.receipt_printer.lab import pattern
from tests.drivers.receipt_printer.pictures import differing_pixels

PICTURES = [pattern(), pattern(575, 129, 2), pattern(8, 1, 3), pattern(231, 231, 4), pattern(576, 1201, 5)]


def decoded(payload: bytes, folder: Path, piece: int) -> Machine:
    machine = Machine(Paper(folder), lambda _data, _delay: None, None)
    for at in range(0, len(payload), piece):
        machine.receive(payload[at : at + piece])
        machine.run(0.0)
    return machine


@pytest.mark.parametrize("piece", [1, 7, 4096])
@pytest.mark.parametrize("bitmap", PICTURES[:4], ids=repr)
def test_the_simulator_decodes_every_dot(bitmap: Bitmap, piece: int, tmp_path: Path) -> None:
    if not any(bitmap.rows):
        bitmap = Bitmap(bitmap.width, bitmap.height, b"\x80" + bitmap.rows[1:])
    machine = decoded(job_bytes((bitmap,), 1, Ack.PROCESS_ID, b"AAAA"), tmp_path, piece)
    assert [differing_pixels(bitmap, path) for path in machine.paper.receipts] == [0]


class Roll(Paper):
    """Paper that is looked at before it is cut."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.rows: list[bytes] = []

    def print_row(self, row: bytes) -> None:
        self.rows.append(row)


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 200))
    stride = (width + 7) // 8
    inked = draw(st.dictionaries(st.integers(0, stride * height - 1), st.integers(1, 255), max_size=12))
    rows = bytearray(stride * height)
    for at, value in inked.items():
        last = at % stride == stride - 1
        rows[at] = value & (0xFF << (-width % 8) & 0xFF) if last else value
    return Bitmap(width, height, bytes(rows))


@settings(max_examples=60, deadline=None)
@given(bitmaps())
def test_any_bitmap_comes_back_row_by_row(bitmap: Bitmap) -> None:
    roll = Roll()
    machine = Machine(roll, lambda _data, _delay: None, None)
    machine.receive(bands.encode(bitmap))
    machine.run(0.0)
    assert [row.ljust(72, b"\0") for row in roll.rows] == [bitmap.row(y).ljust(72, b"\0") for y in range(bitmap.height)]


@pytest.mark.parametrize("bitmap", PICTURES, ids=repr)
def test_no_band_is_taller_than_what_the_flush_completes(bitmap: Bitmap) -> None:
    stream = bands.encode(bitmap)
    at = 0
    while at < len(stream):
        if stream[at : at + 2] == b"\x1bJ":
            at += 3
            continue
        assert stream[at : at + 4] == b"\x1dv0\0"
        width, rows = (int.from_bytes(stream[at + i : at + i + 2], "little") for i in (4, 6))
        assert width * rows <= len(codec.FLUSH)
        assert rows <= bands.BAND_ROWS
        at += 8 + width * rows


def test_blank_paper_costs_next_to_nothing() -> None:
    assert len(bands.encode(Bitmap(576, 1000, bytes(72 * 1000)))) == 12
