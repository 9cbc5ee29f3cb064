"""Signatures of cases for the office that works on them: how each was given, and a drawn one as a picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts.handwriting import HEIGHT, WIDTH, HandwritingError, Signed, Stroke, Strokes, decode, signs

PEN = 9


@dataclass(frozen=True, slots=True)
class Found:
    """One signature among the answers of a case. `holds`: it was given for the others as they are kept."""

    field: str
    signed: Signed
    holds: bool


def signatures(answers: Mapping[str, Any]) -> list[Found]:
    """Return the signatures among the answers of a case; one for each field that holds one."""
    found = []
    for name, value in answers.items():
        try:
            signed = decode(value) if isinstance(value, str) else None
        except HandwritingError:
            continue
        if signed is not None:
            others = {other: kept for other, kept in answers.items() if other != name}
            found.append(Found(name, signed, signs(signed, others)))
    return found


def svg(strokes: Strokes) -> str:
    """Return what was drawn as a picture of its own, black on nothing."""
    paths = "".join(f'<path d="{" ".join(_path(stroke))}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="#000000" '
        f'stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>\n'
    )


def _path(stroke: Stroke) -> Iterator[str]:
    """A curve through the middle between each two points, as the terminal draws it."""
    (x, y), (last_x, last_y) = stroke[0], stroke[-1]
    yield f"M{x} {y}"
    for (x, y), (beyond_x, beyond_y) in pairwise(stroke[1:]):
        yield f"Q{x} {y} {(x + beyond_x) / 2:g} {(y + beyond_y) / 2:g}"
    yield f"L{last_x} {last_y}"
