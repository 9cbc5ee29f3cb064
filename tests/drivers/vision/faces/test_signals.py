"""Numbers from points, with points that are made up."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.vision.faces.signals import flatness, shape_of
from drivers.vision.simulator.mesh import Head, Pose


def face() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A plain face, 100 pixels wide, facing ahead."""
    points = np.zeros((68, 2))
    angles = np.linspace(np.pi, 0, 17)
    points[:17] = np.stack([150 + 50 * np.cos(angles), 140 + 70 * np.sin(angles)], axis=1)
    points[17:22] = [(112 + 7 * k, 122 - (k % 3)) for k in range(5)]
    points[22:27] = [(160 + 7 * k, 122 - (k % 3)) for k in range(5)]
    points[27:31] = [(150, 135 + 8 * k) for k in range(4)]
    points[31:36] = [(142 + 4 * k, 166) for k in range(5)]
    for first, x in ((36, 120), (42, 162)):
        points[first : first + 6] = [(x, 138), (x + 6, 135), (x + 12, 135), (x + 18, 138), (x + 12, 141), (x + 6, 141)]
    points[48:55] = [(132, 184), (138, 181), (144, 179), (150, 180), (156, 179), (162, 181), (168, 184)]
    points[55:60] = [(162, 189), (156, 191), (150, 192), (144, 191), (138, 189)]
    points[60:68] = [(135, 184), (144, 183), (150, 183), (156, 183), (165, 184), (156, 186), (150, 186), (144, 186)]
    return points


def posed(**pose: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return Head(face(), (300, 300)).posed(Pose(**pose))[:68]


def test_turning_to_the_own_left_is_positive() -> None:
    assert shape_of(posed(yaw=25)).yaw > shape_of(face()).yaw + 0.3
    assert shape_of(posed(yaw=-25)).yaw < shape_of(face()).yaw - 0.3


def test_an_open_mouth_and_shut_lids_show() -> None:
    assert shape_of(posed(mouth=1.0)).mar > shape_of(face()).mar + 0.4
    assert shape_of(posed(lids=1.0)).ear < 0.4 * shape_of(face()).ear


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_distance_from_the_camera_does_not_count(factor: float) -> None:
    near, far = shape_of(face() * factor), shape_of(face())
    assert (near.ear, near.mar, near.yaw) == pytest.approx((far.ear, far.mar, far.yaw))


def test_a_roll_is_no_turn() -> None:
    rolled = cv2.transform(face()[None], cv2.getRotationMatrix2D((150, 150), 15, 1.0))[0]
    assert shape_of(rolled).yaw == pytest.approx(shape_of(face()).yaw, abs=0.02)


def test_a_tilted_print_is_flat() -> None:
    tilt = np.array([[0.8, 0.05, 10], [0.02, 1.0, 5], [0.0008, 0.0001, 1.0]])
    assert flatness(face(), cv2.perspectiveTransform(face()[None], tilt)[0]) < 0.002


def test_a_turned_head_is_not_flat() -> None:
    assert flatness(face(), posed(yaw=25)) > 0.03
