"""What this room needs from others, as ports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable


class Clock(Protocol):
    """Time, handed in."""

    def now(self) -> datetime:
        """Wall time, with its zone."""

    def monotonic(self) -> float:
        """Seconds that only grow."""


@runtime_checkable
class CorrectableClock(Clock, Protocol):
    """A clock that goes by what the platform has signed while the machine's own is wrong."""

    @property
    def offset_s(self) -> float:
        """Seconds that are added to the machine's clock; 0 when that counts as right."""

    def correct(self, at: datetime) -> None:
        """Go by this time from now on."""


def offset_of(clock: Clock) -> float:
    """Return by how many seconds a clock corrects the machine's."""
    return clock.offset_s if isinstance(clock, CorrectableClock) else 0.0


class Checkpoint(Protocol):
    """Called at named moments, so that a test can pull the plug exactly there.

    Names: before-commit, after-commit, after-post-before-answer, after-answer-before-mark; clips, before each step of
    taking or dropping some; rotate, before each step of putting the store under another key; blob, at
    each step of writing or removing an attachment; prune, around and within each cut of the audit chain.
    """

    def __call__(self, name: str, /) -> None:
        """Return, or end the process."""


class ClientIdentity(Protocol):
    """The files of mutual TLS. `cert_path` and `key_path` are None before enrolment."""

    @property
    def cert_path(self) -> Path | None:
        """PEM certificate chain of this terminal."""

    @property
    def key_path(self) -> Path | None:
        """PEM private key."""

    @property
    def ca_path(self) -> Path | None:
        """PEM of the authority that signs the platform's certificate; None means the system's authorities."""


@runtime_checkable
class LockedIdentity(ClientIdentity, Protocol):
    """An identity whose private key lies encrypted on the disk."""

    def unlock(self) -> str | None:
        """Return the key file's password; None when it has none.

        Raises:
            KeyRefused: who keeps the password does not give it.
        """


RandomBytes = Callable[[int], bytes]


def no_checkpoint(_name: str, /) -> None:
    """The product's checkpoint: nothing happens."""
