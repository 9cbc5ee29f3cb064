"""The audit chain as it is computed and judged: each hash covers the row before it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts import GM, INTL, Suite, canonical
from contracts.heads import AUDIT_LOST, AUDIT_PRUNED, CHAIN_SUITE, GENESIS, Head

_SM3 = "sm3:"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry and its place in the chain. `text` is the entry as stored, canonical JSON.

    `hash` = hash of `prev` and the canonical `{"at", "entry"}`; plain hexadecimal is SHA-256, `sm3:` names SM3.
    """

    seq: int
    at: str
    text: str
    prev: str
    hash: str

    @property
    def entry(self) -> Mapping[str, Any]:
        """The entry, `{"event", "fields"}`; empty when somebody has made it unreadable."""
        try:
            found = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def head(self) -> Head:
        """The head that this row makes."""
        return Head(self.seq, self.hash)


class Fault(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    REBUILT = "rebuilt"
    CUT_SHORT = "cut_short"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries `first` to `last` went with damaged pages, as entry `declared` says."""

    first: int
    last: int
    declared: int


Losses = dict[tuple[int, int, str], Loss]
"""By (first, last, hash before)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a verification: how many entries were good, the last of them, and the first fault (`at` is its seq).

    `agreed` is the newest countersigned head that the chain agrees with, 0 for none.
    """

    count: int
    last: Head = field(default_factory=Head)
    fault: Fault | None = None
    at: int | None = None
    agreed: int = 0
    losses: tuple[Loss, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return self.fault is None


def suite_of(hashed: str) -> Suite:
    """Return the suite that a hash of the chain was made with."""
    return GM if hashed.startswith(_SM3) else INTL


def chain_hash(prev: str, at: str, text: str, suite: Suite = INTL) -> str:
    """Return the hash of an entry that follows `prev`.

    Raises:
        ValueError: `prev` is no hash, or a text is no text.
    """
    before = bytes.fromhex(prev.removeprefix(_SM3))
    data = before + b'{"at":' + canonical(at) + b',"entry":' + text.encode() + b"}"
    # hashlib has SHA-256 everywhere and does without the large library behind the suites.
    return hashlib.sha256(data).hexdigest() if suite is INTL else _SM3 + suite.hash(data).hex()


def following(last: Head, at: str, entry: Mapping[str, Any], suite: Suite = INTL) -> list[AuditRow]:
    """Return the row that adds `entry` behind `last`; before it one that says so when the suite changes."""
    rows: list[AuditRow] = []
    if last.seq and suite_of(last.hash) is not suite:
        rows.append(_row(last, at, {"event": CHAIN_SUITE, "fields": {"suite": suite.name}}, suite))
        last = rows[0].head
    return [*rows, _row(last, at, entry, suite)]


def verify_chain(
    rows: Iterable[AuditRow], heads: Mapping[int, str] | None = None, accepted: int = 0, start: Head | None = None
) -> Verdict:
    """Walk the whole chain.

    Args:
        rows: all rows, lowest number first; can be walked more than once.
        heads: hashes by number that the platform has countersigned; the chain must hold each of them.
        accepted: losses declared up to this number were accepted by the platform's operator.
        start: the entry behind which the chain begins, when an older part was rightly cut off. Whoever gives it has
            made sure that the platform countersigned it; the chain must say so too, by its newest `audit_pruned`.
    """
    known, begin = heads or {}, start or Head()
    verdict = _walk(rows, known, accepted, {}, begin)
    # What is missing may be declared further behind; a chain without gaps is walked once.
    return _walk(rows, known, accepted, declared(rows), begin) if verdict.fault is Fault.MISSING else verdict


def _walk(rows: Iterable[AuditRow], known: Mapping[int, str], accepted: int, losses_of: Losses, start: Head) -> Verdict:
    if known.get(start.seq, start.hash) != start.hash:
        return Verdict(0, start, Fault.REBUILT, start.seq)
    last, count, agreed, cut_at = start, 0, 0, Head()
    losses: list[Loss] = []
    for row in rows:
        loss = losses_of.get((last.seq + 1, row.seq - 1, last.hash)) if row.seq > last.seq + 1 else None
        fault = _fault(last, row, loss)
        if fault is None and known.get(row.seq, row.hash) != row.hash:
            fault = Fault.REBUILT
        if fault is Fault.CHANGED and row.prev != last.hash and _intact(row) and any(r.hash == row.prev for r in rows):
            # It is whole and follows an entry that is here, only not the one before it.
            fault = Fault.REORDERED
        if fault is not None:
            return Verdict(count, last, fault, row.seq, agreed, tuple(losses))
        losses += [loss] if loss is not None else []
        agreed = row.seq if row.seq in known else agreed
        cut_at = pruned_at(row) or cut_at
        last = row.head
        count += 1
    if max(known, default=0) > last.seq:
        return Verdict(count, last, Fault.CUT_SHORT, last.seq + 1, agreed, tuple(losses))
    if start.seq and cut_at != start:
        return Verdict(count, last, Fault.MISSING, start.seq + 1, agreed, tuple(losses))
    open_losses = [loss for loss in losses if loss.declared > accepted]
    if open_losses:
        return Verdict(count, last, Fault.DAMAGED, open_losses[0].first, agreed, tuple(losses))
    return Verdict(count, last, agreed=agreed, losses=tuple(losses))


def gaps(rows: Iterable[AuditRow], start: Head | None = None) -> list[tuple[int, int, str]]:
    """Return (first, last, hash before) of the numbers missing from `rows` behind `start`, lowest first."""
    found, last = [], start or Head()
    for row in rows:
        if row.seq > last.seq + 1:
            found.append((last.seq + 1, row.seq - 1, last.hash))
        last = row.head
    return found


def lost_entry(first: int, last: int, before: str) -> dict[str, Any]:
    """Return the entry that declares a loss. `before` ties what is in front of the gap to the rest of the chain."""
    return {"event": AUDIT_LOST, "fields": {"before": before, "first": first, "last": last}}


def pruned_entry(start: Head, count: int) -> dict[str, Any]:
    """Return the entry that says that `count` entries up to `start` were cut off."""
    return {"event": AUDIT_PRUNED, "fields": {"count": count, "hash": start.hash, "last": start.seq}}


def pruned_at(row: AuditRow) -> Head | None:
    """Return where the chain was cut off, when this entry says so."""
    if AUDIT_PRUNED not in row.text:
        return None
    entry = row.entry
    fields = entry.get("fields")
    if entry.get("event") != AUDIT_PRUNED or not isinstance(fields, dict):
        return None
    last, hashed = fields.get("last"), fields.get("hash")
    return Head(last, hashed) if isinstance(last, int) and isinstance(hashed, str) else None


def _row(last: Head, at: str, entry: Mapping[str, Any], suite: Suite) -> AuditRow:
    text = canonical(entry).decode()
    return AuditRow(last.seq + 1, at, text, last.hash, chain_hash(last.hash, at, text, suite))


def _intact(row: AuditRow) -> bool:
    try:
        return chain_hash(row.prev, row.at, row.text, suite_of(row.hash)) == row.hash
    except ValueError:
        return False


def _fault(last: Head, row: AuditRow, loss: Loss | None) -> Fault | None:
    if not _intact(row):
        return Fault.CHANGED
    if row.seq <= last.seq:
        return Fault.REORDERED
    if row.seq > last.seq + 1:
        # The entry that declares the loss of an end was itself put behind what was left.
        if loss is None or (loss.declared == row.seq and row.prev != last.hash):
            return Fault.MISSING
        return None
    if row.prev != last.hash:
        return Fault.CHANGED
    if last.seq and suite_of(row.hash) is not suite_of(last.hash) and not _announces(row):
        return Fault.CHANGED
    return None


def _announces(row: AuditRow) -> bool:
    return row.entry == {"event": CHAIN_SUITE, "fields": {"suite": suite_of(row.hash).name}}


def declared(rows: Iterable[AuditRow]) -> Losses:
    """Return the losses that entries of the chain declare."""
    found: Losses = {}
    for row in rows:
        if AUDIT_LOST not in row.text:
            continue
        entry = row.entry
        fields = entry.get("fields")
        if entry.get("event") != AUDIT_LOST or not isinstance(fields, dict):
            continue
        first, last, before = fields.get("first"), fields.get("last"), fields.get("before")
        if isinstance(first, int) and isinstance(last, int) and isinstance(before, str) and last < row.seq:
            found[first, last, before] = Loss(first, last, row.seq)
    return found


__all__ = [
    "GENESIS",
    "AuditRow",
    "Fault",
    "Head",
    "Loss",
    "Verdict",
    "chain_hash",
    "declared",
    "following",
    "gaps",
    "lost_entry",
    "pruned_at",
    "pruned_entry",
    "suite_of",
    "verify_chain",
]
