"""One measured figure beside its peer: the row of build/bench.json and of docs/benchmarks.md."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is held to: `ours` at most this, the ratio between these; all that is given must hold."""

    most: float | None = None
    ratio_most: float | None = None
    ratio_least: float | None = None

    def met(self, ours: float, ratio: float | None) -> bool | None:
        """Return whether the figure is within all that is asked; None when only the peer is missing to say so."""
        checks: tuple[tuple[float | None, Callable[[float, float], bool], float | None], ...] = (
            (ours, operator.le, self.most),
            (ratio, operator.le, self.ratio_most),
            (ratio, operator.ge, self.ratio_least),
        )
        known = [holds(value, limit) for value, holds, limit in checks if limit is not None and value is not None]
        asked = sum(limit is not None for _, _, limit in checks)
        return False if not all(known) else True if len(known) == asked else None

    def words(self, unit: str) -> str:
        """Return the goal as a reader sees it."""
        parts = []
        if self.most is not None:
            parts.append(f"<= {self.most:g} {unit}")
        if self.ratio_least is not None and self.ratio_most is not None:
            parts.append(f"{self.ratio_least:.3g} to {self.ratio_most:.3g} x peer")
        elif self.ratio_most is not None:
            parts.append(f"<= {self.ratio_most:.3g} x peer")
        elif self.ratio_least is not None:
            parts.append(f">= {self.ratio_least:.3g} x peer")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result. `goal` is "" and `met` None where nothing is asked (a floor, a part of a sum)."""

    group: str
    name: str
    unit: str
    ours: float
    peer: str
    peer_value: float | None
    ratio: float | None
    goal: str
    met: bool | None
    detail: str = ""


def row(
    group: str,
    name: str,
    unit: str,
    ours: float,
    peer: str = "",
    peer_value: float | None = None,
    goal: Goal | None = None,
    detail: str = "",
) -> Row:
    """Make a row; the ratio is ours over the peer's."""
    ratio = ours / peer_value if peer_value else None
    return Row(
        group,
        name,
        unit,
        round(ours, 4),
        peer,
        None if peer_value is None else round(peer_value, 4),
        None if ratio is None else round(ratio, 3),
        goal.words(unit) if goal else "",
        goal.met(ours, ratio) if goal else None,
        detail,
    )


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as one JSON array."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False) + "\n", "utf-8")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of the values do not exceed; the nearest rank.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -int(-share * len(ranked) // 1) - 1))]
