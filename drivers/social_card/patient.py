"""Calls into a library that may never return, made so that their caller always does.

pcscd waits for a card as long as the card likes. Each call runs on a thread of its own; when it takes too long it is
left behind, and nothing else is called until it has returned: a hung reader costs one thread, not one a minute.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from drivers.owner import Clock
from drivers.transport.base import NoReply, TransportError

T = TypeVar("T")
Check = Callable[[], None]
SLICE_S = 0.02


class Patient:
    """One caller's way into one library; not thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left_behind: threading.Thread | None = None

    @property
    def stuck(self) -> bool:
        """True while an earlier call has not returned."""
        return self._left_behind is not None and self._left_behind.is_alive()

    def call(self, function: Callable[[], T], seconds: float, check: Check) -> T:
        """Return what `function` returns or raise what it raises, within `seconds`.

        Raises:
            NoReply: it has not returned, or an earlier call has not.
            CommandFailed: `check` gave up.
        """
        end = self._clock.monotonic() + seconds
        outcome: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                result = function()
            except Exception as error:  # noqa: BLE001  handed to the caller below
                outcome.put((None, error))
            else:
                outcome.put((result, None))

        while self.stuck:
            self._give_up_at(end, "an earlier call has not returned")
            check()
            self._join()
        thread = threading.Thread(target=run, name="slot-call", daemon=True)
        self._left_behind = thread
        thread.start()
        while True:
            try:
                result, error = outcome.get(timeout=SLICE_S)
            except queue.Empty:
                self._give_up_at(end, "the call has not returned")
                check()
                continue
            thread.join()
            if error is not None:
                raise error
            return result  # type: ignore[return-value]  # the other half of the pair is None

    def release(self, function: Callable[[], None]) -> None:
        """Call `function` when whatever was left behind has returned; does not wait for it."""
        behind = self._left_behind

        def run() -> None:
            if behind is not None:
                behind.join()
            with contextlib.suppress(TransportError):
                function()

        thread = threading.Thread(target=run, name="slot-release", daemon=True)
        thread.start()
        thread.join(SLICE_S)
        self._left_behind = thread

    def _join(self) -> None:
        if self._left_behind is not None:
            self._left_behind.join(SLICE_S)

    def _give_up_at(self, end: float, why: str) -> None:
        if self._clock.monotonic() >= end:
            raise NoReply(why)
