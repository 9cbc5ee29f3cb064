"""A face as 128 numbers: dlib's ResNet, which face_recognition uses too. 60 to 190 ms CPU a face, whatever its size."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import dlib
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box
from drivers.vision.faces.landmarks import rectangle

CHIP = 150
"""Pixels: the side of the aligned picture that the network takes."""
PADDING = 0.25

Embedding = NDArray[np.float64]


class Embedder(Protocol):
    """Turns an aligned face into numbers whose Euclidean distance says how alike two faces are."""

    def chip(self, frame: NDArray[np.uint8], box: Box, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Cut a face out, upright: (150, 150, 3) RGB from a BGR frame. Cheap."""

    def embed(self, chip: NDArray[np.uint8]) -> Embedding:
        """Return the 128 numbers of such a cut. Dear."""


class DlibEmbedder:
    """dlib_face_recognition_resnet_model_v1, one look, no jitter."""

    def __init__(self, model: Path) -> None:
        self._net = dlib.face_recognition_model_v1(str(model))

    def chip(self, frame: NDArray[np.uint8], box: Box, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        """See `Embedder`. Only the surroundings of the face are looked at, so the frame's size does not matter."""
        height, width = frame.shape[:2]
        x0, y0, x1, y1 = box.grown(2.0).clipped(width, height)
        part = np.ascontiguousarray(frame[y0:y1, x0:x1, ::-1])
        parts = dlib.points([dlib.point(round(x - x0), round(y - y0)) for x, y in points])
        shape = dlib.full_object_detection(rectangle(box.moved(-x0, -y0)), parts)
        return np.asarray(dlib.get_face_chip(part, shape, size=CHIP, padding=PADDING), np.uint8)

    def embed(self, chip: NDArray[np.uint8]) -> Embedding:
        """See `Embedder`."""
        return np.array(self._net.compute_face_descriptor(chip), np.float64)


def distance(one: Embedding, other: Embedding) -> float:
    """How far two faces are from each other; about 0.6 is where dlib's network parts people."""
    return float(np.linalg.norm(one - other))
