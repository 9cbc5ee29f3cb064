"""Identifiers that both houses exchange."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import NewType

TerminalId = NewType("TerminalId", str)
"""A terminal's name in the fleet, such as XC-0042."""
CaseKey = NewType("CaseKey", str)
"""What items of one matter share; order is kept per case key."""
SubmissionId = NewType("SubmissionId", str)
"""UUIDv7 of one outbox item: the idempotency key for life."""
ServiceId = NewType("ServiceId", str)
"""Two letters and two digits of the district's catalogue, such as SB01."""

RandomBytes = Callable[[int], bytes]

SERVICE_ID = re.compile(r"[A-Z]{2}\d{2}")


def uuid7(unix_ms: int, random_bytes: RandomBytes) -> str:
    """Return a UUIDv7 (RFC 9562) of the given time in milliseconds and 10 random bytes."""
    rest = random_bytes(10)
    value = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(rest, "big")
    value &= ~(0xF << 76)
    value |= 0x7 << 76
    value &= ~(0x3 << 62)
    value |= 0x2 << 62
    return str(uuid.UUID(int=value))


def provisional_number(terminal: str, day: date, count: int) -> str:
    """Return the number of a saved but not yet accepted case: L<date>-<terminal digits>-<count>."""
    digits = "".join(c for c in terminal if c.isdigit())[-4:].rjust(4, "0")
    return f"L{day:%Y%m%d}-{digits}-{count:04d}"
