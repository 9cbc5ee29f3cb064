"""Listens to the syllables as they are used: each in the most frequent word that has it, put together as it is played.

A recogniser guesses a syllable alone, as people do; what counts is whether a name or a street is understood. A syllable
that no word of the word list has stands between a surname and a given name. What is misheard is said again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from contracts.clips import SYLLABLES, ClipEntry
from drivers.speech.readings import LONGEST_WORD, Readings, read_tables
from voice_baking.bake import open_manifest, save, write_clip
from voice_baking.kokoro import Kokoro, Samples
from voice_baking.listen import FRAMES, NEAR, PAUSE, QUIET, WHOLE, Listener, frame, samples_of, still
from voice_baking.phonemes import syllable_sounds
from voice_baking.readings import frequent_words
from voice_baking.syllables import SPEED, carried, cut_out
from voice_baking.understood import toneless, understood, units

ALONE = (SPEED, 0.6, 0.85)
"""Said again alone between two words, at these speeds."""
INSIDE = (0.6, 0.75)
"""Then cut out of its word, at these."""
BETWEEN = ("wang2", "ming2")
BATCH = 20
_LOG = logging.getLogger(__name__)


def words_for(syllables: Iterable[str], readings: Readings, frequent: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return how the first of some words, most frequent first, is read that has each syllable, in that order."""
    wanted = set(syllables)
    found: dict[str, tuple[str, ...]] = {}
    for word in frequent:
        reading = tuple(readings.syllables(word)) if 2 <= len(word) <= LONGEST_WORD else ()
        if wanted.issuperset(reading):
            for syllable in reading:
                found.setdefault(syllable, reading)
    first, last = BETWEEN
    return found | {syllable: (first, syllable, last) for syllable in sorted(wanted - found.keys())}


def judge_syllables(folder: Path, voice: Callable[[], Kokoro], listener: Listener) -> None:
    """Listen to every syllable, say the misheard ones again, and write down how each is understood now.

    Those of the most frequent words come first: whoever stops early has mended what is said most.
    """
    clips = open_manifest(folder, SYLLABLES).clips
    ear = Ear(folder, words_for(clips, read_tables(folder), frequent_words()), listener)
    ear.go_through(list(ear.words), ear.judged)
    misheard = [syllable for syllable in ear.words if ear.manifest.clips[syllable].missed]
    if misheard:
        ear.go_through(misheard, partial(ear.mended, voice()))


class Ear:
    """Listens to syllables in their words. `manifest` is the folder's, as it is known so far."""

    def __init__(self, folder: Path, words: Mapping[str, Sequence[str]], listener: Listener) -> None:
        self.folder = folder
        self.words = words
        self.manifest = open_manifest(folder, SYLLABLES)
        self._listener = listener

    def go_through(self, syllables: Sequence[str], judge: Callable[[str], ClipEntry]) -> None:
        """Take what `judge` says of each syllable into the manifest, and write it down now and then."""
        for n, syllable in enumerate(syllables, 1):
            self.manifest = replace(self.manifest, clips={**self.manifest.clips, syllable: judge(syllable)})
            if n % BATCH == 0 or n == len(syllables):
                self._listener.keep()
                save(self.folder, self.manifest)
                missed = sum(entry.missed > 0 for entry in self.manifest.clips.values())
                _LOG.info("%d of %d syllables, %d missed", n, len(syllables), missed)

    def judged(self, syllable: str) -> ClipEntry:
        """Return a syllable's entry with what is understood of it."""
        return replace(self.manifest.clips[syllable], syllables=1, missed=int(not self._heard(syllable)))

    def mended(self, voice: Kokoro, syllable: str) -> ClipEntry:
        """Return the entry of the first other way to say it that is understood, or of what there was."""
        mine = self.manifest.clips[syllable]
        with TemporaryDirectory() as place:
            for n, samples in enumerate(self._other_ways(syllable, voice)):
                tried = Path(place) / str(n)
                tried.mkdir()
                entry = write_clip(tried, mine.key, samples, part=True)
                path = tried / f"{mine.key}.opus"
                if self._heard(syllable, (path, entry), (NEAR,)):
                    (self.folder / path.name).write_bytes(path.read_bytes())
                    return replace(entry, syllables=1, missed=0)
        return mine

    def _other_ways(self, syllable: str, voice: Kokoro) -> Iterator[Samples]:
        for speed in ALONE:
            yield from carried([syllable_sounds(syllable)], "zh", voice, speed)
        word = self.words[syllable]
        sounds = [syllable_sounds(other) for other in word]
        for speed in INSIDE:
            yield cut_out(sounds, word.index(syllable), voice, speed)

    def _heard(
        self,
        syllable: str,
        instead: tuple[Path, ClipEntry] | None = None,
        windows: Sequence[int] = (NEAR, WHOLE),
    ) -> bool:
        """Return whether a syllable, or another clip `instead` of it, is understood wherever its word has it."""
        word = self.words[syllable]
        clips = {s: (self.folder / f"{self.manifest.clips[s].key}.opus", self.manifest.clips[s]) for s in word}
        if instead is not None:
            clips[syllable] = instead
        before, after = (frame(words, "zh") for words in FRAMES["zh"])
        said = [samples_of(clips[s][0]) for s in word]
        whole = np.concatenate([still(QUIET), before, still(PAUSE), *said, still(PAUSE), after, still(QUIET)])
        first, last = (units(words, "zh") for words in FRAMES["zh"])
        expected = [*first, *map(toneless, word), *last]
        note = "".join(clips[s][1].digest[:16] for s in word)
        for window in windows:
            found = understood(expected, self._listener.hear(note, whole, "zh", window))
            mine = found[len(first) : len(first) + len(word)]
            if all(ok for ok, s in zip(mine, word, strict=True) if s == syllable):
                return True
        return False
