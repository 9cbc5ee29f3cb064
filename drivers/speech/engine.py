"""Text to samples: pyttsx3 as a file synthesiser on espeak-ng. Imported by the speech child only.

pyttsx3's own playing, stopping and stepping do not work on espeak (it shells out to aplay inside a callback, `stop`
does not stop, the first file of a process is often missing), so nothing but `save_to_file` is used. Measured on
pyttsx3 2.99 and espeak-ng 1.52: the engine runs behind a queue of its own, and a property or a late callback of the
previous sentence can still be under way when the next one starts; then the rate is the old one or the file is empty.
Waiting for the queue (`Synchronize`) before and after every sentence cures both.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import wave

VOICES = {"zh": "sit/cmn", "en": "gmw/en-us"}
STANDARD_RATE = {"zh": 188, "en": 142}
"""espeak's rate for 240 characters, 170 words a minute, measured with pauses (its own numbers run low)."""

SAMPLE_RATE = 22_050
"""espeak-ng's own."""

SLOWEST, FASTEST = 80, 400
TRIES = 4
WARM_UP = {"zh": "好", "en": "yes"}


class EngineError(Exception):
    """The engine is missing or gave no samples. The text never stands in the message."""


class Engine:
    """One espeak-ng in this process; use it from one thread."""

    def __init__(self) -> None:
        """Load the engine and speak a throw-away word in each language into nothing.

        Raises:
            EngineError: it cannot be loaded or stays silent.
        """
        try:
            import espeakng_loader

            os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
            # pyttsx3 opens the library by its soname; loaded first, this one is the one it finds.
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        except ImportError:
            pass  # the system's espeak-ng, when it has one
        try:
            import pyttsx3
            from pyttsx3.drivers import _espeak

            self._espeak = _espeak
            self._engine = pyttsx3.init("espeak")
        except (ImportError, OSError, RuntimeError, AttributeError) as error:
            raise EngineError(f"engine_missing: {type(error).__name__}") from None
        # An anonymous file: no name in /dev/shm or /tmp that a killed process could leave behind.
        self._fd = os.memfd_create("speech", os.MFD_CLOEXEC)
        self._path = f"/proc/self/fd/{self._fd}"
        for lang, word in WARM_UP.items():
            self.render(word, lang, 1.0, 1.0)

    @property
    def version(self) -> str:
        """`espeak-ng` and its version."""
        info = self._espeak.Info(None)
        return f"espeak-ng {info.decode(errors='replace').split()[0]}" if isinstance(info, bytes) else "espeak-ng"

    def render(self, text: str, lang: str, rate: float, volume: float) -> bytes:
        """Return the samples of one sentence at `SAMPLE_RATE`, silence at both ends cut off (pauses are the player's).

        Raises:
            EngineError: no samples after several tries.
        """
        if not text.strip() or lang not in VOICES:
            raise EngineError("nothing to say")
        words = max(SLOWEST, min(FASTEST, round(STANDARD_RATE[lang] * rate)))
        for _ in range(TRIES):
            self._engine.setProperty("voice", VOICES[lang])
            self._engine.setProperty("rate", words)
            self._engine.setProperty("volume", max(0.0, min(1.0, volume)))
            self._espeak.Synchronize()
            os.ftruncate(self._fd, 0)
            self._engine.save_to_file(text, self._path)
            self._engine.runAndWait()
            self._espeak.Synchronize()
            pcm = self._take()
            if pcm:
                return pcm
        raise EngineError("engine_silent")

    def forget(self) -> None:
        """Speak a harmless word into nothing, so that pyttsx3 and espeak hold that and not the last sentence."""
        with contextlib.suppress(EngineError):
            self.render(WARM_UP["zh"], "zh", 1.0, 1.0)

    def _take(self) -> bytes:
        raw = os.pread(self._fd, os.fstat(self._fd).st_size, 0)
        os.ftruncate(self._fd, 0)
        try:
            with wave.open(io.BytesIO(raw)) as recorded:
                pcm = recorded.readframes(recorded.getnframes())
        except (wave.Error, EOFError):
            return b""
        return trim(pcm)


def trim(pcm: bytes) -> bytes:
    """Cut samples that are exactly zero off both ends; whole 16-bit samples stay whole."""
    start = (len(pcm) - len(pcm.lstrip(b"\0"))) & ~1
    end = len(pcm.rstrip(b"\0"))
    return pcm[start : end + (end & 1)]
