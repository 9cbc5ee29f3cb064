"""Sending a batch that is in this thread's hands, and writing down what came of it. For both threads that send."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from contracts import uuid7
from offline_cache.errors import NetworkLost, PlatformBusy, PlatformError, Refused
from offline_cache.faces import Checkpoint, RandomBytes
from offline_cache.http.client import PlatformClient
from offline_cache.items import Candidate, OutboxItem, Problem
from offline_cache.store.store import Store
from offline_cache.sync import batch
from offline_cache.sync.hands import Hands
from offline_cache.sync.pace import Pace
from offline_cache.sync.policy import Failure, choose, classify
from offline_cache.sync.reports import ItemDead, ItemDone, Listener
from offline_cache.sync.uploads import Uploads


class Sending:
    """The way of items out and of their verdicts back."""

    def __init__(
        self,
        store: Store,
        client: PlatformClient,
        pace: Pace,
        uploads: Uploads,
        listener: Listener,
        stopping: threading.Event,
        *,
        terminal: str,
        checkpoint: Checkpoint,
        random_bytes: RandomBytes,
    ) -> None:
        self._store = store
        self._client = client
        self._pace = pace
        self._uploads = uploads
        self._listener = listener
        self._stopping = stopping
        self._terminal = terminal
        self._checkpoint = checkpoint
        self._random_bytes = random_bytes
        self.hands = Hands()

    def drain(self) -> None:
        """Send batch after batch until nothing is due, or a call fails, or a heartbeat is due.

        What a heartbeat brings, such as the closing of a service, must not wait for a queue.
        """
        while self._pace.may_send and not self._stopping.is_set() and not self._pace.beat_due:
            items = self.hands.take(lambda: self._store.take(self._choose))
            if not items:
                return
            while items:
                onward: list[OutboxItem] = []
                try:
                    self._send(items, onward=onward)
                except BaseException:
                    self.hands.let_go(onward)
                    raise
                items = onward

    def send_one(self, item_id: str, within_s: float) -> PlatformError | None:
        """Send one item whose resident waits; returns why nothing came of it, or None."""
        return self._send(self.hands.take(partial(self._store.take_ids, [item_id])), within_s)

    def _choose(self, waiting: Iterator[Candidate]) -> list[Candidate]:
        return [] if self._pace.beat_due else choose(self._uploads.holding(waiting), self._pace.wall)

    def _send(
        self, items: Sequence[OutboxItem], within_s: float | None = None, onward: list[OutboxItem] | None = None
    ) -> PlatformError | None:
        """Send one batch that is in this thread's hands and settle it. Returns why nothing came of it, or None.

        When all of it was accepted, `onward` receives what was taken into this thread's hands to be sent next.
        """
        if not items:
            return None
        try:
            return self._carry(items, within_s, onward)
        finally:
            self.hands.let_go(items)

    def _carry(
        self, items: Sequence[OutboxItem], within_s: float | None, onward: list[OutboxItem] | None
    ) -> PlatformError | None:
        batch_id = uuid7(int(self._pace.wall * 1000), self._random_bytes)
        try:
            reply = self._client.submit_batch(batch_id, self._terminal, batch.to_wire(items), within_s)
        except Refused as refused:
            self._pace.succeeded()
            if len(items) > 1:
                # One of them spoils the whole: each goes alone, and only the bad one dies.
                errors = [self._send([item], within_s) for item in items]
                return next((error for error in errors if error is not None), None)
            problem = Problem(refused.code, refused.status, refused.detail)
            self._settle(batch.Outcome(dead={items[0].row.id: problem}))
            return None
        except PlatformError as error:
            delay = self._pace.failed(error)
            self._put_back(items, error)
            self._pace.hold(self._pace.now + delay)
            return error
        self._pace.succeeded()
        self._checkpoint("after-answer-before-mark")
        outcome = batch.sort_out(items, reply, self._pace.wall, self._pace.delay)
        self._settle(outcome, None if self._stopping.is_set() else onward)
        for item in items:
            # After a crash the platform may have everything, and the mark that says so is missing here.
            if item.blobs and item.row.id in outcome.sent and self._store.attachments.of(item.row.id):
                self._uploads.want(item.row.id)
        return None

    def _settle(self, outcome: batch.Outcome, onward: list[OutboxItem] | None = None) -> None:
        receipts = {item_id: result.receipt for item_id, result in outcome.sent.items()}
        if onward is not None and outcome.only_sent:
            news = self._settle_and_take(receipts, onward)
        else:
            news = self._store.settle(receipts, outcome.dead, outcome.later)
        if outcome.taken is not None:
            self._store.renumber(outcome.taken)
        self._uploads.settled([*receipts, *outcome.dead])
        for item_id in outcome.waiting:
            self._uploads.want(item_id)
        for item_id, receipt in receipts.items():
            if item_id in news:
                self._listener(ItemDone(item_id, receipt))
        for item_id, problem in outcome.dead.items():
            if item_id in news:
                self._listener(ItemDead(item_id, problem))

    def _settle_and_take(
        self, receipts: Mapping[str, Mapping[str, Any] | None], onward: list[OutboxItem]
    ) -> frozenset[str]:
        news: frozenset[str] = frozenset()

        def mark() -> list[OutboxItem]:
            nonlocal news
            found = self._store.settle_and_take(receipts, self._choose)
            news = found.news
            return found.items

        onward += self.hands.take(mark)
        return news

    def _put_back(self, items: Sequence[OutboxItem], error: PlatformError) -> None:
        # A call that may have arrived, or that made the platform fail, counts against its items: they are tried
        # in smaller company next time, so that one poisonous item does not hold up the rest.
        reached = error.sent if isinstance(error, NetworkLost) else True
        if classify(error) is Failure.PAUSE:
            reached = False
        blame = reached and not (isinstance(error, PlatformBusy) and error.status < 500)
        for item in items:
            wait = self._pace.delay(item.row.attempts) if blame else 0.0
            due = {item.row.id: self._pace.wall + wait}
            self.hands.put_back(item.row.id, reached, partial(self._store.put_back, due, blame))
