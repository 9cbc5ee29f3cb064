"""Shown is spoken, spoken is shown: what stood on a page compared with everything the narrator can say of it.

The audit hands up every visible word and what the accessible tree says of everything that has a place in it. The
narrator speaks from the same two sources as in a visit, into headphones, where it may say all of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kiosk_app import money
from kiosk_app.voice import Hearers, Utterance, introduce
from kiosk_app.voice.phrases import describe, hint, read, where
from kiosk_app.voice.speakable import speakable
from ui.audit import Finding, Kind, Report
from ui.bridge import HEADING_ID
from ui.view import ScreenView

ALONE = Hearers(headphones=True)
KINDS = {
    "never spoken": Kind("words that the narrator cannot say of the thing they belong to", ("EN 5.1.3.1", "508 402.2")),
    "never shown": Kind("words that are said and stand neither on the page nor in the caption", ("EN 5.1.5",)),
}
_AMOUNT = re.compile(r"([\d,]+)\.(\d\d) (?:元|yuan)")
"""As `kiosk_app.money` shows it; it is said in words."""
_MASK = re.compile(r"[*＊•●]+")
_DIGITS = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
_NUMBERS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))  # noqa: SIM905


def compare(view: ScreenView, report: Report) -> tuple[list[Finding], int]:
    """Return words that are shown and never spoken, a caption that is not shown, and how much was looked at.

    The narrator puts every line it says into the caption: one that is as full as it will ever be stands for all.
    """
    said = _sayings(view, report)
    said[""].append(view.caption)
    lang = view.look.lang
    out = [
        Finding("never spoken", shown.words, shown.node)
        for shown in report.shown
        if not _within(shown.words, said[shown.node], lang)
    ]
    seen = " ".join(shown.words for shown in report.shown)
    if view.caption and not _within(view.caption, [seen], lang):
        out.append(Finding("never shown", view.caption))
    return out, len(report.shown) + 1


def longest_caption(view: ScreenView) -> str:
    """Return the longest line that the caption of this page will have to hold."""
    return max((clip.caption for one in (read(view), where(view, None)) for clip in one.clips), key=len, default="")


def _sayings(view: ScreenView, report: Report) -> dict[str, list[str]]:
    """Return everything that can be said, as spoken and as captioned, by what it is about; "" = the page as a whole."""
    said: dict[str, list[str]] = defaultdict(list)

    def add(node: str, utterances: Iterable[Utterance]) -> None:
        for utterance in utterances:
            for own in {clip.node for clip in utterance.clips}:
                clips = [clip for clip in utterance.clips if clip.node == own]
                said[own or node] += [" ".join(c.text for c in clips), " ".join(c.caption for c in clips)]

    add(HEADING_ID, (introduce(view, ALONE), read(view, ALONE), where(view, None, ALONE)))
    for heard in report.heard:
        add(heard.node, (describe(view, heard, ALONE), hint(view, heard.node, heard)))
    return said


def _within(words: str, said: list[str], lang: str) -> bool:
    """Whether words are said: all their pieces, in their order, as written or as pronounced.

    A mask is said by what it hides: the pieces on both sides of it are enough.
    """
    for form in (words, speakable(words, lang), _AMOUNT.sub(lambda amount: _spoken(amount, lang), words)):
        pieces = [piece for piece in re.split(r"[\W_]+", _canonical(_MASK.sub(" ", form))) if piece]
        if any(_in_order(pieces, re.sub(r"[\W_]+", "", _canonical(one))) for one in said) or not pieces:
            return True
    return False


def _spoken(amount: re.Match[str], lang: str) -> str:
    return money.spoken(int(amount[1].replace(",", "") + amount[2]), lang)


def _in_order(pieces: list[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _canonical(text: str) -> str:
    """Write spoken digits as digits, so that 幺三八 and "one three eight" are 138."""
    text = text.lower().translate(_DIGITS)
    return re.sub(r"[a-z]+", lambda m: _NUMBERS.get(m[0], m[0]), text)
