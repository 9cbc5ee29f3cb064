"""How well clips are understood: Whisper writes down what it hears.

It looks at half a minute at once, most of it silence behind a clip. So it listens with ten seconds first, which takes a
third of the time, and with half a minute to what it did not understand; the better counts.

A short word is listened to as it is played, between two others ("you are at, back, button"): a recogniser that was made
for sentences makes them up around a single syllable. What was heard is kept in a file, so that another way of counting
needs no other listening. The syllables of names are listened to in words (`in_words`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from contracts.clips import ClipEntry, Manifest
from voice_baking.bake import TERMINAL, folder_of, open_manifest
from voice_baking.understood import missed, units

HEARD_AT = 16_000
QUIET = HEARD_AT // 3
PAUSE = HEARD_AT // 5
BATCH = 20
FRAMES_A_SECOND, NEAR, WHOLE = 100, 1000, 3000
SHORT = 4
"""Clips of fewer syllables are listened to between two others."""
FRAMES = {"zh": ("现在停在", "按钮"), "en": ("you are at", "button")}
Samples = npt.NDArray[np.float32]


class Listener:
    """One loaded recogniser, and what it heard so far."""

    def __init__(self, model: Path, notes: Path, threads: int = 1) -> None:
        from faster_whisper import WhisperModel

        class Near(WhisperModel):  # type: ignore[misc,unused-ignore]
            """Looks at `window` frames of a hundredth of a second."""

            window = WHOLE

            def encode(self, features: Samples) -> Any:
                return super().encode(features[:, : self.window])

        self._model = Near(str(model), device="cpu", compute_type="int8", cpu_threads=threads)
        self._notes = notes
        self._heard: dict[str, str] = json.loads(notes.read_text("utf-8")) if notes.exists() else {}

    def judge(self, folder: Path, manifest: Manifest) -> Iterator[dict[str, tuple[int, int]]]:
        """Yield (syllables, missed) of clips that nobody listened to yet, some at a time."""
        waiting = [(words, e) for words, e in manifest.clips.items() if e.missed < 0]
        for at in range(0, len(waiting), BATCH):
            yield {words: self.score(folder, words, e, manifest.lang) for words, e in waiting[at : at + BATCH]}
            self.keep()

    def score(self, folder: Path, words: str, entry: ClipEntry, lang: str) -> tuple[int, int]:
        """Return (syllables, missed) of one clip."""
        path = folder / f"{entry.key}.opus"
        before, after = FRAMES[lang] if len(units(words, lang)) < SHORT else ("", "")
        name = f"{entry.digest}{'+' if before else ''}"
        clip = [samples_of(path)]
        if before:
            clip = [frame(before, lang), still(PAUSE), *clip, still(PAUSE), frame(after, lang)]
        samples = np.concatenate([still(QUIET), *clip, still(QUIET)])
        near = name not in self._heard and len(samples) < NEAR * HEARD_AT // FRAMES_A_SECOND
        count, least = missed(words, "", lang)
        for window in (NEAR, WHOLE) if near else (WHOLE,):
            least = min(least, missed(words, self.hear(name, samples, lang, window), lang, before, after)[1])
            if not least:
                break
        return count, least

    def hear(self, name: str, samples: Samples, lang: str, window: int) -> str:
        """Return what is heard through a window, or what was heard under that name through it before."""
        note = name if window == WHOLE else f"{name} {window}"
        if note not in self._heard:
            self._model.window = window
            found, _ = self._model.transcribe(
                samples,
                language=lang,
                beam_size=2,
                temperature=0.0,
                without_timestamps=True,
                condition_on_previous_text=False,
            )
            self._heard[note] = "".join(segment.text for segment in found)
        return self._heard[note]

    def keep(self) -> None:
        """Write down what was heard."""
        fresh = self._notes.with_suffix(".part")
        fresh.write_text(json.dumps(self._heard, ensure_ascii=False, indent=0), "utf-8")
        fresh.rename(self._notes)


def frame(words: str, lang: str) -> Samples:
    """Return what is said before or after a short clip."""
    folder = folder_of(TERMINAL, lang)
    return samples_of(folder / f"{open_manifest(folder, lang).clips[words].key}.opus")


def still(samples: int) -> Samples:
    """Return silence."""
    return np.zeros(samples, np.float32)


def samples_of(path: Path) -> Samples:
    """Return a clip at `HEARD_AT`."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32")
    return _resampled(samples, rate)


def _resampled(samples: Samples, rate: int) -> Samples:
    """24 kHz to 16 kHz: three samples become two."""
    kernel = np.array([0.25, 0.5, 0.25], np.float32)
    soft = np.convolve(samples, kernel, mode="same")
    at = np.arange(0, len(soft), rate / HEARD_AT)
    return np.interp(at, np.arange(len(soft)), soft).astype(np.float32)
