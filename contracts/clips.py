"""Baked speech: how a folder of clips says what it holds, and how words find their clip.

A folder is `manifest.json` and one Opus file a clip, named by its key. Words are compared without the punctuation at
their ends, without spaces between Chinese characters and without case, so that a label finds its clip wherever it
stands. Pure: no file is opened here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

NORMALISER = 1
"""Raised when `normal` or the bakery's treatment of words changes: every clip is stale then."""

MANIFEST = "manifest.json"
ENDS = " \t\n。．.，,、；;：:！!？?…“”‘’\"'"
_CJK_SPACE = re.compile(r"(?<=[\u2e80-\u9fff，。：；、！？]) +| +(?=[\u2e80-\u9fff，。：；、！？])")


def normal(text: str) -> str:
    """Return words as they are compared."""
    return _CJK_SPACE.sub("", re.sub(r"\s+", " ", text)).strip(ENDS).casefold()


def clip_key(text: str, lang: str, voice: str, weights: str) -> str:
    """Return the name of a clip's file: a digest of everything that decides how it sounds."""
    parts = json.dumps([NORMALISER, lang, voice, weights, normal(text)], ensure_ascii=False)
    return sha256(parts.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """One clip. `part` may stand beside others within a phrase (a number, a measure); a whole one stands alone.

    `ms` is its length, `digest` the SHA-256 of its file, `missed` of `syllables` are those that a speech recogniser
    did not hear as written (-1: not listened to yet).
    """

    key: str
    ms: int
    digest: str
    part: bool = False
    syllables: int = 0
    missed: int = -1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder holds: `clips` by their normal words."""

    lang: str
    voice: str
    weights: str
    normaliser: int = NORMALISER
    clips: Mapping[str, ClipEntry] = field(default_factory=dict)


def read_manifest(text: str) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: it is none; the message says which part.
    """
    try:
        raw: dict[str, Any] = json.loads(text)
        clips = {str(words): _entry(values) for words, values in raw["clips"].items()}
        return Manifest(str(raw["lang"]), str(raw["voice"]), str(raw["weights"]), int(raw["normaliser"]), clips)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as fault:
        raise ValueError(f"not a manifest of clips: {type(fault).__name__} {fault}") from None


def write_manifest(manifest: Manifest) -> str:
    """Return a manifest as text, one clip a line, in a fixed order."""
    lines = (
        f"    {json.dumps(words, ensure_ascii=False)}: "
        + json.dumps([e.key, e.ms, e.digest, int(e.part), e.syllables, e.missed])
        for words, e in sorted(manifest.clips.items())
    )
    head = {n: getattr(manifest, n) for n in ("lang", "voice", "weights", "normaliser")}
    start = "".join(f"  {json.dumps(n)}: {json.dumps(value)},\n" for n, value in head.items())
    return f'{{\n{start}  "clips": {{\n' + ",\n".join(lines) + "\n  }\n}\n"


def _entry(values: Any) -> ClipEntry:
    key, ms, digest, part, syllables, missed = values
    if not re.fullmatch(r"[0-9a-f]{20}", str(key)):
        raise ValueError(f"not a key of a clip: {key}")
    return ClipEntry(str(key), int(ms), str(digest), bool(part), int(syllables), int(missed))
