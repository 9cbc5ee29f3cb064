"""How much is said: everything, a little, or nothing, when captions are the words."""

from __future__ import annotations

from enum import Enum

from kiosk_app.voice import phrases
from kiosk_app.voice.utterance import Utterance
from ui.view import Look

LONGEST_CAPTION = {"zh": 80, "en": 180}
"""What fits into three lines of the caption when nothing is spoken and it does not move on by itself."""


class Manner(Enum):
    """How much is said: all of it, introductions and results only, or nothing (captions are the words then)."""

    EVERYTHING = 2
    INTRODUCTIONS = 1
    NOTHING = 0


def manner_of(look: Look | None, usually: Manner) -> Manner:
    """Return how much is said on a page of this look; `usually` while the resident did not ask to be read to."""
    if look is not None and look.text_only:
        return Manner.NOTHING
    return Manner.EVERYTHING if look is not None and (look.voice or look.screen_off) else usually


def written(utterance: Utterance, lang: str) -> str:
    """Return the caption that is all there is of an utterance, as people who stand by may read it."""
    seen: list[str] = []
    room = LONGEST_CAPTION.get(lang, LONGEST_CAPTION["zh"])
    for clip in phrases.masked(utterance, lang).clips:
        if clip.caption not in seen and (not seen or len(" ".join([*seen, clip.caption])) <= room):
            seen.append(clip.caption)
    return (" " if lang == "en" else "").join(seen)
