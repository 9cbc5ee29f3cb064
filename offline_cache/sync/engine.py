"""The sync engine: one thread that beats, drains and refreshes, one that is there for a waiting resident, and one
that carries attachments. `pace` says when calls may go, `sending`, `uploads` and `documents` make them.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from offline_cache.errors import PlatformError, StoreError
from offline_cache.faces import Checkpoint, Clock, RandomBytes, no_checkpoint
from offline_cache.http.answers import BatchReply
from offline_cache.http.client import PlatformClient
from offline_cache.store.clip_shelf import ClipShelf
from offline_cache.store.store import Store
from offline_cache.sync.answer_file import Brought, settle_answers
from offline_cache.sync.beating import Beating
from offline_cache.sync.countersigned import Countersigned
from offline_cache.sync.documents import AcceptProfile, Delivered, Documents, Trial, Validate
from offline_cache.sync.ordered import Ordered
from offline_cache.sync.pace import Pace, asked_of
from offline_cache.sync.policy import next_due
from offline_cache.sync.reach import Reach
from offline_cache.sync.reports import Listener
from offline_cache.sync.sending import Sending
from offline_cache.sync.standing import Standing
from offline_cache.sync.stick import Stick
from offline_cache.sync.uploads import Uploads
from offline_cache.sync.urgent import Urgent

_LOG = logging.getLogger(__name__)
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
        self._listener = listener
        self._settings = figures
        self._standing = Standing(figures.breaker_after, figures.down_after, figures.up_after, listener)
        self._pace = Pace(clock, random, self._standing, figures.base_s, figures.cap_s)
        self._documents = Documents(store, client, validate, listener, shelf, trial)
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._poked = threading.Event()
        self._uploads = Uploads(store, client, self._pace, listener, self._wake.set)
        self._sending = Sending(
            store, client, self._pace, self._uploads, listener, self._stopping,
            terminal=terminal, checkpoint=checkpoint, random_bytes=random_bytes,
        )  # fmt: skip
        self._urgent = Urgent(
            store, self._pace, self._standing, self._sending, self._uploads, listener, self._stopping,
            random=random, tries=figures.hurry_tries, wake=self._wake.set,
        )  # fmt: skip
        self._countersigned = Countersigned(store, terminal, lambda: client.trusted, listener)
        ordered = Ordered(store, terminal, lambda: client.trusted, listener)
        self._beating = Beating(
            store, client, clock, self._pace, self._standing, self._documents, self._countersigned, ordered, listener,
            terminal=terminal, about=about, base_s=figures.base_s, random_bytes=random_bytes,
        )  # fmt: skip
        self._refresh_at = self._voice_at = self._next_sweep = 0.0
        self._voice_failures = 0
        self._threads = (
            threading.Thread(target=self._run, name="sync", daemon=True),
            threading.Thread(target=self._run_beside, args=(self._urgent.run,), name="sync-urgent", daemon=True),
            threading.Thread(target=self._run_beside, args=(self._uploads.run,), name="sync-blobs", daemon=True),
        )

    @property
    def online(self) -> bool | None:
        """The verdict: None until the first call has come back or failed."""
        return self._standing.online

    @property
    def reach(self) -> Reach | None:
        """How the platform is reached now, as the heartbeat found it; None before the first."""
        return self._standing.looked.now(self._pace.now)

    @property
    def skew_s(self) -> float | None:
        """Seconds the machine's clock is ahead of the platform's; None before the first heartbeat."""
        return self._beating.skew_s

    def look_again(self, after_s: float) -> None:
        """Beat now if the last heartbeat is older than that; whoever asked to be left alone is."""
        if self._standing.looked.stale(self._pace.now, after_s):
            self.poke()

    def start(self) -> None:
        """Begin with a heartbeat."""
        for thread in self._threads:
            thread.start()

    def stop(self, within_s: float = 5.0) -> None:
        """End all threads; a call under way may keep one until its time-out, its item stays inflight."""
        self._stopping.set()
        self._wake.set()
        self._urgent.end()
        self._uploads.end()
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
        self._urgent.ask(item_id, deadline_s)

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
        found = settle_answers(self._store, reply, self._pace.delay)
        for report in found.reports:
            self._listener(report)
        self.poke()
        return found

    # The main thread: beat, refresh, drain

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._poked.is_set():
                self._poked.clear()
                self._pace.hurry_up()
                self._refresh_at = self._voice_at = 0.0
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

    def _run_beside(self, serve: Callable[[], None]) -> None:
        serve()
        # Connections belong to their thread.
        self._client.close()

    def _turn(self) -> float:
        """Do everything that is due; returns seconds until something may be due again."""
        if self._pace.beat_due:
            self._beating.beat()
        if self._pace.may_send:
            self._refresh()
        self._sending.drain()
        self._bring_voice()
        now = self._pace.now
        if now >= self._next_sweep:
            self._next_sweep = now + DAY_S
            self._store.forget_old()
            self._countersigned.prune()
        due = [self._pace.next_beat - now]
        if self._standing.lets_through:
            held = self._uploads.holding
            waiting = self._store.look(lambda candidates: next_due(held(candidates), self._pace.wall))
            due.append(max(self._pace.resume_at - now, waiting))
            if self._documents.voice_due:
                due.append(max(self._pace.resume_at, self._voice_at) - now)
        return max(0.02, min(due))

    def _refresh(self) -> None:
        offered = self._beating.offered
        if self._pace.now < self._refresh_at or not self._documents.due(offered):
            return
        try:
            self._documents.refresh(offered)
        except PlatformError as error:
            self._refresh_at = self._pace.now + self._pace.failed(error)
            self._pace.hold(self._refresh_at)

    def _bring_voice(self) -> None:
        """Fetch the clips of one service when everything else is done; what comes meanwhile goes before the next."""
        if not self._documents.voice_due or not self._pace.may_send or self._pace.now < self._voice_at:
            return
        if self._stopping.is_set():
            return
        try:
            self._documents.bring_voice()
        except PlatformError as error:
            # Sound is large, and a line may carry everything but this: it holds up nothing else and says nothing of
            # the platform. The heartbeat will, at once.
            self._voice_at = self._pace.now + self._pace.delay(self._voice_failures, asked_of(error))
            self._voice_failures += 1
            self._pace.beat_soon()
        else:
            self._voice_failures = 0
