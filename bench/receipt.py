"""Bytes of one receipt on the wire: ours against python-escpos printing the same picture whole."""

from __future__ import annotations

import time
from datetime import date, datetime
from functools import partial

from escpos.printer import Dummy
from PIL import Image

from bench.rows import Goal, Row, row
from drivers.receipt_printer import Bitmap, bands, raw
from kiosk_app.clock import BEIJING
from kiosk_app.documents import Page, ReceiptKind, ReceiptModel, page_of, render, slip_of

GROUP = "receipt"
HALF = Goal(ratio_most=0.5)
PEER = "python-escpos 3.1 image(), GS v 0, whole"
BITS = 10
SERIAL = 115200
SLOW = 9600
FRAGMENT_ROWS = 65535
ROUNDS = 3


class UnequalError(RuntimeError):
    """The peer's picture has other dots than ours: the bytes cannot be compared."""


def _receipt(large: bool) -> ReceiptModel:
    """An invented receipt of everyday length."""
    return ReceiptModel(
        kind=ReceiptKind.ACCEPTED,
        centre="西城区政务服务中心",
        service="高龄老年人津贴申领（80 周岁以上）",
        number="XC-2026-1122-000123",
        at=datetime(2026, 11, 22, 10, 23, tzinfo=BEIJING),
        applicant="张*华",
        id_masked="11**************28",
        department="德胜街道市民活动中心（社会事务科）",
        due=date(2026, 12, 18),
        working_days=20,
        pickup="本人持本回执到原窗口领取，或 EMS 邮寄到家里",
        fee="免费",
        next=("街道会打电话或上门核实。",),
        track_url="https://gov.example.cn/receipts/8Jx2Lq0vTn4bRz7YkP3w",
        check_code="8F3K-2Q7M",
        terminal="XC-0042",
        serial="00420087",
        large=large,
    )


def _peer_bytes(bitmap: Bitmap) -> bytes:
    """The peer's job for the same dots.

    Raises:
        UnequalError: it would print other dots.
    """
    dots = bytes(byte ^ 0xFF for byte in bitmap.rows)
    picture = Image.frombytes("1", (bitmap.width, bitmap.height), dots)
    printer = Dummy(profile="TM-T20II")
    printer.image(picture, impl="bitImageRaster", fragment_height=FRAGMENT_ROWS, center=False)
    job = bytes(printer.output)
    if _dots(job) != bitmap.rows:
        raise UnequalError("python-escpos printed other dots")
    return job


def _dots(job: bytes) -> bytes:
    """The rows of dots of a job: pictures and feeds, at full width."""
    stride = 72
    found = bytearray()
    at = 0
    while at < len(job):
        if job[at : at + 3] == b"\x1dv0":
            width, rows = (int.from_bytes(job[at + k : at + k + 2], "little") for k in (4, 6))
            data = job[at + 8 : at + 8 + width * rows]
            for y in range(rows):
                found += data[y * width : (y + 1) * width].ljust(stride, b"\0")
            at += 8 + width * rows
        elif job[at : at + 2] == b"\x1bJ":
            found += bytes(stride * job[at + 2])
            at += 3
        else:
            at += 1
    return bytes(found)


def _build_ms(page: Page) -> float:
    """Fastest of a few: from the page to the bytes of its picture."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        bands.encode(render(page))
        seconds.append(time.perf_counter() - start)
    return min(seconds) * 1000


def measure() -> list[Row]:
    """Count bytes for the standard and the large receipt, equal dots proved for both sides.

    Raises:
        UnequalError: the two sides would not print the same.
    """
    rows: list[Row] = []
    line = partial(row, GROUP)
    for name, large in (("receipt", False), ("large-print receipt", True)):
        page = page_of(_receipt(large))
        bitmap = render(page)
        ours, peer = bands.encode(bitmap), _peer_bytes(bitmap)
        if _dots(ours) != bitmap.rows:
            raise UnequalError("our bands would print other dots")
        letters = raw.encode(slip_of(page))
        detail = f"{bitmap.width}x{bitmap.height} dots, {_seconds(len(ours), SERIAL)} at {SERIAL} baud"
        rows.append(line(f"{name}, picture in bands", "bytes", len(ours), PEER, len(peer), HALF, detail))
        detail = f"the printer's own letters; {_seconds(len(letters), SLOW)} at {SLOW} baud"
        rows.append(line(f"{name}, raw GB18030", "bytes", len(letters), PEER, len(peer), None, detail))
    rows.append(line("receipt, page to bytes", "ms", _build_ms(page_of(_receipt(False)))))
    return rows


def _seconds(count: int, baud: int) -> str:
    return f"{count * BITS / baud:.1f} s"
