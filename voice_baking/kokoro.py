"""Kokoro-82M: phonemes in, samples out. 24 kHz, about one CPU second for one second of speech."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voice_baking.phonemes import phonemes
from voice_baking.weights import Weights

SAMPLE_RATE = 24_000
LONGEST = 509
DURATIONS = "/encoder/Clip_output_0"
_HANZI = re.compile(r"[\u3007\u4e00-\u9fff]+")
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said: `speed` is the model's; `length` has it sound as in a sentence of so many sounds."""

    speed: float = 0.9
    length: int = 0


USUAL = Manner()
"""The model's own pace is hurried; below 0.85 it puts breath before the first word (listened to by the recogniser)."""


class Kokoro:
    """One loaded model and the voice of each language."""

    def __init__(self, weights: Weights, threads: int = 1) -> None:
        self._session = _session(weights.model, threads)
        self._vocabulary = weights.vocabulary
        self._voices = {lang: _voice(path) for lang, path in weights.voices.items()}

    def say(self, text: str, lang: str, manner: Manner = USUAL) -> Samples:
        """Return the samples of one sentence, with the silence that the model puts at both ends.

        Chinese inside an English sentence (the name of the language on a key) is said by the Chinese voice; Latin words
        inside a Chinese one are said by its own voice, with English sounds.

        Raises:
            ValueError: it has a sound that the voice does not know, or it is too long.
        """
        if lang != "en" or not _HANZI.search(text):
            return self._run(text, lang, manner)
        runs = [run for run in re.split(f"({_HANZI.pattern})", text) if re.search(r"\w", run)]
        return np.concatenate([self._run(run, "zh" if _HANZI.search(run) else lang, manner) for run in runs])

    def aligned(self, sounds: Sequence[str], lang: str, speed: float) -> tuple[Samples, list[tuple[float, float]]]:
        """Say the phonemes of one sentence, given in stretches; returns where each begins and ends, in samples.

        Raises:
            ValueError: it has a sound that the voice does not know, or it is too long.
        """
        lengths = [len(self._tokens(stretch)) for stretch in sounds]
        tokens = self._tokens("".join(sounds))
        samples, durations = self._infer(tokens, lang, Manner(speed))
        # The first and the last frame stand for the silence around.
        frames = np.concatenate([[0], np.cumsum(durations)]) * (len(samples) / durations.sum())
        ends = np.cumsum([1, *lengths])
        return samples, [(float(frames[a]), float(frames[b])) for a, b in pairwise(ends)]

    def _run(self, text: str, lang: str, manner: Manner) -> Samples:
        return self._infer(self._tokens(phonemes(text, lang)), lang, manner)[0]

    def _tokens(self, sounds: str) -> list[int]:
        unknown = {c for c in sounds if c not in self._vocabulary}
        if unknown or not 0 < len(sounds) <= LONGEST:
            raise ValueError(f"cannot be said: {sounds} {json.dumps(sorted(unknown), ensure_ascii=False)}")
        return [self._vocabulary[c] for c in sounds]

    def _infer(self, tokens: Sequence[int], lang: str, manner: Manner) -> tuple[Samples, Samples]:
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._voices[lang][max(len(tokens), manner.length)],
            "speed": np.array([manner.speed], np.float32),
        }
        samples, durations = self._session.run(None, feed)
        return samples.ravel(), durations.ravel()


def _session(model: Path, threads: int) -> Any:
    """Load the model with a second output: how many frames each token takes, which it counts anyway."""
    import onnx
    import onnxruntime

    loaded = onnx.load(str(model))
    loaded.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(loaded.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _voice(path: Path) -> Samples:
    """One style vector for each number of tokens."""
    return np.fromfile(path, np.float32).reshape(-1, 1, 256)
