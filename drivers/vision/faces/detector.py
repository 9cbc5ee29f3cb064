"""Finding faces: dlib's HOG detector by default, YuNet from a checked file where a site has it.

Measured on 122 portraits (live pictures, 1280x720): HOG at half size without upsampling misses 1 and costs a
fifteenth of face_recognition's default; YuNet misses none even at 320x180.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.geometry import Box

HOG_WIDTH = 640
"""Pixels: a frame is shrunk to this width before HOG looks. A face must be 80 of them wide: 160 of 1280."""
YUNET_TRACK_WIDTH = 320
YUNET_WIDTH = 640
HOG_LEAST = -0.1
"""HOG score from which something is a face; dlib's own is 0. A turned face scores lower than a frontal one; junk does
not survive the landmarks and the embedding."""
HOG_TRACK = -0.5
"""Where a face just was, less is enough: a head that turns far scores low."""
HOG_DOUBT = -0.6
"""Measured: masked faces score -0.6 to 1.7, bare ones 0.6 to 2.7."""
YUNET_SCORE = 0.7
YUNET_NMS = 0.3
ROOM = 2.4
"""A tracked face is looked for in a window so many times its own size."""


class Detector(Protocol):
    """Finds the faces of a picture."""

    name: str

    def detect(self, frame: NDArray[np.uint8]) -> list[Box]:
        """All faces of a whole frame (h, w, 3) BGR, largest first, in its pixels."""

    def detect_doubtful(self, frame: NDArray[np.uint8]) -> list[Box]:
        """As `detect`, and what is hardly a face as well."""

    def detect_whole(self, frame: NDArray[np.uint8]) -> list[Box]:
        """As `detect`, at full size: finds faces half as large, for several times the price."""

    def track(self, frame: NDArray[np.uint8], last: Box) -> list[Box]:
        """The faces near where one just was: cheaper, and blind to the rest of the frame."""

    def detect_small(self, picture: NDArray[np.uint8]) -> list[Box]:
        """The faces of a small portrait such as a card's 102 by 126 pixels."""


class HogDetector:
    """dlib's frontal face detector."""

    name = "hog"

    def __init__(self) -> None:
        self._detector = dlib.get_frontal_face_detector()

    def detect(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. 50 ms CPU at 1280x720."""
        factor = min(1.0, HOG_WIDTH / frame.shape[1])
        return self._run(_grey(frame), factor, HOG_LEAST)

    def detect_doubtful(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`."""
        return self._run(_grey(frame), min(1.0, HOG_WIDTH / frame.shape[1]), HOG_DOUBT)

    def detect_whole(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. 174 ms CPU at 1280x720."""
        return self._run(_grey(frame), 1.0, 0.0)

    def track(self, frame: NDArray[np.uint8], last: Box) -> list[Box]:
        """See `Detector`. The window is shrunk until the face is about 100 pixels wide."""
        x0, y0, x1, y1 = last.grown(ROOM).clipped(frame.shape[1], frame.shape[0])
        if x1 - x0 < last.width or y1 - y0 < last.height:
            return []
        factor = min(1.0, 100.0 / last.width)
        found = self._run(_grey(frame[y0:y1, x0:x1]), factor, HOG_TRACK)
        return [box.moved(x0, y0) for box in found]

    def detect_small(self, picture: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. Upsampled twice by dlib: measured EER 0.05 % against 0.22 % of one upsampling."""
        found = self._detector(_grey(picture), 2)
        return _largest_first([_box(r) for r in found])

    def _run(self, grey: NDArray[np.uint8], factor: float, least: float) -> list[Box]:
        if factor < 1.0:
            grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # cv2 widens the element type
        found, _, _ = self._detector.run(grey, 0, least)
        return _largest_first([_box(r).scaled(1 / factor) for r in found])


class YunetDetector:
    """YuNet through OpenCV."""

    name = "yunet"

    def __init__(self, model: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(str(model), "", (YUNET_WIDTH, 360), YUNET_SCORE, YUNET_NMS)

    def detect(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. 8 ms CPU at 320x180."""
        return self._run(frame, min(1.0, YUNET_TRACK_WIDTH / frame.shape[1]))

    def detect_doubtful(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. YuNet sees masked faces as well as bare ones."""
        return self.detect(frame)

    def detect_whole(self, frame: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. 35 ms CPU: 640 wide is enough for it."""
        return self._run(frame, min(1.0, YUNET_WIDTH / frame.shape[1]))

    def track(self, frame: NDArray[np.uint8], last: Box) -> list[Box]:
        """See `Detector`. The whole frame is as cheap as a window."""
        return self.detect(frame)

    def detect_small(self, picture: NDArray[np.uint8]) -> list[Box]:
        """See `Detector`. Enlarged three times, cubic."""
        return self._run(picture, 3.0)

    def _run(self, frame: NDArray[np.uint8], factor: float) -> list[Box]:
        how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
        small = frame if factor == 1.0 else cv2.resize(frame, None, fx=factor, fy=factor, interpolation=how)
        self._detector.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._detector.detect(small)
        boxes = [] if found is None else [_like_dlib(*row[:4]).scaled(1 / factor) for row in found.tolist()]
        return _largest_first(boxes)


def _like_dlib(left: float, top: float, width: float, height: float) -> Box:
    """YuNet frames a head from hairline to chin; dlib's models expect a square from brows to chin."""
    side = width * DLIB_SIDE
    return Box(left + width / 2 - side / 2, top + height * DLIB_CENTRE - side / 2, side, side)


DLIB_SIDE = 1.10
DLIB_CENTRE = 0.55
"""Medians over 30 portraits that both detectors find (spread 0.10 and 0.04)."""


def _grey(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def _box(found: dlib.rectangle) -> Box:
    return Box(found.left(), found.top(), found.width(), found.height())


def _largest_first(boxes: list[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: -box.width)
