"""The 68 points of a face, behind an interface.

The usual 68-point model was trained on iBUG 300-W, whose data are for non-commercial use (docs/licences.md): a site
that may not use it hands in another implementation of `Landmarks` with the same order of points.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import dlib
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box

POINTS = 68
JAW = slice(0, 17)
"""From the person's right ear (left in the picture) over the chin (8) to the left ear."""


class Landmarks(Protocol):
    """Finds the points of one face."""

    def points(self, picture: NDArray[np.uint8], box: Box) -> NDArray[np.float64]:
        """Return (68, 2) positions x, y in pixels of `picture`, (h, w) grey or (h, w, 3)."""


class DlibLandmarks:
    """dlib's shape predictor of 68 points; 2 to 4 ms a face."""

    def __init__(self, model: Path) -> None:
        self._predict = dlib.shape_predictor(str(model))

    def points(self, picture: NDArray[np.uint8], box: Box) -> NDArray[np.float64]:
        """See `Landmarks`."""
        found = self._predict(picture, rectangle(box))
        return np.array([(p.x, p.y) for p in found.parts()], np.float64)


def rectangle(box: Box) -> dlib.rectangle:
    """The box as dlib takes it."""
    return dlib.rectangle(round(box.left), round(box.top), round(box.left + box.width), round(box.top + box.height))
