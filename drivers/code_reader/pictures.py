"""Codes in a picture: zxing-cpp first, again on clearer, smaller and sharper pictures, pyzbar as second reader.

OpenCV, NumPy and the readers are imported when a picture is read, not with this module: they take a third of a second,
and OpenCV must not meet Qt in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.code_reader.picture_file import PictureError, load_grey
from drivers.code_reader.restore import FOCUSES, sharpened
from drivers.code_reader.texts import exact_text, repair_chinese

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

__all__ = ["Code", "PictureError", "decode_pictures", "scan_image"]

ENLARGE_UP_TO = 2000
"""Pictures with a longer side are not doubled: that would cost seconds, and small modules are not their trouble."""
ZBAR_UP_TO = 4_000_000
"""Pixels; zbar needs 25 ms for a million."""
SMALLEST = 8
SHRINK_TO = 1600
"""Large pictures are tried once more at this size: it averages away the grain of a dark photograph."""

_ZBAR_NAMES = {"QRCODE": "QRCode", "CODE128": "Code128", "EAN13": "EAN13"}
"""What zbar is asked for: its other formats invent codes from stripes, and one of them writes warnings."""
QR = ("QRCodeModel2",)
"""What credentials are; looking for these alone takes a tenth of the time."""
LINES = (*QR, "Code128", "EAN13")
STRONG = (*LINES, "DataMatrix", "Aztec", "PDF417")
"""Formats with a check that a pattern of the room does not pass by chance."""
COMMON = (
    *("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MicroPDF417", "MaxiCode"),
    *("Code128", "Code93", "Code39Std", "Codabar", "ITF", "EAN13", "EAN8", "UPCA", "UPCE"),
    *("DataBarOmni", "DataBarStk", "DataBarLtd", "DataBarExp", "DataBarExpStk"),
)
"""Not Code 32, PZN and others that reread a Code 39 as something it does not say."""
_BYTES = frozenset({"QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MicroPDF417"})
"""Formats that hold bytes of any charset."""


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """One code in a picture. `format` is a name of zxing-cpp, such as QRCode, Code128, EAN13."""

    text: str
    format: str

    def __repr__(self) -> str:
        return f"Code(format={self.format}, <redacted>)"


def decode_pictures(image: Picture | Path | str) -> list[Code]:
    """Return the codes in one picture: a path, or 8-bit pixels (h, w) grey or (h, w, 3) BGR. Empty when there are none.

    Raises:
        PictureError: the file cannot be read as a picture.
    """
    grey = load_grey(image) if isinstance(image, str | Path) else to_grey(image)
    if codes := read_zxing(grey, COMMON):
        return codes
    for picture, formats in _attempts(grey):
        if codes := read_zxing(picture, formats):
            return codes
    return read_zbar(grey if grey.size <= ZBAR_UP_TO else _shrunk(grey, 1.0))


def scan_image(path: Path | str, monotonic: Callable[[], float] = time.perf_counter) -> dict[str, object]:
    """Return `{"file", "codes": [{"text", "format"}], "ms"}` for one picture file; `ms` leaves out loading libraries.

    Raises:
        PictureError: the file cannot be read as a picture.
    """
    _load()
    started = monotonic()
    codes = decode_pictures(path)
    ms = round((monotonic() - started) * 1000, 1)
    return {"file": str(path), "codes": [{"text": code.text, "format": code.format} for code in codes], "ms": ms}


def to_grey(image: Picture) -> Picture:
    """Return (h, w) of a picture (h, w) or (h, w, 3) BGR."""
    import cv2
    import numpy as np

    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def clearer(grey: Picture) -> Picture:
    """Return the picture with more local contrast."""
    import cv2
    import numpy as np

    return np.asarray(cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(grey), np.uint8)


def larger(grey: Picture) -> Picture:
    """Return the picture twice as large."""
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def read_zxing(picture: Picture, formats: tuple[str, ...] = QR) -> list[Code]:
    """Return what zxing-cpp reads, the largest first.

    Pictures that were changed to be read are searched only for `STRONG` formats: a stripe of a blind makes an
    Interleaved 2 of 5 sooner or later, and the smallest Micro QR code (M1) has no error correction at all.
    """
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=_formats(formats))
    whole = [code for code in found if code.valid and _version(code) != "M1"]
    return _unique(Code(_text_of(code), code.format.name) for code in sorted(whole, key=_area, reverse=True))


def read_zbar(grey: Picture) -> list[Code]:
    """Return what zbar reads; nothing where its library is missing."""
    try:
        from pyzbar import pyzbar
        from pyzbar.wrapper import ZBarSymbol
    except ImportError:
        # libzbar is a package of the system; without it the first reader is alone.
        return []
    return _unique(
        Code(repair_chinese(found.data.decode("utf-8", "replace")), _ZBAR_NAMES[found.type])
        for found in pyzbar.decode(grey, symbols=[ZBarSymbol[name] for name in _ZBAR_NAMES])
    )


def _attempts(grey: Picture) -> Iterator[tuple[Picture, tuple[str, ...]]]:
    """What to try next and what to look for in it, cheap things first; each only if the one before showed nothing."""
    if min(grey.shape) < SMALLEST:
        return
    yield _shrunk(grey, 0.5), STRONG
    for focus in FOCUSES:
        yield sharpened(grey, focus), QR
    clear = clearer(grey)
    small = max(grey.shape) <= ENLARGE_UP_TO
    yield clear, STRONG if small else QR
    if small:
        yield larger(clear), LINES


def _shrunk(grey: Picture, most: float) -> Picture:
    """Return the picture at `most` times its size, or smaller where it is large."""
    import cv2
    import numpy as np

    scale = min(most, SHRINK_TO / max(grey.shape))
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache
def _formats(names: tuple[str, ...]) -> Any:
    import zxingcpp

    return zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in names])


def _text_of(found: Any) -> str:
    return exact_text(found.bytes, found.text) if found.format.name in _BYTES else str(found.text)


def _version(found: Any) -> object:
    return found.extra.get("Version") if found.extra else None


def _area(found: Any) -> float:
    """Twice the area of the code's outline, square pixels; a line of a barcode has next to none."""
    at = found.position
    corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
    turned = corners[1:] + corners[:1]
    return abs(float(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, turned, strict=True))))


def _load() -> None:
    import cv2  # noqa: F401
    import PIL.Image  # noqa: F401
    import zxingcpp  # noqa: F401


def _unique(codes: Iterator[Code]) -> list[Code]:
    return list(dict.fromkeys(codes))
