"""Time of the terminal: Beijing wall time and a monotonic second."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the wall time in Beijing."""
        return datetime.now(BEIJING)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()
