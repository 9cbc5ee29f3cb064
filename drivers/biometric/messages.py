"""What a biometric module can be asked and what it answers: a reference and a verdict, nothing biometric."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import Command

SUBJECT_BYTES = 32


class Modality(StrEnum):
    """What a module compares."""

    VOICE = "voice"
    PALM = "palm"
    IRIS = "iris"

    @property
    def kind(self) -> str:
        """The kind of device."""
        return f"biometric_{self.value}"


class Decision(StrEnum):
    """What one comparison came to. Only `accept` proves anything."""

    ACCEPT = "accept"
    REJECT = "reject"
    NOT_ENROLLED = "not_enrolled"
    POOR_SAMPLE = "poor_sample"


class Prompt(StrEnum):
    """What the module wants somebody to do; the words are the terminal's."""

    SPEAK = "speak"
    PLACE_HAND = "place_hand"
    LOOK = "look"
    NEARER = "nearer"
    FARTHER = "farther"
    HOLD_STILL = "hold_still"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Compare(Command):
    """Compare whoever stands here with the template that the vendor's service keeps for `subject`.

    `subject` is an opaque reference of 32 bytes, such as a keyed hash of the number that the authority enrolled; the
    result is a `Compared`.
    """

    subject: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.subject) != SUBJECT_BYTES:
            raise ValueError(f"a subject is {SUBJECT_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Compared:
    """The verdict of one comparison."""

    decision: Decision
