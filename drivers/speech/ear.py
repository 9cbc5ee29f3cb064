"""Proof from samples: was this sentence really handed to the sound device? For tests and visit scripts (needs numpy).

The sentence is spoken again by the same engine and looked for in the recording. espeak-ng carries the phase of its
oscillators and its noise from one sentence to the next, so the samples of the same sentence correlate only 0.4 to 0.8
(measured) and no sample-by-sample comparison can work. What stays is the spectrum: 40 mel bands every 10 ms. A match
is first sought by normalised correlation (FFT), then followed window by window (150 ms, aligned to +-40 ms), and the
*worst* window decides. Measured on the terminal's own prompts in both languages at three volumes: of 1,280 sentences
that were said none was missed (worst 0.87 after at most three tries), of 640 that were not none was found; the nearest
wrong ones are 再打一次 for 再发一次 (0.80) and finish for finished (0.90, not told apart).

A match has to be a whole clip, so that 满意 is not found inside 不满意: where the file sink noted where clips begin
and end, those are its edges; elsewhere it has to stand between pauses (of which a comma is one).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from drivers.host import Down, Host, Up
from drivers.speech.driver import CHILD, arguments
from drivers.speech.messages import WIRE, Ready, Render, Rendered
from drivers.speech.samples import SAMPLE_RATE

Samples = npt.NDArray[np.float32]
Alone = Callable[[Samples, Samples, int], bool]

HOP, WINDOW, BANDS = SAMPLE_RATE // 100, 560, 40
SPAN, STEP, SLACK = 15, 5, 4
"""Frames of one compared window, from one to the next, and how far it may be shifted."""
CANDIDATE = 0.6
"""Correlation of the whole sentence that is worth a closer look."""
MATCH = 0.86
"""Correlation that every window has to reach."""
NEAR, TRIES = 0.7, 3
"""The engine never says a sentence twice the same way: after a near miss it is asked to say it again."""
QUIET_FRAMES = 8
"""Frames of a pause (80 ms): longer than the closure of a consonant, shorter than the shortest pause between clips."""
EDGE = 5
"""Frames by which a match may miss the edge of its clip."""
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where a sentence was found: its first sample, how many, and the correlation of its worst window."""

    first_sample: int
    n_samples: int
    score: float

    @property
    def end(self) -> int:
        """The sample after its last."""
        return self.first_sample + self.n_samples


class Ear:
    """Listens to recordings. Keeps one engine process; use it as a context manager."""

    def __init__(self, clips: Sequence[Path] = ()) -> None:
        """`clips` are the folders that the listened-to voice has."""
        self._host = Host(
            CHILD, WIRE, arguments=arguments("speech:null", clips), on_message=self._take, on_change=self._change
        )
        self._got = threading.Condition()
        self._ready = False
        self._rendered: dict[str, bytes] = {}
        self._n = 0
        self._references: dict[tuple[str, str, float], Samples] = {}
        self._heard: Mapping[Path, tuple[tuple[int, int], Samples]] = {}
        self._host.start()

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the engine process."""
        self._host.stop()

    def heard(
        self, recording: Path, text: str, lang: str = "zh", rate: float = 1.0, since: int = 0, *, whole: bool = True
    ) -> Hearing | None:
        """Return where `text` was said in `recording` from sample `since` on, or None when it was not.

        `recording` is a WAV file of mono 16-bit samples at `SAMPLE_RATE` (a growing one will do), `text` one
        clip as it was spoken, `rate` the factor with which it was; `whole=False` finds it inside a longer one too.

        Raises:
            TimeoutError: the engine does not answer.
        """
        heard = self._bands_of(recording)
        reference = self._reference(text, lang, rate)
        first = max(0, since // HOP)
        alone: Alone = _anywhere
        if whole:
            edges = _edges(recording, first)
            alone = _stands_alone if edges is None else _at_edges(edges)
        at, score = find(heard[first:], reference, alone)
        for _ in range(TRIES - 1):
            if not NEAR <= score < MATCH:
                break
            reference = bands(np.frombuffer(self.render(text, lang, rate), "<i2").astype(np.float32))
            at, score = find(heard[first:], reference, alone)
        if score < MATCH:
            return None
        return Hearing((at + first) * HOP, len(reference) * HOP, round(score, 3))

    def _bands_of(self, recording: Path) -> Samples:
        stat = recording.stat()
        stamp = (stat.st_size, stat.st_mtime_ns)
        known = self._heard.get(recording)
        if known is None or known[0] != stamp:
            known = (stamp, bands(read_samples(recording)))
            self._heard = {recording: known}
        return known[1]

    def _reference(self, text: str, lang: str, rate: float) -> Samples:
        key = (text, lang, rate)
        if key not in self._references:
            pcm = self.render(text, lang, rate)
            self._references[key] = bands(np.frombuffer(pcm, "<i2").astype(np.float32))
        return self._references[key]

    def render(self, text: str, lang: str, rate: float) -> bytes:
        """Return the samples of a sentence.

        Raises:
            TimeoutError: the engine does not answer or gives none.
        """
        with self._got:
            if not self._got.wait_for(lambda: self._ready, PATIENCE_S):
                raise TimeoutError("the speech engine did not start")
            self._n += 1
            name = str(self._n)
            self._host.send(Render(name, text, lang, rate))
            if not self._got.wait_for(lambda: name in self._rendered, PATIENCE_S):
                raise TimeoutError("the speech engine did not answer")
            pcm = self._rendered.pop(name)
        if not pcm:
            raise TimeoutError("the speech engine gave no samples")
        return pcm

    def _take(self, message: object) -> None:
        with self._got:
            if isinstance(message, Ready):
                self._ready = True
            elif isinstance(message, Rendered):
                self._rendered[message.id] = message.pcm
            self._got.notify_all()

    def _change(self, change: Up | Down) -> None:
        with self._got:
            if isinstance(change, Down):
                self._ready = False


def heard(recording: Path, text: str, lang: str = "zh", rate: float = 1.0) -> Hearing | None:
    """Listen once. For more than one sentence keep an `Ear`."""
    with Ear() as ear:
        return ear.heard(recording, text, lang, rate)


def read_samples(recording: Path) -> Samples:
    """Return the samples of a WAV file that may still be growing: what follows the 44 bytes of its header."""
    raw = recording.read_bytes()[44:]
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32)


def _filters() -> Samples:
    frequency = np.linspace(0, SAMPLE_RATE / 2, WINDOW // 2 + 1)
    top, low = 2595 * np.log10(1 + 8000 / 700), 2595 * np.log10(1 + 60 / 700)
    edge = 700 * (10 ** (np.linspace(low, top, BANDS + 2) / 2595) - 1)
    rise = (frequency[:, None] - edge[:-2]) / (edge[1:-1] - edge[:-2])
    fall = (edge[2:] - frequency[:, None]) / (edge[2:] - edge[1:-1])
    return np.clip(np.minimum(rise, fall), 0, None).astype(np.float32)


_FILTERS = _filters()
_HANN = np.hanning(WINDOW).astype(np.float32)


def bands(samples: Samples) -> Samples:
    """Return frames x bands: the compressed energy (power 0.3, so that volume is only a factor) of each mel band."""
    if len(samples) < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    out = np.empty((len(frames), BANDS), np.float32)
    for at in range(0, len(frames), 4096):
        power = np.abs(np.fft.rfft(frames[at : at + 4096] * _HANN, axis=1)) ** 2
        out[at : at + 4096] = (power.astype(np.float32) @ _FILTERS + 100.0) ** 0.3
    return out


def find(recorded: Samples, reference: Samples, alone: Alone) -> tuple[int, float]:
    """Return the first frame at which `reference` stands in `recorded` and the score of its worst window.

    When nothing reaches `MATCH`, the place that comes nearest, or (0, -1.0).

    `alone` judges whether a match is a sentence of its own.
    """
    n = len(reference)
    if n < SPAN or len(recorded) < n - SLACK:
        return 0, -1.0
    best = (0, -1.0)
    recorded = np.concatenate([recorded, np.repeat(recorded[-1:] * 0 + 100.0**0.3, SLACK + 1, axis=0)])
    for at in _candidates(recorded, reference):
        score = _follow(recorded, reference, at)
        if score > best[1] and alone(recorded, reference, at):
            best = (at, score)
        if best[1] >= MATCH:
            break
    return best


def _candidates(recorded: Samples, reference: Samples) -> list[int]:
    """Frames where the whole sentence correlates well, in order of time; neighbours of a better one are left out."""
    n = len(reference)
    centred = reference - reference.mean(axis=0)
    size = 1 << (len(recorded) + n).bit_length()
    spectrum = np.fft.rfft(recorded, size, axis=0) * np.conj(np.fft.rfft(centred, size, axis=0))
    product = np.fft.irfft(spectrum.sum(axis=1), size)[: len(recorded) - n + 1]
    ones = np.zeros((1, recorded.shape[1]))
    sums = np.concatenate([ones, np.cumsum(recorded, axis=0, dtype=np.float64)])
    squares = np.concatenate([[0.0], np.cumsum((recorded.astype(np.float64) ** 2).sum(axis=1))])
    mean = (sums[n:] - sums[:-n]) / n
    energy = (squares[n:] - squares[:-n]) - n * (mean**2).sum(axis=1)
    correlation = product / np.sqrt(np.maximum(energy, 1e-9) * float((centred**2).sum()))
    good = np.flatnonzero(correlation >= CANDIDATE)
    return [int(at) for at in good if correlation[at] >= correlation[max(0, at - SLACK) : at + SLACK + 1].max() - 1e-12]


def _follow(recorded: Samples, reference: Samples, at: int) -> float:
    """Compare window by window, letting the recording run a little fast or slow; return the worst."""
    worst, drift, n = 1.0, 0, len(reference)
    reference = reference - reference.mean(axis=0)
    recorded = recorded - recorded[at : at + n].mean(axis=0)
    starts = [*range(0, n - SPAN, STEP), n - SPAN]
    for start in starts:
        window = reference[start : start + SPAN]
        own = float((window * window).sum())
        best, best_shift = -1.0, drift
        for shift in range(drift - SLACK, drift + SLACK + 1):
            a = at + start + shift
            if a < 0 or a + SPAN > len(recorded):
                continue
            other = recorded[a : a + SPAN]
            score = float((window * other).sum()) / float(np.sqrt(max(own * float((other * other).sum()), 1e-9)))
            if score > best:
                best, best_shift = score, shift
        drift = max(-SLACK, min(SLACK, best_shift)) if best > MATCH else drift
        worst = min(worst, best)
        if worst < NEAR:
            return worst
    return worst


def _anywhere(_recorded: Samples, _reference: Samples, _at: int) -> bool:
    return True


def _edges(recording: Path, first: int) -> list[tuple[int, int]] | None:
    """First and last frame of each whole clip from the side file, counted from frame `first`; None without one."""
    side = Path(f"{recording}.jsonl")
    if not side.exists():
        return None
    lines = [json.loads(line) for line in side.read_text().splitlines()]
    return [
        (line["first_sample"] // HOP - first, (line["first_sample"] + line["n_samples"] - WINDOW) // HOP - first)
        for line in lines
        if line["whole"]
    ]


def _at_edges(edges: Sequence[tuple[int, int]]) -> Alone:
    def judge(_recorded: Samples, reference: Samples, at: int) -> bool:
        last = at + len(reference) - 1
        return any(abs(at - begin) <= EDGE and abs(last - end) <= EDGE for begin, end in edges)

    return judge


def _stands_alone(recorded: Samples, reference: Samples, at: int) -> bool:
    """A sentence is whole when it is quiet, or the recording ends, right before and right after it."""
    loud = float(recorded[at : at + len(reference)].sum(axis=1).mean())
    floor = BANDS * 100.0**0.3
    limit = floor + 0.15 * (loud - floor)
    sums = recorded.sum(axis=1)
    end = at + len(reference)
    margin = QUIET_FRAMES + SLACK
    before = sums[max(0, at - margin) : at + 1]
    after = sums[end - 1 : end + margin]
    # A frame reaches into the next two: so near the start of the recording there is nothing to be quiet.
    return _quiet(before, limit, room=max(0, at - 2)) and _quiet(after, limit, room=len(recorded) - end - SLACK)


def _quiet(sums: npt.NDArray[np.float32], limit: float, room: int) -> bool:
    """Quiet enough frames, fewer where the recording has not so many."""
    return int((sums < limit).sum()) >= min(QUIET_FRAMES, room)
