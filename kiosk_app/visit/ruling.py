"""What the receipt says of the rule that decided a case. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk_app.services import Text

REFUSED, OFFICER = "refused", "officer"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Which rule decided, and why. Who was refused reads where to go, with what, until when (None: any time), whom to
    call; empty where there is nothing to say.
    """

    rule: str
    outcome: str
    words: Text
    where: Text
    bring: Text
    by: date | None
    call: str

    @property
    def refused(self) -> bool:
        """True when the case was not granted."""
        return self.outcome == REFUSED

    @property
    def open(self) -> bool:
        """True when an officer decides."""
        return self.outcome == OFFICER


def ruling_of(receipt: Mapping[str, Any] | None) -> Ruling | None:
    """Return what a receipt says; None when no rule decided."""
    said = (receipt or {}).get("decision")
    if not isinstance(said, Mapping):
        return None
    try:
        by = date.fromisoformat(str(said["by"])) if said.get("by") else None
        return Ruling(
            str(said["rule"]),
            str(said["outcome"]),
            Text.read(said["words"]),
            Text.read(said.get("where")),
            Text.read(said.get("bring")),
            by,
            str(said.get("call") or ""),
        )
    except (KeyError, ValueError):
        return None
