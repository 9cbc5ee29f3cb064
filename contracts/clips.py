"""Baked speech: how a folder of clips says what it holds, and how words find their clip.

A folder is `manifest.json` and one Opus file a clip, named by its key. Words are compared without the punctuation at
their ends, without spaces between Chinese characters and without case, so that a label finds its clip wherever it
stands. The clips of a service travel as one signed document (`pack`, `unpack`), and so do those of the catalogue's own
words: halls, streets, themes and the services that are only listed. Pure: no file is opened here.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from contracts.ids import SERVICE_ID

NORMALISER = 1
"""Raised when `normal` or the bakery's treatment of words changes: every clip is stale then."""

MANIFEST = "manifest.json"
MOST_CLIPS = 4000
"""How many clips a service may bring, in all its languages."""
MOST_BYTES = 8 * 2**20
"""What they may weigh with their manifests."""
MOST_DOCUMENT = 2 * MOST_BYTES + 2**20
"""What the document of such clips weighs at most: base64 takes 4/3, each character of a manifest two, keys the rest."""
REFERENCE = "reference"
"""Stands for a service where the catalogue's own words are meant."""
OWNER = re.compile(rf"{SERVICE_ID.pattern}|{REFERENCE}")
SYLLABLES = "py"
"""Stands for a language in the folder of single Mandarin syllables: `zhang1`, the tone at the end, 5 for none."""
LANGUAGE = re.compile(r"[a-z]{2}")
ENDS = " \t\n。．.，,、；;：:！!？?…“”‘’\"'"
_CJK_SPACE = re.compile(r"(?<=[\u2e80-\u9fff，。：；、！？]) +| +(?=[\u2e80-\u9fff，。：；、！？])")


def normal(text: str) -> str:
    """Return words as they are compared."""
    return _CJK_SPACE.sub("", re.sub(r"\s+", " ", text)).strip(ENDS).casefold()


def clip_key(text: str, lang: str, voice: str, weights: str) -> str:
    """Return the name of a clip's file: a digest of everything that decides how it sounds."""
    parts = json.dumps([NORMALISER, lang, voice, weights, normal(text)], ensure_ascii=False)
    return sha256(parts.encode()).hexdigest()[:20]


class ClipsError(ValueError):
    """A document is not the clips of a service; the text says which part."""


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


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """One language: the text of its manifest, and the Opus files by key."""

    manifest: str = field(repr=False)
    clips: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServiceVoice:
    """The clips of one service, or of `REFERENCE`: a folder a language."""

    service: str
    folders: Mapping[str, ClipFolder]


def read_manifest(text: str) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: it is none; the message says which part.
    """
    try:
        raw: dict[str, Any] = json.loads(text)
        clips = {str(words): _entry(values) for words, values in raw["clips"].items()}
        return Manifest(str(raw["lang"]), str(raw["voice"]), str(raw["weights"]), int(raw["normaliser"]), clips)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as fault:
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


def pack(voice: ServiceVoice) -> dict[str, Any]:
    """Return clips as they travel: {"service", "voice": {lang: {"manifest": text, "clips": {key: base64}}}}.

    Raises:
        ClipsError: `unpack` would refuse them.
    """
    _check(voice)
    folders = {
        lang: {"manifest": f.manifest, "clips": {key: b64encode(clip).decode() for key, clip in f.clips.items()}}
        for lang, f in voice.folders.items()
    }
    return {"service": voice.service, "voice": folders}


def unpack(document: object) -> ServiceVoice:
    """Read clips that travelled. Everything in them is named by a manifest and is what the manifest says.

    Raises:
        ClipsError: something is missing, damaged, too much, or of no use here.
    """
    raw = _members(document, "service", "voice")
    service, languages = raw["service"], raw["voice"]
    if not isinstance(service, str) or not isinstance(languages, Mapping):
        raise ClipsError("not the clips of a service")
    folders = {}
    left = MOST_BYTES
    for lang, folder in languages.items():
        parts = _members(folder, "manifest", "clips")
        manifest, clips = parts["manifest"], parts["clips"]
        if not isinstance(lang, str) or not isinstance(manifest, str) or not isinstance(clips, Mapping):
            raise ClipsError(f"{lang}: not a folder of clips")
        # Base64 tells the weight before anything is decoded.
        left -= sum(len(clip) * 3 // 4 - 2 for clip in clips.values() if isinstance(clip, str))
        if left < 0 or len(clips) > MOST_CLIPS:
            raise ClipsError("more clips than a service may bring")
        folders[lang] = ClipFolder(manifest, {key: _decoded(key, clip) for key, clip in clips.items()})
    voice = ServiceVoice(service, folders)
    _check(voice)
    return voice


def _members(value: object, *names: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or value.keys() != set(names):
        raise ClipsError(f"not an object of {', '.join(names)} alone")
    return value


def _decoded(key: object, clip: object) -> bytes:
    try:
        data = b64decode(clip, validate=True) if isinstance(key, str) and isinstance(clip, str) else b""
    except ValueError:
        data = b""
    # One way to write each clip: loose bits at the end would give one voice two digests.
    if not data or b64encode(data).decode() != clip:
        raise ClipsError(f"{key}: not a clip in base64")
    return data


def _check(voice: ServiceVoice) -> None:
    if not OWNER.fullmatch(voice.service):
        raise ClipsError("not the id of a service")
    if not voice.folders:
        raise ClipsError("no language at all")
    count = sum(len(folder.clips) for folder in voice.folders.values())
    weight = sum(_bytes_of(f.manifest) + sum(map(len, f.clips.values())) for f in voice.folders.values())
    if count > MOST_CLIPS or weight > MOST_BYTES:
        raise ClipsError(f"{count} clips of {weight} bytes are more than a service may bring")
    for lang, folder in voice.folders.items():
        _check_folder(lang, folder)


def _bytes_of(manifest: str) -> int:
    try:
        return len(manifest.encode())
    except UnicodeEncodeError:
        raise ClipsError("a manifest that is no text") from None


def _check_folder(lang: str, folder: ClipFolder) -> None:
    try:
        manifest = read_manifest(folder.manifest)
    except ValueError as fault:
        raise ClipsError(f"{lang}: {fault}") from None
    # The name becomes that of a folder.
    if not LANGUAGE.fullmatch(lang) or manifest.lang != lang:
        raise ClipsError(f"{lang}: the manifest is of {manifest.lang}")
    named = {entry.key for entry in manifest.clips.values()}
    if named != folder.clips.keys():
        odd = min(named ^ folder.clips.keys())
        raise ClipsError(f"{lang}: {odd} is {'missing' if odd in named else 'in no manifest'}")
    for entry in manifest.clips.values():
        if sha256(folder.clips[entry.key]).hexdigest() != entry.digest:
            raise ClipsError(f"{lang}: {entry.key} is not what the manifest says")


def _entry(values: Any) -> ClipEntry:
    key, ms, digest, part, syllables, missed = values
    if not re.fullmatch(r"[0-9a-f]{20}", str(key)):
        raise ValueError(f"not a key of a clip: {key}")
    return ClipEntry(str(key), int(ms), str(digest), bool(part), int(syllables), int(missed))
