"""The sync engine: one thread that beats, drains and refreshes, and one that is there for a waiting resident."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts import uuid7
from offline_cache.errors import NetworkLost, PlatformBusy, PlatformError, Refused, StoreError
from offline_cache.faces import Checkpoint, Clock, RandomBytes, no_checkpoint
from offline_cache.http.answers import BatchReply
from offline_cache.http.client import PlatformClient
from offline_cache.items import Candidate, ItemState, OutboxItem, Problem
from offline_cache.store.clip_shelf import ClipShelf
from offline_cache.store.store import Store
from offline_cache.sync import batch
from offline_cache.sync.answer_file import Brought, settle_answers
from offline_cache.sync.countersigned import Countersigned
from offline_cache.sync.documents import AcceptProfile, Delivered, Documents, Trial, Validate
from offline_cache.sync.hands import Hands
from offline_cache.sync.policy import Backoff, Failure, choose, classify, next_due
from offline_cache.sync.reports import (
    ClockSkew,
    Commands,
    ItemDead,
    ItemDone,
    ItemWaiting,
    Listener,
)
from offline_cache.sync.standing import Standing
from offline_cache.sync.stick import Stick

_LOG = logging.getLogger(__name__)
SKEW_LIMIT_S = 120
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How patient the engine is: back-off base and cap and the heartbeat in seconds, the rest in calls."""

    base_s: float = 2.0
    cap_s: float = 300.0
    beat_s: float = 30.0
    breaker_after: int = 5
    down_after: int = 2
    up_after: int = 2
    hurry_tries: int = 3


class SyncEngine:
    """Brings the outbox to the platform and its documents to the terminal.

    The listener is called on the engine's threads and must not block. Every method may be called from any thread.
    """

    def __init__(
        self,
        store: Store,
        client: PlatformClient,
        clock: Clock,
        random: Callable[[], float],
        listener: Listener,
        *,
        terminal: str,
        about: Callable[[], Mapping[str, Any]],
        validate: Validate = lambda _id, _content: None,
        trial: Trial = lambda _index, _packages: None,
        settings: SyncSettings | None = None,
        checkpoint: Checkpoint = no_checkpoint,
        random_bytes: RandomBytes = secrets.token_bytes,
        shelf: ClipShelf | None = None,
    ) -> None:
        """Wire it up; `start` begins.

        Args:
            store: the open store.
            client: calls to the platform.
            clock: time.
            random: evenly in [0, 1), for jitter.
            listener: hears every `SyncReport`.
            terminal: this terminal's id.
            about: returns `version`, `state` and `devices` for the heartbeat.
            validate: raises ValueError on a service package this terminal cannot run.
            trial: raises ValueError on an index that would not work with its packages.
            settings: figures.
            checkpoint: called at after-answer-before-mark.
            random_bytes: for batch ids.
            shelf: where the clips of service packages go; without one they are not fetched.
        """
        figures = settings or SyncSettings()
        self._store = store
        self._client = client
        self._clock = clock
        self._random = random
        self._listener = listener
        self._terminal = terminal
        self._about = about
        self._settings = figures
        self._checkpoint = checkpoint
        self._random_bytes = random_bytes
        self._backoff = Backoff(figures.base_s, figures.cap_s)
        self._documents = Documents(store, client, validate, listener, shelf, trial)
        self._countersigned = Countersigned(store, terminal, lambda: client.trusted, listener)
        self._hands = Hands()
        self._standing = Standing(figures.breaker_after, figures.down_after, figures.up_after, listener)
        self._next_beat = self._resume_at = self._refresh_at = self._voice_at = self._next_sweep = 0.0
        self._voice_failures = 0
        self._offered: Mapping[str, str] = {}
        self._skewed = False
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._poked = threading.Event()
        self._urgent: queue.SimpleQueue[tuple[str, float] | None] = queue.SimpleQueue()
        self._threads = (
            threading.Thread(target=self._run, name="sync", daemon=True),
            threading.Thread(target=self._run_urgent, name="sync-urgent", daemon=True),
        )

    @property
    def online(self) -> bool | None:
        """The verdict: None until the first call has come back or failed."""
        return self._standing.online

    def start(self) -> None:
        """Begin with a heartbeat."""
        for thread in self._threads:
            thread.start()

    def stop(self, within_s: float = 5.0) -> None:
        """End both threads; a call under way may keep one until its time-out, its item stays inflight."""
        self._stopping.set()
        self._wake.set()
        self._urgent.put(None)
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(within_s)

    def poke(self) -> None:
        """Something changed (the cable is back, an item was saved, a certificate renewed): try now."""
        self._poked.set()
        self._wake.set()

    def hurry(self, item_id: str, deadline_s: float = 8.0) -> None:
        """Send an item now, because its resident waits.

        Reports `ItemDone` or `ItemDead`, or `ItemWaiting` when there is no answer within `deadline_s`.
        """
        self._urgent.put((item_id, self._clock.monotonic() + deadline_s))

    def observed(self, success: bool) -> None:
        """Take into the verdict how a call made elsewhere with the client went."""
        self._standing.saw(success)

    def take_from(self, stick: Stick, accept_profile: AcceptProfile = lambda _envelope: None) -> Delivered:
        """Take the documents of a USB stick, on the caller's thread; a refresh under way is waited for.

        `accept_profile` raises ValueError on a site profile that may not come into force here.

        Raises:
            OSError: the stick was pulled; what was active stays active.
        """
        return self._documents.take_from(stick, accept_profile)

    def settle_answers(self, reply: BatchReply) -> Brought:
        """Settle the platform's answers to a bundle, on the caller's thread, and report what is news."""
        found = settle_answers(self._store, reply, lambda failures: self._backoff.delay(failures, self._random))
        for report in found.reports:
            self._listener(report)
        self.poke()
        return found

    # The main thread: beat, refresh, drain

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._poked.is_set():
                self._poked.clear()
                self._next_beat = self._resume_at = self._refresh_at = self._voice_at = 0.0
            try:
                wait = self._turn()
            except StoreError:
                # The store is closing, or its disk fails: the store itself reports that; syncing waits.
                wait = self._settings.beat_s
            except Exception as error:  # noqa: BLE001 - what waits must outlive a fault in a listener or a check
                _LOG.error("sync: %s", type(error).__name__)
                wait = self._settings.beat_s
            self._wake.wait(wait)
            self._wake.clear()
        self._client.close()

    def _turn(self) -> float:
        """Do everything that is due; returns seconds until something may be due again."""
        if self._beat_due:
            self._beat()
        if self._may_send():
            self._refresh()
        self._drain()
        self._bring_voice()
        now = self._clock.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + DAY_S
            self._store.forget_old()
            self._countersigned.prune()
        due = [self._next_beat - now]
        if self._standing.lets_through:
            waiting = self._store.look(lambda candidates: next_due(candidates, self._wall()))
            due.append(max(self._resume_at - now, waiting))
            if self._documents.voice_due:
                due.append(max(self._resume_at, self._voice_at) - now)
        return max(0.02, min(due))

    def _drain(self) -> None:
        """Send batch after batch until nothing is due, or a call fails, or a heartbeat is due.

        What a heartbeat brings, such as the closing of a service, must not wait for a queue.
        """
        while self._may_send() and not self._stopping.is_set() and not self._beat_due:
            items = self._hands.take(lambda: self._store.take(self._choose))
            if not items:
                return
            while items:
                onward: list[OutboxItem] = []
                try:
                    self._send(items, onward=onward)
                except BaseException:
                    self._hands.let_go(onward)
                    raise
                items = onward

    def _choose(self, waiting: Iterator[Candidate]) -> list[Candidate]:
        return [] if self._beat_due else choose(waiting, self._wall())

    @property
    def _beat_due(self) -> bool:
        return self._clock.monotonic() >= self._next_beat

    def _may_send(self) -> bool:
        return self._standing.lets_through and self._clock.monotonic() >= self._resume_at

    def _beat(self) -> None:
        self._standing.probing()
        before = self._clock.now()
        claim = self._countersigned.claim()
        beat = batch.heartbeat(self._store, self._terminal, self._about(), self._documents, claim)
        try:
            reply = self._client.heartbeat(beat)
        except PlatformError as error:
            delay = self._failed(error)
            self._next_beat = self._clock.monotonic() + min(delay, self._settings.cap_s)
            return
        after = self._clock.now()
        self._succeeded()
        self._standing.accepted()
        self._offered = reply.etags
        if reply.high_water > self._store.last_seq():
            self._store.renumber(reply.high_water)
        skew = (before + (after - before) / 2 - reply.server_time).total_seconds()
        if (abs(skew) > SKEW_LIMIT_S) != self._skewed:
            self._skewed = not self._skewed
            self._listener(ClockSkew(round(skew)))
        asked = self._countersigned.took(claim, reply.audit)
        if reply.commands:
            self._listener(Commands(reply.commands))
        # While the verdict is still against us, the second call that turns it comes soon; so does what was asked for.
        soon = asked or self._standing.online is False
        pause = self._settings.base_s if soon else float(min(max(reply.next_s, 1), 3600))
        self._next_beat = self._clock.monotonic() + pause

    def _refresh(self) -> None:
        if self._clock.monotonic() < self._refresh_at or not self._documents.due(self._offered):
            return
        try:
            self._documents.refresh(self._offered)
        except PlatformError as error:
            self._refresh_at = self._clock.monotonic() + self._failed(error)
            self._hold(self._refresh_at)

    def _bring_voice(self) -> None:
        """Fetch the clips of one service when everything else is done; what comes meanwhile goes before the next."""
        if not self._documents.voice_due or not self._may_send() or self._clock.monotonic() < self._voice_at:
            return
        if self._stopping.is_set():
            return
        try:
            self._documents.bring_voice()
        except PlatformError as error:
            # Sound is large, and a line may carry everything but this: it holds up nothing else and says nothing of
            # the platform. The heartbeat will, at once.
            asked = error.retry_after if isinstance(error, PlatformBusy) else None
            now = self._clock.monotonic()
            self._voice_at = now + self._backoff.delay(self._voice_failures, self._random, asked)
            self._voice_failures += 1
            self._next_beat = min(self._next_beat, now)
        else:
            self._voice_failures = 0

    # The resident's thread

    def _run_urgent(self) -> None:
        while (asked := self._urgent.get()) is not None and not self._stopping.is_set():
            try:
                self._hurry_one(*asked)
            except StoreError:
                self._listener(ItemWaiting(asked[0], unknown=True))
            except Exception as error:  # noqa: BLE001 - the next resident must not wait for a dead thread
                _LOG.error("sync for a resident: %s", type(error).__name__)
        self._client.close()

    def _hurry_one(self, item_id: str, deadline: float) -> None:
        tries = self._settings.hurry_tries if self._standing.online is not False else 1
        failed = 0
        while failed < tries and not self._stopping.is_set():
            remaining = deadline - self._clock.monotonic()
            row = self._store.row(item_id)
            if row.state not in (ItemState.READY, ItemState.INFLIGHT):
                # Whoever brought it there has reported it.
                return
            head = self._store.waiting_in_case(row.case_key)[:1]
            if remaining <= 0 or not head or head[0].dead:
                break
            first = head[0].id
            error = self._send(self._hands.take(partial(self._store.take_ids, [first])), remaining)
            if error is None and self._store.row(first).state not in (ItemState.READY, ItemState.INFLIGHT):
                continue
            failed += 1
            if error is not None and classify(error) is Failure.PAUSE:
                break
            asked = error.retry_after if isinstance(error, PlatformBusy) else None
            pause = (asked or 0.0) + 0.2 * failed * (0.5 + self._random())
            if failed == tries or pause >= deadline - self._clock.monotonic():
                break
            self._stopping.wait(pause)
        # What the other thread carries may still arrive, or turn out never to have left.
        self._hands.wait_until_free(item_id, deadline - self._clock.monotonic())
        row = self._store.row(item_id)
        if row.state in (ItemState.READY, ItemState.INFLIGHT):
            self._listener(ItemWaiting(item_id, unknown=row.state is ItemState.INFLIGHT))
            # From here on it is the other thread's: let that look again.
            self._wake.set()

    # Sending, for both

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
            self._hands.let_go(items)

    def _carry(
        self, items: Sequence[OutboxItem], within_s: float | None, onward: list[OutboxItem] | None
    ) -> PlatformError | None:
        batch_id = uuid7(int(self._wall() * 1000), self._random_bytes)
        try:
            reply = self._client.submit_batch(batch_id, self._terminal, batch.to_wire(items), within_s)
        except Refused as refused:
            self._succeeded()
            if len(items) > 1:
                # One of them spoils the whole: each goes alone, and only the bad one dies.
                errors = [self._send([item], within_s) for item in items]
                return next((error for error in errors if error is not None), None)
            problem = Problem(refused.code, refused.status, refused.detail)
            self._settle(batch.Outcome(dead={items[0].row.id: problem}))
            return None
        except PlatformError as error:
            delay = self._failed(error)
            self._put_back(items, error)
            self._hold(self._clock.monotonic() + delay)
            return error
        self._succeeded()
        self._checkpoint("after-answer-before-mark")
        outcome = batch.sort_out(items, reply, self._wall(), lambda n: self._backoff.delay(n, self._random))
        self._settle(outcome, None if self._stopping.is_set() else onward)
        return None

    def _settle(self, outcome: batch.Outcome, onward: list[OutboxItem] | None = None) -> None:
        receipts = {item_id: result.receipt for item_id, result in outcome.sent.items()}
        if onward is not None and outcome.only_sent:
            news = self._settle_and_take(receipts, onward)
        else:
            news = self._store.settle(receipts, outcome.dead, outcome.later)
        if outcome.taken is not None:
            self._store.renumber(outcome.taken)
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

        onward += self._hands.take(mark)
        return news

    def _put_back(self, items: Sequence[OutboxItem], error: PlatformError) -> None:
        # A call that may have arrived, or that made the platform fail, counts against its items: they are tried
        # in smaller company next time, so that one poisonous item does not hold up the rest.
        reached = error.sent if isinstance(error, NetworkLost) else True
        if classify(error) is Failure.PAUSE:
            reached = False
        blame = reached and not (isinstance(error, PlatformBusy) and error.status < 500)
        for item in items:
            wait = self._backoff.delay(item.row.attempts, self._random) if blame else 0.0
            due = {item.row.id: self._wall() + wait}
            self._hands.put_back(item.row.id, reached, partial(self._store.put_back, due, blame))

    def _failed(self, error: PlatformError) -> float:
        """Take note of a failed call; returns seconds to leave the platform alone."""
        failures = self._standing.failed(error)
        asked = error.retry_after if isinstance(error, PlatformBusy) else None
        return self._backoff.delay(failures - 1, self._random, asked)

    def _hold(self, until: float) -> None:
        """Leave the platform alone; then a heartbeat goes first, because it is the smallest probe."""
        self._resume_at = until
        self._next_beat = min(self._next_beat, until)

    def _succeeded(self) -> None:
        self._standing.saw(True)
        self._resume_at = 0.0

    def _wall(self) -> float:
        return self._clock.now().timestamp()
