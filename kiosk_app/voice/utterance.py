"""What is said at one go: clips, who may hear them, how urgent they are, and the node they are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from kiosk_app.voice.speakable import sentences, speakable
from ui.view import Privacy

PAUSE_MS = 180
LAST_PAUSE_MS = 120


class Priority(IntEnum):
    """Who waits for whom: a result is cut by nothing but a hand or an alarm; a focus waits for an introduction.

    An alarm is a countdown: said when it is due or not at all.
    """

    PROGRESS = 0
    FOCUS = 1
    INTRODUCTION = 2
    RESULT = 3
    ALARM = 4


@dataclass(frozen=True, slots=True)
class Clip:
    """One sentence: as it is spoken, its language, the silence after it, as the caption shows it, and the node that it
    is about when that is another than the whole utterance's.
    """

    text: str = field(repr=False)
    lang: str = "zh"
    pause_ms: int = PAUSE_MS
    caption: str = field(default="", repr=False)
    node: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something to say. `privacy` says whether any of its words are the resident's own; `again` that it is worth
    repeating, which words about the voice itself are not; `asked` that it is read on request and may take minutes.
    """

    clips: tuple[Clip, ...] = field(repr=False)
    lang: str = "zh"
    privacy: Privacy = Privacy.PRIVATE
    priority: Priority = Priority.FOCUS
    node: str = ""
    again: bool = True
    asked: bool = False

    @property
    def text(self) -> str:
        """All its words as spoken."""
        return " ".join(clip.text for clip in self.clips)


def clips(shown: str, lang: str, caption: str = "", node: str = "") -> tuple[Clip, ...]:
    """Cut words of the screen into clips. `caption` replaces what captions show of all of them."""
    out = tuple(
        Clip(spoken, lang, PAUSE_MS, caption or sentence, node)
        for sentence in sentences(shown, lang)
        for spoken in sentences(speakable(sentence, lang), lang)
    )
    return (*out[:-1], Clip(out[-1].text, lang, LAST_PAUSE_MS, out[-1].caption, node)) if out else ()
