"""Folders of clips for tests: each word is a tone of its own, so that samples tell which clip was played."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
import soundfile

from contracts.clips import MANIFEST, ClipEntry, Manifest, clip_key, normal, write_manifest
from drivers.speech.samples import SAMPLE_RATE

SECONDS = 0.4


def tone(hertz: float, seconds: float = SECONDS) -> np.ndarray:
    at = np.arange(int(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    return (0.3 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def bake(folder: Path, clips: Mapping[str, float], parts: Mapping[str, float] | None = None, lang: str = "zh") -> Path:
    """Write clips (words -> hertz) below `folder`; returns `folder`."""
    where = folder / lang
    where.mkdir(parents=True, exist_ok=True)
    entries = {}
    for words, hertz in {**clips, **(parts or {})}.items():
        key = clip_key(words, lang, "tone", "none")
        path = where / f"{key}.opus"
        soundfile.write(path, tone(hertz), SAMPLE_RATE, format="OGG", subtype="OPUS")
        digest = sha256(path.read_bytes()).hexdigest()
        entries[normal(words)] = ClipEntry(key, int(SECONDS * 1000), digest, words in (parts or {}))
    (where / MANIFEST).write_text(write_manifest(Manifest(lang, "tone", "none", clips=entries)), "utf-8")
    return folder


def loudest_hertz(pcm: bytes) -> float:
    """The strongest frequency of some samples."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)
