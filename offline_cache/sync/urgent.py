"""The thread that is there for a waiting resident: what it sends never queues behind a batch that hangs."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from offline_cache.errors import StoreError
from offline_cache.items import ItemState
from offline_cache.store.store import Store
from offline_cache.sync.pace import Pace, asked_of
from offline_cache.sync.policy import Failure, classify
from offline_cache.sync.reports import ItemWaiting, Listener
from offline_cache.sync.sending import Sending
from offline_cache.sync.standing import Standing
from offline_cache.sync.uploads import Uploads

_LOG = logging.getLogger(__name__)
OPEN = (ItemState.READY, ItemState.INFLIGHT)


class Urgent:
    """One item at a time, each within its deadline."""

    def __init__(
        self,
        store: Store,
        pace: Pace,
        standing: Standing,
        sending: Sending,
        uploads: Uploads,
        listener: Listener,
        stopping: threading.Event,
        *,
        random: Callable[[], float],
        tries: int,
        wake: Callable[[], None],
    ) -> None:
        """`wake` lets the main thread look again: from then on the item is its own."""
        self._store = store
        self._pace = pace
        self._standing = standing
        self._sending = sending
        self._uploads = uploads
        self._listener = listener
        self._stopping = stopping
        self._random = random
        self._tries = tries
        self._wake = wake
        self._asked: queue.SimpleQueue[tuple[str, float] | None] = queue.SimpleQueue()

    def ask(self, item_id: str, within_s: float) -> None:
        """Send this one now."""
        self._asked.put((item_id, self._pace.now + within_s))

    def end(self) -> None:
        """Let `run` return."""
        self._asked.put(None)

    def run(self) -> None:
        """Serve until `end`."""
        while (asked := self._asked.get()) is not None and not self._stopping.is_set():
            try:
                self._hurry(*asked)
            except StoreError:
                self._listener(ItemWaiting(asked[0], unknown=True))
            except Exception as error:  # noqa: BLE001 - the next resident must not wait for a dead thread
                _LOG.error("sync for a resident: %s", type(error).__name__)

    def _hurry(self, item_id: str, deadline: float) -> None:
        if not self._pace.asked_to_wait and not self._try(item_id, deadline):
            return
        # What the other thread carries may still arrive, or turn out never to have left.
        self._sending.hands.wait_until_free(item_id, deadline - self._pace.now)
        row = self._store.row(item_id)
        if row.state in OPEN:
            unknown = row.state is ItemState.INFLIGHT and not self._uploads.waits_for(item_id)
            self._listener(ItemWaiting(item_id, unknown))
            self._wake()

    def _try(self, item_id: str, deadline: float) -> bool:
        """Return whether there is still something to say of the item; whoever brought it home has said it."""
        tries = self._tries if self._standing.online is not False else 1
        failed = 0
        while failed < tries and not self._stopping.is_set():
            remaining = deadline - self._pace.now
            row = self._store.row(item_id)
            if row.state not in OPEN:
                return False
            head = self._store.waiting_in_case(row.case_key)[:1]
            if remaining <= 0 or not head or head[0].dead:
                break
            first = head[0].id
            if self._uploads.waits_for(first):
                self._uploads.hurry(first, remaining)
                continue
            error = self._sending.send_one(first, remaining)
            if error is None and (self._store.row(first).state not in OPEN or self._uploads.waits_for(first)):
                continue
            failed += 1
            if error is not None and classify(error) is Failure.PAUSE:
                break
            asked = None if error is None else asked_of(error)
            pause = (asked or 0.0) + 0.2 * failed * (0.5 + self._random())
            if failed == tries or pause >= deadline - self._pace.now:
                break
            self._stopping.wait(pause)
        return True
