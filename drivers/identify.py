"""What may be asked of a port of which nobody knows what hangs there: one question a row, none of which does anything.

Each device folder offers `QUESTIONS`; whoever looks for devices opens the port at the rate of a question, sends its
bytes and shows `find` all that has come back so far. `find` is pure and believes nothing without a checksum or a
shape that no other device sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Sure(StrEnum):
    """How sure a finding is. CERTAIN: a whole frame with its checksum came back."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Match:
    """A device that answered: its kind, what the address needs (`baud=...`), what the profile's entry needs."""

    kind: str
    query: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    sure: Sure = Sure.CERTAIN


@dataclass(frozen=True, slots=True)
class Question:
    """One harmless question. `ask` is empty where a device talks by itself and is only listened to."""

    name: str
    baud: int
    ask: bytes
    seconds: float
    find: Callable[[bytes], Match | None]
