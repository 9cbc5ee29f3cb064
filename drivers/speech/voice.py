"""One voice: baked clips where there are any, the synthesiser for the rest. Imported by the speech child only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from drivers.speech import engine
from drivers.speech.clips import ClipBank
from drivers.speech.engine import Engine, EngineError
from drivers.speech.samples import BYTES_PER_SAMPLE, SAMPLE_RATE
from drivers.speech.stretch import Stretcher

PACE = {"zh": 0.8, "en": 0.78}
"""Factor from a clip's own pace to rate 1.0: 240 characters a minute in Chinese, about 180 words in English."""


READY_BYTES = 2 * 2**20
"""Clips kept as they are played, about 40 seconds: roles and positions come with every second sentence."""


@dataclass(frozen=True, slots=True)
class Made:
    """The samples of a sentence, and how many of its phrases had no clip. Empty samples: nobody could say it."""

    pcm: bytes = field(repr=False)
    synthesised: int = 0


class Voice:
    """Use it from one thread. A synthesiser that cannot be loaded leaves the clips; without both it is dumb."""

    def __init__(self, bank: ClipBank, make_engine: Callable[[], Engine]) -> None:
        """`make_engine` raises EngineError when there is none; `cause` says why then."""
        bank.load()
        self._bank = bank
        self._stretcher = Stretcher()
        self._ready: OrderedDict[tuple[Path, float, float], bytes] = OrderedDict()
        self._weight = 0
        self._engine: Engine | None = None
        self.cause = ""
        try:
            self._engine = make_engine()
        except EngineError as error:
            self.cause = str(error)

    @property
    def version(self) -> str:
        """Of the synthesiser; empty without one."""
        return self._engine.version if self._engine is not None else ""

    def make(self, text: str, lang: str, rate: float, volume: float) -> Made:
        """Return the samples of one sentence."""
        out = bytearray()
        synthesised = 0
        for piece in self._bank.compose(text, lang):
            pcm = self._clip(piece.path, lang, rate, volume) if piece.path is not None else None
            if pcm is None:
                synthesised += 1
                pcm = self._synthesise(piece.text, lang, rate, volume)
            out += pcm
            out += bytes(int(piece.pause_ms / rate) * SAMPLE_RATE // 1000 * BYTES_PER_SAMPLE)
        return Made(bytes(out) if any(out) else b"", synthesised)

    def forget(self) -> None:
        """Let the synthesiser hold a harmless word instead of the last sentence."""
        if self._engine is not None:
            self._engine.forget()

    def _clip(self, path: Path, lang: str, rate: float, volume: float) -> bytes | None:
        key = (path, PACE[lang] * rate, volume)
        if key in self._ready:
            self._ready.move_to_end(key)
            return self._ready[key]
        decoded = self._bank.samples(path)
        if decoded is None:
            return None
        pcm = self._ready[key] = self._stretcher.change(decoded, speed=key[1], volume=volume)
        self._weight += len(pcm)
        while self._weight > READY_BYTES:
            self._weight -= len(self._ready.popitem(last=False)[1])
        return pcm

    def _synthesise(self, text: str, lang: str, rate: float, volume: float) -> bytes:
        if self._engine is None:
            return b""
        try:
            pcm = self._engine.render(text, lang, rate, volume)
        except EngineError:
            return b""
        return self._stretcher.change(pcm, rate=engine.SAMPLE_RATE)
