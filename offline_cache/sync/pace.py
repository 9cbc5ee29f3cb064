"""When the next call may go: back-off, the heartbeat's turn, and what the platform asked for. Monotonic seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from offline_cache.errors import PlatformBusy, PlatformError
from offline_cache.faces import Clock
from offline_cache.sync.policy import HORIZON_S, Backoff
from offline_cache.sync.standing import Standing


class Pace:
    """Shared by the engine's threads; each figure is written as a whole, and a late look costs one short wait."""

    def __init__(
        self, clock: Clock, random: Callable[[], float], standing: Standing, base_s: float, cap_s: float
    ) -> None:
        self._clock = clock
        self._random = random
        self._standing = standing
        self._backoff = Backoff(base_s, cap_s)
        self._next_beat = self._resume_at = 0.0
        self._asked_until = self._beat_asked_until = 0.0
        self._closed_until: datetime | None = None

    @property
    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    @property
    def wall(self) -> float:
        """Wall seconds, as the store keeps them."""
        return self._clock.now().timestamp()

    @property
    def next_beat(self) -> float:
        """When the next heartbeat is due."""
        return max(self._next_beat, self._beat_asked_until)

    @property
    def beat_due(self) -> bool:
        """Whether a heartbeat goes before everything else."""
        return self.now >= self.next_beat

    @property
    def resume_at(self) -> float:
        """Before this, nothing but heartbeats goes."""
        return max(self._resume_at, self._asked_until)

    @property
    def asked_to_wait(self) -> bool:
        """Whether the platform itself asked to be left alone; nobody's hurry changes that."""
        return self.now < self._asked_until

    @property
    def may_send(self) -> bool:
        """Whether anything but a heartbeat may go now."""
        return self._standing.lets_through and self.now >= self.resume_at

    def delay(self, attempt: int, asked: float | None = None) -> float:
        """Return seconds to wait after so many failures."""
        return self._backoff.delay(attempt, self._random, asked)

    def failed(self, error: PlatformError) -> float:
        """Take note of a failed call; returns seconds to leave the platform alone."""
        failures = self._standing.failed(error)
        asked = asked_of(error)
        delay = self.delay(failures - 1, asked)
        if asked:
            self._asked_until = max(self._asked_until, self.now + delay)
        return delay

    def succeeded(self) -> None:
        """A call came through."""
        self._standing.saw(True)
        self._resume_at = 0.0

    def hold(self, until: float) -> None:
        """Leave the platform alone; then a heartbeat goes first, because it is the smallest probe."""
        self._resume_at = until
        self._next_beat = min(self._next_beat, until)

    def beat_in(self, seconds: float, *, asked: bool = False) -> None:
        """The next heartbeat goes then; `asked`: the platform wants none before."""
        self._next_beat = self.now + seconds
        self._beat_asked_until = self._next_beat if asked else 0.0

    def beat_soon(self) -> None:
        """Something went wrong that says little of the platform: ask it at once."""
        self._next_beat = min(self._next_beat, self.now)

    def hurry_up(self) -> None:
        """Something changed: forget back-off, unless the platform asked to be left alone."""
        if not self.asked_to_wait:
            self._next_beat = self._resume_at = 0.0

    def close_until(self, until: datetime, server_time: datetime) -> float:
        """The platform is being worked on; returns seconds until it may be asked for more than a heartbeat.

        The herd's return is spread once for each announcement, not at each heartbeat anew.
        """
        left = min(max(0.0, (until - server_time).total_seconds()), HORIZON_S / 2)
        if until != self._closed_until or self.now >= self._asked_until:
            self._closed_until = until
            self._asked_until = self.now + self.delay(4, left)
        return max(0.0, self._asked_until - self.now)

    def open_again(self) -> None:
        """The platform says nothing of being worked on; harmless when it never did."""
        if self._closed_until is not None:
            self._closed_until = None
            self._asked_until = 0.0


def asked_of(error: PlatformError) -> float | None:
    """Return for how many seconds the platform asked to be left alone, None when it did not."""
    return error.retry_after if isinstance(error, PlatformBusy) else None
