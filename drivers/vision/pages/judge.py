"""Says whether a picture shows one whole, legible sheet, and if not, what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.vision.messages import Lie
from drivers.vision.pages.find import Corners, Found, Picture, at_edges, find
from drivers.vision.pages.flatten import unwarped

SMALL_SHARE = 0.10
"""Of the frame: a card under a camera that sees A4 has about 0.12."""
SECOND_SHARE = 0.35
"""Of the first one's area: a second sheet, not a card that lies beside it."""
DARK_LEVEL = 70
"""Median brightness of the paper, of 255."""
SATURATED = 250
GLARE_SHARE = 0.012
"""Of the paper, in one spot. A lamp's reflection the size of a coin on A4 has 0.006."""
TILE = 48
INKED = 14.0
"""Standard deviation of a tile that has writing on it."""
LEAST_TILES = 4
SHARP = 0.105
"""Variance of the Laplacian by the variance of brightness, in the median of the tiles with writing."""
SHARP_PART = 0.03
"""The same in the blurriest tenth: a sheet that curls up, a camera that focuses on a hand."""
SCALE = 900
"""The longer side of the sheet that is measured: sharpness is that of print at about 77 dots per inch."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured on the sheet. `sharp` and `sharp_part`: see `SHARP`; `glare` is a share, `light` of 255."""

    light: float
    glare: float
    sharp: float
    sharp_part: float
    tiles: int


@dataclass(frozen=True, slots=True)
class Judged:
    """How the sheet lies. `corners` are there where there is a sheet, `measures` where it lies whole."""

    lie: Lie
    corners: Corners | None = None
    measures: Measures | None = None


def judge(picture: Picture) -> Judged:
    """Judge one (h, w, 3) BGR picture."""
    height, width = picture.shape[:2]
    found = find(picture)
    if not found:
        dark = float(np.percentile(picture[::8, ::8], 90)) < DARK_LEVEL / 2
        return Judged(Lie.TOO_DARK if dark else Lie.NO_PAGE)
    first = found[0]
    if len(found) > 1 and found[1].area >= SECOND_SHARE * first.area:
        return Judged(Lie.TWO_PAGES, first.corners)
    cut = at_edges(first.corners, width, height)
    if cut:
        return Judged(_back_from(cut), first.corners)
    if first.area < SMALL_SHARE * width * height:
        return Judged(Lie.TOO_SMALL, first.corners)
    return _of_sheet(picture, first)


def _back_from(cut: frozenset[str]) -> Lie:
    """Where the sheet must move when it is cut off at these edges of the picture."""
    across, down = cut & {"left", "right"}, cut & {"top", "bottom"}
    if len(across) == 2 or len(down) == 2:
        return Lie.TOO_LARGE
    if across:
        return Lie.GO_RIGHT if "left" in across else Lie.GO_LEFT
    return Lie.GO_NEARER if "top" in down else Lie.GO_AWAY


def _of_sheet(picture: Picture, found: Found) -> Judged:
    sheet = unwarped(picture, found.corners)
    scale = min(1.0, SCALE / max(sheet.shape[:2]))
    measured = measure(np.asarray(cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8))
    return Judged(_legible(measured), found.corners, measured)


def _legible(measured: Measures) -> Lie:
    if measured.glare >= GLARE_SHARE:
        return Lie.GLARE
    if measured.light < DARK_LEVEL:
        return Lie.TOO_DARK
    if measured.tiles < LEAST_TILES:
        return Lie.BLANK
    if measured.sharp < SHARP or measured.sharp_part < SHARP_PART:
        return Lie.BLURRED
    return Lie.GOOD


def measure(sheet: Picture) -> Measures:
    """Measure a flat sheet, (h, w, 3) BGR, its longer side `SCALE` at most."""
    grey = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY), np.uint8)
    edge = max(2, min(grey.shape) // 40)
    inner = grey[edge:-edge, edge:-edge]
    sharpness = _sharpness(inner)
    return Measures(
        light=float(np.percentile(inner, 70)),
        glare=_glare(sheet[edge:-edge, edge:-edge]),
        sharp=float(np.median(sharpness)) if len(sharpness) else 0.0,
        sharp_part=float(np.percentile(sharpness, 10)) if len(sharpness) else 0.0,
        tiles=len(sharpness),
    )


def _glare(sheet: Picture) -> float:
    """The largest spot in which every channel is full, as a share of the sheet."""
    full = np.asarray((sheet.min(axis=2) >= SATURATED) * 255, np.uint8)
    full = np.asarray(cv2.morphologyEx(full, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(full, connectivity=8)
    if count < 2:
        return 0.0
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / full.size


def _sharpness(grey: Picture) -> NDArray[np.float64]:
    """Of every tile with writing: the variance of the Laplacian, without what noise adds, by that of brightness."""
    # Noise has a variance of 20 sigma squared under this Laplacian; sigma is read where nothing is written.
    laplacian = np.asarray(cv2.Laplacian(grey, cv2.CV_32F), np.float32)
    rows, columns = grey.shape[0] // TILE, grey.shape[1] // TILE
    if not rows or not columns:
        return np.zeros(0)
    shape = (rows, TILE, columns, TILE)

    def tiled(image: NDArray[np.float32]) -> NDArray[np.float64]:
        cut = image[: rows * TILE, : columns * TILE].reshape(shape).swapaxes(1, 2)
        return np.asarray(cut.reshape(rows * columns, -1).astype(np.float64).var(axis=1))

    contrast, fine = tiled(grey.astype(np.float32)), tiled(laplacian)
    noise = float(np.percentile(fine, 5))
    inked = contrast > max(INKED**2, 4 * noise / 20)
    return np.asarray((np.maximum(0.0, fine[inked] - noise) / contrast[inked]), np.float64)
