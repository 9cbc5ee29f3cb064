"""What provisioning needs from other rooms, declared here and joined by the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from offline_cache.faces import LockedIdentity

RandomBytes = Callable[[int], bytes]


class Clock(Protocol):
    """Time is handed in."""

    def now(self) -> datetime:
        """Return the wall time, aware."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `body` is the JSON object, or None when it was no JSON object (a log-in page, say)."""

    status: int
    body: Mapping[str, Any] | None


class Http(Protocol):
    """JSON over HTTPS, done by the room that knows HTTP."""

    def post(
        self, url: str, body: Mapping[str, Any], *, authority: Path, identity: LockedIdentity | None, timeout: float
    ) -> Reply:
        """Send `body` and return the answer, whatever its status.

        Only a server with a certificate issued by `authority` (PEM file) for the host of `url` may be talked to;
        proxies and redirects are not followed. `identity` is what to show for mTLS, or None.

        Raises:
            OSError: no connection, no trust or no answer within `timeout` seconds.
        """
