"""Time as the platform knows it: Beijing wall time and a monotonic counter, always handed in."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one zone without summer time since 1991."""


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The wall time, aware, Asia/Shanghai."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The wall time, aware, Asia/Shanghai."""
        return datetime.now(BEIJING)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class ShiftedClock:
    """Another clock moved forward by hand: the lab's way to let a code expire without waiting."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._shift = 0.0
        self._lock = threading.Lock()

    def advance(self, seconds: float) -> None:
        """Move the time forward; negative values are refused because codes must not come back to life.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("time only goes forward")
        with self._lock:
            self._shift += seconds

    def now(self) -> datetime:
        """The wall time, aware, Asia/Shanghai."""
        return self._base.now() + timedelta(seconds=self._shift)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._base.monotonic() + self._shift
