"""The head of a terminal's audit chain and what the platform signs about it. Pure; both houses read and write it.

The signing key also signs profiles and catalogues, so a statement says what it is (`kind`) and about whom (`terminal`).
A chain has lives: the platform begins a new one when its operator accepts that a chain no longer continues the old one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

HEAD_KIND, HEADS_KIND = "audit_head", "audit_heads"
GENESIS = "0" * 64
"""The hash before the first entry."""
HASH = re.compile(r"(sm3:)?[0-9a-f]{64}")
"""A hash of the chain: plain hexadecimal is SHA-256 (suite `intl`), `sm3:` names SM3 (suite `gm`)."""
CHAIN_SUITE = "chain_suite"
"""The entry at which a chain goes over to another suite; it is the first one hashed with it."""
AUDIT_LOST = "audit_lost"
"""The entry by which a mended store says which entries were lost with its damaged pages."""
AUDIT_UNWRITTEN = "audit_unwritten"
"""The entry by which a store says how many entries it could not write, and of which time."""


AUDIT_PRUNED = "audit_pruned"
"""The entry by which a store says up to which entry it has cut off the oldest part of its chain."""
KEPT_DAYS = 184
"""What every terminal keeps of its audit, in days: the half year of GB/T 22239-2019, 8.1.4.3. A chain that begins later
than a head that was countersigned so long before its newest one has lost what it had to keep."""


class Alarm(StrEnum):
    """Why the platform does not believe a chain, until its operator has looked at it."""

    ROLLED_BACK = "rolled_back"
    REBUILT = "rebuilt"
    DAMAGED = "damaged"
    SILENT = "silent"


class HeadError(ValueError):
    """This is no statement about an audit chain, or one about another terminal; the text says which."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: its number (0: none yet) and its hash."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head that the platform has seen. `begin` is the number of the first one of this `life`; `at` its time, ISO."""

    terminal: str
    life: int
    begin: int
    seq: int
    hash: str
    at: str


@dataclass(frozen=True, slots=True)
class KnownHeads:
    """All that the platform remembers of a terminal's chain in its present life, oldest first."""

    terminal: str
    life: int
    at: str
    heads: tuple[KnownHead, ...]
    alarm: str | None = None


def head_statement(head: KnownHead) -> dict[str, Any]:
    """Return what is signed about one head."""
    return {
        "kind": HEAD_KIND,
        "terminal": head.terminal,
        "life": head.life,
        "begin": head.begin,
        "seq": head.seq,
        "hash": head.hash,
        "at": head.at,
    }


def heads_statement(known: KnownHeads) -> dict[str, Any]:
    """Return what is signed about all of them: one signature, so that none can be left out."""
    return {
        "kind": HEADS_KIND,
        "terminal": known.terminal,
        "life": known.life,
        "begin": known.heads[0].begin if known.heads else 0,
        "at": known.at,
        "heads": [{"seq": head.seq, "hash": head.hash, "at": head.at} for head in known.heads],
        "alarm": known.alarm,
    }


def read_head(value: object, terminal: str) -> KnownHead:
    """Read what was signed about one head of `terminal`.

    Raises:
        HeadError: it is something else.
    """
    statement = _about(value, HEAD_KIND, terminal)
    return _head(statement, terminal, _count(statement, "life"), _count(statement, "begin"))


def read_heads(value: object, terminal: str) -> KnownHeads:
    """Read what was signed about all heads of `terminal`.

    Raises:
        HeadError: it is something else.
    """
    statement = _about(value, HEADS_KIND, terminal)
    life, begin, listed = _count(statement, "life"), _count(statement, "begin"), statement.get("heads")
    if not isinstance(listed, list):
        raise HeadError("heads is not a list")
    heads = tuple(_head(item, terminal, life, begin) for item in listed)
    if any(later.seq <= earlier.seq for earlier, later in pairwise(heads)):
        raise HeadError("the heads are not in order")
    alarm = statement.get("alarm")
    return KnownHeads(terminal, life, _text(statement, "at"), heads, alarm if isinstance(alarm, str) else None)


def surplus(days: Sequence[tuple[int, str]], latest: int) -> list[int]:
    """Return which heads need not be kept: the `latest` ones stay, and before those the last one of each day.

    Args:
        days: number and day of each head, newest first.
        latest: how many stay in any case.
    """
    return [seq for (_, newer), (seq, day) in pairwise(days[latest - 1 :]) if newer[:10] == day[:10]]


def _about(value: object, kind: str, terminal: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or value.get("kind") != kind:
        raise HeadError(f"this is no {kind}")
    if value.get("terminal") != terminal:
        raise HeadError("this is about another terminal")
    return value


def _head(value: object, terminal: str, life: int, begin: int) -> KnownHead:
    if not isinstance(value, Mapping):
        raise HeadError("a head is not an object")
    hashed = _text(value, "hash")
    if not HASH.fullmatch(hashed):
        raise HeadError("hash is none")
    return KnownHead(terminal, life, begin, _count(value, "seq"), hashed, _text(value, "at"))


def _count(value: Mapping[str, Any], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise HeadError(f"{name} is no number")
    return found


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise HeadError(f"{name} is no text")
    return found
