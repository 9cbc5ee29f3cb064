"""What is really on the paper: the words of a receipt drawn again and compared dot by dot, and the QR code read.

The terminal says what each receipt was to say. That alone proves nothing; here the same words are drawn once more and
every row of dots must be on the simulator's paper. Then the words of the model are the words on the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from drivers.code_reader.pictures import decode_pictures
from kiosk_app.documents import Appointment, Reason, ReceiptKind, ReceiptModel, page_of, render
from kiosk_app.documents.receipt import text_of

WIDTH = 576


def model_from(plain: Mapping[str, Any]) -> ReceiptModel:
    """Return the model that the stage wrote down."""
    fields = dict(plain)
    fields["kind"] = ReceiptKind(fields["kind"])
    fields["at"] = datetime.fromisoformat(fields["at"])
    fields["due"] = date.fromisoformat(fields["due"]) if fields.get("due") else None
    fields["appointment"] = Appointment(**fields["appointment"]) if fields.get("appointment") else None
    reason = fields.get("reason")
    fields["reason"] = Reason(**{**reason, "by": reason["by"] and date.fromisoformat(reason["by"])}) if reason else None
    for name in ("materials", "lines", "next", "hotlines"):
        fields[name] = tuple(fields.get(name) or ())
    return ReceiptModel(**fields)


def rows_of(path: Path) -> list[bytes]:
    """Return the rows of dots of a printed picture, 1 = burnt, without blank rows at both ends."""
    with Image.open(path) as picture:
        grey = picture.convert("L")
        width, height = grey.size
        dots = grey.point([255] * 128 + [0] * 128, "1").tobytes()
    return _trimmed(dots, width, height)


def drawn(model: ReceiptModel) -> list[bytes]:
    """Return the rows of dots that a receipt should have."""
    bitmap = render(page_of(model))
    return _trimmed(bitmap.rows, bitmap.width, bitmap.height)


def _trimmed(dots: bytes, width: int, height: int) -> list[bytes]:
    stride = (width + 7) // 8
    rows = [dots[at * stride : (at + 1) * stride] for at in range(height)]
    inked = [at for at, row in enumerate(rows) if any(row)]
    return rows[inked[0] : inked[-1] + 1] if inked else []


def is_on(path: Path, model: ReceiptModel) -> bool:
    """True when the picture holds exactly this receipt."""
    return rows_of(path) == drawn(model)


def words_of(model: ReceiptModel) -> tuple[str, ...]:
    """Return the printed lines as text."""
    return text_of(model)


def codes_of(path: Path) -> list[str]:
    """Return what the QR codes on a picture hold."""
    return [code.text for code in decode_pictures(path)]
