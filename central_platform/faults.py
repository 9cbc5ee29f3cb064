"""Broken answers on demand, for the lab: what a terminal must survive."""

from __future__ import annotations

import threading

from central_platform.wire.lab import FaultMode, FaultState

EVERYTHING = "/v1/"
SUBMISSIONS = "/v1/submissions:batch"
"""Where `drop-after-commit` strikes unless told otherwise: the only call whose effect must not happen twice."""


class Faults:
    """One fault at a time, used up request by request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = FaultState(mode=FaultMode.OK, count=0, path=EVERYTHING)

    def set(self, mode: FaultMode, count: int, path: str | None) -> FaultState:
        """Arm a fault for the next `count` requests whose path begins with `path`."""
        default = SUBMISSIONS if mode is FaultMode.DROP_AFTER_COMMIT else EVERYTHING
        with self._lock:
            self._state = FaultState(mode=mode, count=count, path=path or default)
            return self._state

    def take(self, path: str) -> FaultMode:
        """Return what happens to the request at `path`, and count it."""
        with self._lock:
            state = self._state
            if state.mode is FaultMode.OK or state.count < 1 or not path.startswith(state.path):
                return FaultMode.OK
            left = state.count - 1
            self._state = FaultState(mode=state.mode if left else FaultMode.OK, count=left, path=state.path)
            return state.mode
