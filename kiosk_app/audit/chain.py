"""The hash chain: each entry carries the hash of the one before, so a changed, missing or moved entry shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts import canonical

GENESIS = "0" * 64
_PARTS = ("seq", "at", "event", "fields", "prev")


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


def make_entry(head: Head, at: str, event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry that follows `head`: seq, at, event, fields, prev, hash."""
    entry: dict[str, Any] = {
        "seq": head.seq + 1,
        "at": at,
        "event": event,
        "fields": dict(fields),
        "prev": head.hash,
    }
    entry["hash"] = entry_hash(entry)
    return entry


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical bytes of everything but the hash itself."""
    return hashlib.sha256(canonical({name: entry[name] for name in _PARTS})).hexdigest()


def head_of(entry: Mapping[str, Any]) -> Head:
    """Return the head that `entry` makes."""
    return Head(int(entry["seq"]), str(entry["hash"]))


def verify_chain(entries: Iterable[Mapping[str, Any]], start: Head | None = None, head: Head | None = None) -> Verdict:
    """Walk the chain in the order given.

    Args:
        entries: as stored, oldest first.
        start: what comes before the first entry; by default the beginning of everything.
        head: the head that someone else remembers; a chain that ends before it was cut short.
    """
    last = start if start is not None else Head()
    count = 0
    for entry in entries:
        fault = _fault(last, entry)
        if fault is not None:
            seq = entry.get("seq")
            return Verdict(count, fault, seq if isinstance(seq, int) else last.seq + 1)
        last = head_of(entry)
        count += 1
        if head is not None and last.seq == head.seq and last.hash != head.hash:
            return Verdict(count - 1, Fault.CHANGED, last.seq)
    if head is not None and last.seq < head.seq:
        return Verdict(count, Fault.CUT_SHORT, last.seq + 1)
    return Verdict(count)


def _fault(last: Head, entry: Mapping[str, Any]) -> Fault | None:
    seq = entry.get("seq")
    try:
        intact = entry_hash(entry) == entry.get("hash")
    except (KeyError, ValueError):
        return Fault.CHANGED
    if not intact or not isinstance(seq, int):
        return Fault.CHANGED
    if seq <= last.seq:
        return Fault.REORDERED
    if seq > last.seq + 1:
        return Fault.MISSING
    return None if entry["prev"] == last.hash else Fault.CHANGED
