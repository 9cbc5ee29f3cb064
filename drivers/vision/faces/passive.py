"""An optional model that judges one picture of a face alone: MiniFASNet V2 of Silent-Face, given by path and hash.

No package ships its weights, and its threshold does not carry over from one camera to another: it is off unless a site
names a file, and never accepts anybody by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box

SIDE = 80
"""Pixels of the square that the network takes, BGR, 0 to 255."""
CROP = 2.7
"""The square shows so many times the face's own size."""
LIVE = 1
"""Which of the three classes means a living face."""


class Passive(Protocol):
    """Judges one face."""

    def score(self, frame: NDArray[np.uint8], box: Box) -> float:
        """How much it looks alive, 0 to 1."""


class PassiveModel:
    """An ONNX network of input (1, 3, 80, 80) and output (1, 3) through OpenCV; 6 ms."""

    def __init__(self, model: Path) -> None:
        self._net = cv2.dnn.readNetFromONNX(str(model))

    def score(self, frame: NDArray[np.uint8], box: Box) -> float:
        """See `Passive`."""
        x0, y0, x1, y1 = box.grown(CROP).clipped(frame.shape[1], frame.shape[0])
        blob = cv2.dnn.blobFromImage(frame[y0:y1, x0:x1], 1.0, (SIDE, SIDE))
        self._net.setInput(blob)
        raw = np.asarray(self._net.forward(), np.float64).ravel()
        odds = np.exp(raw - raw.max())
        return float(odds[LIVE] / odds.sum())
