"""Line breaking for Chinese with Latin words and numbers in it.

No break inside a Latin word or number, before closing or after opening punctuation, or between a figure and its unit; a
last line never holds a lone character (widow control). Among the breakings with the fewest lines the evenest is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…·～%％℃,.;:?!)]}—")
NOT_LAST = frozenset("（《「『【〔“‘([{￥$#")
_SMALL_LAST_LINE_EM = 2.2
_PAIRS = {"（": "）", "“": "”", "《": "》", "【": "】", "(": ")"}
_NBSP = "\u00a0"
_FIGURE_AND_UNIT = re.compile(r"(?<=\d) (?=[个元天日号年月次项份小分窗层楼])")
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日前?"
_MEASURE = _NBSP.join((r"\d+", "?[个元天日号年月次项份分窗层楼]"))
_CHINESE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff“”‘’…—·"
_TOKEN = re.compile(rf"[^\S{_NBSP}]+|{_DATE}|{_MEASURE}|[^\s{_CHINESE}]+|.", re.S)

Measure = Callable[[str], float]
"""Width of a piece of text in dots."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stays together, and the space in front of it when it does not begin a line."""

    text: str
    space: str


def break_lines(text: str, width: float, em: float, measure: Measure, *, even: bool = False) -> list[str]:
    """Return `text` as lines no wider than `width` dots.

    `em` is the font's size in dots; `even` makes the last line as full as the others, for centred text.
    """

    def dots(piece: str) -> float:
        return measure(piece.replace(_NBSP, " ")) if piece else 0.0

    units = _fitting(_units(_FIGURE_AND_UNIT.sub(_NBSP, text.strip())), width, dots)
    if not units:
        return []
    sizes = [dots(unit.text) for unit in units]
    spaces = [dots(unit.space) for unit in units]
    spans = _evenest(sizes, spaces, _penalties(units, width), width, em * _SMALL_LAST_LINE_EM, even)
    return [_join(units[start:end]) for start, end in spans]


def _units(text: str) -> list[_Unit]:
    units: list[_Unit] = []
    space = ""
    for token in _TOKEN.findall(text):
        if token.isspace() and token != _NBSP:
            space = " "
            continue
        before = units[-1].text if units else ""
        sticks = before and not space and (token[0] in NOT_FIRST or before[-1] in NOT_LAST)
        glued = before and (_NBSP in (token[0], before[-1]))
        if sticks or glued:
            units[-1] = _Unit(before + token, units[-1].space)
        else:
            units.append(_Unit(token, space))
        space = ""
    return units


def _fitting(units: list[_Unit], width: float, measure: Measure) -> list[_Unit]:
    """Cut only what is wider than a whole line."""
    fitting: list[_Unit] = []
    for unit in units:
        rest, space = unit.text, unit.space
        while measure(rest) > width and len(rest) > 1:
            count = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or measure(rest[:n]) <= width)
            fitting.append(_Unit(rest[:count], space))
            rest, space = rest[count:], ""
        fitting.append(_Unit(rest, space))
    return fitting


def _penalties(units: list[_Unit], width: float) -> list[float]:
    """What a break before each unit costs: what stands in brackets or quotes is better kept together."""
    penalties: list[float] = []
    closing: list[str] = []
    for unit in units:
        penalties.append(width * width if closing else 0.0)
        for char in unit.text:
            if closing and char == closing[-1]:
                closing.pop()
            elif char in _PAIRS:
                closing.append(_PAIRS[char])
    return penalties


def _evenest(
    sizes: list[float], spaces: list[float], penalties: list[float], width: float, small: float, even: bool
) -> list[tuple[int, int]]:
    """Best breaking as spans: fewest lines, then no small last line and no split brackets, then the fullest lines."""
    count = len(sizes)

    @cache
    def best(start: int) -> tuple[int, float, int]:
        found: tuple[int, float, int] | None = None
        used = 0.0
        for end in range(start + 1, count + 1):
            used += sizes[end - 1] + (spaces[end - 1] if end - 1 > start else 0.0)
            if used > width and end > start + 1:
                break
            if end == count:
                widow = width * width * 4 if used < small and start else 0.0
                candidate = (1, widow + ((width - used) ** 2 if even else 0.0), end)
            else:
                lines, cost, _ = best(end)
                candidate = (lines + 1, cost + (width - used) ** 2 + penalties[end], end)
            if found is None or candidate[:2] <= found[:2]:
                found = candidate
        assert found is not None
        return found

    spans: list[tuple[int, int]] = []
    start = 0
    while start < count:
        end = best(start)[2]
        spans.append((start, end))
        start = end
    return spans


def _join(units: list[_Unit]) -> str:
    first, *rest = units
    return (first.text + "".join(unit.space + unit.text for unit in rest)).replace(_NBSP, " ")
