"""Does what is around the head move along with it? A camera that stands still sees a wall that stands still; the surroundings
on a print or a tablet in a hand move as the face on it does."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box
from drivers.vision.faces.limits import Limits

Picture = NDArray[np.uint8]
WIDTH = 640
"""Pixels: frames are compared at this width."""
CORNERS = 24
LEAST = 5
"""So many points must be followed on each side, else nothing is said: a bare wall tells nothing."""
SIDES = ((-1.35, -0.92), (0.92, 1.35))
"""Left and right of the head, in widths of the face from its middle."""
HEIGHTS = (-0.9, 0.35)
"""From over the head to the jaw: no shoulders, which move along with a living head."""


class Surroundings:
    """Follows points on both sides of the head from the moment of rest on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._grey: Picture | None = None
        self._corners: list[NDArray[np.float32]] = []
        self._anchor = (0.0, 0.0)
        self._width = 1.0
        self.moved = 0
        self.along = 0

    def begin(self, grey: Picture, face: Box, anchor: tuple[float, float]) -> None:
        """Remember where things are. `anchor`: the middle between the eyes."""
        factor = WIDTH / grey.shape[1]
        self._grey = _small(grey)
        self._anchor, self._width = (anchor[0] * factor, anchor[1] * factor), face.width * factor
        x, y = face.scaled(factor).centre
        self._corners = []
        for one, other in SIDES:
            mask = np.zeros_like(self._grey)
            top, bottom = (int(max(0, y + share * self._width)) for share in HEIGHTS)
            left, right = (int(max(0, x + share * self._width)) for share in (one, other))
            mask[top:bottom, left:right] = 255
            found = cv2.goodFeaturesToTrack(self._grey, CORNERS, 0.02, 4, mask=mask)
            self._corners.append(np.empty((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32))

    def look(self, grey: Picture, anchor: tuple[float, float]) -> None:
        """Compare one frame in which the head about faces the camera."""
        if self._grey is None or min(len(corners) for corners in self._corners) < LEAST:
            return
        factor = WIDTH / grey.shape[1]
        dx, dy = anchor[0] * factor - self._anchor[0], anchor[1] * factor - self._anchor[1]
        far = math.hypot(dx, dy)
        if far < self._limits.carried_shift * self._width:
            return
        small = _small(grey)
        shifts = [self._shift(small, corners) for corners in self._corners]
        known = [shift for shift in shifts if shift is not None]
        if len(known) < len(shifts):
            return
        self.moved += 1
        # Both sides must go the face's way by about as far.
        self.along += all(math.hypot(sx - dx, sy - dy) < 0.5 * far for sx, sy in known)

    @property
    def carried(self) -> bool:
        """True when the surroundings went along, often enough to say so."""
        limits = self._limits
        return self.moved >= limits.carried_looks and self.along >= limits.carried_share * self.moved

    def wipe(self) -> None:
        """Zero what was kept."""
        if self._grey is not None:
            self._grey.fill(0)
        self._grey = None
        self._corners = []

    def _shift(self, small: Picture, corners: NDArray[np.float32]) -> tuple[float, float] | None:
        if self._grey is None:
            return None
        there, ok, _ = cv2.calcOpticalFlowPyrLK(self._grey, small, corners, np.empty_like(corners))
        kept = ok.ravel() == 1
        if kept.sum() < LEAST:
            return None
        dx, dy = np.median((there - corners)[kept].reshape(-1, 2), axis=0).tolist()
        return float(dx), float(dy)


def _small(grey: Picture) -> Picture:
    if grey.shape[1] == WIDTH:
        return grey.copy()
    factor = WIDTH / grey.shape[1]
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
