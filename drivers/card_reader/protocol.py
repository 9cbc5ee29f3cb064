"""The conversation with a SAM: command, reply, deadline, resynchronising, one repetition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.card_reader import codec
from drivers.card_reader.card import Card, Timing, make_card
from drivers.card_reader.codec import ADDRESS_BYTES, ADDRESSES, TEXT_BYTES, FrameError, FrameParser, Reply, Sw3
from drivers.card_reader.text import parse_text
from drivers.owner import Clock
from drivers.transport import NoReply, Transport

STATUS_S = 1.0
FIND_S = 0.8
SELECT_S = 1.5
READ_S = 4.0
ADDRESS_S = 2.0
WRITE_S = 1.0
GAP_S = 0.5
"""A reply that has begun and pauses this long is cut short: even 9600 baud brings a byte every millisecond."""
FIND_INTERVAL_S = 0.32
"""Readers want more than 300 ms between two find commands."""
QUIET_S = 0.1
"""After damage the line is left alone until it has been silent this long: the true reply may still follow the noise."""
SLICE_S = 0.05
SERIAL_MAX = 64
"""A select brings the card's serial number, 8 bytes as a rule; anything longer is no serial number."""
CHUNK = 4096

_REPEAT = (Sw3.RX_CHECKSUM, Sw3.RX_LENGTH)

Check = Callable[[], None]
"""Called between waits; raises to give up (deadline, cancel)."""


class CorruptReplyError(Exception):
    """Two replies in a row were damaged or cut short."""


class RefusedError(Exception):
    """The module or the card said no."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"sw3={reply.code:02X}")
        self.status = reply.status
        self.card_answered = reply.card_status not in (0x0000, 0x9000)
        """The card's own APDU status was passed through, so the card was still there when it failed."""


class _Damaged(Exception):  # noqa: N818
    """One reply was damaged; it may be asked for again."""


@dataclass(slots=True)
class _Times:
    command_at: float = 0.0
    first_byte_at: float = 0.0
    last_byte_at: float = 0.0


class SamConversation:
    """Talks to one SAM over an open transport. Not thread-safe: one owner."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._parser = FrameParser()
        self._times = _Times()
        self._owed_until: float | None = None
        # The line may just have been reopened: the last find of the conversation before is not known here.
        self._next_find = clock.monotonic() + FIND_INTERVAL_S

    def until_find(self) -> float:
        """Seconds to wait before the next find may be sent."""
        return max(0.0, self._next_find - self._clock.monotonic())

    def status(self, check: Check) -> Sw3:
        """Return the module's state: OK, SELF_TEST_FAILED or SAM_NOT_AUTHORISED, as a rule.

        Raises:
            NoReply, CorruptReplyError, TransportError: no verdict.
        """
        return self._ask(codec.STATUS, STATUS_S, check).status

    def find(self, check: Check) -> bool:
        """Return whether a card shows itself. No card also means: it was read before and has not been lifted since.

        Raises:
            RefusedError: the module refuses to look.
            NoReply, CorruptReplyError, TransportError: no verdict.
        """
        reply = self._ask(codec.FIND, FIND_S, check)
        self._next_find = self._clock.monotonic() + FIND_INTERVAL_S
        if reply.status is Sw3.NO_CARD:
            return False
        if reply.status is Sw3.CARD_FOUND:
            return True
        raise RefusedError(reply)

    def select(self, check: Check) -> bool:
        """Select the card that was found; False when it cannot be selected.

        Raises:
            RefusedError: the module refuses.
            NoReply, CorruptReplyError, TransportError: no verdict.
        """
        reply = self._ask(codec.SELECT, SELECT_S, check)
        if reply.status is Sw3.SELECT_FAILED:
            return False
        if reply.status is Sw3.OK:
            return True
        raise RefusedError(reply)

    def read(self, check: Check) -> Card:
        """Read text and photo of the selected card and parse them.

        Raises:
            RefusedError: the module or the card refuses, or the card has left.
            CorruptReplyError: damaged twice.
            TextError: the text block is none of the four layouts, or damaged.
            NoReply, TransportError: no verdict.
        """
        reply = self._ask(codec.READ, READ_S, check)
        if reply.status is not Sw3.OK:
            raise RefusedError(reply)
        try:
            blocks = codec.split_blocks(reply.data)
        except FrameError:
            raise CorruptReplyError("block lengths") from None
        text = parse_text(blocks.text)
        times = self._times
        timing = Timing(times.command_at, times.first_byte_at, times.last_byte_at, self._clock.monotonic())
        return make_card(text, blocks.photo, timing)

    def newest_address(self, check: Check) -> str:
        """Return the address that was added to the card last, "" if there is none or the reader cannot tell.

        Only after a good `read`, without selecting again. The card has been read: whatever goes wrong here, and be it
        silence (readers that do not know the command), means no newer address. Of several, the first counts: the order
        is known from one public program only.

        Raises:
            TransportError: the line is gone.
        """
        try:
            reply = self._ask(codec.READ_NEW_ADDRESSES, ADDRESS_S, check)
            addresses = codec.split_addresses(reply.data) if reply.status is Sw3.OK else ()
        except (NoReply, CorruptReplyError, FrameError):
            return ""
        return addresses[0] if addresses else ""

    def _ask(self, command: bytes, seconds: float, check: Check) -> Reply:
        """Send and return the reply; repeat once after damage (or the command's) and after silence (but for a read)."""
        repeated = False
        while True:
            try:
                reply = self._exchange(command, seconds, check)
            except _Damaged as damaged:
                if repeated:
                    raise CorruptReplyError(str(damaged)) from None
            except NoReply:
                if repeated or command in (codec.READ, codec.READ_NEW_ADDRESSES):
                    raise
            else:
                if repeated or reply.status not in _REPEAT:
                    return reply
            repeated = True

    def _exchange(self, command: bytes, seconds: float, check: Check) -> Reply:
        check()
        self._settle(check)
        self._transport.drain_input()
        self._parser.reset()
        damaged_before = self._parser.damaged
        times = self._times = _Times(command_at=self._clock.monotonic())
        self._transport.write(command, WRITE_S)
        end = self._owed_until = times.command_at + seconds
        reply = self._await_reply(command, times, end, damaged_before, check)
        self._owed_until = None
        if reply is None:
            raise _Damaged("checksum, length or cut short")
        return reply

    def _settle(self, check: Check) -> None:
        """Wait for the reply to a question that was given up, and drop it.

        Replies carry no command: the card of the resident before must not be taken for the answer to a new question.
        """
        while self._owed_until is not None:
            if self._clock.monotonic() >= self._owed_until or self._parser.feed(self._transport.read(CHUNK, SLICE_S)):
                self._owed_until = None
            check()

    def _await_reply(
        self, command: bytes, times: _Times, end: float, damaged_before: int, check: Check
    ) -> Reply | None:
        """Return the reply to `command`, None when it was damaged."""
        while True:
            now = self._clock.monotonic()
            quiet = now - times.last_byte_at
            if times.last_byte_at and self._parser.inside and quiet > GAP_S:
                return _answer_to(command, self._parser.resync())
            if self._parser.damaged > damaged_before and quiet > QUIET_S and not self._parser.inside:
                return None
            if now >= end:
                raise NoReply(f"{self._transport.name}: no reply in time")
            if data := self._transport.read(CHUNK, min(SLICE_S, end - now)):
                times.last_byte_at = self._clock.monotonic()
                times.first_byte_at = times.first_byte_at or times.last_byte_at
                if reply := _answer_to(command, self._parser.feed(data)):
                    return reply
            check()


def _answer_to(command: bytes, frames: list[bytes]) -> Reply | None:
    """Return the first reply that can be an answer to `command`; a stray one answers something else."""
    return next((reply for reply in map(codec.decode_reply, frames) if _fits(command, reply)), None)


def _fits(command: bytes, reply: Reply) -> bool:
    size = len(reply.data)
    match reply.status:
        case Sw3.NO_CARD | Sw3.CARD_FOUND:
            return command == codec.FIND
        case Sw3.SELECT_FAILED:
            return command == codec.SELECT
        case Sw3.OK if command == codec.READ:
            return size > TEXT_BYTES and not _are_addresses(size)
        case Sw3.OK if command == codec.READ_NEW_ADDRESSES:
            return _are_addresses(size)
        case Sw3.OK if command == codec.SELECT:
            return 0 < size <= SERIAL_MAX
        case Sw3.OK:
            return command == codec.STATUS and size == 0
        case _:
            return True


def _are_addresses(size: int) -> bool:
    return 0 < size <= ADDRESSES * ADDRESS_BYTES and size % ADDRESS_BYTES == 0
