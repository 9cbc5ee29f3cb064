"""Where a chip card is put in: the face of a slot and of a card that is under power, and how they fail.

`Connection.transmit` has the shape of pyscard's `CardConnection.transmit`, so that one of its connections, a recorded
one or an invented one fits alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class CardGoneError(Exception):
    """The card was taken out."""


class CardMuteError(Exception):
    """A card is in the slot and cannot be talked to: put in the wrong way round, dirty, damaged, or no chip card."""


class Connection(Protocol):
    """A card under power."""

    def transmit(self, apdu: list[int], /) -> tuple[list[int], int, int]:
        """Send one command and return data, SW1 and SW2.

        Raises:
            CardGoneError, CardMuteError: no answer from the card.
            TransportClosed: the slot itself is gone.
        """

    def disconnect(self) -> None:
        """Take the power off; never raises."""


class Slot(Protocol):
    """One slot. Every method may block while the card or a service hangs; see `patient`."""

    @property
    def name(self) -> str:
        """Where it is, for technicians."""

    def open(self) -> None:
        """Find the slot.

        Raises:
            OpenFailed: there is no such reader, no service, or no library.
        """

    def present(self) -> bool:
        """Return whether a card is in the slot.

        Raises:
            TransportClosed, NoReply: the slot is gone.
        """

    def connect(self) -> Connection:
        """Put the card under power.

        Raises:
            CardGoneError, CardMuteError: it cannot be.
            TransportClosed, NoReply: the slot is gone.
        """

    def close(self) -> None:
        """Let go; never raises."""


SlotFactory = Callable[[], Slot]
"""Makes a slot that is not open yet."""
