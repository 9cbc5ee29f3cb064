"""How often something may be guessed before it rests: PINs of hosts, codes of phones. Pure; time is handed in."""

from __future__ import annotations

from dataclasses import dataclass

MOST_KEYS = 4096


@dataclass(frozen=True, slots=True)
class _Count:
    failures: int
    at: float


class Lockout:
    """`tries` failures of one key rest it for `seconds`, counted from the last failure that was allowed.

    Keys are opaque (a salted hash, never a number). A failure is forgotten `seconds` after it happened, so that an
    unlucky host is not locked by last week. At most `MOST_KEYS` are remembered; the oldest that is free goes first,
    so that trying many keys frees none that is locked.
    """

    def __init__(self, tries: int = 5, seconds: float = 900.0) -> None:
        """`tries` is how many failures are allowed, `seconds` how long they rest and are remembered."""
        if tries < 1 or seconds <= 0:
            raise ValueError("a lock-out needs at least one try and some seconds")
        self._tries = tries
        self._seconds = seconds
        self._counts: dict[str, _Count] = {}

    def failed(self, key: str, now: float) -> None:
        """Count a failure at `now` (monotonic seconds). While a key rests, more failures do not lengthen it."""
        if self.locked(key, now) > 0:
            return
        before = self._counts.pop(key, None)
        fresh = before is None or now - before.at >= self._seconds
        self._counts[key] = _Count(1 if fresh or before is None else before.failures + 1, now)
        self._forget(now)

    def locked(self, key: str, now: float) -> float:
        """Return how many seconds the key still rests; 0 when it may be tried."""
        count = self._counts.get(key)
        if count is None or count.failures < self._tries:
            return 0.0
        return max(0.0, count.at + self._seconds - now)

    def cleared(self, key: str) -> None:
        """It was right: nothing is held against this key."""
        self._counts.pop(key, None)

    def _forget(self, now: float) -> None:
        old = [key for key, count in self._counts.items() if now - count.at >= self._seconds]
        for key in old:
            del self._counts[key]
        free = [key for key, count in self._counts.items() if count.failures < self._tries]
        for key in free[: max(0, len(self._counts) - MOST_KEYS)]:
            del self._counts[key]
