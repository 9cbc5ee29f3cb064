"""Smart-card readers through PC/SC (pyscard). No byte stream: a card comes and goes, and answers APDUs.

pyscard is an extra and is imported when a reader is opened. What lies below can be handed in: anything that lists
readers whose `createConnection` gives pyscard's `connect`, `getATR`, `transmit` and `disconnect`.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from drivers.transport.base import OpenCause, OpenFailed, TransportClosed, TransportError


class CardLeft(TransportError):  # noqa: N818  a sibling of TransportClosed
    """The reader is there and the card is not, or it no longer answers."""


class PcscConnection(Protocol):
    """pyscard's `CardConnection`, as far as it is used."""

    def connect(self) -> Any:
        """Power the card up; raises pyscard's NoCardException without one."""

    def getATR(self) -> list[int]:  # noqa: N802  pyscard's name
        """Return the answer to reset."""

    def transmit(self, apdu: list[int]) -> tuple[list[int], int, int]:
        """Send one APDU; return data, SW1 and SW2."""

    def disconnect(self) -> Any:
        """Let go of the card."""


class PcscDevice(Protocol):
    """pyscard's `Reader`: its text is its name."""

    def createConnection(self) -> PcscConnection:  # noqa: N802  pyscard's name
        """Return a connection that is not open yet."""


ListReaders = Callable[[], Sequence[PcscDevice]]
"""Lists the readers that are plugged in, in their order."""


@dataclass(frozen=True, slots=True, repr=False)
class ApduReply:
    """What a card answered. `status` is SW1 SW2, 0x9000 when it worked."""

    data: bytes
    status: int

    def __repr__(self) -> str:
        return f"ApduReply({self.status:04X}, {len(self.data)} bytes)"


class PcscReader:
    """One reader, by its whole name, a part of it, or its number in the list. One user thread.

    pyscard knows no time-outs: an APDU lasts as long as the card lets it (the reader's own limit, a second or two).
    """

    def __init__(self, reader: str, list_readers: ListReaders | None = None) -> None:
        self._reader = reader
        self._list = list_readers
        self._device: PcscDevice | None = None
        self._connection: PcscConnection | None = None

    @property
    def name(self) -> str:
        """The URI of this reader."""
        return f"pcsc:{self._reader}"

    def open(self) -> None:
        """Find the reader.

        Raises:
            OpenFailed: no such reader, no PC/SC service, or pyscard is not installed.
        """
        if self._device is None:
            self._device = self._find()

    def present(self) -> bool:
        """Ask whether the reader is still plugged in."""
        try:
            return self._find() is not None
        except OpenFailed:
            return False

    def connect_card(self) -> bytes | None:
        """Power up the card that lies there and return its ATR, None without a card.

        Raises:
            TransportClosed: the reader is gone.
        """
        if self._device is None:
            raise TransportClosed(f"{self.name}: not open")
        self.disconnect_card()
        try:
            connection = self._device.createConnection()
            connection.connect()
            atr = bytes(connection.getATR())
        except Exception as error:  # noqa: BLE001  pyscard's errors have no base below Exception; told by name
            if not self.present():
                raise TransportClosed(f"{self.name}: the reader is gone ({type(error).__name__})") from None
            return None
        self._connection = connection
        return atr

    def transmit(self, apdu: bytes) -> ApduReply:
        """Send one APDU to the card.

        Raises:
            CardLeft: the card is gone or has stopped answering.
            TransportClosed: the reader is gone.
        """
        if self._connection is None:
            raise CardLeft(f"{self.name}: no card")
        try:
            data, sw1, sw2 = self._connection.transmit(list(apdu))
            return ApduReply(bytes(data), (sw1 << 8 | sw2) & 0xFFFF)
        except Exception as error:  # noqa: BLE001  see connect_card
            self.disconnect_card()
            if self.present():
                raise CardLeft(f"{self.name}: {type(error).__name__}") from None
            raise TransportClosed(f"{self.name}: the reader is gone ({type(error).__name__})") from None

    def disconnect_card(self) -> None:
        """Let go of the card; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.disconnect()

    def close(self) -> None:
        """Let go of card and reader."""
        self.disconnect_card()
        self._device = None

    def _find(self) -> PcscDevice:
        devices = self._readers()
        names = [str(device) for device in devices]
        if self._reader.isascii() and self._reader.isdigit():
            if int(self._reader) < len(devices):
                return devices[int(self._reader)]
        else:
            for fits in (self._reader.__eq__, lambda name: self._reader in name):
                for device, name in zip(devices, names, strict=True):
                    if fits(name):
                        return device
        raise OpenFailed(f"{self.name}: not plugged in", OpenCause.MISSING)

    def _readers(self) -> Sequence[PcscDevice]:
        try:
            return (self._list or _pyscard())()
        except ImportError:
            raise OpenFailed(f"{self.name}: pyscard is not installed", OpenCause.UNSUPPORTED) from None
        except Exception as error:  # noqa: BLE001  see connect_card
            raise OpenFailed(f"{self.name}: {type(error).__name__}", OpenCause.UNREACHABLE) from None


def _pyscard() -> ListReaders:
    listed: ListReaders = importlib.import_module("smartcard.System").readers
    return listed
