"""Sharpening a picture that is out of focus, as far as its noise allows: Wiener's filter for a Gaussian blur.

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

    `sigma` is its standard deviation in pixels of the full picture, `noise` the share of noise in the picture's power,
    and `enlarge` how much larger than half size the result is to be.
    """

    sigma: float
    noise: float
    enlarge: int


FOCUSES = (Focus(2.8, 0.0005, 4), Focus(2.0, 0.0005, 2), Focus(3.6, 0.0002, 3))
"""In the order of what they found among frames of the seeded set's other seeds; each also serves its neighbours."""


def sharpened(grey: Grey, focus: Focus) -> Grey:
    """Return the picture (h, w) as it would be without the blur, about `focus.enlarge` / 2 times as large."""
    import cv2
    import numpy as np

    scale = 0.5 * min(1.0, LONGEST_SIDE / max(grey.shape))
    half = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = half.shape
    rows, columns = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
    padded = cv2.copyMakeBorder(half, 0, rows - height, 0, columns - width, cv2.BORDER_REFLECT)
    spectrum = np.fft.rfft2(padded.astype(np.float32)) * _filter(rows, columns, focus.sigma / 2, focus.noise)
    sharp = np.fft.irfft2(spectrum, s=(rows, columns))[:height, :width]
    small = np.clip(sharp, 0, 255).astype(np.uint8)
    enlarged = cv2.resize(small, None, fx=focus.enlarge, fy=focus.enlarge, interpolation=cv2.INTER_CUBIC)
    return np.asarray(enlarged, np.uint8)


@lru_cache(maxsize=6)
def _filter(rows: int, columns: int, sigma: float, noise: float) -> NDArray[np.float32]:
    import numpy as np

    down = np.fft.fftfreq(rows)[:, None]
    across = np.fft.rfftfreq(columns)[None, :]
    passed = np.exp(-2 * (np.pi * sigma) ** 2 * (down**2 + across**2))
    return np.asarray(passed / (passed**2 + noise), np.float32)
