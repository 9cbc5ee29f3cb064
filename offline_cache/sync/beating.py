"""The heartbeat: tells how the terminal is and takes in what is new. It is also the probe of a platform that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from offline_cache.errors import NetworkLost, PlatformBusy, PlatformError
from offline_cache.faces import Clock, CorrectableClock, RandomBytes, offset_of
from offline_cache.http.answers import HeartbeatReply
from offline_cache.http.client import PlatformClient
from offline_cache.store.store import Store
from offline_cache.sync import batch
from offline_cache.sync.countersigned import Countersigned
from offline_cache.sync.documents import Documents
from offline_cache.sync.ordered import Ordered
from offline_cache.sync.pace import Pace
from offline_cache.sync.reach import Reach, reach_of
from offline_cache.sync.reports import ClockSkew, Listener, Neighbours, PlatformClosed
from offline_cache.sync.right_time import RightTime
from offline_cache.sync.standing import Standing

SKEW_LIMIT_S = 120


class Beating:
    """One heartbeat after the other, on one thread."""

    def __init__(
        self,
        store: Store,
        client: PlatformClient,
        clock: Clock,
        pace: Pace,
        standing: Standing,
        documents: Documents,
        countersigned: Countersigned,
        ordered: Ordered,
        listener: Listener,
        *,
        terminal: str,
        about: Callable[[], Mapping[str, Any]],
        base_s: float,
        random_bytes: RandomBytes,
    ) -> None:
        """`base_s` is the pause before a heartbeat that is awaited, in seconds."""
        self._store = store
        self._client = client
        self._clock = clock
        self._pace = pace
        self._standing = standing
        self._documents = documents
        self._listener = listener
        self._terminal = terminal
        self._about = about
        self._base_s = base_s
        self._countersigned = countersigned
        self._ordered = ordered
        self._skewed = False
        self.skew_s: float | None = None
        """Seconds the machine's clock is ahead of the platform's, by the last heartbeat that came back."""
        self._right_time = (
            RightTime(client, clock, random_bytes, listener) if isinstance(clock, CorrectableClock) else None
        )
        self._told: datetime | None = None
        self.offered: Mapping[str, str] = {}
        """The ETags of what the platform offers."""

    def beat(self) -> None:
        """Send one and decide when the next one goes."""
        self._standing.probing()
        before = self._clock.now()
        claim = self._countersigned.claim()
        status = batch.heartbeat(self._store, self._terminal, self._about(), self._documents, claim)
        self._standing.sent(self._pace.now)
        try:
            reply = self._client.heartbeat(status)
        except PlatformError as error:
            self._standing.back(reach_of(error), self._pace.now)
            if isinstance(error, NetworkLost) and error.dates and self._set_right():
                # Not the platform's fault, nor the line's: the same again, by the right time.
                self._pace.beat_in(0.0)
                return
            asked = isinstance(error, PlatformBusy) and bool(error.retry_after)
            self._pace.beat_in(self._pace.failed(error), asked=asked)
            return
        after = self._clock.now()
        closed_s = self._closed(reply)
        self._standing.back(Reach.CLOSED if closed_s else Reach.WELL, self._pace.now)
        if not closed_s:
            self._pace.succeeded()
        self._standing.accepted()
        self.offered = reply.etags
        if reply.high_water > self._store.last_seq():
            self._store.renumber(reply.high_water)
        skew = (before + (after - before) / 2 - reply.server_time).total_seconds()
        # The machine's clock is what a technician has to mend, whatever we go by meanwhile.
        machine = self.skew_s = skew - offset_of(self._clock)
        if (abs(machine) > SKEW_LIMIT_S) != self._skewed:
            self._skewed = not self._skewed
            self._listener(ClockSkew(round(machine)))
        if abs(skew) > SKEW_LIMIT_S and offset_of(self._clock):
            # A correction of our own has become wrong; a clock that was never corrected is a technician's.
            self._set_right()
        asked_for = self._countersigned.took(claim, reply.audit)
        if reply.nearby is not None:
            self._listener(Neighbours(reply.nearby))
        self._ordered.took(reply.commands)
        # While the verdict is still against us, the second call that turns it comes soon; so does what was asked for.
        soon = asked_for or self._standing.online is False
        pause = float(min(max(reply.next_s, 1), 3600))
        if closed_s:
            # At the usual pace, because it may end sooner; and when it ends.
            self._pace.beat_in(min(pause, closed_s))
        else:
            self._pace.beat_in(self._base_s if soon else pause)

    def _closed(self, reply: HeartbeatReply) -> float:
        """Return for how many seconds the platform takes nothing but heartbeats, 0 when it takes everything."""
        notice = reply.maintenance
        if notice is None or notice.until <= reply.server_time:
            self._pace.open_again()
            return 0.0
        if notice.until != self._told:
            self._told = notice.until
            self._listener(PlatformClosed(round((notice.until - reply.server_time).total_seconds())))
        self._standing.closed()
        return max(self._base_s, self._pace.close_until(notice.until, reply.server_time))

    def _set_right(self) -> bool:
        return self._right_time is not None and self._right_time.ask()
