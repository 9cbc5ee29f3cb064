"""The decisions of syncing, pure: what a failure means, when to try again, what travels together, online or not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from offline_cache.errors import BadSignature, NetworkLost, NotAuthorised, PlatformBusy, PlatformError, Refused
from offline_cache.items import Candidate

MAX_ITEMS = 20
MAX_BYTES = 512 * 1024
ITEM_OVERHEAD = 600
"""Bytes an item takes in a batch besides its body: ids, digest, times, field names; and room for the frame."""


HORIZON_S = 7200.0
"""Nothing is ever put off longer; a later time means that the wall clock was set back since."""


class Failure(StrEnum):
    """What a failed call means for the queue."""

    TRANSPORT = "transport"
    BUSY = "busy"
    PAUSE = "pause"
    DEAD = "dead"


def classify(error: PlatformError) -> Failure:
    """Say what to do after a failed call."""
    match error:
        case NetworkLost():
            return Failure.TRANSPORT
        case PlatformBusy():
            return Failure.BUSY
        case NotAuthorised():
            return Failure.PAUSE
        case Refused() | BadSignature():
            return Failure.DEAD
        case _:
            return Failure.BUSY


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: `U(0, min(cap, base * 2^n))` seconds, so that the herd after an outage spreads out."""

    base_s: float = 2.0
    cap_s: float = 300.0

    def delay(self, attempt: int, random: Callable[[], float], retry_after: float | None = None) -> float:
        """Return seconds to wait before try `attempt + 1`. What the platform asked for comes first, jitter on top.

        Args:
            attempt: failures so far, from 0.
            random: evenly in [0, 1).
            retry_after: seconds the platform asked for.
        """
        ceiling = min(self.cap_s, self.base_s * 2.0 ** min(attempt, 60))
        return min(retry_after or 0.0, HORIZON_S / 2) + random() * ceiling


def batch_limit(attempts: int) -> int:
    """Return how many items may travel with one that failed `attempts` times: a poison item soon travels alone."""
    return max(1, math.ceil(MAX_ITEMS / (attempts + 1)))


def choose(
    candidates: Iterable[Candidate], now_s: float, *, limit: int = MAX_ITEMS, max_bytes: int = MAX_BYTES
) -> list[Candidate]:
    """Pick what travels in the next batch.

    Of each case only its oldest unaccepted item may go, and only when it is due; a dead letter holds back its
    own case and no other. An item that has failed shrinks the batch it is in.

    Args:
        candidates: oldest first.
        now_s: wall seconds.
        limit: at most so many items.
        max_bytes: at most so many bytes; a single larger item still travels alone.
    """
    chosen: list[Candidate] = []
    seen: set[str] = set()
    size = 0
    for candidate in candidates:
        if len(chosen) >= limit:
            break
        if candidate.case_key in seen:
            continue
        seen.add(candidate.case_key)
        if candidate.dead or _wait(candidate, now_s) > 0:
            continue
        weight = candidate.size + ITEM_OVERHEAD
        allowed = min(limit, batch_limit(candidate.attempts))
        if chosen and (len(chosen) >= allowed or size + weight > max_bytes):
            break
        limit = allowed
        size += weight
        chosen.append(candidate)
    return chosen


def next_due(candidates: Iterable[Candidate], now_s: float) -> float:
    """Return seconds until some case's oldest item is due, infinity when none will be."""
    seen: set[str] = set()
    nearest = math.inf
    for candidate in candidates:
        if candidate.case_key not in seen and not candidate.dead:
            nearest = min(nearest, _wait(candidate, now_s))
            if nearest <= 0:
                # Ten thousand more would not make it sooner.
                break
        seen.add(candidate.case_key)
    return nearest


def _wait(candidate: Candidate, now_s: float) -> float:
    wait = candidate.next_at - now_s
    return wait if 0 < wait <= HORIZON_S else 0.0


class BreakerState(StrEnum):
    """closed: calls go out. open: none. half_open: one probe is out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Opens after `threshold` transport failures in a row; one probe (the heartbeat) decides when it closes."""

    threshold: int = 5
    failures: int = 0
    state: BreakerState = BreakerState.CLOSED

    def failed(self) -> Breaker:
        """A call failed on the way."""
        failures = self.failures + 1
        opens = self.state is not BreakerState.CLOSED or failures >= self.threshold
        return replace(self, failures=failures, state=BreakerState.OPEN if opens else BreakerState.CLOSED)

    def succeeded(self) -> Breaker:
        """A call came through."""
        return replace(self, failures=0, state=BreakerState.CLOSED)

    def probing(self) -> Breaker:
        """The probe goes out."""
        return replace(self, state=BreakerState.HALF_OPEN) if self.state is BreakerState.OPEN else self

    @property
    def lets_through(self) -> bool:
        """Whether ordinary calls may go out."""
        return self.state is BreakerState.CLOSED


@dataclass(frozen=True, slots=True)
class Verdict:
    """Online or not, without flicker: the first call decides, then only several in a row change it."""

    down_after: int = 2
    up_after: int = 2
    online: bool | None = None
    against: int = 0

    def saw(self, success: bool) -> Verdict:
        """Return the verdict after one more call."""
        if self.online is None:
            return replace(self, online=success, against=0)
        if success == self.online:
            return replace(self, against=0)
        against = self.against + 1
        needed = self.down_after if self.online else self.up_after
        if against >= needed:
            return replace(self, online=success, against=0)
        return replace(self, against=against)


def stale_packages(
    index: Sequence[tuple[str, str, bool]], cached: Callable[[str], str | None]
) -> tuple[list[str], list[str]]:
    """Return (service ids to fetch, service ids to drop).

    Args:
        index: (id, digest, active) of every package the platform offers.
        cached: id -> digest of what is kept, None when nothing is.
    """
    fetch = [name for name, digest, active in index if active and cached(name) != digest]
    drop = [name for name, _, active in index if not active and cached(name) is not None]
    return fetch, drop
