"""What time it is, under the platform's signature: for a terminal whose own clock is dead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""No terminal with this program has lived before it was written: a clock that shows less is wrong."""
KIND = "time"
NONCE = re.compile(r"[0-9a-f]{32,64}")
"""16 to 32 random bytes of whoever asks, hexadecimal."""


class TimeStatementError(ValueError):
    """A signed value that does not answer this question. `code` is malformed or nonce."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def statement(nonce: str, at: datetime) -> dict[str, Any]:
    """Return what the platform signs."""
    return {"kind": KIND, "nonce": nonce, "time": at.isoformat(timespec="milliseconds")}


def read_statement(value: object, nonce: str) -> datetime:
    """Return the time of a statement whose signature was verified.

    Raises:
        TimeStatementError: malformed, or the answer to another question (nonce).
    """
    if not isinstance(value, Mapping) or value.get("kind") != KIND:
        raise TimeStatementError("malformed")
    if value.get("nonce") != nonce:
        raise TimeStatementError("nonce")
    try:
        at = datetime.fromisoformat(str(value.get("time")))
    except ValueError:
        raise TimeStatementError("malformed") from None
    if at.tzinfo is None:
        raise TimeStatementError("malformed")
    return at
