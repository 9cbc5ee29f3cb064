"""A chain without a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import INTL, Suite
from contracts.heads import Head
from kiosk_app.audit import Clock
from offline_cache import AuditRow, following


class MemoryChain:
    """Keeps what an `AuditLog` chains."""

    def __init__(self, clock: Clock, suite: Suite = INTL) -> None:
        self._clock = clock
        self.suite = suite
        self.rows: list[AuditRow] = []

    def append_audit_later(self, entry: Mapping[str, Any]) -> None:
        """Add an entry."""
        last = self.rows[-1].head if self.rows else Head()
        self.rows += following(last, self._clock.now().isoformat(), entry, self.suite)
