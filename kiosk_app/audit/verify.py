"""What `kiosk audit verify` decides: the chain against itself, saved countersignatures, the platform's heads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Any

from contracts import CanonicalError, SignatureError, verify
from contracts.heads import Head, HeadError, KnownHead, KnownHeads, read_head, read_heads
from offline_cache import AuditRow, Fault, StoreError, Verdict, proven_start, pruned_at, verify_chain

MOST_HEADS = 8 * 2**20
"""Bytes of a file of heads: those of decades."""


class Finding(StrEnum):
    """The one word of a verification."""

    WHOLE = "whole"
    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    REBUILT = "rebuilt"
    CUT_SHORT = "cut_short"
    ROLLED_BACK = "rolled_back"
    DAMAGED = "damaged"
    FORGED = "forged"
    UNREADABLE = "unreadable"


class HeadsError(ValueError):
    """The heads given are not the platform's, or those of another terminal; the text says which."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and against what.

    `count` good entries, the last one numbered `last`; the fault at `at`; `agreed` is the newest countersigned number
    that the chain holds, so the entries behind it could still have been made anew. `saved` and `known` say how many
    countersignatures of the terminal's own and heads of the platform were compared; `as_of` is the platform's time of
    the latter and `alarm` what it doubts. `losses` are (first, last) of entries lost with damaged pages. Entries up to
    `pruned` were rightly cut off.
    """

    finding: Finding
    count: int
    last: int
    at: int | None
    agreed: int
    saved: int
    known: int | None
    as_of: str | None
    alarm: str | None
    losses: tuple[tuple[int, int], ...]
    pruned: int = 0

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return self.finding is Finding.WHOLE


def heads_of_file(path: Path) -> object:
    """Return what a file of heads holds; `judge` checks it.

    Raises:
        HeadsError: it is no JSON, or larger than such a file can be.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_HEADS + 1)
        if len(data) <= MOST_HEADS:
            found: object = json.loads(data)
            return found
    except (OSError, ValueError, RecursionError):
        pass
    raise HeadsError(f"{path} is not a file of heads")


def judge(
    rows: Iterable[AuditRow],
    saved: Sequence[str],
    document: object | None,
    terminal: str,
    trusted: Mapping[str, bytes],
    proof: str | None = None,
) -> Report:
    """Judge a terminal's chain.

    Args:
        rows: the whole chain, lowest number first; walked more than once.
        saved: countersigned heads as the store keeps them, JSON text.
        document: the platform's heads as a signed envelope; None to do without.
        terminal: whose chain it is.
        trusted: key id -> raw Ed25519 public key of the platform.
        proof: where the chain begins, as the store keeps it; what does not prove it counts as none, and then the
            entries in front are missing.

    Raises:
        HeadsError: `document` cannot be used.
    """
    remembered = None if document is None else _remembered(document, terminal, trusted)
    own, forged = _own(saved, terminal, trusted)
    proven = proven_start(proof, trusted, terminal) or ()
    heads, begin = _binding((*own, *proven), remembered)
    start = Head(proven[0].seq, proven[0].hash) if proven else Head()
    try:
        start = start if proven else _inherited(rows, begin)
        verdict = verify_chain(rows, heads, begin, start)
    except StoreError:
        verdict = None
    newest_own = max((head.seq for head in own), default=0)
    finding = Finding.UNREADABLE if verdict is None else _finding(verdict, newest_own, forged)
    found = verdict or Verdict(0)
    return Report(
        finding=finding,
        count=found.count,
        last=found.last.seq,
        at=found.at,
        agreed=found.agreed,
        saved=len(own),
        known=None if remembered is None else len(remembered.heads),
        as_of=None if remembered is None else remembered.at,
        alarm=None if remembered is None else remembered.alarm,
        losses=tuple((loss.first, loss.last) for loss in found.losses),
        pruned=start.seq,
    )


def _inherited(rows: Iterable[AuditRow], begin: int) -> Head:
    """Return where a chain begins that was cut off before the platform knew it: its first head, `begin`, covers that.

    So a terminal that goes over to another platform keeps a whole chain, though nobody here knows the former's keys.
    """
    first = next(iter(rows), None)
    if first is None or first.seq <= 1:
        return Head()
    before = Head(first.seq - 1, first.prev)
    said = (pruned_at(row) for row in takewhile(lambda row: row.seq <= begin, rows))
    return before if before in said else Head()


def _finding(verdict: Verdict, newest_own: int, forged: bool) -> Finding:
    if verdict.fault is Fault.CUT_SHORT and newest_own <= verdict.last.seq:
        # Even the countersignatures that lie beside the chain know nothing of what is missing.
        return Finding.ROLLED_BACK
    if verdict.fault is None or (forged and verdict.fault is Fault.DAMAGED):
        return Finding.FORGED if forged else Finding.WHOLE
    return Finding(verdict.fault.value)


def _remembered(document: object, terminal: str, trusted: Mapping[str, bytes]) -> KnownHeads:
    try:
        return read_heads(verify(document, trusted), terminal)
    except SignatureError:
        raise HeadsError("these heads are not signed by this terminal's platform") from None
    except (CanonicalError, HeadError) as error:
        raise HeadsError(f"these heads cannot be used: {error}") from None


def _own(saved: Sequence[str], terminal: str, trusted: Mapping[str, bytes]) -> tuple[list[KnownHead], bool]:
    found: list[KnownHead] = []
    forged = False
    for text in saved:
        try:
            found.append(read_head(verify(_envelope(text), trusted), terminal))
        except (SignatureError, CanonicalError, HeadError):
            forged = True
    return found, forged


def _envelope(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise HeadError("this is no JSON") from None


def _binding(own: Sequence[KnownHead], remembered: KnownHeads | None) -> tuple[dict[int, str], int]:
    """Return the heads of the newest life, by number, and the number that it began with."""
    platforms = remembered.heads if remembered is not None else ()
    floor = remembered.life if remembered is not None else 0
    life = max((head.life for head in (*own, *platforms)), default=floor)
    life = max(life, floor)
    newest = [head for head in (*own, *platforms) if head.life == life]
    return {head.seq: head.hash for head in newest}, max((head.begin for head in newest), default=0)
