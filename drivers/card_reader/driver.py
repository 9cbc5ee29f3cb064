"""The identity card reader as a device: waits for a card, reads it once, and knows what it cannot know.

A card that stays on the pad after it was read is not read again until it has been lifted. Readers differ in how that
looks: some go on finding it (9F), most answer "no card" (80) until it is lifted. So 80 after a read does not prove that
the card was taken, and `card_gone` is reported only when a card that was being found is no longer found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NoReturn

from drivers.card_reader.card import Card
from drivers.card_reader.codec import Sw3
from drivers.card_reader.protocol import Check, CorruptReplyError, RefusedError, SamConversation
from drivers.card_reader.text import TextError, UnknownLayoutError
from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport import NoReply, Transport, TransportFactory

KIND = "card_reader"
SELECT_TRIES = 3
PING_S = 3.0
WATCH_S = 0.5

_FAULTS = {Sw3.SELF_TEST_FAILED: "self_test_failed", Sw3.SAM_NOT_AUTHORISED: "sam_not_authorised"}
_NOT_IDENTITY = (Sw3.SAM_REJECTS_CARD, Sw3.WRONG_CARD)
_CARD_TROUBLE = (
    Sw3.READ_FAILED,
    Sw3.RANDOM_FAILED,
    Sw3.MAC_ERROR,
    Sw3.CARD_REJECTS_SAM,
    Sw3.ITEM_EMPTY,
    Sw3.SELECT_FAILED,
    Sw3.NO_CARD,
)


@dataclass(frozen=True, slots=True)
class ReadCard(Command):
    """Wait for a card and read it; the result is a `Card`.

    With `fresh` a card that was read before and has not left the pad is not read again: it may belong to the resident
    before. Without, it is, if the reader still finds it; most readers need it lifted and put back all the same.
    With `newest_address` the address that was added to the card last is asked for as well.
    """

    fresh: bool = True
    newest_address: bool = False


class _Pad(Enum):
    EMPTY = auto()
    PRESENT = auto()
    FAILED = auto()  # could not be read; readers want it lifted before they try again
    READ = auto()  # read; must be gone for two looks, so that a flicker of the field does not read it again


_ABSENCES = {_Pad.PRESENT: 1, _Pad.FAILED: 1, _Pad.READ: 2}
"""How many looks in a row must find nothing before the pad counts as empty."""


class SamCardReader(DeviceOwner):
    """A SAM_V reader. Events: `card_presented`, `card_read`, `card_gone` (only when it could be sensed)."""

    def __init__(
        self,
        device_id: str,
        transport_factory: TransportFactory,
        *,
        clock: Clock,
        watch: bool = False,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        """With `watch` the reader also looks for cards between commands and reports `card_presented`."""
        features = frozenset({"photo", "watch"} if watch else {"photo"})
        super().__init__(Capabilities(device_id, KIND, features), clock=clock, back_off=back_off, wait=wait)
        self._factory = transport_factory
        self._watch = watch
        self._transport: Transport | None = None
        self._sam: SamConversation | None = None
        self._pad = _Pad.EMPTY
        self._seen = False  # found since it was read or failed
        self._absent = 0  # looks in a row that found nothing

    def connect(self) -> None:
        """Open the line and ask the module how it is; a sick module is connected, with a hardware error."""
        self._transport = self._factory()
        self._transport.open()
        self._sam = SamConversation(self._transport, self.clock)
        self._ping()

    def disconnect(self) -> None:
        """Close the line. What lay on the pad is unknown from now on, but a card that was read stays read."""
        transport, self._transport, self._sam = self._transport, None, None
        if transport is not None:
            transport.close()
        if self._pad is not _Pad.READ:
            self._pad = _Pad.EMPTY

    def execute(self, command: Command, job: Job) -> object:
        """Read one card."""
        if not isinstance(command, ReadCard):
            raise CommandFailed(ErrorKind.REFUSED, f"a card reader does not know {type(command).__name__}")
        if not command.fresh and self._pad in (_Pad.READ, _Pad.FAILED):
            self._pad = _Pad.EMPTY
        sam = self._open_sam()
        failed_selects = 0
        try:
            while True:
                job.wait(sam.until_find())
                self._look(sam, job.check)
                if self._pad is not _Pad.PRESENT:
                    failed_selects = 0
                    continue
                if sam.select(job.check):
                    return self._read(sam, job, newest_address=command.newest_address)
                failed_selects += 1
                if failed_selects == SELECT_TRIES:
                    self._leave(_Pad.FAILED)
                    raise CommandFailed(ErrorKind.UNREADABLE, "cannot be selected")
        except RefusedError as refused:
            self._refused(refused)
        except CorruptReplyError as corrupt:
            raise CommandFailed(ErrorKind.DEVICE_FAULT, f"damaged replies: {corrupt}") from None

    def idle(self) -> float | None:
        """Watch the pad if asked to, or until a card that was read is gone; otherwise see that the module is alive."""
        sam = self._open_sam()
        try:
            if self._pad is _Pad.EMPTY and not self._watch:
                self._ping()
                return PING_S
            pause = sam.until_find()
            if pause <= 0:
                self._look(sam, _go_on)
                pause = WATCH_S
        except RefusedError as refused:
            self._note_fault(refused.status)
            return PING_S
        except CorruptReplyError:
            raise NoReply("damaged replies") from None
        return pause

    def _read(self, sam: SamConversation, job: Job, *, newest_address: bool) -> Card:
        self._leave(_Pad.FAILED)
        try:
            card = sam.read(job.check)
            if newest_address:
                card = replace(card, newest_address=sam.newest_address(job.check))
        except UnknownLayoutError:
            raise CommandFailed(ErrorKind.NOT_IDENTITY, "unknown type flag") from None
        except TextError as damaged:
            raise CommandFailed(ErrorKind.UNREADABLE, str(damaged)) from None
        except CorruptReplyError as corrupt:
            raise CommandFailed(ErrorKind.UNREADABLE, f"damaged replies: {corrupt}") from None
        except RefusedError as refused:
            if refused.status in _CARD_TROUBLE and not refused.card_answered and self._has_left(sam, job):
                raise CommandFailed(ErrorKind.MOVED, str(refused)) from None
            raise
        except CommandFailed:
            # Cancelled or out of time: nothing is wrong with the card, the next command may read it where it lies.
            self._pad = _Pad.PRESENT
            raise
        self._leave(_Pad.READ)
        self._healthy()
        self.emit("card_read")
        return card

    def _has_left(self, sam: SamConversation, job: Job) -> bool:
        """After a failed read: True when the reader no longer finds a card."""
        job.wait(sam.until_find())
        self._look(sam, job.check)
        return self._pad is _Pad.EMPTY

    def _leave(self, pad: _Pad) -> None:
        """A card lies there that is not to be read again before it was lifted."""
        self._pad, self._seen, self._absent = pad, False, 0

    def _look(self, sam: SamConversation, check: Check) -> None:
        """Find once and move `_pad` on, reporting the edges that can be known."""
        found = sam.find(check)
        self._healthy()
        self._absent = 0 if found else self._absent + 1
        if found and self._pad is _Pad.EMPTY:
            self._pad = _Pad.PRESENT
            self.emit("card_presented")
        elif found:
            self._seen = True
        elif self._pad is not _Pad.EMPTY and self._absent >= _ABSENCES[self._pad]:
            sensed = self._pad is _Pad.PRESENT or self._seen
            self._pad, self._seen = _Pad.EMPTY, False
            if sensed:
                self.emit("card_gone")

    def _refused(self, refused: RefusedError) -> NoReturn:
        if refused.status in _NOT_IDENTITY:
            raise CommandFailed(ErrorKind.NOT_IDENTITY, str(refused)) from None
        if refused.status in _CARD_TROUBLE:
            raise CommandFailed(ErrorKind.UNREADABLE, str(refused)) from None
        self._note_fault(refused.status)
        raise CommandFailed(ErrorKind.DEVICE_FAULT, str(refused)) from None

    def _ping(self) -> None:
        try:
            status = self._open_sam().status(_go_on)
        except CorruptReplyError:
            raise NoReply("damaged replies") from None
        if status is Sw3.OK:
            self._healthy()
        else:
            self._note_fault(status)

    def _note_fault(self, status: Sw3) -> None:
        self.set_status(DeviceState.HARDWARE_ERROR, {"cause": _FAULTS.get(status, f"sw3_{status:02x}")})

    def _healthy(self) -> None:
        self.set_status(DeviceState.ONLINE)

    def _open_sam(self) -> SamConversation:
        if self._sam is None:
            raise NoReply("not connected")
        return self._sam


def _go_on() -> None:
    """Nothing can interrupt a question asked between commands; each ends within a second."""
