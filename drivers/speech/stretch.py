"""Faster, slower, softer without another pitch: libsonic, which comes inside espeak-ng's library or beside it.

Imported by the speech child only. Apache-2.0, https://github.com/waywardgeek/sonic.
"""

from __future__ import annotations

import ctypes

from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE

SLACK = 4096
"""Samples that a change may add to what arithmetic says."""


class Stretcher:
    """One library. Without it everything keeps its own pace and loudness."""

    def __init__(self) -> None:
        self._change = _load()

    @property
    def works(self) -> bool:
        """True when there is a library."""
        return self._change is not None

    def change(self, pcm: bytes, *, speed: float = 1.0, volume: float = 1.0, rate: int = SAMPLE_RATE) -> bytes:
        """Return samples at `SAMPLE_RATE`, `speed` times as fast, `volume` times as loud. `rate`: what they come at."""
        if self._change is None or (speed == volume == 1.0 and rate == SAMPLE_RATE):
            return pcm
        given = len(pcm) // BYTES_PER_SAMPLE
        room = int(given / speed * SAMPLE_RATE / rate) + given + SLACK
        buffer = (ctypes.c_short * room).from_buffer_copy(pcm + bytes(room * BYTES_PER_SAMPLE - len(pcm)))
        made = self._change(buffer, given, speed, 1.0, rate / SAMPLE_RATE, volume, 0, SAMPLE_RATE, 1)
        return bytes(memoryview(buffer).cast("B")[: made * BYTES_PER_SAMPLE])


def _load() -> ctypes._CFuncPtr | None:  # type: ignore[name-defined]
    for name in _names():
        try:
            change = ctypes.CDLL(name).sonicChangeShortSpeed
        except (OSError, AttributeError):
            continue
        number = ctypes.c_float
        change.argtypes = [
            *(ctypes.POINTER(ctypes.c_short), ctypes.c_int, number, number, number, number),
            *(ctypes.c_int, ctypes.c_int, ctypes.c_int),
        ]
        change.restype = ctypes.c_int
        return change
    return None


def _names() -> list[str]:
    try:
        import espeakng_loader
    except ImportError:
        return ["libsonic.so.0"]
    return [espeakng_loader.get_library_path(), "libsonic.so.0"]
