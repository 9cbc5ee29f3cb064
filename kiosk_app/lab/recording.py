"""What was really handed to the sound device: sentences found again in the samples.

The transcript and the side file only say where to look and how fast it was spoken; whether the words are there is
decided by the ear, on the samples alone.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from drivers.speech.ear import Ear
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE
from kiosk_app.voice.baked import CLIPS
from kiosk_app.voice.speakable import sentences, speakable

HEADER = 44
MARGIN = SAMPLE_RATE // 4
RATES = (1.0, 0.75)
"""The speeds of a visit in which nobody touched the speed: standard, and the one of elders and of the voice."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a sentence was heard: seconds of the recording, and the ear's score."""

    text: str
    at_s: float
    score: float


def clips_of(text: str, lang: str) -> tuple[str, ...]:
    """Return the sentences that a text of the screen is spoken as."""
    return tuple(spoken for sentence in sentences(text, lang) for spoken in sentences(speakable(sentence, lang), lang))


def samples_of(path: Path) -> int:
    """Samples in a recording so far."""
    return max(0, path.stat().st_size - HEADER) // BYTES_PER_SAMPLE if path.exists() else 0


class Listener:
    """An ear and the recordings of one terminal. A context manager."""

    def __init__(self) -> None:
        self._ear = Ear((CLIPS,))
        self._folder = tempfile.TemporaryDirectory(prefix="doorstep-ear-")
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ear.close()
        self._folder.cleanup()

    def listen(
        self, recording: Path, text: str, lang: str, since: int, said: Sequence[Mapping[str, Any]]
    ) -> Found | None:
        """Return where one sentence stands in the samples from `since` on, or None.

        `said` is the transcript: an utterance with this sentence tells its rate and, by the side file, its place.
        """
        if not recording.exists():
            return None
        rates = list(dict.fromkeys([float(u["rate"]) for u in said if _has(u, text)] or RATES))
        for first, count in self._places(recording, text, since, said):
            for rate in rates:
                found = self._hear(recording, text, lang, rate, max(since, first - MARGIN), first + count + MARGIN)
                if found is not None:
                    return found
        return None

    def search(self, recording: Path, text: str, lang: str, since: int) -> Found | None:
        """Return where a sentence stands anywhere in the samples from `since` on, at the usual speeds, or None."""
        end = samples_of(recording)
        if end - since < SAMPLE_RATE // 10:
            return None
        for rate in RATES:
            found = self._hear(recording, text, lang, rate, since, end)
            if found is not None:
                return found
        return None

    def _places(
        self, recording: Path, text: str, since: int, said: Sequence[Mapping[str, Any]]
    ) -> list[tuple[int, int]]:
        wanted = {(u["id"], n) for u in said for n, clip in enumerate(u["clips"]) if clip["text"] == text}
        side = recording.with_name(recording.name + ".jsonl")
        if not side.exists():
            return []
        places = []
        for line in side.read_text("utf-8").splitlines():
            note = json.loads(line)
            if note["whole"] and (note["id"], note["clip"]) in wanted and note["first_sample"] >= since:
                places.append((int(note["first_sample"]), int(note["n_samples"])))
        return places

    def _hear(self, recording: Path, text: str, lang: str, rate: float, first: int, last: int) -> Found | None:
        with recording.open("rb") as file:
            header = file.read(HEADER)
            file.seek(HEADER + first * BYTES_PER_SAMPLE)
            data = file.read((last - first) * BYTES_PER_SAMPLE)
        self._count += 1
        piece = Path(self._folder.name) / f"piece{self._count}.wav"
        piece.write_bytes(header + data)
        try:
            heard = self._ear.heard(piece, text, lang, rate)
        finally:
            piece.unlink()
        if heard is None:
            return None
        return Found(text, (first + heard.first_sample) / SAMPLE_RATE, heard.score)


def _has(utterance: Mapping[str, Any], text: str) -> bool:
    return any(clip["text"] == text for clip in utterance["clips"])
