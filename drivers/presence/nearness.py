"""Whether somebody stands before the terminal, pure: from what a sensor says many times a second to near and away.

Near when somebody was close for a moment, away when nobody was within a wider circle for a while; between the two
circles it stays as it was. So whoever shifts from foot to foot, or stands still for some seconds, does not flicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """What is said to the rest of the terminal."""

    NEAR = "near"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Circle:
    """Distances in cm, times in s. `stuck_s`: nobody stands at a terminal for so long; 0 looks for nothing stuck."""

    near_cm: int = 120
    far_cm: int = 180
    near_s: float = 0.4
    away_s: float = 4.0
    stuck_s: float = 4 * 3600.0

    def __post_init__(self) -> None:
        if not 0 < self.near_cm <= self.far_cm or self.near_s < 0 or self.away_s < 0 or self.stuck_s < 0:
            raise ValueError("near_cm and far_cm are out of order, or a time is negative")


class Nearness:
    """Follows one sensor. A sensor without distances says 0 cm for somebody and None for nobody."""

    def __init__(self, circle: Circle | None = None) -> None:
        self._circle = circle or Circle()
        self.presence = Presence.AWAY
        self._leaning_since: float | None = None
        self._seen_since: float | None = None

    def reset(self) -> None:
        """The sensor is gone: whatever comes next begins at away."""
        self.presence = Presence.AWAY
        self._leaning_since = self._seen_since = None

    def feed(self, distance_cm: int | None, at: float) -> Presence:
        """Take in what was seen at `at` (monotonic seconds) and return what counts now."""
        circle, near = self._circle, self.presence is Presence.NEAR
        within = distance_cm is not None and distance_cm <= (circle.far_cm if near else circle.near_cm)
        self._seen_since = None if distance_cm is None else self._seen_since if self._seen_since is not None else at
        if within is near:
            self._leaning_since = None
        else:
            self._leaning_since = at if self._leaning_since is None else self._leaning_since
            if at - self._leaning_since >= (circle.away_s if near else circle.near_s):
                self.presence = Presence.AWAY if near else Presence.NEAR
                self._leaning_since = None
        return self.presence

    def stuck(self, at: float) -> bool:
        """True when somebody was seen without a gap for longer than anybody stays."""
        since, most = self._seen_since, self._circle.stuck_s
        return most > 0 and since is not None and at - since >= most
