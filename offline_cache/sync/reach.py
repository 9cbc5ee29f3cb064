"""How the last call to the platform went, in one word for a technician. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from offline_cache.errors import CaptivePortal, Lost, NetworkLost, NotAuthorised, PlatformError

SLOW_S = 3.0
"""A heartbeat is two kilobytes: one that takes longer travels on a line that no scan gets through."""
OVERDUE_S, OVERDUE_SLOW_S = 4.0, 15.0
"""A call that is out for so long is taken for lost, though its time is not over; a slow line may take longer."""


class Reach(StrEnum):
    """One word, and each has a next step of its own. The first nine are those of `Lost`."""

    BROKEN = Lost.BROKEN.value
    NO_NAME = Lost.NO_NAME.value
    NOBODY = Lost.NOBODY.value
    NO_ROUTE = Lost.NO_ROUTE.value
    NO_ANSWER = Lost.NO_ANSWER.value
    STRANGER = Lost.STRANGER.value
    DATES = Lost.DATES.value
    NO_TLS = Lost.NO_TLS.value
    OWN_KEY = Lost.OWN_KEY.value
    PORTAL = "portal"
    NOT_ACCEPTED = "not_accepted"
    FAILING = "failing"
    """It is there and answers with 5xx or 429."""
    CLOSED = "closed"
    SLOW = "slow"
    WELL = "well"


def reach_of(error: PlatformError) -> Reach:
    """Say in one word why a call failed. A refusal is an answer: the way is open."""
    match error:
        case CaptivePortal():
            return Reach.PORTAL
        case NetworkLost(lost=lost):
            return Reach(lost.value)
        case NotAuthorised():
            return Reach.NOT_ACCEPTED
        case _:
            return Reach.FAILING


@dataclass(frozen=True, slots=True)
class Looked:
    """What heartbeats have shown, and since when one is out (monotonic seconds)."""

    found: Reach | None = None
    out_since: float | None = None
    heard_at: float | None = None

    def sent(self, at: float) -> Looked:
        """A heartbeat goes out."""
        return replace(self, out_since=at)

    def back(self, found: Reach, at: float) -> Looked:
        """It came back, or failed; a good answer that took long is a slow line's."""
        slow = found is Reach.WELL and self.out_since is not None and at - self.out_since >= SLOW_S
        return Looked(Reach.SLOW if slow else found, None, at)

    def now(self, at: float) -> Reach | None:
        """What is to be told now; None before the first answer."""
        patience = OVERDUE_SLOW_S if self.found is Reach.SLOW else OVERDUE_S
        overdue = self.out_since is not None and at - self.out_since >= patience
        return Reach.NO_ANSWER if overdue else self.found

    def stale(self, at: float, after_s: float) -> bool:
        """Tell whether the last heartbeat is older than that and none is out."""
        return self.out_since is None and (self.heard_at is None or at - self.heard_at >= after_s)
