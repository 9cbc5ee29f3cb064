"""A card slot at the end of a TCP connection: the messages of Debian's virtual reader, with us in the reader's place.

For the device lab and for machines without pcscd. The slot answers ATR with nothing while it is empty, and a command
with nothing when the card was taken out.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.social_card.frames import FrameError, FrameParser, Order, encode
from drivers.social_card.slots import CardGoneError, CardMuteError, Connection
from drivers.transport.base import NoReply, Transport, TransportClosed

ANSWER_S = 3.0
WRITE_S = 1.0
CHUNK = 4096


class RemoteSlot:
    """A slot behind any transport."""

    def __init__(self, transport: Transport, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._monotonic = monotonic
        self._parser = FrameParser()

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._transport.name.replace("tcp://", "tcp-card://", 1)

    def open(self) -> None:
        """Connect.

        Raises:
            OpenFailed: nobody there.
        """
        self._transport.open()

    def present(self) -> bool:
        """Ask for the ATR.

        Raises:
            TransportClosed, NoReply: the slot is gone.
        """
        return bool(self._ask(bytes((Order.ATR,))))

    def connect(self) -> Connection:
        """Reset the card; what it had selected is forgotten.

        Raises:
            CardGoneError: the slot is empty.
            TransportClosed, NoReply: the slot is gone.
        """
        self._tell(Order.POWER_ON)
        self._tell(Order.RESET)
        if not self.present():
            raise CardGoneError
        return _RemoteCard(self._ask, lambda: self._tell(Order.POWER_OFF))

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _tell(self, order: Order) -> None:
        self._transport.write(encode(bytes((order,))), WRITE_S)

    def _ask(self, payload: bytes) -> bytes:
        try:
            self._transport.write(encode(payload), WRITE_S)
            return self._answer()
        except FrameError:
            # Nobody knows where the next message begins: only a new connection helps.
            self._transport.close()
            raise TransportClosed(f"{self.name}: the stream cannot be followed") from None

    def _answer(self) -> bytes:
        end = self._monotonic() + ANSWER_S
        while (left := end - self._monotonic()) > 0:
            if found := self._parser.feed(self._transport.read(CHUNK, left)):
                if len(found) > 1:
                    raise FrameError("two answers to one question")
                return found[0]
        # The answer may still come, and must not be taken for the next one's.
        self._transport.close()
        raise NoReply(f"{self.name}: no answer in {ANSWER_S:g} s")


class _RemoteCard:
    """The card in a remote slot."""

    def __init__(self, ask: Callable[[bytes], bytes], off: Callable[[], None]) -> None:
        self._ask = ask
        self._off = off

    def transmit(self, apdu: list[int]) -> tuple[list[int], int, int]:
        """Send one command: see `Connection`."""
        answer = self._ask(bytes(apdu))
        if not answer:
            raise CardGoneError
        if len(answer) < 2:
            raise CardMuteError("an answer without status word")
        return list(answer[:-2]), answer[-2], answer[-1]

    def disconnect(self) -> None:
        """Power off, as far as the slot still hears it."""
        try:
            self._off()
        except TransportClosed:
            return
