"""What else can be tried: nobody stands before a closed door (requirements A30, D.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk_app.identity.levels import (
    BiometricEvidence,
    CardEvidence,
    Evidence,
    FaceEvidence,
    Level,
    PhoneCodeEvidence,
    SocialCardEvidence,
    TokenEvidence,
    WitnessEvidence,
    level,
)

MOST_FAILURES = 5
TRIES_BEFORE_ANOTHER = 2


class Way(StrEnum):
    """A way to prove who one is; PEOPLE is the host of the place, the hotline, the window, the visit at home."""

    CARD = "card"
    CODE = "code"
    SOCIAL = "social"
    PHONE = "phone"
    FACE = "face"
    WITNESS = "witness"
    VOICE = "voice"
    PALM = "palm"
    IRIS = "iris"
    PEOPLE = "people"


BIOMETRICS = (Way.VOICE, Way.PALM, Way.IRIS)
GUESSING = frozenset({Way.PHONE, Way.FACE, *BIOMETRICS})
"""Ways where somebody else could try their luck again and again. A chip, a code that is valid once and a host who
stands by cannot be guessed: those stay open after many failures."""


@dataclass(frozen=True, slots=True)
class Means:
    """What can be used here and now: the site's devices, the network, and what the resident did not refuse.

    `camera`: a face can be compared now. `biometrics`: the modules (voice, palm, iris) that answer.
    `behind`: ways that had their turn and stand behind the others now.
    """

    online: bool = False
    card_reader: bool = True
    code_reader: bool = True
    social_card_reader: bool = False
    witness: bool = True
    camera: bool = False
    biometrics: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()


def next_ways(need: Level, evidence: Iterable[Evidence], means: Means, failures: Mapping[str, int]) -> tuple[Way, ...]:
    """Return the ways that still lead towards `need`, best first; empty when it is reached.

    A way that failed twice stands behind the others. One that can be guessed is gone after five failures of its own,
    or of all of its kind together. Once five failures have come together, people stand first; otherwise last, but
    always there.
    """
    items = tuple(evidence)
    if level(items, means.online) >= need:
        return ()
    if need > Level.L2:
        return (Way.PEOPLE,)
    guesses = sum(count for way, count in failures.items() if way in GUESSING)
    useful = [
        way
        for way in _useful(need, items, means)
        if way not in means.refused
        and not (way in GUESSING and guesses >= MOST_FAILURES)
        and not (way is Way.WITNESS and failures.get(way, 0) >= MOST_FAILURES)
    ]
    useful.sort(key=lambda way: way in means.behind or failures.get(way, 0) >= TRIES_BEFORE_ANOTHER)
    if sum(failures.values()) >= MOST_FAILURES:
        return (Way.PEOPLE, *useful)
    return (*useful, Way.PEOPLE)


def _useful(need: Level, evidence: tuple[Evidence, ...], means: Means) -> list[Way]:
    cards = [e for e in evidence if isinstance(e, CardEvidence) and not e.expired]
    kinds = {type(e) for e in evidence if not isinstance(e, CardEvidence)}
    token, phone, social = TokenEvidence in kinds, PhoneCodeEvidence in kinds, SocialCardEvidence in kinds
    ways: list[Way] = []
    if not cards and means.card_reader:
        ways.append(Way.CARD)
    if means.online and means.code_reader and not cards and not token:
        ways.append(Way.CODE)
    if means.social_card_reader and not cards and not token and not social and need is Level.L1:
        ways.append(Way.SOCIAL)
    if means.online and not phone and (need is Level.L1 or cards or token):
        ways.append(Way.PHONE)
    if means.camera and any(card.photo for card in cards) and FaceEvidence not in kinds:
        ways.append(Way.FACE)
    if means.witness and WitnessEvidence not in kinds and (cards or (social and need is Level.L1)):
        ways.append(Way.WITNESS)
    if cards and BiometricEvidence not in kinds:
        ways += [way for way in BIOMETRICS if way in means.biometrics]
    return ways
