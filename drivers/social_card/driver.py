"""The social-security card reader as a device: waits for a card in the slot and reads it once.

A contact slot senses its card, so `card_presented` and `card_gone` are always true. A card that was read, or could not
be, is not read again until it was taken out, unless a command asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from drivers.device import Capabilities, Command, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.social_card import protocol
from drivers.social_card.address import Address
from drivers.social_card.apdu import ApduError
from drivers.social_card.card import SocialCard
from drivers.social_card.patient import Check, Patient
from drivers.social_card.protocol import EndlessAnswerError, StatusError
from drivers.social_card.records import RecordError
from drivers.social_card.slots import CardGoneError, CardMuteError, Slot
from drivers.transport.base import NoReply

KIND = "social_card_reader"
CALL_S = 6.0
"""No honest answer of a card takes longer; pcscd itself gives up on most readers after 2 to 5 s."""
LOOK_S = 0.3
WATCH_S = 0.5
TRIES = 2
"""Damage may be a dirty contact: the card is reset and asked once more."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadSocialCard(Command):
    """Wait for a card and read it; the result is a `SocialCard`.

    With `fresh` a card that was read before and is still in the slot is not read again: it may belong to the resident
    before.
    """

    fresh: bool = True


class _Slot(Enum):
    EMPTY = auto()
    PRESENT = auto()
    DONE = auto()  # read or failed, and still in the slot


_REFUSALS: dict[type[Exception], ErrorKind] = {
    protocol.NotSocialCardError: ErrorKind.NOT_IDENTITY,
    protocol.CardLockedError: ErrorKind.NOT_IDENTITY,
    protocol.NeedsPinError: ErrorKind.REFUSED,
}
_DAMAGE = (StatusError, RecordError, ApduError, EndlessAnswerError, CardMuteError)


class SocialCardReader(DeviceOwner):
    """A reader of social-security cards. Events: `card_presented`, `card_read`, `card_gone`."""

    def __init__(
        self,
        device_id: str,
        address: Address,
        *,
        clock: Clock,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._address = address
        self._patient = Patient(clock)
        self._slot: Slot | None = None
        self._state = _Slot.EMPTY

    def connect(self) -> None:
        """Find the slot and look into it."""
        slot = self._address.slot()
        self._patient.call(slot.open, CALL_S, _go_on)
        self._slot = slot
        self._look(_go_on)

    def disconnect(self) -> None:
        """Let go. A card that was read stays read; whether another lies there is unknown."""
        slot, self._slot = self._slot, None
        if slot is not None:
            self._patient.release(slot.close)
        if self._state is _Slot.PRESENT:
            self._state = _Slot.EMPTY

    def execute(self, command: Command, job: Job) -> object:
        """Read one card."""
        if not isinstance(command, ReadSocialCard):
            raise CommandFailed(ErrorKind.REFUSED, f"this reader does not know {type(command).__name__}")
        if not command.fresh and self._state is _Slot.DONE:
            self._state = _Slot.PRESENT
        while True:
            self._look(job.check)
            if self._state is _Slot.PRESENT:
                return self._read(job)
            job.wait(LOOK_S)

    def idle(self) -> float | None:
        """Watch the slot."""
        self._look(_go_on)
        return WATCH_S

    def _look(self, check: Check) -> None:
        present = self._call(lambda slot: slot.present(), check)
        if present and self._state is _Slot.EMPTY:
            self._state = _Slot.PRESENT
            self.emit("card_presented")
        elif not present and self._state is not _Slot.EMPTY:
            self._state = _Slot.EMPTY
            self.emit("card_gone")

    def _read(self, job: Job) -> SocialCard:
        tries = 0
        while True:
            tries += 1
            try:
                card = self._ask_card(job)
            except CommandFailed:
                # Out of time or cancelled: nothing is wrong with the card.
                raise
            except tuple(_REFUSALS) as refusal:
                self._state = _Slot.DONE
                raise CommandFailed(_REFUSALS[type(refusal)], f"{type(refusal).__name__}: {refusal}") from None
            except CardGoneError:
                self._fail_if_gone(job)
                damage = "the card lost contact"
            except _DAMAGE as failure:
                self._fail_if_gone(job)
                damage = f"{type(failure).__name__}: {failure}"
            else:
                self._state = _Slot.DONE
                self.emit("card_read")
                return card
            if tries == TRIES:
                self._state = _Slot.DONE
                raise CommandFailed(ErrorKind.UNREADABLE, damage)

    def _ask_card(self, job: Job) -> SocialCard:
        connection = self._call(lambda slot: slot.connect(), job.check)
        try:
            return protocol.read_card(
                lambda apdu: self._call(lambda _: connection.transmit(apdu), job.check), self._address.profile
            )
        finally:
            # In the order of the calls before, without waiting for one that hangs.
            self._patient.release(connection.disconnect)

    def _fail_if_gone(self, job: Job) -> None:
        """Raise `moved` when the card is no longer in the slot."""
        self._look(job.check)
        if self._state is _Slot.EMPTY:
            raise CommandFailed(ErrorKind.MOVED, "taken out too early")

    def _call(self, function: Callable[[Slot], T], check: Check) -> T:
        slot = self._slot
        if slot is None:
            raise NoReply("not connected")
        return self._patient.call(lambda: function(slot), CALL_S, check)


def _go_on() -> None:
    """Nothing interrupts a look between commands; each ends within `CALL_S`."""
