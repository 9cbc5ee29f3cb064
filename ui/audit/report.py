"""What an audit returns."""

from __future__ import annotations

from dataclasses import dataclass

from ui.view import Heard


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind`, what it concerns, the figure."""

    kind: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Words that stood on the page: the id they belong to ("" = nothing that can be spoken of), and the words."""

    node: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what is wrong.

    `shown` are all visible words of all parts, `heard` is what the accessible tree says of everything that has a name
    there: together they let the terminal prove that it can say what it shows.
    """

    findings: tuple[Finding, ...]
    checks: int
    shown: tuple[Shown, ...] = ()
    heard: tuple[Heard, ...] = ()
