"""What a site profile says beyond who and where: how loud, how large the screen, how visits begin, who helps, whose
machine it is. Read alike by the platform that writes a profile and by the terminal that lives by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.hours import ALWAYS, Hours, HoursError, read_hours

T = TypeVar("T")
LOUDEST, USUAL = 10, 8
"""Steps of the loudspeaker: the last one, and where it begins."""
SIZES = (100, 125, 150)
THEMES = ("standard", "dark", "lowglare")
LANGUAGES = ("zh", "en")
HAND_BACKS = ("code", "hook")
MOST_MM = 3000
LOWEST_MM, HIGHEST_MM, SEATED_SHARE = 380, 1220, 0.4
MOST_WORDS = {"zh": 16, "en": 32}
"""Characters of what a host says of itself: it stands on pages that are full."""
_PHONE = re.compile(r"[0-9+() -]{3,24}")


class SiteFieldError(ValueError):
    """A field of a profile is not what it may be; the text is its path."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Volume:
    """Steps of the loudspeaker: how far residents may turn it up, and where each visit begins."""

    cap: int = LOUDEST
    usual: int = USUAL


UNBOUND = Volume()


@dataclass(frozen=True, slots=True)
class Screen:
    """The picture of the screen in millimetres, and how far its lower edge is above the floor."""

    width_mm: int
    height_mm: int
    lower_edge_mm: int

    @property
    def seated_reach(self) -> bool:
        """True when every key of the seated look, the lower 40 % of the picture, can be reached from a wheelchair:
        between 380 and 1220 mm above the floor (EN 301 549 8.3.2.1 and 8.3.2.2).
        """
        highest = self.lower_edge_mm + self.height_mm * SEATED_SHARE
        return self.lower_edge_mm >= LOWEST_MM and highest <= HIGHEST_MM


@dataclass(frozen=True, slots=True)
class Accessibility:
    """How every visit begins; `size` in per cent."""

    size: int = 100
    theme: str = "standard"
    lang: str = "zh"
    voice: bool = False
    seated: bool = False


AS_EVER = Accessibility()


@dataclass(frozen=True, slots=True)
class HelpCard:
    """Whom a resident finds here, in the host's own words."""

    words: Pair
    phone: str
    where: Pair


@dataclass(frozen=True, slots=True)
class Partner:
    """On whose machine this is a guest, and how it is handed back: by an exit code or by a hook. Which one stands in a
    file of that machine.
    """

    name: Pair
    exit: str


@dataclass(frozen=True, slots=True)
class SiteFields:
    """All of it."""

    hours: Hours = ALWAYS
    volume: Volume = UNBOUND
    screen: Screen | None = None
    accessibility: Accessibility = AS_EVER
    help: HelpCard | None = None
    partner: Partner | None = None


def read_site(value: Mapping[str, Any]) -> SiteFields:
    """Read these fields of a profile; what is missing is as usual.

    Raises:
        SiteFieldError: a field is wrong; the text is its path.
    """
    try:
        hours = read_hours(value.get("hours"))
    except HoursError as error:
        raise SiteFieldError(str(error)) from None
    return SiteFields(hours, _volume(value), _screen(value), _accessibility(value), _help(value), _partner(value))


def _volume(value: Mapping[str, Any]) -> Volume:
    given = _object(value, "volume")
    if given is None:
        return Volume()
    cap = _whole(given, "volume.cap", 1, LOUDEST, LOUDEST)
    return Volume(cap, _whole(given, "volume.usual", 1, cap, min(USUAL, cap)))


def _screen(value: Mapping[str, Any]) -> Screen | None:
    given = _object(value, "screen")
    if given is None:
        return None
    return Screen(
        _whole(given, "screen.width_mm", 100, MOST_MM),
        _whole(given, "screen.height_mm", 100, MOST_MM),
        _whole(given, "screen.lower_edge_mm", 0, MOST_MM),
    )


def _accessibility(value: Mapping[str, Any]) -> Accessibility:
    given = _object(value, "accessibility")
    if given is None:
        return Accessibility()
    return Accessibility(
        _one_of(given, "accessibility.size", SIZES),
        _one_of(given, "accessibility.theme", THEMES),
        _one_of(given, "accessibility.lang", LANGUAGES),
        _one_of(given, "accessibility.voice", (False, True)),
        _one_of(given, "accessibility.seated", (False, True)),
    )


def _help(value: Mapping[str, Any]) -> HelpCard | None:
    given = _object(value, "help")
    if given is None:
        return None
    phone = given.get("phone", "")
    if not isinstance(phone, str) or (phone and not _PHONE.fullmatch(phone)):
        raise SiteFieldError("help.phone")
    return HelpCard(_pair(given, "help.words"), phone, _pair(given, "help.where"))


def _partner(value: Mapping[str, Any]) -> Partner | None:
    given = _object(value, "partner")
    if given is None:
        return None
    return Partner(_pair(given, "partner.name"), _one_of(given, "partner.exit", HAND_BACKS))


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = value.get(name)
    if found is not None and not isinstance(found, Mapping):
        raise SiteFieldError(name)
    return found


def _whole(value: Mapping[str, Any], path: str, least: int, most: int, usual: int | None = None) -> int:
    found = value.get(path.rpartition(".")[2], usual)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise SiteFieldError(path)
    return found


def _one_of(value: Mapping[str, Any], path: str, allowed: tuple[T, ...]) -> T:
    """The given one of `allowed`, whose first is the usual one."""
    found = value.get(path.rpartition(".")[2], allowed[0])
    chosen = next((one for one in allowed if found == one and type(found) is type(one)), None)
    if chosen is None:
        raise SiteFieldError(path)
    return chosen


def _pair(value: Mapping[str, Any], path: str) -> Pair:
    found = value.get(path.rpartition(".")[2])
    if not isinstance(found, Mapping):
        raise SiteFieldError(path)
    for lang in LANGUAGES:
        if not isinstance(found.get(lang), str) or not 0 < len(found[lang].strip()) <= MOST_WORDS[lang]:
            raise SiteFieldError(f"{path}.{lang}")
    return Pair(found["zh"], found["en"])
