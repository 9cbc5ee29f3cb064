"""Words: are they all there, whole, large and dark enough, and alone where they stand?"""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from ui.audit import figures
from ui.audit.colour import Picture, luminance, ratio
from ui.audit.report import Finding
from ui.audit.scene import Scene, Words, colour_of
from ui.shell import Shell

_WORD = re.compile(r"[A-Za-z\u00c0-\u02ff']{4,}")
_ABOVE, _BELOW = 0.25, 0.15
"""Parts of the size, above and below a line, in which no word has ink (Noto Sans CJK: 1.16 up, 0.29 down)."""


def check_words(shell: Shell, scene: Scene, ground: Picture) -> list[Finding]:
    """Check the words of a part; `ground` is the picture without them."""
    need = figures.WORDS_RATIO[shell.view.look.theme]
    large = shell.view.look.elder or shell.view.look.size > 1
    whole = QRectF(0, 0, shell.config.width, shell.config.height)
    out: list[Finding] = []
    for words in scene.words:
        if not whole.adjusted(0, -4, 0, 4).contains(words.ink.adjusted(0, 6, 0, -6)):
            out.append(Finding("off screen", words.text))
            continue
        out += _form(words, figures.LARGE_TYPE_PX if large else figures.LEAST_TYPE_PX)
        out += _faint(words, ground, need)
    return out + _overlaps(scene) + _covered(scene)


def _form(words: Words, least: int) -> list[Finding]:
    out = []
    if bool(words.item.property("truncated")):
        out.append(Finding("truncated", words.text))
    if words.px < least:
        out.append(Finding("tiny", words.text, f"{words.px} px, {words.px / figures.PX_MM:.1f} mm"))
    if broken := _broken(words):
        out.append(Finding("broken word", broken, words.text))
    if words.holder is not None:
        low = words.ink.height() * 0.2
        if not words.holder.adjusted(4, -2, -4, 2).contains(words.ink.adjusted(0, low, 0, -low)):
            out.append(Finding("spills", words.text))
    return out


def _broken(words: Words) -> str:
    """Return a word of letters that goes on in the next line because the line is too short for it, or ""."""
    if int(words.item.property("lineCount")) < 2:
        return ""
    font = QFont(words.item.property("font"))
    font.setPixelSize(words.px)
    metrics = QFontMetricsF(font)
    room = words.item.width() + 1
    return next((w for w in _WORD.findall(words.text) if metrics.horizontalAdvance(w) > room), "")


def _faint(words: Words, ground: Picture, need: float) -> list[Finding]:
    """The twentieth part that has the least contrast decides: a line behind the words counts, one pixel does not."""
    ink = words.ink.adjusted(0, words.px * _ABOVE, 0, -words.px * _BELOW)
    step = (max(1, int(ink.width()) // 24), max(1, int(ink.height()) // 6))
    behind = ground.luminances(ink, step)
    if behind.size == 0:
        return []
    worst = float(np.percentile(ratio(luminance(colour_of(words.item)), behind), 5))
    return [Finding("contrast", words.text, f"{worst:.2f}")] if worst < need else []


def _overlaps(scene: Scene) -> list[Finding]:
    out: list[Finding] = []
    boxes = [(w, w.ink.adjusted(2, w.ink.height() * 0.2, -2, -w.ink.height() * 0.2)) for w in scene.words]
    for i, (one, a) in enumerate(boxes):
        out += [Finding("words overlap", one.text, other.text) for other, b in boxes[i + 1 :] if a.intersects(b)]
    return out


def _covered(scene: Scene) -> list[Finding]:
    """Words that run under something to press."""
    out: list[Finding] = []
    for words in scene.words:
        box = words.ink.adjusted(2, 6, -2, -6)
        for target in scene.targets:
            if target.rect.intersects(box) and not target.item.isAncestorOf(words.item):
                out.append(Finding("words covered", words.text, scene.label(target)))
    return out
