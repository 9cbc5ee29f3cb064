"""What a walk along the audit chain finds. The store makes the chain with `chain_hash`; this names its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk_app.audit.log import Clock
from offline_cache.store.audit import GENESIS, AuditRow, chain_hash


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: the platform countersigns it, so that a chain cut short shows too."""

    seq: int = 0
    hash: str = GENESIS


class Fault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a verification: how many entries were good, and the first that is not (`at` is its seq)."""

    count: int
    fault: Fault | None = None
    at: int | None = None

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return self.fault is None


def head_of(row: AuditRow) -> Head:
    """Return the head that `row` makes."""
    return Head(row.seq, row.hash)


def verify_chain(rows: Iterable[AuditRow], start: Head | None = None, head: Head | None = None) -> Verdict:
    """Walk the chain in the order given.

    Args:
        rows: as stored, oldest first.
        start: what comes before the first row; by default the beginning of everything.
        head: the head that someone else remembers; a chain that ends before it was cut short.
    """
    last = start if start is not None else Head()
    count = 0
    for row in rows:
        fault = _fault(last, row)
        if fault is None and head is not None and row.seq == head.seq and row.hash != head.hash:
            fault = Fault.CHANGED
        if fault is not None:
            return Verdict(count, fault, row.seq)
        last = head_of(row)
        count += 1
    if head is not None and last.seq < head.seq:
        return Verdict(count, Fault.CUT_SHORT, last.seq + 1)
    return Verdict(count)


def _fault(last: Head, row: AuditRow) -> Fault | None:
    try:
        intact = chain_hash(row.prev, row.at, row.entry) == row.hash
    except ValueError:
        intact = False
    if not intact:
        return Fault.CHANGED
    if row.seq <= last.seq:
        return Fault.REORDERED
    if row.seq > last.seq + 1:
        return Fault.MISSING
    return None if row.prev == last.hash else Fault.CHANGED


class MemoryChain:
    """A chain without a store: for commands that run before there is one, and for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.rows: list[AuditRow] = []

    def append_audit_later(self, entry: Mapping[str, Any]) -> None:
        """Add an entry."""
        prev = self.rows[-1].hash if self.rows else GENESIS
        at = self._clock.now().isoformat()
        self.rows.append(AuditRow(len(self.rows) + 1, at, dict(entry), prev, chain_hash(prev, at, entry)))
