"""JSON with the place of everything in it, so that a fault can be shown where it stands. Pure.

PyYAML also tells places, but refuses JSON that is indented with tabs and reads some escapes differently.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Path = tuple[str | int, ...]
"""Names and numbers that lead from the whole value to one part of it."""

SPACE = re.compile(r"[ \t\r\n]*")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SCALAR = re.compile(r"[^\s,\]}]+")
NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


def pointed(pointer: str) -> Path:
    """Return the path behind `/name/0/name`; of what is no such pointer, the whole value."""
    parts = pointer.split("/")[1:] if pointer.startswith("/") else ()
    return tuple(int(part) if part.isdecimal() else part for part in parts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something begins; both count from 1, columns in characters."""

    line: int
    column: int


class JsonError(ValueError):
    """The text is not JSON: what is wrong, and where."""

    def __init__(self, what: str, place: Place) -> None:
        super().__init__(what)
        self.place = place


@dataclass(frozen=True)
class Document:
    """A JSON value with its text. Places are looked for when one is asked for: most documents have no fault."""

    value: Any
    text: str = field(repr=False)

    @cached_property
    def _walk(self) -> _Walk:
        return _Walk(self.text)

    @property
    def repeated(self) -> tuple[tuple[Path, Place], ...]:
        """The names that an object has more than once, and where they stand for the second time."""
        return tuple(self._walk.repeated)

    def place(self, path: Path, *, name: bool = False) -> Place:
        """Return where a part stands, or its name; for what is not there, where the nearest part around it stands."""
        walk = self._walk
        if name and path in walk.names:
            return walk.names[path]
        while path not in walk.places:
            path = path[:-1]
        return walk.places[path]


def read_json(text: str) -> tuple[Document, bool]:
    """Return the value of a JSON text, and whether every name in it comes once.

    Raises:
        JsonError: it is not JSON as RFC 8259 has it, or nested deeper than anybody can read.
    """
    text = text.removeprefix("\ufeff")
    once = True

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal once
        found = dict(pairs)
        once = once and len(found) == len(pairs)
        return found

    try:
        return Document(json.loads(text, object_pairs_hook=members, parse_constant=_no_number), text), once
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, Place(error.lineno, error.colno)) from None
    except _NoNumberError as error:
        raise JsonError(f"{error} is no number of JSON", _Walk(text).strange or Place(1, 1)) from None
    except RecursionError:
        raise JsonError("it is nested too deeply", Place(1, 1)) from None


class _NoNumberError(Exception):
    """NaN or an infinity."""


def _no_number(word: str) -> None:
    raise _NoNumberError(word)


class _Walk:
    """Goes over a text that is known to be JSON once, and notes where everything begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._start, self._seen = 1, 0, 0
        self.places: dict[Path, Place] = {}
        self.names: dict[Path, Place] = {}
        self.repeated: list[tuple[Path, Place]] = []
        self.strange: Place | None = None
        """The first number that JSON does not have."""
        self.value((), 0)

    def value(self, path: Path, at: int) -> int:
        """Note a value and everything in it; returns where it ends."""
        at = self._past_space(at)
        place = self._place(at)
        self.places[path] = place
        match self._text[at]:
            case "{":
                return self._members(path, at + 1)
            case "[":
                return self._items(path, at + 1)
            case '"':
                return self._string(at)[1]
        found = SCALAR.match(self._text, at)
        assert found is not None
        if found[0] in NO_NUMBERS:
            self.strange = self.strange or place
        return found.end()

    def _members(self, path: Path, at: int) -> int:
        at = self._past_space(at)
        known: set[str] = set()
        while self._text[at] != "}":
            at = self._past_space(at)
            name, end = self._string(at)
            place, inner = self._place(at), (*path, name)
            if name in known:
                self.repeated.append((inner, place))
            known.add(name)
            self.names[inner] = place
            at = self._past_comma(self.value(inner, self._past_space(end) + 1))
        return at + 1

    def _items(self, path: Path, at: int) -> int:
        at = self._past_space(at)
        count = 0
        while self._text[at] != "]":
            at = self._past_comma(self.value((*path, count), at))
            count += 1
        return at + 1

    def _string(self, at: int) -> tuple[str, int]:
        found = STRING.match(self._text, at)
        assert found is not None
        text: str = json.loads(found[0])
        return text, found.end()

    def _past_space(self, at: int) -> int:
        found = SPACE.match(self._text, at)
        assert found is not None
        return found.end()

    def _past_comma(self, at: int) -> int:
        at = self._past_space(at)
        return self._past_space(at + 1) if self._text[at] == "," else at

    def _place(self, at: int) -> Place:
        breaks = self._text.count("\n", self._seen, at)
        if breaks:
            self._line += breaks
            self._start = self._text.rindex("\n", self._seen, at) + 1
        self._seen = at
        return Place(self._line, at - self._start + 1)
