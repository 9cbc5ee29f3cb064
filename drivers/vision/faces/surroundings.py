"""Does what is around the head move as one? A camera that stands still sees a wall that stands still; a print or a
tablet in a hand trembles with all that is on it. Blind to a tablet on a stand, and to what has no pattern.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box
from drivers.vision.faces.limits import Limits

Picture = NDArray[np.uint8]
WIDTH = 640
"""Pixels: frames are compared at this width."""
CORNERS = 60
LEAST = 10
"""So many points must be followed, else nothing is said: a bare wall tells nothing."""
BESIDE = (0.92, 1.40)
"""How far from the middle of the face the sides are looked at, in widths of the face."""
HEIGHTS = (-0.9, 0.35)
"""From beside the crown to the jaw. Nothing below: shoulders move along with a living head; nothing over it: hair
does.
"""
ALONG = 0.45
"""The surroundings went along when they tell the face's way but for this share of it."""

TOGETHER = 0.65
"""Or when so many of their points moved as one, whatever the face did: on a video the face moves for itself as well."""


class Surroundings:
    """Follows points on both sides of the head from the moment of rest on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._grey: Picture | None = None
        self._corners: NDArray[np.float32] = np.empty((0, 1, 2), np.float32)
        self._anchor = np.zeros(2)
        self._width = 1.0
        self.moved = 0
        self.along = 0

    def begin(self, grey: Picture, face: Box, anchor: tuple[float, float]) -> None:
        """Remember where things are. `anchor`: the middle between the eyes."""
        factor = WIDTH / grey.shape[1]
        self._grey = _small(grey)
        self._anchor, self._width = np.array(anchor) * factor, face.width * factor
        x, y = face.scaled(factor).centre
        mask = np.zeros_like(self._grey)
        near, far = (int(share * self._width) for share in BESIDE)
        top, bottom = (int(max(0, y + share * self._width)) for share in HEIGHTS)
        mask[top:bottom, max(0, int(x) - far) : int(x) + far] = 255
        mask[top:bottom, max(0, int(x) - near) : int(x) + near] = 0
        found = cv2.goodFeaturesToTrack(self._grey, CORNERS, 0.01, 4, mask=mask)
        self._corners = np.empty((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)

    def look(self, grey: Picture, anchor: tuple[float, float]) -> None:
        """Compare one frame in which the head about faces the camera."""
        if self._grey is None or len(self._corners) < LEAST:
            return
        went = np.array(anchor) * (WIDTH / grey.shape[1]) - self._anchor
        far = float(np.hypot(*went))
        there, ok, _ = cv2.calcOpticalFlowPyrLK(self._grey, _small(grey), self._corners, np.empty_like(self._corners))
        kept = ok.ravel() == 1
        if kept.sum() < LEAST:
            return
        # What most of the points do, as one motion of a flat thing; a wall that stands still answers "nothing".
        motion, agreed = cv2.estimateAffine2D(
            self._corners[kept], there[kept], method=cv2.RANSAC, ransacReprojThreshold=1.5
        )
        if motion is None:
            return
        told = motion @ np.array([*self._anchor, 1.0]) - self._anchor
        limits, width = self._limits, self._width
        face_moved = far >= limits.carried_shift * width
        all_moved = float(np.hypot(*told)) >= limits.carried_still * width and float(agreed.mean()) >= TOGETHER
        if face_moved or all_moved:
            self.moved += 1
            self.along += all_moved or float(np.hypot(*(told - went))) < ALONG * far

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
        self._corners = np.empty((0, 1, 2), np.float32)


def _small(grey: Picture) -> Picture:
    if grey.shape[1] == WIDTH:
        return grey.copy()
    factor = WIDTH / grey.shape[1]
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
