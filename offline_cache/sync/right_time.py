"""The right time from the platform, for a terminal whose own clock is dead: without it no certificate can be judged.

The question goes over TLS to the pinned authority with the dates of certificates left aside, because it is they that
cannot be judged. What makes the answer believed is the platform's signature over a number that was drawn for it.
"""

from __future__ import annotations

from datetime import timedelta

from contracts import SignatureError, verify
from contracts.canonical import CanonicalError
from contracts.times import EARLIEST, TimeStatementError, read_statement
from offline_cache.errors import PlatformError
from offline_cache.faces import CorrectableClock, RandomBytes
from offline_cache.http.client import PlatformClient
from offline_cache.sync.reports import ClockCorrected, Listener, TimeRefused

NONCE_BYTES = 16
MOST_ROUND_TRIP_S = 20.0
"""The time is off by at most half of this."""


class RightTime:
    """Asks, judges, and puts the terminal's clock right. One thread at a time."""

    def __init__(
        self, client: PlatformClient, clock: CorrectableClock, random_bytes: RandomBytes, listener: Listener
    ) -> None:
        self._client = client
        self._clock = clock
        self._random_bytes = random_bytes
        self._listener = listener
        self._refused = ""

    def ask(self) -> bool:
        """Ask once; True when the clock was put right."""
        nonce = self._random_bytes(NONCE_BYTES).hex()
        began = self._clock.monotonic()
        try:
            envelope = self._client.signed_time(nonce)
        except PlatformError:
            return False
        took = self._clock.monotonic() - began
        try:
            at = read_statement(verify(envelope, self._client.trusted), nonce)
        except (SignatureError, CanonicalError):
            return self._refuse("signature")
        except TimeStatementError as error:
            return self._refuse(error.code)
        if at < EARLIEST:
            return self._refuse("before-build")
        if took > MOST_ROUND_TRIP_S:
            return self._refuse("too-slow")
        self._refused = ""
        self._clock.correct(at + timedelta(seconds=took / 2))
        self._listener(ClockCorrected(round(self._clock.offset_s)))
        return True

    def _refuse(self, why: str) -> bool:
        # Told once, until it changes: a forger is asked again with every heartbeat that fails.
        if why != self._refused:
            self._refused = why
            self._listener(TimeRefused(why))
        return False
