"""Finds sheets of paper in a picture: ways of telling paper from table, then straight lines fitted to the edges.

No way is right everywhere: a shadow breaks a threshold, a pattern of the table breaks edges, a grey table is as bright
as paper in the shade. Each way proposes outlines; what has four straight sides with a step of brightness all along them
is paper.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Corners = NDArray[np.float32]
"""(4, 2) points in pixels, clockwise as seen from the one nearest to the upper left."""

WORK = 512
"""The longer side of the picture that is searched."""
LEAST_SHARE = 0.015
"""Of the frame: what is smaller is no sheet but a thing on the table."""
HULL_LOSS = 0.16
"""How much less than its four corners an outline may cover: a thumb on the edge, a folded corner."""
LEAST_STEP = 5.0
"""Grey levels between paper and table, along a side."""
LEAST_SUPPORT = 0.62
"""Share of a side's length that has such a step; the weakest side counts."""
SURE = 0.93
"""With so much, in the middle of the picture, no other way is tried."""
SAME = 3.0
"""Outlines whose corners lie this near to each other are the same one, in pixels of the small picture."""
ALIKE = 0.5
"""Cosine between the step at one place and the mean of all: paper differs from its table in one way all around."""
OVERLAP = 0.3
ASPECT = 3.2
"""Slips are longer than this, and are not taken for sheets."""
BORDER = 0.006
"""A corner this near to the edge of the picture, in its longer side, lies on it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet. `corners` are pixels of the picture; `support`, from 0 to 1, is how sure its sides are."""

    corners: Corners
    support: float

    @property
    def area(self) -> float:
        """In pixels."""
        return float(cv2.contourArea(self.corners))


def find(picture: Picture) -> list[Found]:
    """Return the sheets in a (h, w, 3) BGR picture, the surest and largest first."""
    height, width = picture.shape[:2]
    scale = WORK / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    scale = min(scale, 1.0)
    small = np.asarray(small, np.uint8)
    smooth = np.asarray(cv2.bilateralFilter(small, 7, 30, 5), np.uint8)
    lab = np.asarray(cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB), np.float32)
    candidates: list[Found] = []
    tried: list[Corners] = []
    for mask in _masks(smooth, lab):
        for outline in _outlines(mask):
            corners = _four_corners(outline, small.shape[1], small.shape[0])
            if corners is None or any(float(np.abs(corners - other).max()) < SAME for other in tried):
                continue
            tried.append(corners)
            fitted = _fitted(lab, corners)
            if not _plausible(fitted, small.shape[1], small.shape[0]):
                continue
            support = _support(lab, fitted)
            if support >= LEAST_SUPPORT:
                candidates.append(Found(fitted, support))
        if any(c.support >= SURE and not at_edges(c.corners, small.shape[1], small.shape[0]) for c in candidates):
            # A way that shows one sheet this clearly shows a second one beside it as well.
            break
    kept: list[Found] = []
    for one in sorted(candidates, key=lambda c: -_worth(c, small.shape[1], small.shape[0])):
        if all(_overlap(one.corners, other.corners) < OVERLAP for other in kept):
            kept.append(one)
    # Pixels are squares: the middle of the first one lies at 0 in both pictures.
    return [Found(np.asarray((one.corners + 0.5) / scale - 0.5, np.float32), one.support) for one in kept]


def _worth(found: Found, width: int, height: int) -> float:
    """Large and sure is better; a side that was only cut by the frame proves nothing."""
    return found.support**2 * math.sqrt(found.area) * 0.6 ** len(at_edges(found.corners, width, height))


def at_edges(corners: Corners, width: int, height: int) -> frozenset[str]:
    """The edges of the picture on which a side of the sheet lies: left, right, top, bottom."""
    near = BORDER * max(width, height)
    found = set()
    for a, b in _sides(corners):
        for name, axis, edge in (("left", 0, 0), ("right", 0, width - 1), ("top", 1, 0), ("bottom", 1, height - 1)):
            if abs(a[axis] - edge) <= near and abs(b[axis] - edge) <= near:
                found.add(name)
    for x, y in corners:
        # A corner beyond the edge cannot be seen at all: whatever crosses the edge is cut off there.
        found |= {n for n, out in (("left", x < -near), ("right", x > width - 1 + near)) if out}
        found |= {n for n, out in (("top", y < -near), ("bottom", y > height - 1 + near)) if out}
    return frozenset(found)


def _sides(corners: Corners) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    for n in range(4):
        yield corners[n], corners[(n + 1) % 4]


def _masks(smooth: Picture, lab: NDArray[np.float32]) -> Iterator[Picture]:
    """Pictures in which a sheet is white: by brightness, by difference from the table, by edges."""
    light = np.asarray(lab[..., 0], np.uint8)
    level, bright = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield _closed(np.asarray(bright, np.uint8), 7)
    _, brighter = cv2.threshold(light, min(250, level + 25), 255, cv2.THRESH_BINARY)
    yield _closed(np.asarray(brighter, np.uint8), 7)
    yield _closed(_unlike_table(lab), 7)
    # Brightness against its surroundings at a large scale: a shadow over half of the sheet goes with the surroundings.
    quarter = cv2.resize(lab[..., 0], None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = cv2.resize(cv2.GaussianBlur(quarter, (0, 0), 15), (lab.shape[1], lab.shape[0]))
    lit = np.asarray((lab[..., 0] > around + 3) * 255, np.uint8)
    yield _closed(lit, 5)
    for low, high in ((12, 36), (30, 90), (60, 160)):
        edges = cv2.Canny(np.asarray(smooth, np.uint8), low, high, L2gradient=True)
        yield _closed(np.asarray(edges, np.uint8), 5)


def _unlike_table(lab: NDArray[np.float32]) -> Picture:
    """What differs from the colours along the frame's edge, by Otsu over the distance."""
    height, width = lab.shape[:2]
    rim = max(4, min(height, width) // 40)
    ring = np.concatenate(
        [part.reshape(-1, 3) for part in (lab[:rim], lab[-rim:], lab[:, :rim], lab[:, -rim:])]
    ).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 8, 1.0)
    cv2.setRNGSeed(1)
    _, _, centres = cv2.kmeans(ring, 3, np.zeros((0, 1), np.int32), criteria, 1, cv2.KMEANS_PP_CENTERS)
    away = np.min([np.linalg.norm(lab - centre, axis=2) for centre in centres], axis=0)
    scaled = np.asarray(np.clip(away * 4, 0, 255), np.uint8)
    _, mask = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8)


def _closed(mask: Picture, size: int) -> Picture:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), np.uint8)


def _outlines(mask: Picture) -> Iterator[NDArray[np.int32]]:
    """The hulls of what is large enough, the largest first."""
    least = LEAST_SHARE * mask.size
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    found, _ = cv2.findContours(framed, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE, offset=(-1, -1))
    hulls = [cv2.convexHull(contour) for contour in found if len(contour) >= 4]
    large = [np.asarray(hull, np.int32) for hull in hulls if cv2.contourArea(hull) >= least]
    yield from sorted(large, key=lambda hull: -cv2.contourArea(hull))[:6]


def _four_corners(hull: NDArray[np.int32], width: int, height: int) -> Corners | None:
    """The four corners that cover a hull best; None when it is round, or the whole frame."""
    around = cv2.arcLength(hull, True)
    best: Corners | None = None
    for loose in (0.02, 0.035, 0.05, 0.08):
        simple = cv2.approxPolyDP(hull, loose * around, True).reshape(-1, 2)
        if len(simple) == 4:
            best = np.asarray(simple, np.float32)
            break
        if 4 < len(simple) <= 8:
            best = _largest_four(np.asarray(simple, np.float32))
            if cv2.contourArea(best) >= (1 - HULL_LOSS / 2) * cv2.contourArea(hull):
                break
    if best is None:
        return None
    covered = cv2.contourArea(best) / max(1.0, cv2.contourArea(hull))
    if covered < 1 - HULL_LOSS or cv2.contourArea(best) > 0.985 * width * height:
        return None
    return _ordered(best)


def _largest_four(points: Corners) -> Corners:
    """The four of a few points that enclose most."""
    chosen = max(itertools.combinations(range(len(points)), 4), key=lambda four: cv2.contourArea(points[list(four)]))
    return np.asarray(points[list(chosen)], np.float32)


def _ordered(corners: Corners) -> Corners:
    """Clockwise on the screen, the one nearest to the upper left first."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    turned = corners[np.argsort(angles)]
    first = int(np.argmin(turned.sum(axis=1)))
    return np.asarray(np.roll(turned, -first, axis=0), np.float32)


PROBES = 48
REACH = 9
"""How far beside a side its true place is looked for, in pixels of the small picture."""


def _profile(lab: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32], reach: int) -> tuple[
    NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]
]:  # fmt: skip
    """Colours across a side: (points on it, unit normal outwards, (PROBES, 2 reach + 1, 3) samples from inside out)."""
    along = np.linspace(0.04, 0.96, PROBES, dtype=np.float32)[:, None]
    points = a + along * (b - a)
    side = b - a
    normal = np.array([side[1], -side[0]], np.float32) / max(1e-6, float(np.linalg.norm(side)))
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    at = points[:, None, :] + steps[None, :, None] * normal
    samples = cv2.remap(
        lab, at[..., 0].astype(np.float32), at[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return points, normal, np.asarray(samples, np.float32)


def _steps(samples: NDArray[np.float32], gap: int = 2) -> NDArray[np.float32]:
    """How much colour changes at each place of the profiles: the difference of the means of three on both sides."""
    sums = np.cumsum(np.pad(samples, ((0, 0), (1, 0), (0, 0))), axis=1)
    means = (sums[:, 3:] - sums[:, :-3]) / 3
    step = np.linalg.norm(means[:, gap + 1 :] - means[:, : -gap - 1], axis=2)
    return np.asarray(step, np.float32)


def _fitted(lab: NDArray[np.float32], corners: Corners) -> Corners:
    """Move each side to where the step is, by a line through the steps that agree; then meet the lines anew."""
    now = corners
    height, width = lab.shape[:2]
    for reach in (REACH, 5):
        lines = []
        for a, b in _sides(now):
            points, normal, samples = _profile(lab, a, b, reach)
            if _on_border(a, b, width, height):
                lines.append((a, b))
                continue
            steps = _steps(samples)
            best = np.argmax(steps, axis=1)
            offset = best + (samples.shape[1] - steps.shape[1]) / 2 - reach
            strong = steps[np.arange(PROBES), best] >= LEAST_STEP
            at = np.asarray(points + offset[:, None] * normal, np.float32)[strong]
            lines.append(_line_through(at, a, b))
        met = [_meet(lines[n - 1], lines[n]) for n in range(4)]
        if any(one is None for one in met):
            return now
        moved = np.asarray(met, np.float32)
        if np.abs(moved - now).max() > 4 * reach or not cv2.isContourConvex(moved):
            return now
        now = moved
    return now


def _on_border(a: NDArray[np.float32], b: NDArray[np.float32], width: int, height: int) -> bool:
    for axis, last in ((0, width - 1), (1, height - 1)):
        if max(a[axis], b[axis]) <= 2 or min(a[axis], b[axis]) >= last - 2:
            return True
    return False


def _line_through(
    at: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A line through most of the points, twice without those that lie off it; the old side when there are too few."""
    for least in (6.0, 2.0, 1.0):
        if len(at) < PROBES // 5:
            return a, b
        vx, vy, x, y = cv2.fitLine(at, cv2.DIST_HUBER, 0, 0.01, 0.01).reshape(4)
        off = np.abs((at[:, 0] - x) * vy - (at[:, 1] - y) * vx)
        at = at[off <= max(least, float(np.median(off)))]
    start = np.array([x, y], np.float32)
    return start, np.asarray(start + np.array([vx, vy], np.float32) * 100, np.float32)


def _meet(
    first: tuple[NDArray[np.float32], NDArray[np.float32]], second: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> NDArray[np.float32] | None:
    (p, q), (r, s) = first, second
    d, e = q - p, s - r
    cross = float(d[0] * e[1] - d[1] * e[0])
    if abs(cross) < 1e-3 * float(np.linalg.norm(d) * np.linalg.norm(e)):
        return None
    t = float((r[0] - p[0]) * e[1] - (r[1] - p[1]) * e[0]) / cross
    return np.asarray(p + t * d, np.float32)


def _support(lab: NDArray[np.float32], corners: Corners) -> float:
    """The share of the weakest side along which the colour steps just there, in the same way as all around. Sides that
    the frame's edge cuts off have none and are left out; what only they hold together is nothing.
    """
    height, width = lab.shape[:2]
    found = []
    for a, b in _sides(corners):
        if not _on_border(a, b, width, height):
            _, _, samples = _profile(lab, a, b, 5)
            middle = samples.shape[1] // 2
            inside, outside = samples[:, middle - 4 : middle - 1], samples[:, middle + 2 : middle + 5]
            found.append(inside.mean(axis=1) - outside.mean(axis=1))
    if len(found) < 2:
        return 0.0
    common = np.concatenate(found).mean(axis=0)
    common /= max(1e-6, float(np.linalg.norm(common)))
    weakest = 1.0
    for steps in found:
        size = np.linalg.norm(steps, axis=1)
        strong = (size >= LEAST_STEP) & (steps @ common >= ALIKE * size)
        weakest = min(weakest, float(strong.mean()))
    return weakest


def _plausible(corners: Corners, width: int, height: int) -> bool:
    """Whether it can be a sheet seen from above: corners near 90 degrees, sides of some length, not a slip."""
    if cv2.contourArea(corners) < LEAST_SHARE * width * height:
        return False
    lengths = [float(np.linalg.norm(b - a)) for a, b in _sides(corners)]
    if min(lengths) < 20 or max(lengths) / min(lengths) > ASPECT:
        return False
    for n in range(4):
        before, here, after = corners[n - 1], corners[n], corners[(n + 1) % 4]
        u, v = before - here, after - here
        cosine = float(np.dot(u, v) / max(1e-6, float(np.linalg.norm(u) * np.linalg.norm(v))))
        if abs(cosine) > 0.5:
            return False
    return sum(len(at_edges(corners, width, height) & {name}) for name in ("left", "right", "top", "bottom")) < 4


def _overlap(one: Corners, other: Corners) -> float:
    """Shared area, of the smaller one's."""
    shared, _ = cv2.intersectConvexConvex(one, other)
    return float(shared) / max(1.0, min(float(cv2.contourArea(one)), float(cv2.contourArea(other))))
