"""Time of the terminal: Beijing wall time and a monotonic second."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
CLOSE_S = 60.0
"""The machine's clock counts as right again when it is so close to what the platform signed."""


class SystemClock:
    """The machine's own clocks, put right by what the platform has signed.

    The machine's clock is never set from here: that takes root and is the work of its time synchronisation. A
    correction is counted on with monotonic seconds, so that it stays true when the machine's clock jumps, and is given
    up when that clock has become right. It ends with the process.
    """

    def __init__(self) -> None:
        self._right: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the wall time in Beijing."""
        machine = datetime.now(BEIJING)
        right = self._right
        if right is None:
            return machine
        at = right[0] + timedelta(seconds=self.monotonic() - right[1])
        if abs((machine - at).total_seconds()) > CLOSE_S:
            return at
        self._right = None
        return machine

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    @property
    def offset_s(self) -> float:
        """Seconds that are added to the machine's clock; 0 when it counts as right."""
        right = self.now()
        return 0.0 if self._right is None else (right - datetime.now(BEIJING)).total_seconds()

    def correct(self, at: datetime) -> None:
        """Go by this time from now on."""
        self._right = (at.astimezone(BEIJING), self.monotonic())
