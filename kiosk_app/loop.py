"""The loop is a port: `ui.Shell` (Qt's main thread) and the plain loop below both offer it."""

from __future__ import annotations

import heapq
import itertools
import queue
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A pending `after`."""

    def cancel(self) -> None:
        """Forget it; harmless when it has already fired."""


class Loop(Protocol):
    """One thread on which visit, screens, voice and effects run as plain calls."""

    def post(self, fn: Callable[[], None]) -> None:
        """Run `fn` on the loop's thread, soon; may be called from any thread."""

    def after(self, seconds: float, fn: Callable[[], None]) -> Timer:
        """Run `fn` on the loop's thread once, `seconds` from now; call it from the loop's thread."""

    def run(self) -> None:
        """Run until `quit`."""

    def quit(self) -> None:
        """End `run`; may be called from any thread."""


class _Entry:
    def __init__(self, fn: Callable[[], None]) -> None:
        self.fn: Callable[[], None] | None = fn

    def cancel(self) -> None:
        self.fn = None


class PlainLoop:
    """A loop without Qt, for commands and tests. `now` gives seconds that only grow."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, _Entry]] = []
        self._order = itertools.count()

    def post(self, fn: Callable[[], None]) -> None:
        """Run `fn` soon."""
        self._queue.put(fn)

    def after(self, seconds: float, fn: Callable[[], None]) -> Timer:
        """Run `fn` once, `seconds` from now."""
        entry = _Entry(fn)
        heapq.heappush(self._timers, (self._now() + seconds, next(self._order), entry))
        return entry

    def run(self) -> None:
        """Run until `quit`."""
        while True:
            wait = None
            if self._timers:
                wait = max(0.0, self._timers[0][0] - self._now())
            try:
                fn = self._queue.get(timeout=wait)
            except queue.Empty:
                fn = self._due
            if fn is None:
                return
            fn()

    def quit(self) -> None:
        """End `run`."""
        self._queue.put(None)

    def _due(self) -> None:
        while self._timers and self._timers[0][0] <= self._now():
            entry = heapq.heappop(self._timers)[2]
            if entry.fn is not None:
                entry.fn()
