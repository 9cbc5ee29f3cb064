from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from PIL import Image

from kiosk_app.clock import BEIJING
from kiosk_app.documents import ReceiptKind, ReceiptModel, page_of, render
from kiosk_app.lab.paper import codes_of, is_on, model_from

MODEL = ReceiptModel(
    ReceiptKind.ACCEPTED,
    "家门口政务服务终端",
    "高龄老年人津贴申请",
    "XC-2026-1122-000123",
    datetime(2026, 11, 22, 15, 0, tzinfo=BEIJING),
    applicant="张*华",
    track_url="https://127.0.0.1:8443/receipts/abcdefghijklmnopqrstuvwx",
)


def printed(model: ReceiptModel, folder: Path) -> Path:
    """As the simulator writes it: black is 0, blank paper before and after."""
    bitmap = render(page_of(model))
    blank = bytes(bitmap.stride * 40)
    rows = bytes(byte ^ 0xFF for byte in blank + bitmap.rows + blank)
    path = folder / "paper.png"
    Image.frombytes("1", (bitmap.width, bitmap.height + 80), rows).save(path)
    return path


def test_paper_with_these_words_is_recognised(tmp_path: Path) -> None:
    assert is_on(printed(MODEL, tmp_path), MODEL)


def test_one_other_digit_is_noticed(tmp_path: Path) -> None:
    assert not is_on(printed(MODEL, tmp_path), replace(MODEL, number="XC-2026-1122-000124"))


def test_model_survives_the_way_through_json(tmp_path: Path) -> None:
    plain = asdict(MODEL)
    plain["at"], plain["kind"], plain["due"] = MODEL.at.isoformat(), MODEL.kind.value, None
    assert model_from(plain) == MODEL


def test_code_on_paper_is_read(tmp_path: Path) -> None:
    assert codes_of(printed(MODEL, tmp_path)) == [MODEL.track_url]
