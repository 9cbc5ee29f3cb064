"""Is the picture fit to judge a face by: light, blur, something over the mouth, a camera that shows nothing or stands
still.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box
from drivers.vision.faces.limits import Limits
from drivers.vision.messages import Reason

Picture = NDArray[np.uint8]
SHARP_SIDE = 100
"""Pixels: a face is brought to this width before its sharpness is measured, so that distance does not count."""


@dataclass(frozen=True, slots=True)
class Light:
    """Mean levels, 0 to 255, of the face and of the rest of the frame."""

    face: float
    around: float


def light_of(grey: Picture, face: Box) -> Light:
    """Measure the light on a face."""
    height, width = grey.shape
    x0, y0, x1, y1 = face.grown(0.8).clipped(width, height)
    inside = grey[y0:y1, x0:x1]
    x0, y0, x1, y1 = face.grown(1.8).clipped(width, height)
    total, count = float(grey[::4, ::4].sum(dtype=np.int64)), grey[::4, ::4].size
    near = grey[y0:y1:4, x0:x1:4]
    rest = (total - float(near.sum(dtype=np.int64))) / max(1, count - near.size)
    return Light(float(inside.mean()) if inside.size else 0.0, rest)


def sharpness(grey: Picture, face: Box) -> float:
    """Variance of the Laplacian over the middle of the face at `SHARP_SIDE` pixels."""
    x0, y0, x1, y1 = face.grown(0.9).clipped(grey.shape[1], grey.shape[0])
    part = grey[y0:y1, x0:x1]
    if part.size == 0:
        return 0.0
    side = max(part.shape)
    if side > SHARP_SIDE:
        factor = SHARP_SIDE / side
        part = np.asarray(cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    return float(cv2.Laplacian(part, cv2.CV_64F).var())


@dataclass(frozen=True, slots=True)
class Cover:
    """CIE Lab differences: of the lower face from the skin beside the nose, and of the lips from the chin below them.

    A mask differs from the skin and shows no lips. Either alone misleads: coloured light and beards differ from the
    skin too, and some lips hardly differ from the chin.
    """

    colour: float
    lips: float


def cover_of(frame: Picture, points: NDArray[np.float64]) -> Cover:
    """Measure the lower half of a face."""
    x0, y0 = np.maximum(0, points.min(axis=0).astype(int) - 2)
    x1, y1 = points.max(axis=0).astype(int) + 3
    part = frame[y0:y1, x0:x1]
    if part.size == 0:
        return Cover(0.0, 0.0)
    lab = cv2.cvtColor(part.astype(np.float32) / 255.0, cv2.COLOR_BGR2LAB)
    local = points - (x0, y0)
    cheeks = _median(lab, [np.array([local[36], local[39], local[27], local[42], local[45], local[29]])])
    lower = _median(lab, [local[[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 54, 57, 48]], local[[48, 33, 54, 51]]])
    lips = _median(
        lab, [local[[*range(48, 55), *range(64, 59, -1)]], local[[*range(54, 60), 48, 60, *range(67, 63, -1)]]]
    )
    down, half = local[8] - local[57], (local[54] - local[48]) * 0.3
    high, low = local[57] + down * 0.25, local[57] + down * 0.6
    chin = _median(lab, [np.array([high - half, high + half, low + half, low - half])])
    return Cover(_apart(cheeks, lower, 3.0), _apart(lips, chin, 2.0))


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], lightness: float) -> float:
    """Colour difference with lightness divided by so much: shadows are lightness."""
    away = np.abs(one - other)
    return float(np.hypot(away[0] / lightness, np.hypot(away[1], away[2])))


def _median(lab: cv2.typing.MatLike, shapes: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    mask = np.zeros(lab.shape[:2], np.uint8)
    for shape in shapes:
        cv2.fillPoly(mask, [shape.astype(np.int32)], 255)
    inside = lab[mask > 0]
    return np.median(inside, axis=0).astype(np.float64) if len(inside) else np.zeros(3)


class CameraWatch:
    """Notices a camera that shows nothing or always the same."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._black_since: float | None = None
        self._last = b""
        self._same_since = 0.0
        self._same = 0

    def look(self, frame: Picture, at: float) -> Reason:
        """Take one frame; says why the camera cannot be used, `Reason.NONE` when it can."""
        coarse = frame[::8, ::8]
        if float(np.percentile(coarse, 99)) < self._limits.black:
            self._black_since = at if self._black_since is None else self._black_since
            return Reason.CAMERA_BLACK if at - self._black_since >= self._limits.black_s else Reason.NONE
        self._black_since = None
        mark = hashlib.blake2b(frame[::3, ::3].tobytes(), digest_size=16).digest()
        if mark != self._last:
            self._last, self._same_since, self._same = mark, at, 0
            return Reason.NONE
        self._same += 1
        still = at - self._same_since >= self._limits.frozen_s and self._same >= self._limits.frozen_frames
        return Reason.CAMERA_FROZEN if still else Reason.NONE
