"""The lab's time: it flows like the machine's and can be moved forward."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk_app.clock import BEIJING
from kiosk_app.loop import Timer


class LabClock:
    """The machine's clocks plus what was skipped, in seconds. Reading is safe from any thread."""

    def __init__(self, skipped: float = 0.0) -> None:
        self.skipped = skipped

    def now(self) -> datetime:
        """Return the wall time in Beijing."""
        return datetime.now(BEIJING) + timedelta(seconds=self.skipped)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic() + self.skipped


class _Pending:
    """One timer: it is either fired by the machine's time or by a skip, never twice."""

    def __init__(self, fn: Callable[[], None]) -> None:
        self.fn: Callable[[], None] | None = fn
        self.real: Timer | None = None

    def cancel(self) -> None:
        """Forget it; harmless when it has already fired."""
        self.fn = None
        if self.real is not None:
            self.real.cancel()

    def fire(self) -> None:
        """Run it unless it ran or was cancelled."""
        fn, self.fn = self.fn, None
        if self.real is not None:
            self.real.cancel()
        if fn is not None:
            fn()


class LabTimers:
    """`after` that also fires when the clock is moved. Everything runs on the loop's thread."""

    def __init__(self, clock: LabClock, after: Callable[[float, Callable[[], None]], Timer]) -> None:
        self._clock = clock
        self._after = after
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, _Pending]] = []

    def after(self, seconds: float, fn: Callable[[], None]) -> _Pending:
        """Run `fn` once, `seconds` from now."""
        while self._waiting and self._waiting[0][2].fn is None:
            heapq.heappop(self._waiting)
        pending = _Pending(fn)
        pending.real = self._after(seconds, pending.fire)
        heapq.heappush(self._waiting, (self._clock.monotonic() + seconds, next(self._order), pending))
        return pending

    def advance(self, seconds: float) -> int:
        """Skip so many seconds; what falls due meanwhile fires in order, each at its own time. Returns how many did."""
        goal = self._clock.monotonic() + seconds
        fired = 0
        while self._waiting and self._waiting[0][0] <= goal:
            due, _, pending = heapq.heappop(self._waiting)
            if pending.fn is None:
                continue
            self._clock.skipped += max(0.0, due - self._clock.monotonic())
            pending.fire()
            fired += 1
        self._clock.skipped += max(0.0, goal - self._clock.monotonic())
        return fired
