"""Makes a sheet flat: its perspective undone, its lines of writing level. Whole turns stay as the sheet lies, but for
writing that runs downwards, which is turned by a quarter.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.pages.find import Corners, Picture

LONG_SIDE = 1754
"""A4 at 150 dots per inch: small print can be read, and a page is about 300 kB."""
MOST_SKEW = 4.0
"""Degrees. What a fitted outline leaves is less; more would be a drawing, not writing."""
LEAST_GAIN = 1.05
QUARTER = 1.6
"""So much clearer must lines be along the other direction before the sheet is turned."""


def flatten(picture: Picture, corners: Corners) -> Picture:
    """Return the sheet alone, (h, w, 3) BGR, its longer side at most `LONG_SIDE`."""
    flat = unwarped(picture, corners)
    if lines_run_down(flat):
        flat = np.asarray(cv2.rotate(flat, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8)
    return levelled(flat)


def unwarped(picture: Picture, corners: Corners) -> Picture:
    """Undo the perspective. Width and height are the geometric means of opposite sides: right for a sheet that is seen
    from nearly straight above, as under a document camera, and 2 % off when the camera leans by 15 degrees.
    """
    a, b, c, d = (corners[n].astype(np.float64) for n in range(4))
    width = math.sqrt(float(np.linalg.norm(b - a)) * float(np.linalg.norm(c - d)))
    height = math.sqrt(float(np.linalg.norm(d - a)) * float(np.linalg.norm(c - b)))
    scale = min(1.0, LONG_SIDE / max(width, height))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    target = np.array([[0, 0], [size[0] - 1, 0], [size[0] - 1, size[1] - 1], [0, size[1] - 1]], np.float32)
    how = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(picture, how, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _ink(flat: Picture) -> NDArray[np.float32]:
    """How dark each place is against its surroundings, in a small picture without the sheet's edges."""
    grey = cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY)
    scale = min(1.0, 600 / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    around = cv2.GaussianBlur(small, (0, 0), 12)
    ink = np.clip(around - small - 6, 0, 60)
    edge = max(4, min(small.shape) // 20)
    return np.asarray(ink[edge:-edge, edge:-edge], np.float32)


def _rows(ink: NDArray[np.float32]) -> float:
    """How much the rows differ in ink: large where lines of writing lie level."""
    rows = ink.mean(axis=1)
    return float(np.square(np.diff(rows)).mean())


def lines_run_down(flat: Picture) -> bool:
    """Whether the writing runs from top to bottom: somebody laid the sheet on its side."""
    ink = _ink(flat)
    if ink.size == 0 or float(ink.mean()) < 0.2:
        return False
    return _rows(ink.T) > QUARTER * _rows(ink)


def skew(flat: Picture) -> float:
    """By how many degrees the lines of writing rise to the right; 0 when there is no writing to tell it by."""
    ink = _ink(flat)
    if min(ink.shape, default=0) < 40 or float(ink.mean()) < 0.2:
        return 0.0
    level = _rows(ink)
    best, at = level, 0.0
    for step, around in ((1.0, MOST_SKEW), (0.25, 0.75)):
        middle = at
        for angle in np.arange(middle - around, middle + around + step / 2, step):
            found = _rows(_turned(ink, float(angle)))
            if found > best:
                best, at = found, float(angle)
    return at if best > LEAST_GAIN * level and abs(at) <= MOST_SKEW else 0.0


def levelled(flat: Picture) -> Picture:
    """Turn the sheet by its skew; the corners that come free are filled with what is beside them."""
    angle = skew(flat)
    if abs(angle) < 0.2:
        return flat
    return np.asarray(_turned(flat, angle), np.uint8)


def _turned(image: NDArray[Any], degrees: float) -> NDArray[Any]:
    """Turn by `degrees` clockwise about the middle."""
    height, width = image.shape[:2]
    c, s = math.cos(math.radians(-degrees)), math.sin(math.radians(-degrees))
    x, y = width / 2, height / 2
    how = np.array([[c, s, x - c * x - s * y], [-s, c, y + s * x - c * y]], np.float64)
    return cv2.warpAffine(image, how, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
