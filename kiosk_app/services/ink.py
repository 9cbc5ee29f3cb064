"""What a finger leaves on the glass, made smooth and small. Pure.

A panel writes strokes as text: points `x,y` with a space between, strokes with a semicolon between, on the sheet of
`contracts.handwriting`.
"""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from math import dist

from contracts.handwriting import HEIGHT, MOST_POINTS, MOST_STROKES, WIDTH, Point, Stroke, Strokes

STEP = 12.0
"""Between two points of a stroke: 3 to 4 mm on the glass."""
_POINT = re.compile(r"(-?\d{1,6}),(-?\d{1,6})")


def read(text: str) -> Strokes:
    """Return the strokes of a panel's text, within the sheet; what is no point is passed over."""
    strokes = (tuple(_within(int(x), int(y)) for x, y in _POINT.findall(part)) for part in text.split(";"))
    return tuple(stroke for stroke in strokes if stroke)


def write(strokes: Strokes) -> str:
    """Return the text that a panel draws."""
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


def tidied(strokes: Strokes, before: Strokes = ()) -> Strokes:
    """Return the strokes smoothed, at even distances, and no more of them than a signature may have.

    Those that stood there `before` are smooth already.
    """
    known = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(strokes, before, strict=False)))
    kept = strokes[:MOST_STROKES]
    smooth = [stroke if at < known else _even(_smooth(stroke)) for at, stroke in enumerate(kept)]
    while sum(map(len, smooth)) > MOST_POINTS:
        smooth = [_thinned(stroke) for stroke in smooth]
    return tuple(smooth)


def _within(x: int, y: int) -> Point:
    return min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)


def _smooth(stroke: Stroke) -> list[tuple[float, float]]:
    """Each point drawn a little to its neighbours; the ends stay."""
    inner = [
        ((a[0] + 2 * b[0] + c[0]) / 4, (a[1] + 2 * b[1] + c[1]) / 4)
        for a, b, c in zip(stroke, stroke[1:], stroke[2:], strict=False)
    ]
    return [stroke[0], *inner, *stroke[-1:]] if len(stroke) > 1 else [stroke[0]]


def _even(points: list[tuple[float, float]]) -> Stroke:
    """Points at even distances along the line, and its end."""
    found = [points[0]]
    left = STEP
    for start, end in pairwise(points):
        length, done = dist(start, end), 0.0
        while length - done >= left:
            done += left
            share = done / length
            found.append((start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share))
            left = STEP
        left -= length - done
    found.append(points[-1])
    whole = [(round(x), round(y)) for x, y in found]
    return tuple(point for at, point in enumerate(whole) if at == 0 or point != whole[at - 1])


def _thinned(stroke: Stroke) -> Stroke:
    """Every second point, and the end."""
    return stroke if len(stroke) < 3 else (*stroke[:-1:2], stroke[-1])
