"""A scripted line below a driver: it counts bytes both ways, can be cut after any of them, and time passes only on it.

`far_end(data)` takes what the driver wrote (b"" when time has passed) and returns what comes back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from drivers.transport import OpenCause, OpenFailed, TransportClosed

FarEnd = Callable[[bytes], bytes]


class LineClock:
    """Real time, plus every wait on the line, which takes none."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime.fromtimestamp(0, UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def pass_by(self, seconds: float) -> None:
        with self._lock:
            self._ahead += seconds

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Stands for `drivers.owner.real_wait`: a moment for other threads, then the time has passed."""
        if seconds is None:
            condition.wait()
        else:
            condition.wait(min(seconds, 0.0005))
            self.pass_by(seconds)


class Line:
    """The cable and what is at its end. `cut_in` counts bytes until it is cut; each new plug is whole again."""

    def __init__(self, clock: LineClock, far_end: FarEnd, cut_in: int | None = None) -> None:
        self.clock = clock
        self.far_end = far_end
        self.cut_in = cut_in
        self.carried = 0
        self.noise = b""
        self.replug: Callable[[], None] = lambda: None

    def transport(self) -> LineTransport:
        """A factory, as drivers take it."""
        return LineTransport(self)

    def carry(self, data: bytes) -> bytes:
        """Return what of `data` still gets through."""
        through = data if self.cut_in is None else data[: self.cut_in]
        self.carried += len(through)
        if self.cut_in is not None:
            self.cut_in -= len(through)
        return through


class LineTransport:
    """One plug in the line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._waiting = bytearray()
        self._open = False

    name = "line:"

    def open(self) -> None:
        if self._line.cut_in is not None and self._line.cut_in <= 0:
            # The first look after the cut finds no device, the second finds it plugged in again.
            self._line.cut_in = None
            self._line.replug()
            raise OpenFailed("line: unplugged", OpenCause.MISSING)
        self._open = True

    def read(self, max_bytes: int, timeout: float) -> bytes:
        self._check()
        self._waiting += self._line.far_end(b"")
        if len(self._waiting) < max_bytes:
            self._waiting += self._line.noise
        if not self._waiting:
            self._line.clock.pass_by(max(timeout, 0.0001))
            return b""
        data = self._line.carry(bytes(self._waiting[:max_bytes]))
        del self._waiting[: len(data)]
        if not data:
            self._cut(0)
        return data

    def write(self, data: bytes, timeout: float) -> int:
        self._check()
        through = self._line.carry(data)
        self._waiting += self._line.far_end(through)
        if len(through) < len(data):
            self._cut(len(through))
        return len(data)

    def drain_input(self) -> int:
        self._check()
        dropped = len(self._waiting)
        self._waiting.clear()
        return dropped

    def close(self) -> None:
        self._open = False

    def _check(self) -> None:
        if not self._open:
            raise TransportClosed("line: not open")

    def _cut(self, accepted: int) -> None:
        self._open = False
        raise TransportClosed("line: cut", accepted)
