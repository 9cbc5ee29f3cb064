"""Makes the clips that are wanted and not there yet, and drops those that nobody wants. Resumable at any moment."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.clips import MANIFEST, SYLLABLES, ClipEntry, Manifest, clip_key, normal, read_manifest, write_manifest
from voice_baking.kokoro import SAMPLE_RATE, Kokoro, Samples
from voice_baking.polish import polish, write_opus
from voice_baking.weights import KOKORO_SHA256, VOICES

SAVE_EVERY = 20
ROOT = Path(__file__).parents[1]
TERMINAL = "terminal"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the list: words as they are written, and whether they may stand within a phrase."""

    text: str
    lang: str
    part: bool


def folder_of(owner: str, lang: str) -> Path:
    """Where the clips of the terminal or of a service package live."""
    if owner == TERMINAL:
        return ROOT / "kiosk_app" / "voice" / "clips" / lang
    return ROOT / "central_platform" / "packages" / owner / "voice" / lang


def open_manifest(folder: Path, lang: str) -> Manifest:
    """Return what a folder holds; an empty manifest when there is none or it is of another voice."""
    path = folder / MANIFEST
    weights = KOKORO_SHA256[:16]
    voice = VOICES["zh" if lang == SYLLABLES else lang]
    empty = Manifest(lang, voice, weights)
    if not path.exists():
        return empty
    found = read_manifest(path.read_text("utf-8"))
    same = (found.lang, found.voice, found.weights, found.normaliser) == (lang, voice, weights, empty.normaliser)
    return found if same else empty


def bake(folder: Path, lang: str, wanted: Sequence[Wanted], voice: Callable[[], Kokoro]) -> int:
    """Bring a folder up to date; returns how many clips were made. `voice` is loaded only when it is needed."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = open_manifest(folder, lang)
    lines = {normal(line.text): line for line in wanted if line.lang == lang}
    clips = {w: replace(e, part=lines[w].part) for w, e in manifest.clips.items() if w in lines and _whole(folder, e)}
    made = 0
    for words, line in lines.items():
        if words in clips:
            continue
        try:
            clips[words] = _make(folder, line, manifest, voice())
        except ValueError as fault:
            _LOG.error("%s", fault)
            continue
        made += 1
        if made % SAVE_EVERY == 0:
            save(folder, replace(manifest, clips=clips))
            _LOG.info("%s: %d of %d", folder, len(clips), len(lines))
    save(folder, replace(manifest, clips=clips))
    for stray in folder.glob("*.opus"):
        if stray.stem not in {entry.key for entry in clips.values()}:
            stray.unlink()
    return made


def save_scores(folder: Path, manifest: Manifest, scores: dict[str, tuple[int, int]]) -> Manifest:
    """Write down what the recogniser heard: words -> (syllables, missed)."""
    clips = {
        words: replace(entry, syllables=scores[words][0], missed=scores[words][1]) if words in scores else entry
        for words, entry in manifest.clips.items()
    }
    scored = replace(manifest, clips=clips)
    save(folder, scored)
    return scored


def _make(folder: Path, line: Wanted, manifest: Manifest, voice: Kokoro) -> ClipEntry:
    key = clip_key(line.text, line.lang, manifest.voice, manifest.weights)
    samples = polish(voice.say(punctuated(line.text, line.lang), line.lang))
    return write_clip(folder, key, samples, part=line.part)


def write_clip(folder: Path, key: str, samples: Samples, *, part: bool) -> ClipEntry:
    """Write one clip and return its entry."""
    path = folder / f"{key}.opus"
    write_opus(path, samples)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ClipEntry(key, len(samples) * 1000 // SAMPLE_RATE, digest, part)


def punctuated(text: str, lang: str) -> str:
    """A full stop gives a word its fall; without one the model leaves it hanging."""
    if text.rstrip()[-1:] in "。！？.!?":
        return text
    return text.rstrip("，、；：,;: ") + ("." if lang == "en" else "。")


def _whole(folder: Path, entry: ClipEntry) -> bool:
    path = folder / f"{entry.key}.opus"
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.digest


def save(folder: Path, manifest: Manifest) -> None:
    """Write a manifest, all of it or nothing."""
    fresh = folder / f"{MANIFEST}.part"
    fresh.write_text(write_manifest(manifest), "utf-8")
    fresh.rename(folder / MANIFEST)
