"""How we stand with the platform: breaker, verdict and pause, shared by the engine's threads."""

from __future__ import annotations

import threading
from dataclasses import replace

from offline_cache.errors import NotAuthorised, PlatformError
from offline_cache.sync.policy import Breaker, Failure, Verdict, classify
from offline_cache.sync.reach import Looked, Reach
from offline_cache.sync.reports import Listener, NeedsService, Online, ServiceRestored


class Standing:
    """Keeps the pure decisions of `policy` under one lock and reports every change once."""

    def __init__(self, breaker_after: int, down_after: int, up_after: int, listener: Listener) -> None:
        self._lock = threading.Lock()
        self._breaker = Breaker(breaker_after)
        self._verdict = Verdict(down_after, up_after)
        self._paused = False
        self._failures = 0
        self._listener = listener
        self.looked = Looked()
        """What the heartbeat has shown. Written by its thread alone, each time as a whole."""

    def sent(self, at: float) -> None:
        """A heartbeat goes out (monotonic seconds)."""
        self.looked = self.looked.sent(at)

    def back(self, found: Reach, at: float) -> None:
        """It came back, or failed."""
        self.looked = self.looked.back(found, at)

    @property
    def online(self) -> bool | None:
        """The verdict, None before the first call."""
        return self._verdict.online

    @property
    def lets_through(self) -> bool:
        """Whether the queue may be sent."""
        return self._breaker.lets_through and not self._paused

    def probing(self) -> None:
        """The heartbeat goes out as the probe of an open breaker."""
        with self._lock:
            self._breaker = self._breaker.probing()

    def saw(self, success: bool) -> None:
        """A call came through, or not."""
        with self._lock:
            before = self._verdict.online
            self._verdict = self._verdict.saw(success)
            after = self._verdict.online
            if success:
                self._breaker = self._breaker.succeeded()
                self._failures = 0
            # Under the lock, so that two threads cannot report a change in the wrong order.
            if after is not None and after != before:
                self._listener(Online(after))

    def closed(self) -> None:
        """The platform is there, and said that it takes nothing: the same as not there to whoever wants something.

        What was announced needs no second sign; the way back does.
        """
        with self._lock:
            self._breaker = self._breaker.succeeded()
            self._failures = 0
            news = self._verdict.online is not False
            self._verdict = replace(self._verdict, online=False, against=0)
            if news:
                self._listener(Online(False))

    def failed(self, error: PlatformError) -> int:
        """A call failed; returns how many did in a row."""
        kind = classify(error)
        with self._lock:
            self._failures += 1
            if kind is Failure.TRANSPORT:
                self._breaker = self._breaker.failed()
            news = kind is Failure.PAUSE and not self._paused
            self._paused = self._paused or kind is Failure.PAUSE
            failures = self._failures
        if news:
            code = error.code if isinstance(error, NotAuthorised) else ""
            self._listener(NeedsService(code or "not-authorised"))
        # A refusal is an answer: the way to the platform is open.
        self.saw(kind is Failure.DEAD)
        return failures

    def accepted(self) -> None:
        """A heartbeat was accepted: whatever paused the queue is over."""
        with self._lock:
            news, self._paused = self._paused, False
        if news:
            self._listener(ServiceRestored())
