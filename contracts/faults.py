"""One thing that is wrong with a service package, in words for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.json_places import Path

MOST_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a package. `path` leads to it from the package object, by `name` to its name there.

    `wrong` says what is, `expected` what should be, `mend` what to do about it.
    """

    path: Path
    code: str
    wrong: str
    expected: str
    mend: str
    name: bool = False

    def __str__(self) -> str:
        return f"{'/'.join(map(str, self.path)) or 'package'}: {self.wrong}"


def quoted(value: object) -> str:
    """Return a value as a message shows it."""
    return short(repr(value), MOST_QUOTED)


def short(text: str, most: int = 160) -> str:
    """Return a text, cut where nobody reads on."""
    return text if len(text) <= most else text[: most - 3] + "..."
