"""What a relay board can be asked, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import Command
from drivers.presence.nearness import Circle

PRESENCE = "presence"
"""The input that a PIR sensor hangs on is called so."""
LONGEST_PULSE_S = 3.0
"""The coil of a lock burns when current stays on."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What hangs where: name -> channel, and name -> input. A locker's input has the locker's own name.

    `locks` are the channels that are pulsed, never left on. `shut` is what a contact says while its door is shut.
    """

    outputs: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[str, int] = field(default_factory=dict)
    locks: frozenset[str] = frozenset()
    shut: bool = True
    pulse_s: float = 0.5
    open_s: float = 3.0
    left_open_s: float = 60.0
    circle: Circle = field(default_factory=lambda: Circle(away_s=8.0))

    def __post_init__(self) -> None:
        if not self.locks <= self.outputs.keys() or PRESENCE in self.locks:
            raise ValueError("locks: each is one of the outputs")
        if not 0 < self.pulse_s <= LONGEST_PULSE_S:
            raise ValueError(f"pulse_s: more than 0, at most {LONGEST_PULSE_S:g}")
        if min(self.open_s, self.left_open_s) <= 0:
            raise ValueError("open_s and left_open_s: more than 0")
        for used in (self.outputs, self.inputs):
            if len(set(used.values())) != len(used):
                raise ValueError("one channel or input has two names")

    @property
    def doors(self) -> frozenset[str]:
        """The lockers whose contact can be read."""
        return self.locks & self.inputs.keys()


class Door(StrEnum):
    """What is known of a locker after it was told to open. Only `opened` was seen by its contact."""

    OPENED = "opened"
    NOT_OPENED = "not_opened"
    WAS_OPEN = "was_open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Switch(Command):
    """Switch a lamp on or off; the result is a `Switched`. Locks are refused: they are only pulsed."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class Switched:
    """It was sent; `confirmed` when the board also said that the channel is so."""

    on: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class OpenLocker(Command):
    """Pulse a lock and see whether its door opens; the result is a `Door`."""

    name: str
