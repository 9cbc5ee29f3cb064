"""Maintenance that an operator announced: one small file of the data folder, read by every process of the platform.

While it lasts terminals are told with every heartbeat; every other call of theirs is answered 503 with `Retry-After`.
"""

from __future__ import annotations

import json
import logging
import math
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from central_platform import problems
from central_platform.clock import Clock
from central_platform.wire.common import ProblemCode

FILE = "maintenance.json"
LONGEST_HOURS = 72
MOST_WAIT_S = 3600
"""Whoever is told to wait asks again after an hour at the latest: the end may come sooner than was announced."""
STILL_SERVED = ("/v1/heartbeat", "/v1/time")
log = logging.getLogger("central_platform")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What was announced. `reason` is for technicians."""

    until: datetime
    reason: str = ""


def write(data: Path, found: Maintenance | None) -> None:
    """Announce it, or take the announcement back; on the disk when this returns."""
    path = data / FILE
    if found is None:
        path.unlink(missing_ok=True)
        return
    half = path.with_name(f"{FILE}.{os.getpid()}")
    with half.open("w", encoding="utf-8") as file:
        json.dump({"until": found.until.isoformat(), "reason": found.reason}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


class Notice:
    """What is announced now; cheap to ask for with each request."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self._path = data / FILE
        self._clock = clock
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._found: Maintenance | None = None

    def now(self) -> Maintenance | None:
        """Return the maintenance that lasts, or None. It ends by itself when its time is over."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._lock:
            if stamp != self._stamp:
                self._stamp, self._found = stamp, self._read()
            known = self._found
        return known if known is not None and known.until > self._clock.now() else None

    def _read(self) -> Maintenance | None:
        try:
            value = json.loads(self._path.read_text("utf-8"))
            until = datetime.fromisoformat(value["until"])
            if until.tzinfo is None:
                raise ValueError("no zone")
            return Maintenance(until, str(value.get("reason") or ""))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            # A file that somebody wrote by hand must not close the platform.
            log.error("%s cannot be read: use `central-platform maintenance on` and `off`", FILE)
            return None


class Closed:
    """Answers for the application while the platform is being worked on."""

    def __init__(self, app: ASGIApp, notice: Notice, clock: Clock) -> None:
        self._app = app
        self._notice = notice
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/v1/") and path not in STILL_SERVED:
            found = self._notice.now()
            if found is not None:
                left = math.ceil((found.until - self._clock.now()).total_seconds())
                wait = min(MOST_WAIT_S, max(1, left))
                await problems.response(problems.problem(ProblemCode.UNAVAILABLE, "maintenance", retry_s=wait))(
                    scope, receive, send
                )
                return
        await self._app(scope, receive, send)
