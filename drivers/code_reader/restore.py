"""Sharpening a picture that is out of focus, as far as its noise allows: Wiener's filter for a guessed blur.

It runs on the picture at half its size: a blur that needs it has left nothing finer, noise falls by half and the
Fourier transform costs a quarter. The result is enlarged again, because readers want three pixels a module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

LONGEST_SIDE = 1600
"""Larger pictures are made smaller first; the same blur is then narrower, which is why that loses nothing."""


@dataclass(frozen=True, slots=True)
class Focus:
    """One guess at the blur.

    `width` is in pixels of the picture (shrunk to `LONGEST_SIDE`): the standard deviation of a Gaussian, or the radius
    of the disc that a lens makes of a point (`disc`). `noise` is the share of noise in the picture's power, and
    `enlarge` how much larger than half size the result is to be.
    """

    width: float
    noise: float
    enlarge: int
    disc: bool = False


GAUSSIAN = (Focus(2.8, 0.0005, 4), Focus(2.0, 0.0005, 2), Focus(3.6, 0.0002, 3))
"""Motion, grain that was smoothed away, and cheap lenses: softness without an edge."""
ROUND = tuple(Focus(radius, 0.001, 3, disc=True) for radius in (3.0, 4.0, 5.0, 6.5))
"""A lens out of focus. Radii are close together: a disc that is wrong by a quarter restores nothing."""
FOCUSES = GAUSSIAN + ROUND
"""Chosen on frames of other seeds than the measured ones; each also serves its neighbours."""


def sharpened(grey: Grey, focus: Focus) -> Grey:
    """Return the picture (h, w) as it would be without the blur, about `focus.enlarge` / 2 times as large."""
    import cv2
    import numpy as np

    scale = 0.5 * min(1.0, LONGEST_SIDE / max(grey.shape))
    half = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = half.shape
    rows, columns = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
    padded = cv2.copyMakeBorder(half, 0, rows - height, 0, columns - width, cv2.BORDER_REFLECT)
    spectrum = np.fft.rfft2(padded.astype(np.float32)) * _filter(
        rows, columns, focus.width / 2, focus.noise, focus.disc
    )
    sharp = np.fft.irfft2(spectrum, s=(rows, columns))[:height, :width]
    small = np.clip(sharp, 0, 255).astype(np.uint8)
    enlarged = cv2.resize(small, None, fx=focus.enlarge, fy=focus.enlarge, interpolation=cv2.INTER_CUBIC)
    return np.asarray(enlarged, np.uint8)


@lru_cache(maxsize=2 * len(FOCUSES))
def _filter(rows: int, columns: int, width: float, noise: float, disc: bool) -> NDArray[np.float32]:
    """What each frequency is multiplied with; 0.6 MB for a camera's frame."""
    import numpy as np

    if disc:
        down, across = np.arange(rows)[:, None], np.arange(columns)[None, :]
        away = np.hypot(np.minimum(down, rows - down), np.minimum(across, columns - across))
        point = np.clip(width + 0.5 - away, 0, 1)
        passed = np.fft.rfft2(point / point.sum()).real
    else:
        squares = np.fft.fftfreq(rows)[:, None] ** 2 + np.fft.rfftfreq(columns)[None, :] ** 2
        passed = np.exp(-2 * (np.pi * width) ** 2 * squares)
    return np.asarray(passed / (passed**2 + noise), np.float32)
