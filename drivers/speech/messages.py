"""What crosses between the speech driver and its child: frozen dataclasses, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import Command
from drivers.host_frames import Wire

SILENT = "--silent"
"""Argument of a child that must not load the sound library."""

CLIPS = "--clips"
"""Argument before each folder of baked clips."""


class Channel(StrEnum):
    """Where the words come out."""

    LOUDSPEAKER = "loudspeaker"
    HEADPHONES = "headphones"


@dataclass(frozen=True, slots=True)
class Clip:
    """One sentence, already written as it is to be spoken, and the silence after it in milliseconds."""

    text: str = field(repr=False)
    lang: str = "zh"
    pause_ms: int = 180


@dataclass(frozen=True, slots=True)
class Speak(Command):
    """Say `clips` one after the other.

    `rate` is a factor (1.0 is about 240 characters a minute in Chinese, 170 words in English), `volume` 0..1. What is
    `private` is never kept after it was said. What is meant for headphones is refused where there are none.
    """

    clips: tuple[Clip, ...] = field(repr=False)
    rate: float = 1.0
    volume: float = 0.8
    channel: Channel = Channel.LOUDSPEAKER
    private: bool = True


@dataclass(frozen=True, slots=True)
class Spoken:
    """The result of a `Speak`: how many clips were handed to the audio device to their end, how many seconds, and how
    many phrases had no baked clip and were left to the synthesiser.
    """

    clips_done: int
    seconds: float
    synthesised: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """To the child: the words of one `Speak`."""

    id: str
    clips: tuple[Clip, ...] = field(repr=False)
    rate: float
    volume: float
    channel: Channel
    private: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """To the child: end this one, wherever it is."""

    id: str


@dataclass(frozen=True, slots=True)
class Hush:
    """To the child: silence now, and forget everything queued. `n` comes back in `Hushed`."""

    n: int


@dataclass(frozen=True, slots=True)
class Hold:
    """To the child: stand still (`on`) or go on from there."""

    on: bool


@dataclass(frozen=True, slots=True)
class Render:
    """To the child: give the samples of a sentence without playing them."""

    id: str
    text: str = field(repr=False)
    lang: str
    rate: float


@dataclass(frozen=True, slots=True)
class Ready:
    """From the child: the engine is warm. `audio` is none, device or file; `engine` is empty if there is a `cause`."""

    audio: str
    headphones: bool
    engine: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """From the child: the first sample of a clip was handed to the audio device."""

    id: str
    clip: int


@dataclass(frozen=True, slots=True)
class At:
    """From the child: so many milliseconds of this clip were handed over, of so many."""

    id: str
    clip: int
    ms: int
    of_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """From the child: nothing more comes of this one. `why` is done, cut, refused or fault."""

    id: str
    why: str
    clips_done: int
    seconds: float
    cause: str = ""
    synthesised: int = 0


@dataclass(frozen=True, slots=True)
class Hushed:
    """From the child: no sample was handed over since. `cut` names the utterances that ended by it."""

    n: int
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """From the child: signed 16-bit little-endian mono samples; empty when the engine gave none."""

    id: str
    rate: int
    pcm: bytes = field(repr=False)


WIRE = Wire(Say, Cut, Hush, Hold, Render, Ready, Started, At, Ended, Hushed, Rendered)
