"""Says again, in other manners, what the recogniser did not understand, and keeps what it understands best."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.clips import ClipEntry, Manifest
from voice_baking.bake import Wanted, punctuated, save, write_clip
from voice_baking.kokoro import Kokoro, Manner, Samples
from voice_baking.listen import SHORT, Listener
from voice_baking.phonemes import letter_sounds, phonemes
from voice_baking.polish import polish
from voice_baking.syllables import carried
from voice_baking.understood import units

OTHERS = (Manner(1.0, 60), Manner(0.8, 60), Manner(0.9, 110))
"""Of 96 syllables in misheard clips 18 were missed as they were, 11 in the first manner, 15 at this pace alone."""
SPEEDS = (0.7, 0.85, 0.6, 0.5)
"""A short clip is cut out of a sentence, said at these."""
LONG, INSIDE = 8, (0.9, 0.8, 0.7)
"""So is one of fewer syllables than `LONG`, at these; a question would lose its melody there."""
WORTH_MENDING = 0.15
"""One syllable of seven misheard: to say it again takes ten times as long as to listen to it."""
_LOG = logging.getLogger(__name__)


def mend(
    folder: Path, manifest: Manifest, lines: Mapping[str, Wanted], voice: Callable[[], Kokoro], listener: Listener
) -> Manifest:
    """Try other manners for some clips, by their normal words. Returns the new manifest."""
    for words, line in lines.items():
        better = _better(folder, words, manifest.clips[words], line, voice(), listener)
        if better != manifest.clips[words]:
            manifest = replace(manifest, clips={**manifest.clips, words: better})
            save(folder, manifest)
    return manifest


def _better(folder: Path, words: str, entry: ClipEntry, line: Wanted, voice: Kokoro, listener: Listener) -> ClipEntry:
    """Return the entry of the best clip; its file takes the place of the old one when it is another."""
    best = entry
    with TemporaryDirectory() as place:
        for n, samples in enumerate(_other_ways(line, voice)):
            tried = Path(place) / str(n)
            tried.mkdir()
            found = write_clip(tried, entry.key, samples, part=entry.part)
            syllables, missed = listener.score(tried, words, found, line.lang)
            if missed < best.missed:
                best = replace(found, syllables=syllables, missed=missed)
                (folder / f"{entry.key}.opus").write_bytes((tried / f"{entry.key}.opus").read_bytes())
            if not best.missed:
                break
    _LOG.info("%s: %d of %d missed, now %d", words, entry.missed, entry.syllables, best.missed)
    return best


def _other_ways(line: Wanted, voice: Kokoro) -> Iterator[Samples]:
    text = punctuated(line.text, line.lang)
    count = len(units(line.text, line.lang))
    speeds = SPEEDS if count < SHORT else INSIDE if count < LONG and not text.endswith(("?", "？")) else ()
    in_chinese = letter_sounds(line.text) if line.lang == "zh" else ""
    for sounds in filter(None, (in_chinese, phonemes(text, line.lang).rstrip(".!? "))):
        try:
            for speed in speeds:
                yield from carried([sounds], line.lang, voice, speed)
        except ValueError as fault:
            _LOG.warning("%s", fault)
    yield from (polish(voice.say(text, line.lang, manner)) for manner in OTHERS)
