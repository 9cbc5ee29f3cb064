"""A face as 128 numbers: dlib's ResNet, which face_recognition uses too, whatever the size of the face.

Run by dlib itself it costs 63 ms CPU on an idle AVX-512 machine, run by OpenCV from the same weights 8 ms.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces import resnet
from drivers.vision.faces.geometry import Box
from drivers.vision.faces.landmarks import rectangle

CHIP = 150
"""Pixels: the side of the aligned picture that the network takes."""
PADDING = 0.25

Embedding = NDArray[np.float64]
log = logging.getLogger(__name__)


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


class OpencvEmbedder(DlibEmbedder):
    """The same network through OpenCV: the same numbers, several times as fast."""

    AGREE = 1e-3
    """Largest distance from dlib's own answer; measured 2e-6."""

    def __init__(self, model: Path) -> None:
        """Load the network.

        Raises:
            resnet.FormatError: the file is another network, or OpenCV answers something else than dlib.
        """
        super().__init__(model)
        written = resnet.onnx(resnet.read_weights(model.read_bytes()))
        try:
            self._fast = cv2.dnn.readNetFromONNX(np.frombuffer(written, np.uint8))
            trial = np.random.default_rng(1).integers(0, 256, (CHIP, CHIP, 3), np.uint8)
            apart = distance(super().embed(trial), self.embed(trial))
        except cv2.error as error:
            raise resnet.FormatError("OpenCV does not take the network") from error
        if apart > self.AGREE:
            raise resnet.FormatError("OpenCV answers something else than dlib")
        del self._net

    def embed(self, chip: NDArray[np.uint8]) -> Embedding:
        """See `Embedder`."""
        planes = ((chip.astype(np.float32) - np.array(resnet.MEAN, np.float32)) / 256).transpose(2, 0, 1)[None]
        self._fast.setInput(np.ascontiguousarray(planes))
        return np.asarray(self._fast.forward(), np.float64).ravel().copy()


def embedder(model: Path) -> Embedder:
    """The fast one when it gives dlib's numbers, else dlib's own."""
    try:
        return OpencvEmbedder(model)
    except resnet.FormatError as error:
        log.warning("the face network runs by dlib, slowly: %s", error)
        return DlibEmbedder(model)


def distance(one: Embedding, other: Embedding) -> float:
    """How far two faces are from each other; about 0.6 is where dlib's network parts people."""
    return float(np.linalg.norm(one - other))
