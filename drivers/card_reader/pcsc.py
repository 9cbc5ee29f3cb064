"""Identity card readers behind PC/SC, seen as a SAM: commands in, replies out, pages of the card in between.

Such a reader holds the module itself and shows the card as memory: `FF B0 PP 00 00` returns page PP, 256 bytes, of
`01 00 04 00 | text 256 | photo 1024`; the answer to reset of such a card has 90 00 at its bytes 13 and 14. Rests on one
public program; never tried on a reader. A plain NFC reader shows a number and no pages: its cards are refused as no
identity.
"""

from __future__ import annotations

import time

from drivers.card_reader import codec
from drivers.card_reader.codec import PHOTO_BYTES, TEXT_BYTES, Sw3
from drivers.transport.base import TransportClosed
from drivers.transport.pcsc import CardLeft, PcscReader

PAGE = 256
PAGES = 6
MARK_AT = 13
MARK = b"\x90\x00"
OK = 0x9000
HEAD = TEXT_BYTES.to_bytes(2, "big") + PHOTO_BYTES.to_bytes(2, "big")
CONTENT = len(HEAD) + TEXT_BYTES + PHOTO_BYTES


class PcscCardTransport:
    """A `Transport` whose other end is played here. One APDU a `read`: a cancelled command ends between two pages."""

    def __init__(self, reader: PcscReader) -> None:
        self._reader = reader
        self._command: bytes | None = None
        self._pages: bytearray | None = None
        self._page = 0
        self._atr: bytes | None = None
        self._held = b""

    @property
    def name(self) -> str:
        """The URI of this reader."""
        return self._reader.name

    def open(self) -> None:
        """Find the reader.

        Raises:
            OpenFailed: no such reader, no PC/SC service, or pyscard is not installed.
        """
        self._reader.open()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Do the next step of the command and return what there is of the answer; the library keeps its own time.

        Raises:
            TransportClosed: the reader is gone.
        """
        if not self._held and self._command is None:
            time.sleep(max(0.0, timeout))
        elif not self._held and self._command is not None:
            reply = self._step(self._command)
            if reply is not None:
                self._command = None
                self._held = reply
        data, self._held = self._held[:max_bytes], self._held[max_bytes:]
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Take one command; what the one before still owed is dropped.

        Raises:
            TransportClosed: the reader is gone.
        """
        self.drain_input()
        try:
            self._command = codec.unframe(data, codec.SHORTEST_REQUEST)
        except codec.FrameError:
            self._held = _reply(Sw3.RX_CHECKSUM)
        return len(data)

    def drain_input(self) -> int:
        """Forget the command that is being carried out and its answer."""
        dropped = len(self._held)
        self._held, self._command = b"", None
        self._wipe()
        return dropped

    def close(self) -> None:
        """Let go of the reader."""
        self.drain_input()
        self._atr = None
        self._reader.close()

    def _step(self, command: bytes) -> bytes | None:
        """Return the whole reply, None when there is more to do."""
        if command == b"\x11\xff":
            if not self._reader.present():
                raise TransportClosed(f"{self.name}: the reader is gone")
            return _reply(Sw3.OK)
        if command == b"\x20\x01":
            self._atr = self._reader.connect_card()
            return _reply(Sw3.NO_CARD) if self._atr is None else _reply(Sw3.CARD_FOUND, bytes(4))
        if command == b"\x20\x02":
            return self._select()
        if command == b"\x30\x01":
            return self._next_page()
        return _reply(Sw3.ITEM_EMPTY if command == b"\x30\x03" else Sw3.BAD_COMMAND)

    def _select(self) -> bytes:
        if self._atr is None:
            return _reply(Sw3.SELECT_FAILED)
        if self._atr[MARK_AT : MARK_AT + 2] != MARK:
            return _reply(Sw3.WRONG_CARD)
        return _reply(Sw3.OK, bytes(8))

    def _next_page(self) -> bytes | None:
        if self._pages is None:
            self._pages, self._page = bytearray(), 0
        try:
            answer = self._reader.transmit(bytes([0xFF, 0xB0, self._page, 0, 0]))
        except CardLeft:
            self._wipe()
            return _reply(Sw3.READ_FAILED)
        if answer.status != OK or not answer.data or len(answer.data) > PAGE:
            self._wipe()
            return _reply(Sw3.READ_FAILED, card_status=answer.status)
        self._pages += answer.data
        self._page += 1
        if self._page < PAGES and len(self._pages) < CONTENT:
            return None
        content = bytes(self._pages[:CONTENT])
        self._wipe()
        return _reply(Sw3.OK, content) if content.startswith(HEAD) else _reply(Sw3.READ_FAILED)

    def _wipe(self) -> None:
        pages, self._pages = self._pages, None
        if pages is not None:
            pages[:] = bytes(len(pages))


def _reply(status: Sw3, data: bytes = b"", card_status: int = 0) -> bytes:
    return codec.encode(card_status.to_bytes(2, "big") + bytes([status]) + data)
