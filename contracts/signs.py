"""Clips in sign language: how a folder says what it holds, and what a file must be. Pure: no file is opened here.

A folder is `signs.json` and one animated WebP a clip (docs/signs.md). WebP needs no licence and no player of videos; it
is read here chunk by chunk, without decoding a picture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

SIGNS = "signs.json"
FORMAT = 1
MOST_CLIPS = 64
"""Clips of one folder."""
MOST_CLIP = 2 * 2**20
"""Bytes of one clip."""
MOST_FOLDER = 24 * 2**20
"""Bytes of all clips of one folder."""
LEAST_SIDE, MOST_SIDE = 120, 640
"""Pixels: smaller hands cannot be read, larger ones are never shown."""
MOST_MS = 60_000
KEY = re.compile(r"[a-z][a-z_]{0,23}(\.[A-Za-z][A-Za-z0-9_]{0,39})?")
"""The place of a page, and behind the dot what it asks: guide, review, form, form.bank, identify.face."""
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\.webp")
DIGEST = re.compile(r"[0-9a-f]{64}")


class SignsError(ValueError):
    """A folder or a file is not what it must be; the text says which and why."""


@dataclass(frozen=True, slots=True)
class SignClip:
    """One clip: `text` is what it says, in every written language of the screen, and its name to a screen reader."""

    file: str
    digest: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """A folder: its clips by the key of a page or step."""

    clips: Mapping[str, SignClip] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moving:
    """What a file holds: pixels, pictures, milliseconds of one round."""

    width: int
    height: int
    frames: int
    ms: int


def read_signs(text: str) -> Signs:
    """Read `signs.json`.

    Raises:
        SignsError: it is not one.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise SignsError(f"{SIGNS} is not JSON") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("clips"), dict):
        raise SignsError(f"{SIGNS} has no format {FORMAT} with clips")
    if len(value["clips"]) > MOST_CLIPS:
        raise SignsError(f"more than {MOST_CLIPS} clips")
    return Signs({key: _clip(key, entry) for key, entry in value["clips"].items()})


def check_clip(clip: SignClip, data: bytes) -> Moving:
    """Check a clip's file against its entry.

    Raises:
        SignsError: it is too large, damaged, or no moving picture of a size that can be read.
    """
    if len(data) > MOST_CLIP:
        raise SignsError(f"{clip.file}: larger than {MOST_CLIP // 2**20} MiB")
    if sha256(data).hexdigest() != clip.digest:
        raise SignsError(f"{clip.file}: not the file that {SIGNS} names")
    found = moving(data, clip.file)
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in (found.width, found.height)):
        raise SignsError(f"{clip.file}: {found.width} x {found.height} px, not {LEAST_SIDE} to {MOST_SIDE}")
    if found.frames < 2 or not 0 < found.ms <= MOST_MS:
        raise SignsError(f"{clip.file}: does not move, or for more than {MOST_MS // 1000} s")
    return found


def moving(data: bytes, name: str = "the file") -> Moving:
    """Read the size and length of an animated WebP (RIFF container, developers.google.com/speed/webp/docs).

    Raises:
        SignsError: it is not one.
    """
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8X" or not data[20] & 0x02:
        raise SignsError(f"{name}: not an animated WebP")
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise SignsError(f"{name}: cut short, or with something behind it")
    width, height = _u24(data, 24) + 1, _u24(data, 27) + 1
    frames = ms = 0
    at = 12
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise SignsError(f"{name}: a chunk is longer than the file")
        if data[at : at + 4] == b"ANMF":
            if size < 16:
                raise SignsError(f"{name}: a picture without a head")
            frames += 1
            ms += _u24(data, at + 8 + 12)
        at += 8 + size + (size & 1)
    return Moving(width, height, frames, ms)


def _u24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _clip(key: str, entry: Any) -> SignClip:
    if not KEY.fullmatch(key):
        raise SignsError(f"{key[:80]!r} is no key of a page")
    if not isinstance(entry, dict):
        raise SignsError(f"{key}: not an object")
    file, digest, text = entry.get("file"), entry.get("digest"), entry.get("text")
    if not isinstance(file, str) or not FILE.fullmatch(file):
        raise SignsError(f"{key}: file is no name of a .webp in this folder")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise SignsError(f"{key}: digest is no SHA-256")
    words = {lang: text.get(lang) for lang in ("zh", "en")} if isinstance(text, dict) else {}
    if not words or not all(isinstance(one, str) and 0 < len(one.strip()) <= 200 for one in words.values()):
        raise SignsError(f"{key}: text says in zh and en what the clip says, in at most 200 characters")
    return SignClip(file, digest, {lang: str(one).strip() for lang, one in words.items()})
