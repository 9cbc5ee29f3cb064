"""Commands in the answer to a heartbeat: believed and kept, or refused and told so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts import CanonicalError, SignatureError, verify
from contracts.commands import MOST_OPEN, Command, CommandError, Refusal, claimed_id, read_command
from offline_cache.store.orders import Taken
from offline_cache.store.store import Store
from offline_cache.sync.reports import CommandRefused, Commands, Listener

Trusted = Callable[[], Mapping[str, bytes]]
MOST_FORGED = 8
"""Answers to commands that nobody here signed, in one run of the program: they may not fill the outbox."""


class Ordered:
    """One thread at a time. What comes twice is kept once; what was asked is asked until its result has arrived."""

    def __init__(self, store: Store, terminal: str, trusted: Trusted, listener: Listener) -> None:
        self._store = store
        self._terminal = terminal
        self._trusted = trusted
        self._listener = listener
        self._forged: set[str] = set()

    def took(self, envelopes: Sequence[Mapping[str, Any]]) -> None:
        """Take what a heartbeat brought."""
        new = []
        for envelope in envelopes[:MOST_OPEN]:
            try:
                command = self._read(envelope)
                match self._store.orders.take(command):
                    case Taken.NEW:
                        new.append(command)
                    case Taken.REPLAYED:
                        self._listener(CommandRefused(command.id, Refusal.REPLAYED))
                    case Taken.CONFLICT:
                        raise CommandError(Refusal.CONFLICT, command.id)
                    case Taken.KNOWN:
                        pass
            except CommandError as error:
                self._refuse(error)
        if new:
            self._listener(Commands(tuple(new)))

    def _read(self, envelope: Mapping[str, Any]) -> Command:
        try:
            value = verify(dict(envelope), self._trusted())
        except (SignatureError, CanonicalError, RecursionError):
            raise CommandError(Refusal.FORGED, claimed_id(envelope.get("signed"))) from None
        return read_command(value, self._terminal, self._store.clock.now())

    def _refuse(self, error: CommandError) -> None:
        if error.why is Refusal.FORGED:
            if error.id in self._forged or len(self._forged) >= MOST_FORGED:
                return
            self._forged.add(error.id)
        if self._store.orders.refuse(error.why, error.id):
            self._listener(CommandRefused(error.id, error.why))
