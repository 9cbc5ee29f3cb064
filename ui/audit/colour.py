"""Luminance and contrast of WCAG 2.2, for one colour and for the pixels of a grabbed picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage

Values: TypeAlias = NDArray[np.float32]


def _channel(v: float) -> float:
    return v / 12.92 if v <= 0.03928 else float(((v + 0.055) / 1.055) ** 2.4)


_LINEAR = np.array([_channel(i / 255) for i in range(256)], np.float32)
_B, _G, _R = _LINEAR * np.float32(0.0722), _LINEAR * np.float32(0.7152), _LINEAR * np.float32(0.2126)


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    return float(_R[colour.red()] + _G[colour.green()] + _B[colour.blue()])


def ratio(a: Values | float, b: Values | float) -> Values:
    """Return the contrast ratio, 1 to 21, of luminances, element by element."""
    high, low = np.maximum(a, b), np.minimum(a, b)
    return np.asarray((high + 0.05) / (low + 0.05), np.float32)


class Picture:
    """A grabbed window, read by rectangles in px of the page."""

    def __init__(self, image: QImage, scale: float) -> None:
        """`scale`: px of the picture for one px of the page."""
        if image.format() not in (QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied):
            image = image.convertToFormat(QImage.Format.Format_RGB32)
        self._image = image  # owns the bytes that the array looks into
        self._scale = scale
        flat = np.frombuffer(image.constBits(), np.uint8)
        self._bgr = flat.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width(), :3]

    def area(self, rect: QRectF) -> QRect:
        """Return the rectangle in px of the picture, cut at its edges."""
        s = self._scale
        box = QRectF(rect.x() * s, rect.y() * s, rect.width() * s, rect.height() * s).toRect()
        return box.intersected(self._image.rect())

    def colours(self, rect: QRectF, step: tuple[int, int] = (1, 1)) -> NDArray[np.uint8]:
        """Return the pixels (rows, columns, blue-green-red) of a rectangle of the page, every `step` (x, y)."""
        box = self.area(rect)
        return self._bgr[box.top() : box.bottom() + 1 : step[1], box.left() : box.right() + 1 : step[0]]

    def luminances(self, rect: QRectF, step: tuple[int, int] = (1, 1)) -> Values:
        """Return the luminances of a rectangle of the page."""
        return lights(self.colours(rect, step))


def lights(bgr: NDArray[np.uint8]) -> Values:
    """Return the luminance of each pixel."""
    return np.asarray(_B[bgr[..., 0]] + _G[bgr[..., 1]] + _R[bgr[..., 2]], np.float32)


Grab = Callable[[], Picture]
