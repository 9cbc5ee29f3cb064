"""Audit entries that are handed in and not on the disk yet: in their order, bounded, and counted when they are lost."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.heads import AUDIT_UNWRITTEN
from offline_cache.store.gap_mark import Gap, GapMark, joined

Entry = tuple[str, Mapping[str, Any]]
"""When, and what."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Audit entries that are not in the chain: `waiting` in memory, `lost` for good since the store was made.

    Of the lost ones `seen` were acknowledged by a person.
    """

    waiting: int
    lost: int
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction tries to write: the loss of a former process, entries, and what came past the bound.

    `id` names the time of need that ends with it, "" when there was none.
    """

    before: Gap | None
    entries: tuple[Entry, ...]
    behind: Gap | None
    id: str

    @property
    def lost(self) -> int:
        """Entries that it declares lost."""
        return sum(gap.count for gap in (self.before, self.behind) if gap is not None)

    def written(self) -> list[Entry]:
        """Return what is to be appended, in order; a loss is declared where it happened."""
        return [
            *([_declared(self.before, self.before.last, "stopped")] if self.before else []),
            *self.entries,
            *([_declared(self.behind, self.behind.last, "too_many")] if self.behind else []),
        ]


NOTHING = Batch(None, (), None, "")


class Backlog:
    """Entries go in from any thread and out in batches on the writer's."""

    def __init__(self, mark: GapMark, new_id: Callable[[], str], lost: int, before: Gap | None, most: int) -> None:
        """`before` is what a former process could not write, `lost` how many entries were ever declared so, `most` how
        many are kept.
        """
        self._mark = mark
        self._new_id = new_id
        self._most = most
        self._gate = threading.Lock()
        self._entries: deque[Entry] = deque()
        self._before = before
        self._behind: Gap | None = None
        self._lost = lost
        self._need = before.id if before else ""
        self._asked = False
        self._marking = threading.Lock()

    @property
    def standing(self) -> Unwritten:
        """What is not in the chain now."""
        with self._gate:
            undeclared = sum(gap.count for gap in (self._before, self._behind) if gap is not None)
            return Unwritten(len(self._entries), self._lost + undeclared)

    @property
    def empty(self) -> bool:
        """True when there is nothing to write."""
        with self._gate:
            return not self._entries and self._before is None and self._behind is None

    def put(self, at: str, entry: Mapping[str, Any]) -> bool:
        """Take an entry; past the bound it is only counted, so that what is kept has no holes.

        Returns whether the writer has to be asked: a batch that it was asked for and has not begun takes this one too.
        """
        with self._gate:
            ask, self._asked = not self._asked, True
            if len(self._entries) < self._most:
                self._entries.append((at, entry))
            else:
                self._behind = joined(self._behind, Gap("", 1, at, at))
            return ask

    def batch(self) -> Batch:
        """Return what is to be written now; `ended` says what became of it before the next one is asked for."""
        with self._gate:
            found = Batch(self._before, tuple(self._entries), self._behind, self._need)
            self._behind = None
            self._asked = False
            return found

    def ended(self, batch: Batch, written: bool) -> None:
        """Forget what is on the disk now, or leave a mark for the next process that it is not."""
        with self._gate:
            self._asked = False
            if not written:
                self._behind = joined(batch.behind, self._behind)
                if not self._entries and self._before is None and self._behind is None:
                    return
                self._need = self._need or self._new_id()
            else:
                for _ in batch.entries:
                    self._entries.popleft()
                self._before = None
                self._lost += batch.lost
                if not self._need:
                    return
                self._need = ""
        with self._marking:
            with self._gate:
                gap = self._all() if self._need else None
            self._mark.write(gap)

    def _all(self) -> Gap | None:
        """All that would be lost if this process ended now."""
        waiting = None
        if self._entries:
            waiting = Gap("", len(self._entries), self._entries[0][0], self._entries[-1][0])
        found = joined(self._before, waiting, self._behind)
        return None if found is None else replace(found, id=self._need)


def _declared(gap: Gap, at: str, why: str) -> Entry:
    fields = {"count": gap.count, "first": gap.first, "last": gap.last, "why": why}
    return at, {"event": AUDIT_UNWRITTEN, "fields": fields}
