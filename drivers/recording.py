"""Recording what goes over a transport, and playing it back.

WARNING: frames may hold everything that is written on an identity card, or a credential. Nothing records unless a
technician wraps a transport on purpose, with the resident's knowledge or an invented card, and the file is deleted
after use. It is made readable for its owner only.

One JSON object a line: `{"t": seconds since the first entry, "dir": "open|out|in|close|error", "hex": bytes}`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from drivers.owner import Clock
from drivers.transport import Transport, TransportClosed, TransportError, TransportFactory


class RecordingError(ValueError):
    """A recording cannot be read; the text names its line."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One line of a recording."""

    t: float
    direction: str
    data: bytes

    def __repr__(self) -> str:
        return f"Entry({self.t:.3f}, {self.direction}, {len(self.data)} bytes)"


class Recorder:
    """Wraps transports of one device and writes them into one file, which is opened now and must not exist."""

    def __init__(self, path: Path, clock: Clock) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="ascii")
        self._clock = clock
        self._started: float | None = None

    def wrap(self, factory: TransportFactory) -> TransportFactory:
        """Return a factory whose transports are recorded."""
        return lambda: RecordedTransport(factory(), self)

    def note(self, direction: str, data: bytes = b"") -> None:
        """Write one entry; it is on its way to the disk when this returns."""
        now = self._clock.monotonic()
        if self._started is None:
            self._started = now
        entry = {"t": round(now - self._started, 6), "dir": direction, "hex": data.hex()}
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()

    def close(self) -> None:
        """End the recording."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RecordedTransport:
    """A transport that tells a recorder what passes through it, and changes nothing."""

    def __init__(self, inner: Transport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    @property
    def name(self) -> str:
        """The name of what is recorded."""
        return self._inner.name

    def open(self) -> None:
        """Open it."""
        self._inner.open()
        self._recorder.note("open")

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read from it."""
        try:
            data = self._inner.read(max_bytes, timeout)
        except TransportError:
            self._recorder.note("error")
            raise
        if data:
            self._recorder.note("in", data)
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Write to it; what was not accepted is not recorded."""
        try:
            accepted = self._inner.write(data, timeout)
        except TransportError as error:
            self._recorder.note("out", data[: error.accepted])
            self._recorder.note("error")
            raise
        self._recorder.note("out", data[:accepted])
        return accepted

    def drain_input(self) -> int:
        """Drop what has arrived; it is not recorded, because nobody has seen it."""
        return self._inner.drain_input()

    def close(self) -> None:
        """Close it."""
        self._inner.close()
        self._recorder.note("close")


def load(path: Path) -> list[Entry]:
    """Read a recording.

    Raises:
        RecordingError: a line is not an entry.
    """
    # What is not ASCII is no entry either, and fails on the line where it stands.
    return list(_parse(path.read_text(encoding="ascii", errors="replace").splitlines()))


def _parse(lines: Iterable[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            yield Entry(float(fields["t"]), str(fields["dir"]), bytes.fromhex(fields["hex"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise RecordingError(f"line {number} is not an entry of a recording") from None


class ReplayTransport:
    """Plays a recording back: what was read comes as soon as everything written before it has been written again.

    Time is not played back: a read that the recording does not answer yet returns b"" at once. Written bytes must be
    those of the recording.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._left = [entry for entry in entries if entry.direction in ("in", "out", "error")]
        self._open = False

    @property
    def name(self) -> str:
        """Says that it is a recording."""
        return "replay"

    @property
    def finished(self) -> bool:
        """True when everything has been played."""
        return not self._left

    def open(self) -> None:
        """Begin, or go on where it was closed."""
        self._open = True

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the next recorded bytes, b"" while a write must come first.

        Raises:
            TransportClosed: the recording has an error here, or nothing more, or it is not open.
        """
        self._check()
        if not self._left:
            raise TransportClosed("replay: the recording is at its end")
        entry = self._left[0]
        if entry.direction == "out":
            return b""
        self._left.pop(0)
        if entry.direction == "error":
            raise TransportClosed("replay: the recorded error")
        if len(entry.data) > max_bytes:
            self._left.insert(0, Entry(entry.t, "in", entry.data[max_bytes:]))
        return entry.data[:max_bytes]

    def write(self, data: bytes, timeout: float) -> int:
        """Take bytes that must be the recorded ones; recorded input that was not read is skipped, as a drain would.

        Raises:
            TransportClosed: they are not, or the recording is at its end.
        """
        self._check()
        self.drain_input()
        sent = 0
        while sent < len(data):
            expected = self._left[0] if self._left and self._left[0].direction == "out" else None
            rest = data[sent:]
            if expected is None or not (rest.startswith(expected.data) or expected.data.startswith(rest)):
                raise TransportClosed("replay: other bytes were written than in the recording", sent)
            taken = min(len(rest), len(expected.data))
            if taken == len(expected.data):
                self._left.pop(0)
            else:
                self._left[0] = Entry(expected.t, "out", expected.data[taken:])
            sent += taken
        return sent

    def drain_input(self) -> int:
        """Skip recorded input up to the next write; returns how many bytes that was."""
        self._check()
        dropped = 0
        while self._left and self._left[0].direction == "in":
            dropped += len(self._left.pop(0).data)
        return dropped

    def close(self) -> None:
        """Stop; opening goes on from here."""
        self._open = False

    def _check(self) -> None:
        if not self._open:
            raise TransportClosed("replay: not open")
