"""Payments that were begun and are not done with: what the terminal must remember across a power cut.

The application lies here, sealed with everything else in the file, from before its payment code is shown until it goes
into the outbox or is given up. Ids and the payment's number stay a while; nothing personal does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts import canonical
from offline_cache.errors import UnknownItem
from offline_cache.items import NewItem
from offline_cache.store import outbox
from offline_cache.store.database import Connection
from offline_cache.store.outbox import iso

if TYPE_CHECKING:
    from offline_cache.store.store import Store

WITHOUT_LIMIT = 2**31
"""What was paid for goes into an outbox that is full, too: it was promised when the payment began."""


@dataclass(frozen=True, slots=True)
class BegunPayment:
    """A payment that is not done with. `number` is empty while the platform's answer to its opening is missing."""

    submission: str
    service: str
    provisional: str
    number: str


class PaymentJournal:
    """Each method returns when it is on the disk. Usable from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, submission: str, service: str, provisional: str, body: Mapping[str, Any]) -> None:
        """Write down that a payment is about to be opened for this application.

        Raises:
            StoreFull: too little disk is left to promise anything.
            StoreError: it could not be written down; nothing may be paid.
        """
        self._store.make_sure_of(0)
        row = (submission, service, provisional, canonical(body), iso(self._store.clock.now()))
        sql = "INSERT INTO payment (submission, service, provisional, body, begun_at) VALUES (?, ?, ?, ?, ?)"
        self._store.write(lambda c: c.execute(sql, row).rowcount, owed=False)

    def opened(self, submission: str, number: str) -> None:
        """Write down the number that the platform gave; before its code is shown."""
        sql = "UPDATE payment SET number = ? WHERE submission = ?"
        self._store.write(lambda c: c.execute(sql, (number, submission)).rowcount)

    def body(self, submission: str) -> dict[str, Any]:
        """Return the application.

        Raises:
            UnknownItem: there is none, or not any more.
        """
        return self._store.read(lambda c: _open(c, submission)[2])

    def deliver(self, submission: str, schema: str, number: str) -> str:
        """Put the application that was paid for into the outbox and be done with the payment, in one transaction.

        Returns the provisional number. Done twice it has no second effect.

        Raises:
            UnknownItem: no such payment was begun.
            StoreError: it is not on the disk; it is still to be done.
        """

        def job(connection: Connection) -> str:
            done = connection.execute(
                "SELECT provisional FROM payment WHERE submission = ? AND outcome = 'delivered'", (submission,)
            ).fetchone()
            if done is not None:
                return str(done[0])
            _, provisional, body = _open(connection, submission)
            item = NewItem(
                submission, submission, "application", schema, {**body, "payment": number}, provisional, True
            )
            now, mono_ms = self._store.clock.now(), int(self._store.clock.monotonic() * 1000)
            outbox.insert(connection, item, now, mono_ms, self._store.boot_id, WITHOUT_LIMIT)
            _end(connection, submission, "delivered", iso(now))
            return provisional

        return self._store.erasing(job)

    def give_up(self, submission: str, outcome: str) -> None:
        """Nothing was paid, or it goes back: the application is erased. `outcome` is a word such as closed."""
        at = iso(self._store.clock.now())
        self._store.erasing(lambda c: _end(c, submission, outcome, at))

    def unfinished(self) -> list[BegunPayment]:
        """Return the payments that are not done with, oldest first."""
        sql = "SELECT submission, service, provisional, number FROM payment WHERE outcome IS NULL ORDER BY seq"
        rows = self._store.read(lambda c: c.execute(sql).fetchall())
        return [BegunPayment(submission, service, given, number or "") for submission, service, given, number in rows]

    def outcome(self, submission: str) -> str | None:
        """Return how a payment ended; None when unknown or still open."""
        sql = "SELECT outcome FROM payment WHERE submission = ?"
        found = self._store.read(lambda c: c.execute(sql, (submission,)).fetchone())
        return None if found is None else found[0]


def _open(connection: Connection, submission: str) -> tuple[str, str, dict[str, Any]]:
    found = connection.execute(
        "SELECT service, provisional, body FROM payment WHERE submission = ? AND outcome IS NULL", (submission,)
    ).fetchone()
    if found is None:
        raise UnknownItem(f"no payment {submission}")
    return str(found[0]), str(found[1]), dict(json.loads(found[2]))


def _end(connection: Connection, submission: str, outcome: str, at: str) -> None:
    connection.execute(
        "UPDATE payment SET outcome = ?, ended_at = ?, body = NULL WHERE submission = ? AND outcome IS NULL",
        (outcome, at, submission),
    )
