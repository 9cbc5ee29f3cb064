"""Which items are on their way right now, and who carries them.

Two threads send. When both carry one item, the one that found no connection must not write `ready` while the other's
call may be arriving; and `inflight` that the other has just written is no sign that the platform was ever reached.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from offline_cache.items import ItemState, OutboxItem


class Hands:
    """The items that a call is carrying. One lock, held over writes of the store, never over a call."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._carriers: dict[str, set[int]] = {}
        self._reached: set[str] = set()

    def take(self, mark: Callable[[], list[OutboxItem]]) -> list[OutboxItem]:
        """Mark items as leaving and take them into this thread's hands. `mark` returns them as they were."""
        with self._changed:
            items = mark()
            for item in items:
                carriers = self._carriers.setdefault(item.row.id, set())
                if not carriers and item.row.state is ItemState.INFLIGHT:
                    self._reached.add(item.row.id)
                carriers.add(threading.get_ident())
            return items

    def put_back(self, item_id: str, reached: bool, write: Callable[[bool], None]) -> None:
        """Give up one item. `write` is told whether the platform may have it, or may be getting it from another."""
        with self._changed:
            if reached:
                self._reached.add(item_id)
            others = self._carriers.get(item_id, set()) - {threading.get_ident()}
            write(bool(others) or item_id in self._reached)
            self._drop(item_id)

    def let_go(self, items: Sequence[OutboxItem]) -> None:
        """Nothing of these is in this thread's hands any more, however that came."""
        with self._changed:
            for item in items:
                self._drop(item.row.id)

    def wait_until_free(self, item_id: str, within_s: float) -> None:
        """Wait until nobody carries the item, at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: item_id not in self._carriers, max(0.0, within_s))

    def _drop(self, item_id: str) -> None:
        carriers = self._carriers.get(item_id)
        if carriers is None:
            return
        carriers.discard(threading.get_ident())
        if not carriers:
            del self._carriers[item_id]
            self._reached.discard(item_id)
            self._changed.notify_all()
