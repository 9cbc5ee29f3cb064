"""What else can be tried: nobody stands before a closed door (requirements A30, D.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kiosk_app.identity.levels import CardEvidence, Evidence, Level, PhoneCodeEvidence, TokenEvidence, level

MOST_FAILURES = 5
TRIES_BEFORE_ANOTHER = 2


class Way(StrEnum):
    """A way to prove who one is; PEOPLE is the host of the place, the hotline, the window."""

    CARD = "card"
    CODE = "code"
    PHONE = "phone"
    WITNESS = "witness"
    PEOPLE = "people"


def next_ways(
    need: Level,
    evidence: Iterable[Evidence],
    online: bool,
    failures: Mapping[str, int],
    has_witness: bool = True,
) -> tuple[Way, ...]:
    """Return the ways that still lead towards `need`, best first; empty when it is reached.

    A way that failed twice stands behind the others; one that failed five times is gone, and so is everything
    but people once five failures have come together. People are always offered, at the end.
    """
    items = tuple(evidence)
    if level(items, online) >= need:
        return ()
    if sum(failures.values()) >= MOST_FAILURES or need > Level.L2:
        return (Way.PEOPLE,)
    useful = [way for way in _useful(need, items, online, has_witness) if failures.get(way, 0) < MOST_FAILURES]
    useful.sort(key=lambda way: failures.get(way, 0) >= TRIES_BEFORE_ANOTHER)
    return (*useful, Way.PEOPLE)


def _useful(need: Level, evidence: tuple[Evidence, ...], online: bool, has_witness: bool) -> list[Way]:
    card = any(isinstance(e, CardEvidence) and not e.expired for e in evidence)
    token = any(isinstance(e, TokenEvidence) for e in evidence)
    phone = any(isinstance(e, PhoneCodeEvidence) for e in evidence)
    ways: list[Way] = []
    if not card:
        ways.append(Way.CARD)
    if online and not card and not token:
        ways.append(Way.CODE)
    if online and not phone and (need is Level.L1 or card or token):
        ways.append(Way.PHONE)
    if has_witness and card and need >= Level.L2:
        ways.append(Way.WITNESS)
    return ways
