"""A head's rough shape: how deep each of the 68 points lies, how points move with a pose, and warping a picture along.

Deep enough that a turn is no flat motion (the nose moves more than the cheeks), and no more than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_HALF_FACE = {
    0: 0.00, 1: 0.02, 2: 0.05, 3: 0.08, 4: 0.12, 5: 0.19, 6: 0.28, 7: 0.37, 8: 0.42,
    17: 0.28, 18: 0.36, 19: 0.41, 20: 0.44, 21: 0.46,
    27: 0.46, 28: 0.52, 29: 0.60, 30: 0.68, 31: 0.50, 32: 0.54, 33: 0.58,
    36: 0.30, 37: 0.37, 38: 0.38, 39: 0.36, 40: 0.37, 41: 0.36,
    48: 0.38, 49: 0.46, 50: 0.52, 51: 0.53, 57: 0.51, 58: 0.50, 59: 0.46,
    60: 0.40, 61: 0.50, 62: 0.51, 66: 0.50, 67: 0.49,
}  # fmt: skip
"""Depth before the plane of the ears in widths of the face, right half and middle."""
_TWIN = {
    **{i: 16 - i for i in range(8)}, **{i: 43 - i for i in range(17, 22)}, 31: 35, 32: 34,
    36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46, 48: 54, 49: 53, 50: 52, 58: 56, 59: 55, 60: 64, 61: 63, 67: 65,
}  # fmt: skip
_CROWN = ((-0.50, -0.30, 0.00), (-0.45, -0.70, 0.06), (-0.25, -0.95, 0.12), (0.0, -1.02, 0.15))
"""Points over the brows that landmarks do not have: across, up (from the eyes) and depth, in widths of the face."""
_WALL = (
    (-0.86, 0.35),
    (-0.88, -0.3),
    (-0.85, -0.8),
    (0.86, 0.35),
    (0.88, -0.3),
    (0.85, -0.8),
    (-0.5, -1.3),
    (0.5, -1.3),
)
"""Points beside and over the head, across and up as above, where the wall begins: it does not move with the head."""
NECK = 0.45
"""How far below the chin nothing moves any more, in widths of the face."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head is held. Angles in degrees; yaw is positive to the person's own left. Shifts in widths of the face."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    mouth: float = 0.0  # 0 as in the portrait, 1 wide open
    lids: float = 0.0  # 0 as in the portrait, 1 shut


def depths() -> NDArray[np.float64]:
    """Depth of the 68 points, in widths of the face."""
    out = np.zeros(68)
    for i, depth in _HALF_FACE.items():
        out[i] = depth
        if i in _TWIN:
            out[_TWIN[i]] = depth
    return out


class Head:
    """The points of one portrait, and where they go in a pose."""

    def __init__(self, points: Points, size: tuple[int, int]) -> None:
        """`points`: 68 of them in a picture of `size` (width, height)."""
        self.size = size
        width, height = size
        self.width = float(np.linalg.norm(points[16] - points[0]))
        eyes = points[36:48].mean(axis=0)
        right = (points[16] - points[0]) / self.width
        down = np.array([-right[1], right[0]])
        crown = [(x, y, z) for x, y, z in _CROWN] + [(-x, y, z) for x, y, z in reversed(_CROWN[:-1])]
        extra = [eyes + right * x * self.width + down * y * self.width for x, y, _ in crown]
        self.rest: Points = np.clip(np.vstack([points, extra]), 1, [width - 2, height - 2])
        self._depth = np.concatenate([depths(), [z for _, _, z in crown]]) * self.width
        self._pivot = np.array([(points[0][0] + points[16][0]) / 2, points[33][1] + 0.25 * self.width])
        low = min(height - 1.0, points[8][1] + NECK * self.width)
        side = [(t * (width - 1), 0.0) for t in np.linspace(0, 1, 5)]
        side += [(0.0, t * low) for t in (0.25, 0.5, 0.75)] + [(width - 1.0, t * low) for t in (0.25, 0.5, 0.75)]
        side += [(t * (width - 1), low) for t in np.linspace(0, 1, 5)]
        side += [(0.0, height - 1.0), (width - 1.0, height - 1.0)] if low < height - 1 else []
        ring = np.array([eyes + right * x * self.width + down * y * self.width for x, y in _WALL])
        inside = ((ring > 3) & (ring < [width - 4, min(low, height) - 4])).all(axis=1)
        self.still: Points = np.vstack([side, ring[inside]])
        everything = np.vstack([self.rest, self.still])
        self.triangles = _delaunay(everything, size)
        order = np.concatenate([self._depth, np.full(len(self.still), -self.width)])
        self.triangles = self.triangles[np.argsort(order[self.triangles].mean(axis=1))]
        self.all_rest: Points = everything

    def posed(self, pose: Pose) -> Points:
        """All points of the mesh in this pose."""
        points = self.rest.copy()
        _open_mouth(points, pose.mouth, self.width)
        _shut_lids(points, pose.lids)
        x, y = (points - self._pivot).T
        z = self._depth
        yaw, pitch, roll = (math.radians(a) for a in (pose.yaw, pose.pitch, pose.roll))
        # The person's own left is the right of the picture.
        x, z = x * math.cos(yaw) + z * math.sin(yaw), z * math.cos(yaw) - x * math.sin(yaw)
        y, z = y * math.cos(pitch) + z * math.sin(pitch), z * math.cos(pitch) - y * math.sin(pitch)
        x, y = x * math.cos(roll) - y * math.sin(roll), x * math.sin(roll) + y * math.cos(roll)
        near = 1 + (z - self._depth) / (4.0 * self.width)  # a mild perspective
        out = np.stack([x * near, y * near], axis=1) + self._pivot
        out += np.array([pose.dx, pose.dy]) * self.width
        return np.vstack([out, self.still])

    def warp(self, picture: NDArray[np.uint8], pose: Pose) -> NDArray[np.uint8]:
        """The picture with its head in this pose."""
        width, height = self.size
        goal = self.posed(pose)
        which = np.zeros((height, width), np.int32)
        maps = np.zeros((len(self.triangles), 2, 3), np.float32)
        for number, triangle in enumerate(self.triangles):
            there = goal[triangle].astype(np.float32)
            if abs(cv2.contourArea(there)) < 0.25:
                continue
            maps[number] = cv2.getAffineTransform(there, self.all_rest[triangle].astype(np.float32))
            cv2.fillConvexPoly(which, np.round(there * 8).astype(np.int32), number, cv2.LINE_8, 3)
        xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        at = maps.reshape(-1, 6)[which]
        across = at[..., 0] * xs + at[..., 1] * ys + at[..., 2]
        down = at[..., 3] * xs + at[..., 4] * ys + at[..., 5]
        out = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if pose.mouth > 0.05:
            _darken_mouth(out, goal, pose.mouth)
        return np.asarray(out, np.uint8)


def _open_mouth(points: Points, amount: float, width: float) -> None:
    if amount <= 0:
        return
    drop = 0.24 * width * amount
    for i, share in {
        65: 1.0, 66: 1.0, 67: 1.0, 55: 0.9, 56: 1.0, 57: 1.0, 58: 1.0, 59: 0.9,
        6: 0.7, 7: 0.85, 8: 0.9, 9: 0.85, 10: 0.7, 5: 0.45, 11: 0.45, 4: 0.2, 12: 0.2,
        48: 0.3, 54: 0.3, 60: 0.3, 64: 0.3,
    }.items():  # fmt: skip
        points[i, 1] += drop * share
    for i, inward in {48: 1, 60: 1, 54: -1, 64: -1}.items():
        points[i, 0] += inward * 0.03 * width * amount


def _shut_lids(points: Points, amount: float) -> None:
    if amount <= 0:
        return
    for upper, lower in ((37, 41), (38, 40), (43, 47), (44, 46)):
        gap = points[lower] - points[upper]
        points[upper] += gap * 0.92 * amount
        points[lower] -= gap * 0.03 * amount


def _darken_mouth(picture: NDArray[np.uint8] | cv2.typing.MatLike, points: Points, amount: float) -> None:
    inside = np.round(points[60:68] * 8).astype(np.int32)
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [inside], 255, cv2.LINE_AA, 3)
    x, y, w, h = cv2.boundingRect(np.round(points[60:68]).astype(np.int32))
    x0, y0 = max(0, x - 4), max(0, y - 4)
    part = picture[y0 : y + h + 4, x0 : x + w + 4]
    share = (
        cv2.GaussianBlur(mask[y0 : y + h + 4, x0 : x + w + 4], (5, 5), 0)[..., None] / 255.0 * min(1.0, amount * 1.6)
    )
    part[:] = (part * (1 - share) + np.array([28, 18, 45]) * share).astype(np.uint8)


def _delaunay(points: Points, size: tuple[int, int]) -> NDArray[np.int32]:
    """Triangles as rows of three indices into `points`."""
    division = cv2.Subdiv2D((0, 0, size[0] + 1, size[1] + 1))
    ids: dict[tuple[float, float], int] = {}
    for number, (x, y) in enumerate(points.astype(np.float32).tolist()):
        division.insert((x, y))
        ids[(x, y)] = number
    out = []
    for x0, y0, x1, y1, x2, y2 in np.asarray(division.getTriangleList()).tolist():
        corners = [ids.get(p) for p in ((x0, y0), (x1, y1), (x2, y2))]
        if None not in corners:
            out.append(corners)
    return np.array(out, np.int32)
