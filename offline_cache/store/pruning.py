"""Cutting off the oldest part of the audit chain, at a head that the platform countersigned long enough ago.

The proof stays: that head, and the newest one of that day, both as the platform signed them. Their distance, in the
platform's own time, says that what is gone had been kept for as long as it must be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts import CanonicalError, Envelope, SignatureError, Suite, verify
from contracts.heads import KEPT_DAYS, Head, HeadError, KnownHead, read_head
from offline_cache.store import audit
from offline_cache.store.chain import pruned_entry
from offline_cache.store.database import Connection


@dataclass(frozen=True, slots=True)
class Signed:
    """A head whose signature was verified, and the envelope that proves it."""

    head: KnownHead
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Cut:
    """Everything up to `start` may go; `witness` was countersigned long enough after it."""

    start: Signed
    witness: Signed


def signed_heads(texts: Iterable[str], trusted: Mapping[str, bytes], terminal: str) -> list[Signed]:
    """Return those of the saved heads that the platform really signed for this terminal."""
    found = []
    for text in texts:
        try:
            envelope = json.loads(text)
            found.append(Signed(read_head(verify(envelope, trusted), terminal), envelope))
        except (SignatureError, CanonicalError, HeadError, ValueError, RecursionError):
            continue
    return found


def due(heads: Sequence[Signed], days: int, behind: int = 0) -> list[Cut]:
    """Return where to cut, oldest first: each is a place where the chain may begin, so a crash between them is none.

    Args:
        heads: what the platform has signed.
        days: how long entries are kept, in days of the platform's time; never less than `KEPT_DAYS`.
        behind: the chain begins behind this number already.
    """
    witness = max(heads, key=lambda one: (one.head.life, one.head.seq), default=None)
    if witness is None:
        return []
    old = [one for one in heads if behind < one.head.seq < witness.head.seq and kept(one.head, witness.head, days)]
    return [Cut(one, witness) for one in sorted(old, key=lambda one: one.head.seq)]


def kept(start: KnownHead, witness: KnownHead, days: int = KEPT_DAYS) -> bool:
    """Tell whether at the time of `witness` the entries up to `start` were at least so many days old."""
    try:
        span = datetime.fromisoformat(witness.at) - datetime.fromisoformat(start.at)
    except (ValueError, TypeError):
        return False
    return span >= timedelta(days=max(days, KEPT_DAYS)) and witness.seq > start.seq


def cut(connection: Connection, at: str, wanted: Cut, suite: Suite) -> int:
    """Cut, say so in the chain and keep the proof, in the caller's transaction. Returns how many entries went.

    Nothing is done when the chain does not hold that head: then it is another one's, and somebody has to look at it.
    """
    start = Head(wanted.start.head.seq, wanted.start.head.hash)
    found = connection.execute("SELECT hash FROM audit WHERE seq = ?", (start.seq,)).fetchone()
    if found is None or found[0] != start.hash:
        return 0
    count = connection.execute("DELETE FROM audit WHERE seq <= ?", (start.seq,)).rowcount
    proof = {"start": wanted.start.envelope, "witness": wanted.witness.envelope}
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (audit.START, json.dumps(proof, ensure_ascii=False)),
    )
    audit.append(connection, at, pruned_entry(start, count), suite)
    return count


def start_of(connection: Connection) -> Head:
    """Return where the chain begins, as the store itself remembers it; whoever judges it verifies the proof."""
    found = connection.execute("SELECT value FROM meta WHERE name = ?", (audit.START,)).fetchone()
    try:
        signed: Any = json.loads(found[0])["start"]["signed"] if found else {}
        return Head(int(signed["seq"]), str(signed["hash"])) if signed else Head()
    except (ValueError, KeyError, TypeError):
        return Head()


def proven_start(proof: str | None, trusted: Mapping[str, bytes], terminal: str) -> tuple[KnownHead, KnownHead] | None:
    """Return the head behind which a chain may begin, and its witness; None when `proof` proves nothing."""
    try:
        found = json.loads(proof or "null")
        start, witness = (read_head(verify(found[name], trusted), terminal) for name in ("start", "witness"))
    except (SignatureError, CanonicalError, HeadError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return (start, witness) if kept(start, witness) else None
