"""A resident's signature as one line of text: how it was given, what it signs, and the strokes of a drawn one.

`sig1:confirmed:DIGEST` or `sig1:drawn:DIGEST:STROKES`. DIGEST is that of the canonical answers without the signature.
STROKES are numbers of 16 bits, the higher byte first, in base64url without padding: of each stroke how many points it
has, then x and y of each, on a sheet of 1000 x 400.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from math import dist
from struct import pack, unpack

from contracts.canonical import CanonicalError, digest
from contracts.suites import GM, INTL

Point = tuple[int, int]
Stroke = tuple[Point, ...]
Strokes = tuple[Stroke, ...]

WIDTH, HEIGHT = 1000, 400
MOST_STROKES = 96
MOST_POINTS = 1024
LEAST_INK = 150.0
"""A line of less length is a slip of the finger, on a sheet of 1000."""
_HEAD = r"sig1:(drawn|confirmed):((?:sha256|sm3):[0-9a-f]{64})"
_FORM = re.compile(rf"{_HEAD}(?::([A-Za-z0-9_-]+))?")
_BYTES = 2 * (MOST_STROKES + 2 * MOST_POINTS)
LONGEST = len("sig1:drawn:sha256::") + 64 + -(-4 * _BYTES // 3)
"""No signature has more characters."""


class HandwritingError(ValueError):
    """It is no signature. What it holds is not told."""


class Way(StrEnum):
    """How somebody signed: with a finger, or by confirming that this is to be their signature."""

    DRAWN = "drawn"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature. `digest` names the answers that it was given for; only a drawn one has strokes."""

    way: Way
    digest: str = field(repr=False)
    strokes: Strokes = field(default=(), repr=False)


def encode(signed: Signed) -> str:
    """Return the line of text."""
    head = f"sig1:{signed.way}:{signed.digest}"
    if signed.way is Way.CONFIRMED:
        return head
    numbers = [n for stroke in signed.strokes for n in (len(stroke), *(part for point in stroke for part in point))]
    return f"{head}:{urlsafe_b64encode(pack(f'>{len(numbers)}H', *numbers)).rstrip(b'=').decode()}"


def decode(text: str) -> Signed:
    """Return what the text says.

    Raises:
        HandwritingError: it is too long, of another form, or not as `encode` writes it.
    """
    found = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise HandwritingError("it is no signature")
    signed = Signed(Way(found[1]), found[2], _strokes(found[3] or ""))
    if encode(signed) != text:
        raise HandwritingError("the same signature is written otherwise")
    return signed


def signs(signed: Signed, answers: Mapping[str, object]) -> bool:
    """True when the signature was given for these answers, which do not hold it."""
    suite = INTL if signed.digest.startswith(f"{INTL.hash_name}:") else GM
    try:
        return digest(answers, suite) == signed.digest
    except CanonicalError:
        return False


def is_written(strokes: Strokes) -> bool:
    """True when there is more than a dot or a slip of the finger."""
    return sum(dist(a, b) for stroke in strokes for a, b in pairwise(stroke)) >= LEAST_INK


def _strokes(text: str) -> Strokes:
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise HandwritingError("its strokes cannot be read") from None
    if len(data) % 2:
        raise HandwritingError("its strokes end in the middle of a number")
    numbers = unpack(f">{len(data) // 2}H", data)
    strokes: list[Stroke] = []
    at = 0
    while at < len(numbers):
        end = at + 1 + 2 * numbers[at]
        if end == at + 1 or end > len(numbers):
            raise HandwritingError("a stroke has another number of points than it says")
        strokes.append(tuple(zip(numbers[at + 1 : end : 2], numbers[at + 2 : end : 2], strict=True)))
        at = end
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise HandwritingError("it has more strokes or points than a signature")
    if any(x > WIDTH or y > HEIGHT for stroke in strokes for x, y in stroke):
        raise HandwritingError("a point lies beside the sheet")
    return tuple(strokes)
