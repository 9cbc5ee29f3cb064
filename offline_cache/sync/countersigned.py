"""The heartbeat's part of the audit: say where the chain ends, keep what the platform signs about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts import CanonicalError, SignatureError, verify
from contracts.heads import HeadError, read_head
from offline_cache.http.answers import AuditAnswer
from offline_cache.store.pruning import due, signed_heads, start_of
from offline_cache.store.store import Store
from offline_cache.sync.reports import AuditAlarm, Listener

Trusted = Callable[[], Mapping[str, bytes]]


class Countersigned:
    """One thread at a time. An answer that is lost costs nothing: the next heartbeat says as much."""

    def __init__(self, store: Store, terminal: str, trusted: Trusted, listener: Listener) -> None:
        self._store = store
        self._terminal = terminal
        self._trusted = trusted
        self._listener = listener
        self._ask: int | None = None
        self._alarm: str | None = None

    def claim(self) -> dict[str, Any]:
        """Return the heartbeat's `audit`."""
        refused = {"refused": True} if self._alarm == "signature" else {}
        return {**self._store.heads.claim(self._ask), **refused}

    def took(self, claim: Mapping[str, Any], answer: AuditAnswer | None) -> bool:
        """Take the answer to `claim`; a platform that knows nothing of the audit answers None.

        Returns whether the next heartbeat is awaited soon: the platform asks, and did not just before.
        """
        if answer is None:
            return False
        soon = answer.ask is not None and self._ask is None
        self._ask = answer.ask
        alarm = answer.alarm
        if answer.head is not None and not self._keep(claim, answer.head):
            alarm = "signature"
        if alarm != self._alarm:
            self._alarm = alarm
            if alarm is not None:
                self._listener(AuditAlarm(alarm))
        return soon

    def prune(self) -> int:
        """Cut off what the audit has kept for longer than it must; returns how many entries went.

        Days are counted between heads, in the platform's time: a terminal that is off line cuts nothing, and nothing
        depends on its own clock.
        """
        known = signed_heads(self._store.heads.all(), self._trusted(), self._terminal)
        cuts = due(known, self._store.limits.audit_days, self._store.read(start_of).seq)
        return sum(self._store.prune_audit(cut) for cut in cuts)

    def _keep(self, claim: Mapping[str, Any], envelope: dict[str, Any]) -> bool:
        try:
            head = read_head(verify(envelope, self._trusted()), self._terminal)
        except (SignatureError, CanonicalError, HeadError):
            return False
        if (head.seq, head.hash) != (claim["seq"], claim["hash"]):
            return False
        self._store.heads.keep(head, envelope)
        return True
