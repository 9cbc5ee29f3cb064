"""What grows from visit to visit. Pure: samples in, growth out.

The slope is that of Theil and Sen: the median of the slopes between every two samples. A sample in a busy moment moves
it little, a staircase of one handle every few hundred visits moves it. The least-squares slope stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import linear_regression, median

MOST_PERCENT = 2.0
JUDGED: Mapping[str, str] = {
    "pss_mb": "PSS of the terminal, MB",
    "all_pss_mb": "PSS with its children, MB",
    "handles": "handles of the terminal",
    "all_handles": "handles with its children",
    "files": "files",
}
"""What may not grow: name of the value in a sample, words for people."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was found after so many visits, by name."""

    visits: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Growth:
    """How one value grew over the measured visits.

    `first` and `last` are those of the fitted line, `percent` is from one to the other; `squares` is the same by least
    squares.
    """

    name: str
    first: float
    last: float
    percent: float
    squares: float

    @property
    def level(self) -> bool:
        """True when it grew by no more than is allowed."""
        return self.percent <= MOST_PERCENT


def growth(samples: Sequence[Sample], name: str, warm_up: int) -> Growth:
    """Return how a value grew from visit `warm_up` to the last.

    Raises:
        ValueError: there are fewer than three samples from then on.
    """
    points = [(one.visits, one.values[name]) for one in samples if one.visits >= warm_up]
    if len(points) < 3:
        raise ValueError(f"{name}: {len(points)} samples after {warm_up} visits are too few")
    slope = median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2))
    base = median(y - slope * x for x, y in points)
    start, end = points[0][0], points[-1][0]
    squares = linear_regression([x for x, _ in points], [y for _, y in points])
    first, last = base + slope * start, base + slope * end
    return Growth(
        name,
        first,
        last,
        _percent(first, last),
        _percent(squares.intercept + squares.slope * start, squares.intercept + squares.slope * end),
    )


def _percent(first: float, last: float) -> float:
    if first <= 0:
        return 0.0 if last <= first else math.inf
    return (last / first - 1) * 100


def judge(samples: Sequence[Sample], warm_up: int, names: Iterable[str] = JUDGED) -> list[Growth]:
    """Return how each of these values grew.

    Raises:
        ValueError: too few samples.
    """
    return [growth(samples, name, warm_up) for name in names]
