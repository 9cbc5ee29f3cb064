"""Kokoro-82M: phonemes in, samples out. 24 kHz, about one CPU second for one second of speech."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_baking.phonemes import phonemes
from voice_baking.weights import Weights

SAMPLE_RATE = 24_000
LONGEST = 509
_HANZI = re.compile(r"[\u3007\u4e00-\u9fff]+")
Samples = npt.NDArray[np.float32]


class Kokoro:
    """One loaded model and the voice of each language."""

    def __init__(self, weights: Weights, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(weights.model), options, providers=["CPUExecutionProvider"])
        self._vocabulary = weights.vocabulary
        self._voices = {lang: _voice(path) for lang, path in weights.voices.items()}

    def say(self, text: str, lang: str, speed: float = 1.0) -> Samples:
        """Return the samples of one sentence, with the silence that the model puts at both ends.

        Chinese inside an English sentence (the name of the language on a key) is said by the Chinese voice; Latin words
        inside a Chinese one are said by its own voice, with English sounds.

        Raises:
            ValueError: it has a sound that the voice does not know, or it is too long.
        """
        if lang != "en" or not _HANZI.search(text):
            return self._run(text, lang, speed)
        runs = [run for run in re.split(f"({_HANZI.pattern})", text) if re.search(r"\w", run)]
        return np.concatenate([self._run(run, "zh" if _HANZI.search(run) else lang, speed) for run in runs])

    def _run(self, text: str, lang: str, speed: float) -> Samples:
        sounds = phonemes(text, lang)
        unknown = {c for c in sounds if c not in self._vocabulary}
        tokens = [self._vocabulary[c] for c in sounds if c in self._vocabulary]
        if unknown or not tokens or len(tokens) > LONGEST:
            raise ValueError(f"cannot be said: {text} {json.dumps(sorted(unknown), ensure_ascii=False)}")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._voices[lang][len(tokens)],
            "speed": np.array([speed], np.float32),
        }
        samples: Samples = self._session.run(None, feed)[0].ravel()
        return samples


def _voice(path: Path) -> Samples:
    """One style vector for each number of tokens."""
    return np.fromfile(path, np.float32).reshape(-1, 1, 256)
