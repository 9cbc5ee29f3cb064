"""When the picture is taken: the sheet lies well and has not moved for a moment. Pure; time is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from drivers.vision.messages import Lie
from drivers.vision.pages.find import Corners

STILL_S = 0.8
LEAST_FRAMES = 4
MOVED = 0.008
"""Of the frame's longer side: more than a fitted corner jitters, less than a hand that still holds the sheet."""
FORGIVEN = 1
"""Frames in a row that may be judged otherwise without beginning anew: noise at a threshold."""


class Sight(Protocol):
    """What is used of a judgement."""

    @property
    def lie(self) -> Lie:
        """How the sheet lies."""

    @property
    def corners(self) -> Corners | None:
        """Where it lies."""


@dataclass(slots=True)
class Steady:
    """Watches judgements of one frame after the other. `longer_side` is the frame's, in pixels."""

    longer_side: int
    _anchor: Corners | None = None
    _since: float = 0.0
    _frames: int = 0
    _bad: int = 0

    def see(self, judged: Sight, at: float) -> Lie:
        """Return what to say after this frame, taken at `at` (monotonic s): GOOD when the picture may be taken, STILL
        while the sheet lies well and moves or has only just come to rest.
        """
        if judged.lie is not Lie.GOOD or judged.corners is None:
            self._bad += 1
            if self._bad > FORGIVEN or self._anchor is None:
                self._anchor = None
                return judged.lie
            return Lie.STILL
        self._bad = 0
        if self._anchor is None or float(np.abs(judged.corners - self._anchor).max()) > MOVED * self.longer_side:
            self._anchor, self._since, self._frames = judged.corners, at, 1
            return Lie.STILL
        self._frames += 1
        return Lie.GOOD if self._frames >= LEAST_FRAMES and at - self._since >= STILL_S else Lie.STILL
