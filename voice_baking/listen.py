"""How well clips are understood: Whisper writes down what it hears, syllables (English: words) are compared.

Toneless, because the recogniser writes characters and guesses among homophones. Two-syllable labels without a sentence
around them are hard for any recogniser: its mistakes there are counted all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from contracts.clips import Manifest

HEARD_AT = 16_000
QUIET = HEARD_AT // 3
BATCH = 20


class Listener:
    """One loaded recogniser."""

    def __init__(self, model: Path, threads: int = 1) -> None:
        from faster_whisper import WhisperModel

        self._model = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=threads)

    def judge(self, folder: Path, manifest: Manifest) -> Iterator[dict[str, tuple[int, int]]]:
        """Yield (syllables, missed) of clips that nobody listened to yet, some at a time."""
        waiting = [words for words, entry in manifest.clips.items() if entry.missed < 0]
        for at in range(0, len(waiting), BATCH):
            out = {}
            for words in waiting[at : at + BATCH]:
                said = syllables(words, manifest.lang)
                heard = self.hear(folder / f"{manifest.clips[words].key}.opus", manifest.lang)
                out[words] = (len(said), min(len(said), distance(said, syllables(heard, manifest.lang))))
            yield out

    def hear(self, path: Path, lang: str) -> str:
        """Return what was heard."""
        import soundfile

        samples, rate = soundfile.read(path, dtype="float32")
        found, _ = self._model.transcribe(
            _resampled(samples, rate),
            language=lang,
            beam_size=2,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return "".join(segment.text for segment in found)


def syllables(text: str, lang: str) -> list[str]:
    """Return the toneless syllables of Chinese, the words of English; numbers as they are read."""
    from pypinyin import lazy_pinyin

    if lang == "en":
        return re.findall(r"[a-z']+", _english_numbers(text.lower().replace("-", " ")))
    out: list[str] = []
    for run in re.findall(r"[\u3007\u4e00-\u9fff]+|[A-Za-z]+", _chinese_numbers(text)):
        out += [run.lower()] if run.isascii() else [_same(s) for s in lazy_pinyin(run)]
    return out


def distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many insertions, deletions and changes lead from one to the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (x != y))
    return row[-1]


def _same(syllable: str) -> str:
    """幺 and 一 are both one; a recogniser writes either."""
    return {"yao": "yi", "liang": "er", "ling": "ling"}.get(syllable, syllable)


def _chinese_numbers(text: str) -> str:
    import cn2an

    def read(found: re.Match[str]) -> str:
        number = found[0]
        return str(cn2an.an2cn(number)) if len(number) <= 4 else "".join("零一二三四五六七八九"[int(c)] for c in number)

    return re.sub(r"\d+", read, text.replace("%", ""))


def _english_numbers(text: str) -> str:
    from num2words import num2words

    ordinals = re.sub(r"(\d+)(?:st|nd|rd|th)\b", lambda m: str(num2words(int(m[1]), to="ordinal")), text)
    years = re.sub(r"\b(19\d\d|20\d\d)\b", lambda m: str(num2words(int(m[1]), to="year")), ordinals)
    plain = re.sub(r"\d+", lambda m: str(num2words(int(m[0]))), years.replace("%", " percent"))
    return plain.replace("-", " ").replace(",", " ")


def _resampled(samples: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    """24 kHz to 16 kHz with a moment of quiet at both ends; three samples become two."""
    kernel = np.array([0.25, 0.5, 0.25], np.float32)
    soft = np.convolve(samples, kernel, mode="same")
    at = np.arange(0, len(soft), rate / HEARD_AT)
    moved = np.interp(at, np.arange(len(soft)), soft).astype(np.float32)
    quiet = np.zeros(QUIET, np.float32)
    return np.concatenate([quiet, moved, quiet])
