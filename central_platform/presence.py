"""Signs of life, kept in memory and written together: one write every two seconds however many terminals call."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from central_platform.database import Database
from central_platform.models import Heartbeat


@dataclass(frozen=True, slots=True)
class Sign:
    """The last heartbeat of a terminal. `skew_ms` is how far its clock is ahead of ours."""

    received_at: datetime
    skew_ms: int
    body: dict[str, Any] = field(repr=False)


class Presence:
    """Who is alive. `flush` writes what changed since the last time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._signs: dict[str, Sign] = {}
        self._dirty: set[str] = set()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, every_s: float) -> None:
        """Flush in the background until `close`."""
        self._thread = threading.Thread(target=self._run, args=(every_s,), name="presence", daemon=True)
        self._thread.start()

    def note(self, terminal: str, sign: Sign) -> None:
        """Take one heartbeat."""
        with self._lock:
            self._signs[terminal] = sign
            self._dirty.add(terminal)

    def last(self, terminal: str) -> Sign | None:
        """Return the last heartbeat since start, if any."""
        with self._lock:
            return self._signs.get(terminal)

    def flush(self) -> int:
        """Write every changed terminal in one transaction; returns how many."""
        with self._lock:
            changed = {name: self._signs[name] for name in self._dirty}
            self._dirty.clear()
        if not changed:
            return 0
        with self._database.write() as session:
            for name, sign in changed.items():
                body = json.dumps(sign.body, ensure_ascii=False)
                row = Heartbeat(terminal=name, received_at=sign.received_at, skew_ms=sign.skew_ms, body=body)
                session.merge(row)
        return len(changed)

    def close(self) -> None:
        """Stop the background thread and write what is left."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.flush()

    def _run(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            self.flush()
