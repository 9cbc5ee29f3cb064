"""The terminal's side of payments: one call after the other on a thread of its own; answers come as events.

The application is in the encrypted store before its order is opened, and leaves it only for the outbox or for nothing.
What a visit leaves undone, by its end, a lost network or a power cut, is asked about until it has come to its end:
paid for it is handed in, unpaid it is closed.
"""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from contracts import uuid7
from kiosk_app.conductor import Performer, Record
from kiosk_app.visit.effects import AskPayment, ClosePayment, Deliver, Effect, LeavePayment, OpenPayment
from kiosk_app.visit.events import Event, PaymentMissing, PaymentRefused, PaymentTold, Saved, SaveFailed
from kiosk_app.visit.state import Payment as Told
from offline_cache import (
    BegunPayment,
    Clock,
    NetworkLost,
    Payment,
    PaymentJournal,
    PlatformError,
    Refused,
    StoreError,
    StoreFull,
)

SCHEMA = "1"
ANSWER_SECONDS = 8.0
SETTLE_S = 15.0
"""How often what a visit left undone is asked about."""
PAID = frozenset({"paid", "delivered"})
UNPAID = frozenset({"created", "pending", "unknown"})
UNKNOWN_THERE = "payment-unknown"
CLOCK_SET_S = 30.0
"""Two answers disagree by the time that they took, at most so much, about when a code runs out; by more only when this
terminal's clock was set in between.
"""
ANSWERS = "/answers/"
"""Where a refusal points that is about an answer."""
CHECKPOINT = "payment-paid-before-delivery"

Job = Callable[[], None]


class Till(Protocol):
    """What is asked of the platform; `offline_cache.PlatformClient` does it."""

    def open_payment(self, submission: str, application: Mapping[str, Any]) -> Payment:
        """Fix the amount and begin."""

    def payment(self, submission: str) -> Payment:
        """How does it stand?"""

    def close_payment(self, submission: str) -> Payment:
        """End it, unless it was paid."""


class Sender(Protocol):
    """Who carries the outbox; `offline_cache.SyncEngine` does it."""

    def hurry(self, item_id: str, deadline_s: float = 8.0) -> None:
        """Send it now, a resident waits."""

    def poke(self) -> None:
        """Something was saved."""


class Paying:
    """Performs what a visit asks of payments. `post` hands an event to the loop, `saw` what a call told of the network.

    Everything below `The thread` runs on that thread alone.
    """

    def __init__(
        self,
        till: Till,
        journal: PaymentJournal,
        provisional: Callable[[], str],
        sender: Sender,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        post: Callable[[Event], None],
        record: Record,
        saw: Callable[[bool], None] = lambda success: None,
        checkpoint: Callable[[str], None] = lambda name: None,
        settle_s: float = SETTLE_S,
    ) -> None:
        """`provisional` draws the next provisional number from the store."""
        self._till = till
        self._journal = journal
        self._provisional = provisional
        self._sender = sender
        self._clock = clock
        self._random_bytes = random_bytes
        self._post = post
        self._record = record
        self._saw = saw
        self._checkpoint = checkpoint
        self._settle_s = settle_s
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._visits = 0
        self._current = ""
        self._attempt = 0
        self._number = ""
        self._until: datetime | None = None
        self._left = True
        self._settle_at = 0.0
        self._thread = threading.Thread(target=self._run, name="payments", daemon=True)

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            OpenPayment: lambda effect: self._do(lambda: self._open(effect)),
            AskPayment: lambda effect: self._do(lambda: self._ask("state", self._till.payment)),
            ClosePayment: lambda effect: self._do(lambda: self._ask("close", self._till.close_payment)),
            LeavePayment: lambda effect: self._jobs.put(self._leave),
            Deliver: lambda effect: self._do(functools.partial(self._deliver, self._visits)),
        }

    def start(self) -> None:
        """Begin with what was left undone before."""
        self._thread.start()

    def nudge(self) -> None:
        """The network is back: ask at once. Any thread."""
        self._jobs.put(self._soon)

    def wipe(self) -> None:
        """The visit is over: nobody is told any more, and its payment is brought to its end behind the screen."""
        self._visits += 1
        self._jobs.put(self._leave)

    def close(self, within_s: float = 5.0) -> None:
        """End; a call under way ends by its own time-out, what it was about is in the journal."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(within_s)

    @property
    def unsettled(self) -> list[BegunPayment]:
        """Payments that have not come to their end, oldest first."""
        return self._journal.unfinished()

    # The thread

    def _run(self) -> None:
        while True:
            wait = max(0.0, self._settle_at - self._clock.monotonic()) if self._left else None
            try:
                job = self._jobs.get(timeout=wait)
            except queue.Empty:
                # The visit's own questions come first; what was left undone waits for a pause.
                job = self._settle
            if job is None:
                return
            job()

    def _soon(self) -> None:
        self._settle_at = 0.0

    def _do(self, ask: Callable[[], Event | None]) -> None:
        visit = self._visits

        def job() -> None:
            # What was asked in a visit that is over is not done any more, and not answered.
            if visit != self._visits:
                return
            event = ask()
            if event is not None:
                self._tell(event, visit)

        self._jobs.put(job)

    def _tell(self, event: Event, visit: int) -> None:
        if visit == self._visits:
            self._post(event)

    def _leave(self) -> None:
        self._current, self._number = "", ""
        self._left, self._settle_at = True, 0.0

    # The visit

    def _open(self, effect: OpenPayment) -> Event:
        self._leave()
        self._attempt = effect.attempt
        submission = uuid7(int(self._clock.now().timestamp() * 1000), self._random_bytes)
        try:
            provisional = self._provisional()
            body = {**effect.body, "provisional": provisional}
            self._journal.begin(submission, str(body["service"]), provisional, body)
        except StoreError as error:
            self._failed("begin", "full" if isinstance(error, StoreFull) else "store")
            return PaymentMissing("store", self._attempt)
        self._current = submission
        return self._call("open", lambda: self._till.open_payment(submission, body))

    def _ask(self, what: str, call: Callable[[str], Payment]) -> Event | None:
        submission = self._current
        return self._call(what, lambda: call(submission)) if submission else None

    def _call(self, what: str, call: Callable[[], Payment]) -> Event:
        try:
            found = call()
            if found.number != self._number:
                # Before its code is shown: a power cut must not leave a payment whose number nobody has.
                self._journal.opened(self._current, found.number)
                self._number, self._until = found.number, None
        except StoreError:
            self._failed(what, "store")
            return PaymentMissing("store", self._attempt)
        except (PlatformError, ValueError) as error:
            return self._no_answer(what, error)
        self._saw(True)
        self._until = self._good_until(found)
        return PaymentTold(self._told(found), self._attempt)

    def _good_until(self, found: Payment) -> datetime:
        until = self._clock.now() + timedelta(seconds=found.expires_s)
        if self._until is None or abs((until - self._until).total_seconds()) > CLOCK_SET_S:
            return until
        return min(until, self._until)

    def _no_answer(self, what: str, error: Exception) -> Event:
        self._saw(not isinstance(error, NetworkLost))
        if isinstance(error, Refused):
            self._failed(what, error.code)
            if what == "open":
                self._give_up(self._current, "never_opened")
                self._current = ""
            scope = error.field.removeprefix(ANSWERS) if error.field.startswith(ANSWERS) else ""
            return PaymentRefused(error.code, scope, self._attempt)
        why = "offline" if isinstance(error, NetworkLost) else "busy"
        self._failed(what, why)
        return PaymentMissing(why, self._attempt)

    def _told(self, found: Payment) -> Told:
        return Told(
            submission=self._current,
            number=found.number,
            state=found.state,
            fen=found.fen,
            payee=found.payee,
            subject=found.subject,
            holder=found.holder,
            code=found.code,
            until=self._until,
            declined=found.declined,
            simulated=found.simulated,
            track_url=found.track_url,
        )

    def _deliver(self, visit: int) -> Event | None:
        submission, number = self._current, self._number
        if not submission:
            return None
        self._checkpoint(CHECKPOINT)
        try:
            provisional = self._journal.deliver(submission, SCHEMA, number)
        except StoreError:
            # It stays in the journal, and is tried again behind the screen.
            self._failed("deliver", "store")
            self._leave()
            return SaveFailed("store")
        self._leave()
        self._tell(Saved(submission, provisional), visit)
        self._sender.hurry(submission, ANSWER_SECONDS)
        return None

    # What was left undone

    def _settle(self) -> None:
        self._settle_at = self._clock.monotonic() + self._settle_s
        try:
            undone = [begun for begun in self._journal.unfinished() if begun.submission != self._current]
            ended = [self._settled(begun) for begun in undone]
        except NetworkLost:
            # The others would wait as long for nothing, and a resident may want the line.
            self._failed("settle", "offline")
        except StoreError:
            self._failed("settle", "store")
        else:
            self._left = not all(ended)

    def _settled(self, begun: BegunPayment) -> bool:
        try:
            return self._brought_to_its_end(begun)
        except NetworkLost:
            raise
        except StoreError:
            # One that cannot be written down must not keep the others from their end.
            self._failed("settle", "store")
        except (PlatformError, ValueError) as error:
            self._failed("settle", error.code if isinstance(error, Refused) else "busy")
        return False

    def _brought_to_its_end(self, begun: BegunPayment) -> bool:
        try:
            found = self._till.close_payment(begun.submission)
        except Refused as refused:
            if refused.code != UNKNOWN_THERE:
                raise
            # Without a number its opening never arrived, and nobody ever saw a code. With one the platform has lost it.
            if begun.number:
                self._failed("settle", UNKNOWN_THERE)
            self._end(begun, begun.number, "lost_there" if begun.number else "never_opened")
            return True
        if found.state in UNPAID:
            return False
        if found.state in PAID:
            self._journal.deliver(begun.submission, SCHEMA, found.number)
            self._record("payment_settled", {"order": found.number, "outcome": "delivered"})
            self._sender.poke()
        else:
            self._end(begun, found.number, found.state)
        return True

    def _end(self, begun: BegunPayment, number: str, outcome: str) -> None:
        self._journal.give_up(begun.submission, outcome)
        self._record("payment_settled", {"order": number or begun.submission, "outcome": outcome})

    def _give_up(self, submission: str, outcome: str) -> None:
        try:
            self._journal.give_up(submission, outcome)
        except StoreError:
            self._left = True

    def _failed(self, what: str, why: str) -> None:
        self._record("payment_failed", {"what": what, "why": why})
