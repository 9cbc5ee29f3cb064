"""From distances to a decision. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.vision.messages import Decision, FaceSettings


def decide(distance: float | None, settings: FaceSettings) -> Decision:
    """Up to `accept` the same person, up to `second` only together with another proof; None: no face was found."""
    if distance is None:
        return Decision.NO_FACE
    if distance <= settings.accept:
        return Decision.ACCEPT
    return Decision.SECOND_FACTOR if distance <= settings.second else Decision.REJECT


def best(distances: Iterable[float]) -> float | None:
    """The nearest of several looks at the same person; None when there were none."""
    return min(distances, default=None)
