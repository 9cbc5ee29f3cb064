"""Listens to the syllables as they are used: each in the most frequent word that has it, put together as it is played.

A recogniser guesses a syllable alone, as people do; what counts is whether a name or a street is understood. A syllable
that no word of the word list has stands between a surname and a given name. What is misheard is said again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from contracts.clips import SYLLABLES, ClipEntry, Manifest
from drivers.speech.readings import LONGEST_WORD, Readings, read_tables
from voice_baking.bake import open_manifest, save, write_clip
from voice_baking.kokoro import Kokoro, Samples
from voice_baking.listen import FRAMES, NEAR, PAUSE, QUIET, WHOLE, Listener, frame, samples_of, still
from voice_baking.phonemes import syllable_sounds
from voice_baking.readings import frequent_words
from voice_baking.syllables import SPEED, carried
from voice_baking.understood import toneless, understood, units

OTHER_SPEEDS = (SPEED, 0.6, 0.85)
"""Said again alone between two words, at these."""
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
    manifest = open_manifest(folder, SYLLABLES)
    words = words_for(manifest.clips, read_tables(folder), frequent_words())
    for todo, judge in ((list(words), _judged), (None, _mended)):
        waiting = todo or [syllable for syllable in words if manifest.clips[syllable].missed]
        for n, syllable in enumerate(waiting, 1):
            entry = judge(folder, manifest, syllable, words[syllable], voice, listener)
            manifest = replace(manifest, clips={**manifest.clips, syllable: entry})
            if n % BATCH == 0 or n == len(waiting):
                listener.keep()
                save(folder, manifest)
                missed = sum(entry.missed > 0 for entry in manifest.clips.values())
                _LOG.info("%s: %d of %d syllables, %d missed", judge.__name__, n, len(waiting), missed)


def _judged(
    folder: Path, manifest: Manifest, syllable: str, word: Sequence[str], voice: object, listener: Listener
) -> ClipEntry:
    """Return the entry with what is understood of it."""
    mine = manifest.clips[syllable]
    clips = {s: folder / f"{manifest.clips[s].key}.opus" for s in word}
    return replace(mine, syllables=1, missed=int(not _heard(syllable, word, clips, manifest.clips, listener)))


def _mended(
    folder: Path,
    manifest: Manifest,
    syllable: str,
    word: Sequence[str],
    voice: Callable[[], Kokoro],
    listener: Listener,
) -> ClipEntry:
    """Return the entry of the first other way to say it that is understood, or of what there was."""
    mine = manifest.clips[syllable]
    clips = {s: folder / f"{manifest.clips[s].key}.opus" for s in word}
    with TemporaryDirectory() as place:
        for n, samples in enumerate(_other_ways(syllable, voice())):
            tried = Path(place) / str(n)
            tried.mkdir()
            entry = write_clip(tried, mine.key, samples, part=True)
            path = tried / f"{mine.key}.opus"
            entries = {**manifest.clips, syllable: entry}
            if _heard(syllable, word, {**clips, syllable: path}, entries, listener, (NEAR,)):
                (folder / path.name).write_bytes(path.read_bytes())
                return replace(entry, syllables=1, missed=0)
    return mine


def _other_ways(syllable: str, voice: Kokoro) -> Iterator[Samples]:
    for speed in OTHER_SPEEDS:
        yield from carried([syllable_sounds(syllable)], "zh", voice, speed)


def _heard(
    syllable: str,
    word: Sequence[str],
    clips: Mapping[str, Path],
    entries: Mapping[str, ClipEntry],
    listener: Listener,
    windows: Sequence[int] = (NEAR, WHOLE),
) -> bool:
    """Return whether a syllable is understood in a word, wherever the word has it."""
    before, after = (frame(words, "zh") for words in FRAMES["zh"])
    said = [samples_of(clips[s]) for s in word]
    whole = np.concatenate([still(QUIET), before, still(PAUSE), *said, still(PAUSE), after, still(QUIET)])
    first, last = (units(words, "zh") for words in FRAMES["zh"])
    expected = [*first, *map(toneless, word), *last]
    note = "".join(entries[s].digest[:16] for s in word)
    for window in windows:
        found = understood(expected, listener.hear(note, whole, "zh", window))[len(first) : len(first) + len(word)]
        if all(ok for ok, s in zip(found, word, strict=True) if s == syllable):
            return True
    return False
