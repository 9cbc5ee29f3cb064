"""Baked clips: which of them say a sentence, and their samples. Imported by the speech child only.

A sentence is looked for whole first, then phrase by phrase between its stops, then, inside a phrase, in parts (numbers,
measures, the words around a slot) and in syllables (names, addresses). A phrase that cannot be put together is left to
the synthesiser, alone: never a word from here and the next from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from contracts.clips import MANIFEST, SYLLABLES, ClipEntry, normal, read_manifest
from drivers.speech.readings import Readings, read_tables
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE

PHRASE_PAUSE_MS = 140
"""Silence at a comma, on top of what the clips keep at their ends."""
MOST_PARTS = 40
"""Pieces of one phrase: a sentence has at most 35 characters, an ID number 22."""
COST, SYLLABLE_COST = 2, 3
"""Of the ways through a phrase the one with the fewest pieces is taken, a clip rather than a syllable."""
_HANZI = r"[\u3007\u3400-\u9fff]"
_STOPS = {"zh": re.compile(r"(?<=[，。；！？：、,;!?…])\s*"), "en": re.compile(r"(?<=[,.;:!?…，。；])\s+")}
_WORDS = {
    "zh": re.compile(r"[^\s，。；！？：、·/-]"),
    "en": re.compile(rf"{_HANZI}|[^\s,;:!?/{_HANZI[1:-1]}-]+(?:-[^\s,;:!?/-]+)*"),
}
"""What has to be covered: signs between words make no sound of their own."""
LONGEST_BREATH = 60
"""Characters given to the synthesiser at once: it answers nothing else meanwhile."""
_LEFT_TO_OTHERS = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence: the file of its clip, or None when it has to be made; `pause_ms` follows it."""

    text: str = field(repr=False)
    path: Path | None
    pause_ms: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A clip of a bank: its file and what the manifest says of it."""

    path: Path
    entry: ClipEntry


Find = Callable[[str], Known | None]
"""The clip of some normal words."""
Spell = Callable[[str], Sequence[Path | None]]
"""The syllable of each character of a run of Chinese ones; None where there is none."""


def no_syllables(run: str) -> Sequence[None]:
    """Spell nothing."""
    return [None] * len(run)


class ClipBank:
    """All clips of some folders; a later folder wins. A folder that cannot be read is as good as empty."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Each folder has manifests at any depth: `zh/manifest.json`, `SB01/zh/manifest.json`."""
        self._folders = tuple(folders)

    @cached_property
    def _clips(self) -> Mapping[str, Mapping[str, Known]]:
        found: dict[str, dict[str, Known]] = {}
        for folder in self._folders:
            for path in _manifests(folder):
                try:
                    manifest = read_manifest(path.read_text("utf-8"))
                except (OSError, ValueError):
                    continue
                known = {w: Known(path.parent / f"{e.key}.opus", e) for w, e in manifest.clips.items()}
                found.setdefault(manifest.lang, {}).update(known)
        return found

    def load(self) -> None:
        """Read what it has now rather than at the first sentence; a tenth of a second."""
        if SYLLABLES in self._clips:
            _ = self._readings

    def compose(self, text: str, lang: str) -> tuple[Piece, ...]:
        """Return the pieces that say a sentence, in order; never empty."""
        clips = self._clips.get(lang, {})
        if not clips:
            return (Piece(text, None),)
        return tuple(compose(text, lang, clips.get, self._spell))

    def _spell(self, run: str) -> list[Path | None]:
        syllables = self._clips.get(SYLLABLES, {})
        if not syllables:
            return [None] * len(run)
        found = (syllables.get(sound) for sound in self._readings.syllables(run))
        return [None if known is None else known.path for known in found]

    @cached_property
    def _readings(self) -> Readings:
        """From the folder that holds the syllables."""
        return read_tables(next(iter(self._clips[SYLLABLES].values())).path.parent)

    def samples(self, path: Path) -> bytes | None:
        """Return the samples of a clip; None when its file is missing or damaged."""
        import soundfile

        try:
            with soundfile.SoundFile(path) as clip:
                if clip.samplerate != SAMPLE_RATE or clip.channels != 1:
                    return None
                pcm = bytes(clip.buffer_read(dtype="int16"))
        except (OSError, RuntimeError, TypeError):
            return None
        return pcm if len(pcm) > BYTES_PER_SAMPLE else None


def _manifests(folder: Path) -> list[Path]:
    try:
        return sorted(folder.rglob(MANIFEST))
    except OSError:
        # Somebody is putting other clips there; this process is replaced when they are done.
        return []


def compose(text: str, lang: str, find: Find, spell: Spell = no_syllables) -> list[Piece]:
    """Return the cheapest way through the phrases of a sentence: runs of them, parts, and what is left to others."""
    if (whole := find(normal(text))) is not None:
        return [Piece(text, whole.path)]
    phrases = [p for p in _STOPS[lang].split(text) if re.search(r"\w", p)]
    best: list[tuple[int, list[Piece]]] = [(0, [])]
    for end in range(1, len(phrases) + 1):
        ways = []
        for begin in range(end):
            run = (" " if lang == "en" else "").join(phrases[begin:end])
            pieces = _run(run, lang, find, spell if end - begin == 1 else None)
            if pieces is not None:
                cost = sum(1 if p.path is not None else _LEFT_TO_OTHERS for p in pieces)
                ways.append((best[begin][0] + cost, [*best[begin][1], *pieces]))
        best.append(min(ways, key=lambda way: way[0]))
    return list(_joined(best[-1][1], lang))


def _run(run: str, lang: str, find: Find, spell: Spell | None) -> list[Piece] | None:
    """Say some phrases with one clip, or a single one in parts: without `spell` there are several."""
    known = find(normal(run))
    if known is not None:
        return [Piece(run, known.path, PHRASE_PAUSE_MS)]
    if spell is None:
        return None
    parts = _parts(run, lang, find, spell)
    if parts is None:
        return [Piece(run, None, PHRASE_PAUSE_MS)]
    return [Piece(text, path) for text, path in parts[:-1]] + [Piece(*parts[-1], PHRASE_PAUSE_MS)]


def _parts(phrase: str, lang: str, find: Find, spell: Spell) -> list[tuple[str, Path]] | None:
    """Cover a phrase with the fewest clips. Single characters count only as parts: 五 is a number, 项 a measure, but a
    character out of a label is not how the name of a person is said: that has its syllables.
    """
    words = [m[0] for m in _WORDS[lang].finditer(phrase)]
    syllables = _syllables(words, spell)
    join = " " if lang == "en" else ""
    best: list[tuple[int, list[tuple[str, Path]]] | None] = [(0, [])]
    for end in range(1, len(words) + 1):
        ways = []
        for begin in range(end):
            before = best[begin]
            if before is None or len(before[1]) >= MOST_PARTS:
                continue
            text = join.join(words[begin:end])
            known = find(normal(text))
            if known is not None and (known.entry.part or len(text) > 1):
                ways.append((before[0] + COST, [*before[1], (text, known.path)]))
            elif end - begin == 1 and (path := syllables[begin]) is not None:
                ways.append((before[0] + SYLLABLE_COST, [*before[1], (text, path)]))
        best.append(min(ways, key=lambda way: way[0], default=None))
    return best[-1][1] if best[-1] is not None and words else None


def _syllables(words: Sequence[str], spell: Spell) -> list[Path | None]:
    """Read the runs of single Chinese characters among words: how one is read depends on its neighbours."""
    out: list[Path | None] = []
    for chinese, run in groupby(words, key=lambda word: re.fullmatch(_HANZI, word) is not None):
        text = list(run)
        out += spell("".join(text)) if chinese else [None] * len(text)
    return out


def _joined(pieces: Sequence[Piece], lang: str) -> Iterator[Piece]:
    """Neighbours that are left to the synthesiser are one stretch; nothing pauses at the end."""
    out: list[Piece] = []
    for piece in pieces:
        joins = bool(out) and piece.path is None and out[-1].path is None
        if joins and len(out[-1].text) + len(piece.text) <= LONGEST_BREATH:
            out[-1] = Piece(f"{out[-1].text}{' ' if lang == 'en' else ''}{piece.text}", None, piece.pause_ms)
        else:
            out.append(piece)
    for at, piece in enumerate(out):
        yield piece if at + 1 < len(out) else Piece(piece.text, piece.path)
