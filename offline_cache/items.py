"""The words of the outbox: items, their states, and what can be told about them without their bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ItemState(StrEnum):
    """Where an item is. `lost`: its body was on a damaged page; `withdrawn`: the resident took it back."""

    READY = "ready"
    INFLIGHT = "inflight"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


class Withdrawal(StrEnum):
    """What became of a resident's wish to take a case back."""

    ERASED = "erased"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class NewItem:
    """What to promise. `id` is a UUIDv7 made by the caller before; the same id again gives the same `Saved`.

    `kind` is application, rating, print_result, delete_request, feedback, supplement or command_result. `body` is JSON
    without floats and is kept out of the repr.
    """

    id: str
    case_key: str
    kind: str
    schema: str
    body: Mapping[str, Any] = field(repr=False)
    provisional: str | None = None
    priority: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The item is on the disk."""

    seq: int
    id: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the platform refused an item. `high_water` comes with seq-conflict: numbers up to it are taken.

    `free` comes with slot-full: the next free places, each the answers `date` and `slot` that ask for it.
    """

    code: str
    status: int = 0
    detail: str = field(default="", repr=False)
    high_water: int | None = None
    free: tuple[tuple[str, str], ...] = ()

    @classmethod
    def stored(cls, text: str) -> Problem:
        """Return a problem from its JSON text."""
        value = json.loads(text)
        return cls(**{**value, "free": tuple((day, slot) for day, slot in value.get("free", ()))})


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """All that is known of an item but its body. Nothing personal."""

    seq: int
    id: str
    case_key: str
    kind: str
    schema: str
    provisional: str | None
    priority: bool
    state: ItemState
    attempts: int
    next_at: float
    captured_at: str
    digest: str
    problem: Problem | None
    number: str | None


@dataclass(frozen=True, slots=True)
class BlobRef:
    """One attachment that an item was saved with; `size` in bytes is None when a damage took its key."""

    sha256: str
    size: int | None
    media: str


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An item with its body (None once it was accepted and erased)."""

    row: OutboxRow
    mono_ms: int
    boot_id: str
    body: Mapping[str, Any] | None = field(repr=False)
    blobs: tuple[BlobRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What choosing a batch needs to know of an item. `next_at` is a wall second, `size` the bytes of its body."""

    id: str
    case_key: str
    dead: bool
    attempts: int
    next_at: float
    size: int


@dataclass(frozen=True, slots=True)
class Onward:
    """After a batch was accepted: the ids that were news, and the items that leave next, as they were before."""

    news: frozenset[str]
    items: list[OutboxItem]


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How many items are in each state; `oldest_age_s` is the age of the oldest unsent one, 0 when none waits."""

    ready: int
    inflight: int
    sent: int
    dead: int
    lost: int
    oldest_age_s: int


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the terminal knows of one case. `number` is the platform's, once it has accepted."""

    case_key: str
    id: str
    state: ItemState
    provisional: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class CaseRef:
    """Enough to name a damaged case to people."""

    seq: int
    id: str
    case_key: str
    kind: str
    provisional: str | None


@dataclass(frozen=True, slots=True)
class Damage:
    """A store was found damaged: where the file was put, how many pages were bad, which cases are gone.

    `incomplete` are cases that are there, and miss the key of an attachment.
    """

    at: str
    quarantine: str
    pages: int
    lost: tuple[CaseRef, ...]
    rows_saved: int
    incomplete: tuple[CaseRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found: `bad` are ids whose body is missing or does not match its digest."""

    items: int
    bad: tuple[str, ...]
    sound: bool

    @property
    def ok(self) -> bool:
        """True when everything matches."""
        return self.sound and not self.bad


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop promising, and how long to keep.

    `reserve_bytes` of disk are held back for what was promised before; 0 holds none. `sent_days`: how long the bodiless
    record of an accepted item is kept. `quarantine_days`: how long a damaged file, once its damage was acknowledged.
    `audit_days`: how long the audit is kept, counted by the platform's countersignatures; half a year at least.
    `max_unwritten`: audit entries kept in memory while the disk takes none (2,000 are a busy day's, some 2 MB).
    """

    max_items: int = 10_000
    min_free_bytes: int = 500 * 2**20
    sent_days: int = 30
    reserve_bytes: int = 64 * 2**20
    quarantine_days: int = 30
    audit_days: int = 190
    max_unwritten: int = 2000
