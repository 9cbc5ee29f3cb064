"""How a name or an address is read, syllable by syllable: tables beside the baked syllables. Pure but for the files.

A word in which a character is read in another way than usual is looked for first, the longest; a surname of its own
reading counts at the beginning of a name. Two third tones in a row: the first is said in the second tone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CHARACTERS, WORDS, SURNAMES = "characters.txt", "words.txt", "surnames.txt"
LONGEST_WORD = 4
LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Readings:
    """`characters` have one reading, `words` and `surnames` one for each character; syllables as `zhang1`."""

    characters: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    surnames: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def syllables(self, phrase: str) -> list[str]:
        """Return how each character of a phrase is read; empty where that is not known."""
        out = [""] * len(phrase)
        at = 0
        while at < len(phrase):
            length, reading = self._longest(phrase, at)
            out[at : at + length] = reading
            at += length
        return _toned(out)

    def _longest(self, phrase: str, at: int) -> tuple[int, Sequence[str]]:
        for length in range(min(LONGEST_WORD, len(phrase) - at), 1, -1):
            found = self.words.get(phrase[at : at + length])
            if found is not None:
                return length, found
        if at == 0 and 2 <= len(phrase) <= LONGEST_NAME:
            for length in (2, 1):
                if (found := self.surnames.get(phrase[:length])) is not None:
                    return length, found
        return 1, [self.characters.get(phrase[at], "")]


def read_tables(folder: Path) -> Readings:
    """Read the tables of a folder; those that cannot be read are empty."""
    characters = {c: sound for sound, row in _rows(folder / CHARACTERS) for c in row[0]}
    words = {word: row for word, row in _rows(folder / WORDS) if len(row) == len(word)}
    surnames = {name: row for name, row in _rows(folder / SURNAMES) if len(row) == len(name)}
    return Readings(characters, words, surnames)


def _rows(path: Path) -> list[tuple[str, list[str]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    split = (line.split(" ") for line in lines)
    return [(head, rest) for head, *rest in split if rest]


def _toned(syllables: list[str]) -> list[str]:
    following = [*syllables[1:], ""]
    return [
        f"{mine[:-1]}2" if mine.endswith("3") and other.endswith("3") else mine
        for mine, other in zip(syllables, following, strict=True)
    ]
