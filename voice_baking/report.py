"""`python -m voice_baking.report`: what was baked and how well it is understood, into docs/voice.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.clips import MANIFEST, SYLLABLES, ClipEntry, Manifest, read_manifest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "voice.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
WORST = 20


@dataclass(frozen=True, slots=True)
class Folder:
    """One manifest and whose words it has."""

    owner: str
    manifest: Manifest
    weight: int


def folders() -> Iterator[Folder]:
    """Every folder of clips in the repository: the terminal's, then the packages'."""
    places = [*(ROOT / "kiosk_app/voice/clips").glob(f"*/{MANIFEST}")]
    places += (ROOT / "central_platform/packages").glob(f"*/voice/*/{MANIFEST}")
    for path in sorted(places):
        owner = "terminal" if "kiosk_app" in path.parts else path.parts[-4]
        weight = sum(clip.stat().st_size for clip in path.parent.glob("*.opus"))
        yield Folder(owner, read_manifest(path.read_text("utf-8")), weight)


def figures() -> str:
    """Return the generated part of the page."""
    found = list(folders())
    lines = [
        "| whose words | language | voice | clips | minutes | MB | listened to | mean syllable error | perfect |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_line(folder) for folder in found]
    heard = [(f.manifest.lang, w, e) for f in found for w, e in f.manifest.clips.items() if e.missed >= 0]
    for lang, name in (("zh", "Chinese"), ("en", "English"), (SYLLABLES, "Single syllables")):
        mine = [e for language, _, e in heard if language == lang]
        if mine:
            lines += ["", f"{name}: {_error(mine)}."]
    if heard:
        count = sum(len(folder.manifest.clips) for folder in found)
        lines += ["", f"**All clips, {len(heard)} of {count} listened to: {_error([e for *_, e in heard])}.**"]
    lines += ["", f"The {WORST} worst, most syllables missed first:", ""]
    lines += ["| words | language | missed |", "| --- | --- | --- |"]
    worst = sorted(heard, key=lambda row: (-row[2].missed, row[1]))[:WORST]
    lines += [f"| {words} | {lang} | {e.missed} of {e.syllables} |" for lang, words, e in worst]
    return "\n".join(lines)


def _line(folder: Folder) -> str:
    entries = list(folder.manifest.clips.values())
    heard = [e for e in entries if e.missed >= 0]
    minutes = sum(e.ms for e in entries) / 60_000
    perfect = f"{sum(e.missed == 0 for e in heard)} of {len(heard)}" if heard else ""
    error = _error(heard).partition(" (")[0] if heard else ""
    m = folder.manifest
    row = (folder.owner, m.lang, m.voice, len(entries), f"{minutes:.1f}", f"{folder.weight / 2**20:.1f}", len(heard))
    return f"| {' | '.join(map(str, row))} | {error} | {perfect} |"


def _error(entries: list[ClipEntry]) -> str:
    """Mean over clips, as the goal asks, and over syllables."""
    of_all = sum(e.missed for e in entries) / max(1, sum(e.syllables for e in entries))
    by_clip = sum(e.missed / max(1, e.syllables) for e in entries) / len(entries)
    return f"{by_clip:.1%} of a clip's syllables on average ({of_all:.1%} of all)"


def main() -> None:
    """Write the page's figures anew."""
    page = PAGE.read_text("utf-8")
    fresh = f"{BEGIN}\n\n{figures()}\n\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: fresh, page, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main()
