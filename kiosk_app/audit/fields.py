"""What a logged field may hold. There is no type for free text, so nothing personal can be declared, let alone written.

Ids, hashes, closed words, names out of our own source, counts, flags, times: what does not fit its type is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
_HASH = re.compile(r"(?:[a-z0-9]{2,12}:)?[0-9a-f]{16,128}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,47}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:\d\d")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|\d{17}[\dXx]|\d{15,16}|\d{18,})(?![0-9A-Za-z])")
"""Shapes of a mobile number, an identity number and a bank account: an id of ours never looks like one."""
_DIGITS = re.compile(r"\d{7,}")

Value = str | int | bool


class FieldType(Protocol):
    """A closed kind of value."""

    @property
    def label(self) -> str:
        """How the document names it."""

    def fits(self, value: object) -> bool:
        """Tell whether `value` may be written."""


@dataclass(frozen=True, slots=True)
class Id:
    """An id that our own code made: UUID, service id, receipt number, device id."""

    label: str = "id"

    def fits(self, value: object) -> bool:
        """Accept short ASCII ids that do not look like a number of a person."""
        return isinstance(value, str) and bool(_ID.fullmatch(value)) and not _LONG_NUMBER.search(value)


@dataclass(frozen=True, slots=True)
class Hash:
    """A digest, hexadecimal, with or without the name of its algorithm."""

    label: str = "hash"

    def fits(self, value: object) -> bool:
        """Accept 16 to 128 hex digits that are no identity number."""
        return isinstance(value, str) and bool(_HASH.fullmatch(value)) and not _LONG_NUMBER.search(value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A word of a closed list."""

    words: tuple[str, ...]

    @property
    def label(self) -> str:
        """The list itself."""
        return " / ".join(self.words)

    def fits(self, value: object) -> bool:
        """Accept the words of the list."""
        return isinstance(value, str) and value in self.words


@dataclass(frozen=True, slots=True)
class Name:
    """A name out of our own source: of a state, an event, a screen, a cause. ASCII, no long digits, no spaces."""

    label: str = "name"

    def fits(self, value: object) -> bool:
        """Accept identifiers."""
        return isinstance(value, str) and bool(_NAME.fullmatch(value)) and not _DIGITS.search(value)


@dataclass(frozen=True, slots=True)
class Names:
    """Some names out of our own source, with commas between."""

    label: str = "names"

    def fits(self, value: object) -> bool:
        """Accept a few identifiers."""
        return isinstance(value, str) and len(value) <= 200 and all(map(Name().fits, value.split(",")))


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from 0 to a hundred million: counts, seconds, milliseconds, versions."""

    label: str = "count"

    def fits(self, value: object) -> bool:
        """Accept small natural numbers; a mobile number is larger."""
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000_000


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    label: str = "flag"

    def fits(self, value: object) -> bool:
        """Accept booleans only."""
        return isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Time:
    """A moment as the store writes it, ISO 8601 with its offset."""

    label: str = "time"

    def fits(self, value: object) -> bool:
        """Accept moments only."""
        return isinstance(value, str) and bool(_TIME.fullmatch(value))


ID, HASH, NAME, NAMES, COUNT, FLAG, TIME = Id(), Hash(), Name(), Names(), Count(), Flag(), Time()
