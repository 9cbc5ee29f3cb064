"""One finger at a time: what it does to the page, to the focus, and in the lower left corner. Pure, time handed in.

All that comes of a gesture is a list of orders. While one finger is on the glass every other one is ignored, also
after the first was lifted: ten fingers at once are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

REST_S = 0.25
"""A finger that stays so long explores; a shorter touch is a tap."""
PAIR_S = 0.5
"""The second of two taps comes within it."""
SLOP_PX = 24.0
"""A finger that moves farther glides (7.5 mm on the usual screen: a trembling one stays within)."""
CORNER_S = 3.0
"""So long in the lower left corner asks for the accessible modes (EN 301 549 5.2)."""


@dataclass(frozen=True, slots=True)
class Press:
    """The finger is down on the page at this point, px of the window."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drag:
    """It is here now."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Lift:
    """It left the glass here: what is under it may act."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drop:
    """What was pressed is no longer: it must not act."""


@dataclass(frozen=True, slots=True)
class Over:
    """The focus goes to what is here; nothing acts. `fresh` begins a gesture: the same item speaks again."""

    x: float
    y: float
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class ActFocused:
    """Two quick taps: the focused item acts."""


@dataclass(frozen=True, slots=True)
class Corner:
    """The lower left corner was held."""


Order = Press | Drag | Lift | Drop | Over | ActFocused | Corner


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the window, px."""

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(slots=True)
class _Finger:
    """The finger that counts. `glides` once it explores, `dead` once it may do no more."""

    id: int
    x: float
    y: float
    at: float
    explores: bool
    glides: bool = False
    dead: bool = False
    corner_at: float | None = None


class Fingers:
    """Takes fingers as they come down, move and leave; `look` at `due` for what happens by waiting alone."""

    def __init__(self) -> None:
        self.corner = Box()
        self.slop = SLOP_PX
        self._finger: _Finger | None = None
        self._others: set[int] = set()
        self._tap: tuple[float, float, float] | None = None

    @property
    def due(self) -> float | None:
        """When to `look` again, seconds; None = when the next finger comes."""
        times = []
        finger = self._finger
        if finger is not None and finger.corner_at is not None:
            times.append(finger.corner_at)
        if finger is not None and finger.explores and not finger.glides and not finger.dead:
            times.append(finger.at + REST_S)
        if finger is None and self._tap is not None:
            times.append(self._tap[0] + PAIR_S)
        return min(times, default=None)

    def down(self, finger: int, x: float, y: float, now: float, *, explore: bool = False) -> list[Order]:
        """A finger comes down; `explore` says how this gesture is meant."""
        orders = self.look(now)
        if self._finger is not None or self._others:
            self._others.add(finger)
            return orders
        corner_at = now + CORNER_S if self.corner.holds(x, y) else None
        self._finger = _Finger(finger, x, y, now, explore, corner_at=corner_at)
        return orders if explore else [*orders, Press(x, y)]

    def move(self, finger: int, x: float, y: float, now: float) -> list[Order]:
        """A finger is somewhere else, or still where it was."""
        orders = self.look(now)
        mine = self._finger
        if mine is None or mine.id != finger or mine.dead:
            return orders
        if mine.corner_at is not None and not self.corner.holds(x, y):
            mine.corner_at = None
        if not mine.explores:
            return [*orders, Drag(x, y)]
        if mine.glides:
            return [*orders, Over(x, y)]
        if hypot(x - mine.x, y - mine.y) > self.slop:
            mine.glides = True
            self._tap = None
            return [*orders, Over(x, y, fresh=True)]
        return orders

    def up(self, finger: int, x: float, y: float, now: float) -> list[Order]:
        """A finger leaves the glass."""
        orders = self.look(now)
        mine = self._finger
        if mine is None or mine.id != finger:
            self._others.discard(finger)
            return orders
        self._finger = None
        if mine.dead or mine.glides:
            return orders
        if not mine.explores:
            return [*orders, Lift(x, y)]
        first, self._tap = self._tap, (now, x, y)
        if first is not None and mine.at - first[0] <= PAIR_S:
            self._tap = None
            return [*orders, ActFocused()]
        return orders

    def look(self, now: float) -> list[Order]:
        """What comes of waiting: the corner, a finger at rest, a tap that stayed alone."""
        orders: list[Order] = []
        finger = self._finger
        if finger is None:
            if self._tap is not None and now > self._tap[0] + PAIR_S:
                orders.append(Over(self._tap[1], self._tap[2], fresh=True))
                self._tap = None
            return orders
        if finger.explores and not finger.glides and not finger.dead and now >= finger.at + REST_S:
            finger.glides = True
            self._tap = None
            orders.append(Over(finger.x, finger.y, fresh=True))
        if finger.corner_at is not None and now >= finger.corner_at:
            finger.corner_at = None
            finger.dead = True
            orders += [Corner()] if finger.explores else [Drop(), Corner()]
        return orders

    def cancel(self) -> list[Order]:
        """The fingers are gone without having been lifted; a tap before that is still the first of two."""
        pressed = self._finger is not None and not self._finger.explores and not self._finger.dead
        self._finger = None
        self._others.clear()
        return [Drop()] if pressed else []

    def forget(self) -> None:
        """No tap came before this."""
        self._tap = None
