"""Codes in a picture: zxing-cpp first, again on a clearer and a larger picture, pyzbar as second reader.

OpenCV, NumPy and the readers are imported when a picture is read, not with this module: they take a third of a second,
and OpenCV must not meet Qt in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

ENLARGE_UP_TO = 2000
"""Pictures with a longer side are not doubled: that would cost seconds, and small modules are not their trouble."""

# zbar guesses a charset for short UTF-8 texts and gets it wrong (pyzbar 95, zbar 212): what it took them for.
_MISTAKEN_FOR = ("shift_jis", "cp932", "big5", "latin-1")

_ZBAR_NAMES = {
    "QRCODE": "QRCode",
    "CODE128": "Code128",
    "CODE39": "Code39",
    "CODE93": "Code93",
    "CODABAR": "Codabar",
    "I25": "ITF",
    "DATABAR": "DataBar",
    "DATABAR_EXP": "DataBarExp",
    "UPCA": "UPCA",
    "UPCE": "UPCE",
}


class PictureError(ValueError):
    """The file is not a picture that can be read."""


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
    grey = _grey(image)
    for picture in _attempts(grey):
        if codes := _zxing(picture):
            return codes
    return _zbar(grey)


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


def repair_chinese(text: str) -> str:
    """Undo the charset that zbar mistook UTF-8 for: 螳ｶ髣ｨ蜿｣ is 家门口 again. Text that is right stays as it is."""
    if text.isascii():
        return text
    for charset in _MISTAKEN_FOR:
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _load() -> None:
    import cv2  # noqa: F401
    import zxingcpp  # noqa: F401


def _grey(image: Picture | Path | str) -> Picture:
    import cv2
    import numpy as np

    if isinstance(image, str | Path):
        try:
            raw = np.fromfile(image, np.uint8)
            read = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if raw.size else None
        except (OSError, cv2.error) as error:
            raise PictureError(f"{image}: cannot be read") from error
        if read is None:
            raise PictureError(f"{image}: not a picture")
        return np.asarray(read, np.uint8)
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def _attempts(grey: Picture) -> Iterator[Any]:
    """The picture as it is, with local contrast, and twice as large; each only if the one before showed nothing."""
    import cv2

    yield grey
    clear = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(grey)
    yield clear
    if max(grey.shape) <= ENLARGE_UP_TO:
        yield cv2.resize(clear, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def _zxing(picture: Any) -> list[Code]:
    import zxingcpp

    return _unique(Code(found.text, found.format.name) for found in zxingcpp.read_barcodes(picture) if found.valid)


def _zbar(grey: Picture) -> list[Code]:
    try:
        from pyzbar import pyzbar
    except ImportError:
        # libzbar is a package of the system; without it the first reader is alone.
        return []
    return _unique(
        Code(repair_chinese(found.data.decode("utf-8", "replace")), _ZBAR_NAMES.get(found.type, found.type))
        for found in pyzbar.decode(grey)
    )


def _unique(codes: Iterator[Code]) -> list[Code]:
    return list(dict.fromkeys(codes))
