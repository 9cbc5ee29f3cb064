"""Whether a camera sees at all: black pictures, and a picture that stands still although a sensor has noise. Pure."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from drivers.vision.wire import Cause

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

BLACK_LEVEL = 16
"""A covered lens stays under it, noise and all; 8-bit video black is 16."""
BLACK_SHARE = 0.99
STRIDE = 8
SPOILT_S = 2.0
"""So long black or still before it is said: exposure settles within a second, somebody's hand passes."""
STILL_FRAMES = 12
"""So many equal frames in a row at least. Two frames of a sensor that works are never equal."""


def is_black(picture: Picture) -> bool:
    """Whether at least 99 % of the samples (every 8th row and column) of a (h, w, 3) picture are at most 16 of 255."""
    samples = picture[::STRIDE, ::STRIDE]
    return bool(np.count_nonzero(samples > BLACK_LEVEL) <= samples.size * (1 - BLACK_SHARE))


def fingerprint(picture: Picture) -> int:
    """CRC-32 over every 8th row: equal for equal pictures; noise anywhere in those rows changes it."""
    return zlib.crc32(np.ascontiguousarray(picture[::STRIDE]).data)


class Sight:
    """Judges frames one after the other. `noisy`: they come from a sensor, whose noise makes every frame different."""

    def __init__(self, *, noisy: bool) -> None:
        self._noisy = noisy
        self._black_since: float | None = None
        self._still_since = 0.0
        self._last: int | None = None
        self._equal = 0
        self._frames = 0

    @property
    def proven(self) -> bool:
        """Whether the last frame was not black and, where there is noise, differed from the one before."""
        moving = not self._noisy or (self._frames > 1 and self._equal == 0)
        return self._frames > 0 and self._black_since is None and moving

    def see(self, picture: Picture, at: float) -> Cause:
        """Take the next frame, captured at `at` (monotonic seconds): BLACK, FROZEN or NONE."""
        mark = fingerprint(picture)
        self._frames += 1
        if mark != self._last:
            self._last, self._equal, self._still_since = mark, 0, at
        else:
            self._equal += 1
        if is_black(picture):
            self._black_since = at if self._black_since is None else self._black_since
        else:
            self._black_since = None
        if self._black_since is not None and at - self._black_since >= SPOILT_S:
            return Cause.BLACK
        if self._noisy and self._equal >= STILL_FRAMES and at - self._still_since >= SPOILT_S:
            return Cause.FROZEN
        return Cause.NONE
