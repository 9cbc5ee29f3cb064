"""The syllables of Mandarin, cut out of a spoken sentence: names and addresses are put together from them.

A syllable that the model says alone loses its consonant; said between two words it keeps it. The model tells how many
frames each sound takes, so the cut needs no ear.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from contracts.clips import SYLLABLES, clip_key
from voice_baking.bake import open_manifest, save, write_clip
from voice_baking.kokoro import SAMPLE_RATE, Kokoro, Samples
from voice_baking.phonemes import phonemes, syllable_sounds
from voice_baking.polish import polish

SPEED = 0.7
"""Slow enough to be clear alone; at 0.9 two more of fifty syllables were misheard."""
AT_ONCE = 4
"""Syllables of one spoken sentence."""
CARRIERS = {"zh": ("请听我说", "谢谢"), "en": ("listen to me", "thank you")}
"""What is said before the first, and after each."""
LATE = SAMPLE_RATE * 40 // 1000
"""The sound begins so much before the frame that the model names."""
LEAD, TAIL = 0.5, 0.1
"""How much of the pause before and after a syllable goes with it."""
_LOG = logging.getLogger(__name__)


def bake_syllables(folder: Path, wanted: Sequence[str], voice: Callable[[], Kokoro]) -> int:
    """Make the syllables that are not there yet; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = open_manifest(folder, SYLLABLES)
    clips = {words: entry for words, entry in manifest.clips.items() if words in wanted}
    missing = [syllable for syllable in wanted if syllable not in clips]
    save(folder, replace(manifest, clips=clips))
    for stray in folder.glob("*.opus"):
        if stray.stem not in {entry.key for entry in clips.values()}:
            stray.unlink()
    for at in range(0, len(missing), AT_ONCE):
        some = missing[at : at + AT_ONCE]
        for syllable, samples in zip(some, spoken(some, voice()), strict=True):
            key = clip_key(syllable, SYLLABLES, manifest.voice, manifest.weights)
            clips[syllable] = write_clip(folder, key, samples, part=True)
        save(folder, replace(manifest, clips=clips))
        _LOG.info("%d of %d syllables", len(clips), len(wanted))
    return len(missing)


def spoken(syllables: Sequence[str], voice: Kokoro) -> Iterator[Samples]:
    """Yield each syllable as it sounds between two words."""
    yield from carried([syllable_sounds(syllable) for syllable in syllables], "zh", voice)


def carried(words: Sequence[str], lang: str, voice: Kokoro, speed: float = SPEED) -> Iterator[Samples]:
    """Yield each of some words, given in phonemes, as it sounds between two others."""
    before, between = (phonemes(text, lang) for text in CARRIERS[lang])
    parts = [before, ", "]
    for sounds in words:
        parts += [sounds, ", ", between, ", "]
    samples, bounds = voice.aligned([*parts[:-1], "."], lang, speed)
    for n in range(len(words)):
        at = 2 + 4 * n
        (lead, begin), (end, tail) = bounds[at - 1], bounds[at + 1]
        first = int(begin - (begin - lead) * LEAD) - LATE
        last = int(end + (tail - end) * TAIL) - LATE
        yield _softened(samples[first:last])


def cut_out(sounds: Sequence[str], at: int, voice: Kokoro, speed: float) -> Samples:
    """Return one syllable of a word, given in phonemes, as it sounds in the word, between two others."""
    before, after = (phonemes(text, "zh") for text in CARRIERS["zh"])
    samples, bounds = voice.aligned([before, ", ", *sounds, ", ", after, "."], "zh", speed)
    begin, end = bounds[2 + at]
    return _softened(samples[int(begin) - LATE : int(end) - LATE])


def _softened(cut: Samples) -> Samples:
    """The neighbours' sounds at both ends are faded, not chopped."""
    rise, fall = SAMPLE_RATE // 100, SAMPLE_RATE * 3 // 100
    out = cut.copy()
    out[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    out[-fall:] *= np.linspace(1, 0, fall, dtype=np.float32)
    return polish(out)
