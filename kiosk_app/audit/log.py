"""Write what happened: one JSON line for every event, one chained entry for those that are audited."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from kiosk_app.audit.events import EVENTS, FIELD_DROPPED, UNEXPECTED_EVENT, Event
from kiosk_app.audit.fields import Value

Line = Callable[[str], None]


class Clock(Protocol):
    """Time is handed in."""

    def now(self) -> datetime:
        """Return the wall time, aware."""


class Sink(Protocol):
    """Where the chain is kept; `offline_cache`'s store by shape. It must not keep the loop waiting for the disk."""

    def append_audit_later(self, entry: Mapping[str, Any]) -> None:
        """Chain and keep one entry: `{"event", "fields"}`."""


class UndeclaredError(ValueError):
    """An event or a field was not declared, or a value does not fit its type. The value itself is never told."""


class AuditLog:
    """The one door for events.

    A field that is not declared, or does not fit its declared type, raises when `strict` (tests, development) and is
    dropped in production, where `field_dropped` tells that something was dropped and not what. Thread-safe.
    """

    def __init__(self, sink: Sink | None, clock: Clock, *, line: Line | None = None, strict: bool = False) -> None:
        self._sink = sink
        self._clock = clock
        self._line = line
        self._strict = strict
        self._lock = threading.Lock()

    def record(self, event: Event | str, fields: Mapping[str, Value] | None = None, /, **more: Value) -> None:
        """Write one event; fields by mapping, by name, or both.

        Raises:
            UndeclaredError: only when strict.
        """
        given = {**(fields or {}), **more}
        declared = EVENTS.get(event) if isinstance(event, str) else event
        if declared is None:
            if self._strict:
                raise UndeclaredError(f"the event {event!r} is not declared in kiosk_app/audit/events.py")
            self.record(UNEXPECTED_EVENT, state="AuditLog", event="undeclared")
            return
        kept = self._kept(declared, given)
        self._write(declared, kept)
        if len(kept) < len(given):
            self._write(FIELD_DROPPED, {"event": declared.id, "count": len(given) - len(kept)})

    def _kept(self, event: Event, given: Mapping[str, Value]) -> dict[str, Value]:
        kept = {}
        for name, value in given.items():
            kind = event.fields.get(name)
            if kind is not None and kind.fits(value):
                kept[name] = value
            elif self._strict:
                known = kind.label if kind is not None else "no such field"
                raise UndeclaredError(f"{event.id}.{name} does not take a {type(value).__name__} like this: {known}")
        return kept

    def _write(self, event: Event, fields: Mapping[str, Value]) -> None:
        with self._lock:
            at = self._clock.now().isoformat(timespec="milliseconds")
            if self._line is not None:
                self._line(format_line(event, at, fields))
            if event.audited and self._sink is not None:
                self._sink.append_audit_later({"event": event.id, "fields": dict(fields)})


def format_line(event: Event, at: str, fields: Mapping[str, Value]) -> str:
    """Return the log line: JSON with at, level, event, `fields` and the sentence as `text`. No line break inside."""
    return json.dumps(
        {"at": at, "level": event.severity.value, "event": event.id, "fields": dict(fields), "text": event.en},
        ensure_ascii=False,
    )


def stream_line(stream: TextIO) -> Line:
    """Return a writer of lines to an open stream such as standard error."""

    def write(line: str) -> None:
        stream.write(line + "\n")
        stream.flush()

    return write


def file_line(path: Path) -> Line:
    """Return a writer that appends lines to a file of mode 0600, opened per line so that the file may be rotated."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def private(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    def write(line: str) -> None:
        with open(path, "a", encoding="utf-8", opener=private) as file:
            file.write(line + "\n")

    return write
