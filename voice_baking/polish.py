"""From the model's samples to a clip: silence cut off, one loudness for all, 16 kb/s Opus."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from voice_baking.kokoro import SAMPLE_RATE, Samples

LOUDNESS_DBFS = -20.0
"""Root mean square of the voiced part: the same for every clip, so that no piece of a sentence stands out."""
PEAK = 0.89
"""No sample above -1 dBFS."""
FLOOR_DB = -48.0
"""What is quieter than this, measured from the loudest frame, is silence at the ends."""
FRAME = SAMPLE_RATE // 100
LEAD, TAIL = SAMPLE_RATE * 15 // 1000, SAMPLE_RATE * 40 // 1000
"""Silence that is left: consonants begin softly, vowels die away."""


def polish(samples: Samples) -> Samples:
    """Trim both ends, fade them in 5 ms, bring the voice to one loudness.

    Raises:
        ValueError: there is nothing to hear.
    """
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.sqrt((frames**2).mean(axis=1)) if len(frames) else np.zeros(0)
    if not len(power) or power.max() < 1e-3:
        raise ValueError("nothing to hear")
    loud = np.flatnonzero(power > power.max() * 10 ** (FLOOR_DB / 20))
    begin = max(0, int(loud[0]) * FRAME - LEAD)
    end = min(len(samples), (int(loud[-1]) + 1) * FRAME + TAIL)
    out = samples[begin:end].astype(np.float32).copy()
    fade = np.linspace(0, 1, SAMPLE_RATE // 200, dtype=np.float32)
    out[: len(fade)] *= fade
    out[-len(fade) :] *= fade[::-1]
    voiced = power[power > power.max() * 0.1]
    gain = 10 ** (LOUDNESS_DBFS / 20) / float(np.sqrt((voiced**2).mean()))
    # A louder voice with a soft ceiling: peaks that would clip are bent, not cut.
    out *= gain
    over = np.abs(out) > PEAK * 0.8
    knee = PEAK * 0.8
    out[over] = np.sign(out[over]) * (knee + (PEAK - knee) * np.tanh((np.abs(out[over]) - knee) / (PEAK - knee)))
    return out


def write_opus(path: Path, samples: Samples) -> None:
    """Write one clip at about 16 kb/s. libsndfile's scale runs from 256 kb/s (0) to 6 kb/s (1) for one channel."""
    import soundfile

    fresh = path.with_suffix(".part")
    with soundfile.SoundFile(
        fresh, "w", SAMPLE_RATE, 1, format="OGG", subtype="OPUS", compression_level=COMPRESSION
    ) as out:
        out.write(samples)
    fresh.rename(path)


COMPRESSION = 0.96
"""(256 - 16) / (256 - 6)."""
