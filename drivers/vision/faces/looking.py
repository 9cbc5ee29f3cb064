"""One look at a frame: which faces there are, and the numbers of the first. Thin; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.faces.aim import Seen, covered
from drivers.vision.faces.engine import Engine
from drivers.vision.faces.geometry import Box, overlap
from drivers.vision.faces.limits import Limits
from drivers.vision.faces.quality import cover_of, light_of, sharpness
from drivers.vision.faces.signals import Shape, shape_of

WHOLE_EVERY_S = 0.6
"""A tracked face's frame is searched as a whole so often, for somebody who joins."""
DOUBT_EVERY_S = 0.4
"""With nobody found, something that is hardly a face is looked for so often: a mask hides one from the detector."""
SMALL_EVERY_S = 1.0
"""With nobody found the frame is searched at full size so often, for somebody far away."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame, looked at. `face` None: nobody. `points` and `shape` belong to `face`."""

    at: float
    frame: NDArray[np.uint8] = field(repr=False)
    grey: NDArray[np.uint8] = field(repr=False)
    face: Box | None = None
    others: tuple[Box, ...] = ()
    points: NDArray[np.float64] | None = field(default=None, repr=False)
    shape: Shape | None = None
    hidden: bool = False  # nobody was found, but something covered looks like a face

    @property
    def eyes(self) -> tuple[float, float]:
        """The middle between the eyes, in pixels."""
        if self.points is None:
            return 0.0, 0.0
        x, y = self.points[36:48].mean(axis=0).tolist()
        return float(x), float(y)

    @property
    def sharp(self) -> float:
        """Sharpness of the face."""
        return sharpness(self.grey, self.face) if self.face else 0.0

    def seen(self) -> Seen | None:
        """What aiming needs; None when nobody is there."""
        if self.face is None or self.shape is None or self.points is None:
            return None
        return Seen(
            size=(self.frame.shape[1], self.frame.shape[0]),
            face=self.face,
            others=tuple(other.width for other in self.others),
            yaw=self.shape.yaw,
            light=light_of(self.grey, self.face),
            sharp=self.sharp,
            cover=cover_of(self.frame, self.points),
        )


class Looker:
    """Follows the face from frame to frame, and now and then looks at all of the frame."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits
        self._doubt_at = -1e9
        self._hidden = False
        self._last: Box | None = None
        self._others: tuple[Box, ...] = ()
        self._whole_at = -1e9
        self._small_at = -1e9

    def look(self, frame: NDArray[np.uint8], at: float) -> View:
        """Look at a BGR frame."""
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        face = self._find(frame, at)
        self._last = face
        if face is None:
            return View(at, frame, grey, hidden=self._covered(frame, at))
        self._hidden = False
        points = self._engine.landmarks.points(grey, face)
        return View(at, frame, grey, face, self._others, points, shape_of(points))

    def _covered(self, frame: NDArray[np.uint8], at: float) -> bool:
        if at - self._doubt_at >= DOUBT_EVERY_S:
            self._doubt_at = at
            doubtful = self._engine.detector.detect_doubtful(frame)[:1]
            self._hidden = any(
                covered(cover_of(frame, self._engine.landmarks.points(frame, box)), self._limits) for box in doubtful
            )
        return self._hidden

    def _find(self, frame: NDArray[np.uint8], at: float) -> Box | None:
        detector, last = self._engine.detector, self._last
        if last is not None and at - self._whole_at < WHOLE_EVERY_S:
            near = _nearest(detector.track(frame, last), last)
            if near is not None:
                return near
        self._whole_at = at
        found = detector.detect(frame)
        if not found and at - self._small_at >= SMALL_EVERY_S:
            self._small_at = at
            found = detector.detect_whole(frame)
        if not found:
            self._others = ()
            return None
        face = (_nearest(found, last) if last is not None else None) or found[0]
        self._others = tuple(box for box in found if box is not face and overlap(box, face) < 0.2)
        return face


def _nearest(found: list[Box], last: Box) -> Box | None:
    near = max(found, key=lambda box: overlap(box, last), default=None)
    return near if near is not None and overlap(near, last) > 0 else None
