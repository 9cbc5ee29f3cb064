"""What the resident knows of the headphones: every change counts, the settled one is told, and told once."""

from __future__ import annotations

from enum import Enum, auto


class _Told(Enum):
    """What the resident was last told; NOTHING after a change that nobody announced."""

    OUT = auto()
    IN = auto()
    NOTHING = auto()


class JackNews:
    """What was last said of the jack."""

    def __init__(self) -> None:
        self._told = _Told.OUT

    def changed(self) -> None:
        """It is other than the resident was told."""
        self._told = _Told.NOTHING

    def due(self, *, plugged: bool, settled: bool) -> bool:
        """Tell whether this state is to be announced now; while the contacts chatter none is."""
        now = _Told.IN if plugged else _Told.OUT
        if not settled or self._told is now:
            return False
        self._told = now
        return True
