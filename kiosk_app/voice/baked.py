"""The terminal's own clips, and what is wrong with them: words without a clip, clips without words, damaged files.

`python -m kiosk_app.voice.baked` is part of `make lint`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

from contracts.clips import MANIFEST, NORMALISER, SYLLABLES, Manifest, clip_key, normal, read_manifest
from drivers.speech.readings import read_tables

CLIPS = Path(__file__).parent / "clips"
MOST_BYTES = 25 * 2**20
"""What the clips of a repository may weigh."""
SHORTEST_MS, LONGEST_MS = 60, 20_000


def faults(folder: Path = CLIPS) -> Iterator[str]:
    """Name everything that is wrong with the terminal's clips, one line each."""
    from kiosk_app.voice.script import terminal_lines
    from kiosk_app.words import LANGUAGES

    for lang in LANGUAGES:
        wanted = {normal(line.text): line.part for line in terminal_lines(lang)}
        yield from folder_faults(folder / lang, lang, wanted)
    read = read_tables(folder / SYLLABLES)
    others = chain.from_iterable((*read.words.values(), *read.surnames.values()))
    yield from folder_faults(folder / SYLLABLES, SYLLABLES, dict.fromkeys([*read.characters.values(), *others], True))
    weight = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if weight > MOST_BYTES:
        yield f"the clips weigh {weight / 2**20:.1f} MB, more than {MOST_BYTES // 2**20}"


def folder_faults(folder: Path, lang: str, wanted: dict[str, bool]) -> Iterator[str]:
    """Name what is wrong with one folder of clips; `wanted` are normal words, and whether they are parts."""
    try:
        manifest = read_manifest((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        yield f"{lang}: no manifest of clips: {fault}"
        return
    if manifest.lang != lang or manifest.normaliser != NORMALISER:
        yield f"{lang}: the manifest is of {manifest.lang}, normaliser {manifest.normaliser}"
    yield from (f"{lang}: no clip says: {words}" for words in sorted(wanted.keys() - manifest.clips.keys()))
    yield from (f"{lang}: nobody says any more: {words}" for words in sorted(manifest.clips.keys() - wanted.keys()))
    yield from _file_faults(folder, manifest, wanted)


def _file_faults(folder: Path, manifest: Manifest, wanted: dict[str, bool]) -> Iterator[str]:
    keys = set()
    for words, entry in manifest.clips.items():
        keys.add(entry.key)
        path = folder / f"{entry.key}.opus"
        if entry.key != clip_key(words, manifest.lang, manifest.voice, manifest.weights):
            yield f"{manifest.lang}: stale clip for: {words}"
        elif not path.exists() or sha256(path.read_bytes()).hexdigest() != entry.digest:
            yield f"{manifest.lang}: missing or damaged clip for: {words}"
        elif not SHORTEST_MS <= entry.ms <= LONGEST_MS:
            yield f"{manifest.lang}: a clip of {entry.ms} ms for: {words}"
        elif entry.part != wanted.get(words, entry.part):
            yield f"{manifest.lang}: part or whole has changed: {words}"
    yield from (f"{manifest.lang}: a file that no words have: {p.name}" for p in _strays(folder, keys))


def _strays(folder: Path, keys: set[str]) -> Iterable[Path]:
    return (path for path in sorted(folder.glob("*.opus")) if path.stem not in keys)


def main() -> int:
    """Name what is wrong and what to do; 1 when anything is."""
    found = list(faults())
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    if found:
        sys.stderr.write(f"{len(found)} faults in the clips: make voice\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
