"""What is to be heard, in order: filled by the synthesiser, emptied block by block by the sound device's callback."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.speech.messages import At, Channel, Started
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE

REPORT_EVERY = SAMPLE_RATE // 4
"""Samples between two position reports."""


@dataclass(slots=True)
class Segment:
    """One clip on the tape: its samples, then silence. `mark` is what a recording may tell of it (never private)."""

    id: str
    clip: int
    channel: Channel
    pcm: bytes = field(repr=False)
    pause: int = 0
    last: bool = False
    mark: str = ""
    at: int = 0

    @property
    def samples(self) -> int:
        """Samples of the words alone."""
        return len(self.pcm) // BYTES_PER_SAMPLE

    @property
    def total(self) -> int:
        """Samples with the silence after them."""
        return self.samples + self.pause


@dataclass(frozen=True, slots=True)
class Finished:
    """A segment was handed over to its end."""

    id: str
    last: bool
    samples: int


@dataclass(frozen=True, slots=True)
class Played:
    """What one clip came to, for the side file of the file sink.

    `offset` is its first sample, counted from the start of the block in which it ended, or, when it was `cut`, from the
    end of what was handed over. `samples` are those of its words.
    """

    id: str
    clip: int
    mark: str
    offset: int
    samples: int
    cut: bool


Note = Started | At | Finished


class Tape:
    """Thread-safe. `lock` is held while a block is taken *and* handed on, so that after `clear` nothing follows."""

    def __init__(self, on_note: Callable[[Note], None]) -> None:
        self.lock = threading.Condition()
        self._segments: deque[Segment] = deque()
        self._on_note = on_note
        self._notes: list[Note] = []
        self._held = False
        self.played: list[Played] = []

    def put(self, segment: Segment) -> None:
        """Append a clip."""
        with self.lock:
            self._segments.append(segment)
            self.lock.notify_all()

    def clear(self, only: str = "") -> None:
        """Drop everything, or one utterance. Returns when no sample of it can be handed over any more."""
        with self.lock:
            for segment in self._segments:
                if segment.at and only in ("", segment.id):
                    self._record(segment)
            keep = [s for s in self._segments if only and s.id != only]
            self._segments.clear()
            self._segments.extend(keep)
            if not only:
                self._held = False
            self.lock.notify_all()

    def hold(self, on: bool) -> None:
        """Stand still, or go on."""
        with self.lock:
            self._held = on
            self.lock.notify_all()

    def waiting(self) -> float:
        """Seconds not yet handed over."""
        with self.lock:
            return sum(s.total - s.at for s in self._segments) / SAMPLE_RATE

    def head(self) -> Channel | None:
        """The channel that has something to play now; call with the lock held."""
        return self._segments[0].channel if self._segments and not self._held else None

    def take(self, channel: Channel, samples: int) -> bytes:
        """Return up to so many samples for one channel, fewer when there are no more; call with the lock held.

        `tell` has to follow when they were handed on.
        """
        out = bytearray()
        wanted = samples * BYTES_PER_SAMPLE
        while len(out) < wanted and self.head() is channel:
            segment = self._segments[0]
            if segment.at == 0:
                self._notes.append(Started(segment.id, segment.clip))
            n = min(segment.total - segment.at, samples - len(out) // BYTES_PER_SAMPLE)
            voiced = segment.pcm[segment.at * BYTES_PER_SAMPLE : (segment.at + n) * BYTES_PER_SAMPLE]
            out += voiced + bytes(n * BYTES_PER_SAMPLE - len(voiced))
            before, segment.at = segment.at, segment.at + n
            if before // REPORT_EVERY != segment.at // REPORT_EVERY and segment.at < segment.samples:
                ms = 1000 * segment.at // SAMPLE_RATE
                self._notes.append(At(segment.id, segment.clip, ms, 1000 * segment.samples // SAMPLE_RATE))
            if segment.at >= segment.total:
                self._segments.popleft()
                self._record(segment, end=len(out) // BYTES_PER_SAMPLE)
                self._notes.append(Finished(segment.id, segment.last, segment.samples))
        return bytes(out)

    def tell(self) -> None:
        """Send the news of what was taken, once it has really been handed on; call with the lock held."""
        for note in self._notes:
            self._on_note(note)
        self._notes.clear()

    def _record(self, segment: Segment, end: int = 0) -> None:
        handed = min(segment.at, segment.samples)
        self.played.append(
            Played(segment.id, segment.clip, segment.mark, end - segment.at, handed, segment.at < segment.total)
        )
