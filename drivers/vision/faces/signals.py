"""Numbers taken from the 68 points of a face: eyes, mouth, turn, and whether two sets of points differ as a flat
thing does.

Pure. Sizes are relative to the face, so that distance from the camera does not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a face does, as far as its points tell.

    `ear`: eye aspect ratio (|37-41|+|38-40|)/(2|36-39|), mean of both eyes; open 0.18 to 0.37 from person to person.
    `mar`: mouth aspect ratio, the gap of the inner lips over their width. `yaw`: where the nose tip lies between the
    sides of the jaw, -1 to 1, positive to the person's own left. `pitch`: where the nose tip lies between eyes and
    chin, 0 to 1. `roll`: degrees. `width`: pixels between the sides of the jaw.
    """

    ear: float
    mar: float
    yaw: float
    pitch: float
    roll: float
    width: float


def shape_of(points: Points) -> Shape:
    """Measure (68, 2) points."""
    width = _far(points, 0, 16)
    right, left = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    across, down = _axes(left - right)
    nose = points[30]
    to_right, to_left = float((nose - points[2]) @ across), float((points[14] - nose) @ across)
    eyes = (right + left) / 2
    above, below = float((nose - eyes) @ down), float((points[8] - nose) @ down)
    return Shape(
        ear=(_eye(points, 36) + _eye(points, 42)) / 2,
        mar=(_far(points, 61, 67) + _far(points, 62, 66) + _far(points, 63, 65)) / max(1e-6, 3 * _far(points, 60, 64)),
        yaw=(to_right - to_left) / max(1e-6, abs(to_right) + abs(to_left)),
        pitch=above / max(1e-6, above + below),
        roll=float(np.degrees(np.arctan2(across[1], across[0]))),
        width=width,
    )


RIGID = (*range(1, 16), *range(27, 36), 36, 39, 42, 45)
"""Points that neither lids nor lips move: jaw, nose, corners of the eyes."""


def flatness(before: Points, after: Points) -> float:
    """How badly a flat picture explains the change: residual of the best homography over the width of the face.

    Near the noise of the points (under 0.02) when a print is moved, turned or tilted; well above when a head turns.
    """
    index = np.array(RIGID)
    one, other = before[index], after[index]
    found, _ = cv2.findHomography(one, other, 0)
    if found is None:
        return 0.0
    mapped = cv2.perspectiveTransform(one[None], found)[0]
    away = np.sqrt(((mapped - other) ** 2).sum(axis=1).mean())
    return float(away) / max(1e-6, _far(before, 0, 16))


def _eye(points: Points, first: int) -> float:
    lids = _far(points, first + 1, first + 5) + _far(points, first + 2, first + 4)
    return lids / max(1e-6, 2 * _far(points, first, first + 3))


def _far(points: Points, one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))


def _axes(along: Points) -> tuple[Points, Points]:
    across = along / max(1e-6, float(np.linalg.norm(along)))
    return across, np.array([-across[1], across[0]])
