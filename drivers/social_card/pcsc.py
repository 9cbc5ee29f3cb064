"""Slots of PC/SC readers through pyscard's `smartcard.scard`, the functions of the WinSCard API one to one.

The library is loaded when the first slot is opened: without it (it is an extra that compiles) a terminal still starts,
and the slot says what is missing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from drivers.social_card.slots import CardGoneError, CardMuteError, Connection
from drivers.transport.base import OpenCause, OpenFailed, TransportClosed

LIBRARY = "smartcard.scard"

# WinSCard error codes (pcsclite.h).
OK = 0
UNKNOWN_READER = 0x80100009
SHARING_VIOLATION = 0x8010000B
NO_SMARTCARD = 0x8010000C
REMOVED_CARD = 0x80100069
_GONE = frozenset({NO_SMARTCARD, REMOVED_CARD})
_CARD = frozenset(
    {
        0x8010000F,  # protocol mismatch
        0x80100013,  # communication error
        0x80100016,  # not transacted
        0x8010002F,  # communication data lost
        0x80100065,  # unsupported card
        0x80100066,  # unresponsive card
        0x80100067,  # unpowered card
        0x80100068,  # reset card
    }
)

SCOPE_USER = 0
SHARE_EXCLUSIVE = 1
PROTOCOL_T0 = 1
PROTOCOL_T1 = 2
RESET_CARD = 1
"""What to do with a card that is left: it forgets what was selected, and pcscd takes its power off 5 s later. Unpowered
at once, a card in the virtual reader counts as gone although it is there."""
STATE_UNAWARE = 0x0000
STATE_UNKNOWN = 0x0004
STATE_UNAVAILABLE = 0x0008
STATE_PRESENT = 0x0020


class PcscSlot:
    """A reader by its number among the connected ones, or by its name or the beginning of it."""

    def __init__(self, reader: int | str, winscard: Any = None) -> None:
        """`winscard` is what stands for `smartcard.scard`; None loads it."""
        self._wanted = reader
        self._winscard = winscard
        self._context: Any = None
        self._reader = ""

    @property
    def name(self) -> str:
        """The address, and the reader's own name once it is known."""
        return f"pcsc:{self._reader or self._wanted}"

    def open(self) -> None:
        """Find the reader.

        Raises:
            OpenFailed: `unsupported` without the library, `unreachable` without a running pcscd, `missing` without the
                reader.
        """
        if self._context is not None:
            return
        if self._winscard is None:
            try:
                self._winscard = import_module(LIBRARY)
            except ImportError:
                raise OpenFailed(f"{self.name}: pyscard is not installed", OpenCause.UNSUPPORTED) from None
        result, self._context = self._winscard.SCardEstablishContext(SCOPE_USER)
        if _code(result) != OK:
            self._context = None
            raise OpenFailed(f"{self.name}: no smart card service (pcscd)", OpenCause.UNREACHABLE)
        try:
            self._reader = self._find()
        except OpenFailed:
            self.close()
            raise

    def present(self) -> bool:
        """Ask the service; the card is not touched.

        Raises:
            TransportClosed: reader or service are gone.
        """
        result, states = self._api.SCardGetStatusChange(self._context, 0, [(self._reader, STATE_UNAWARE)])
        if _code(result) != OK:
            raise TransportClosed(f"{self.name}: {_code(result):08X}")
        state = states[0][1]
        if state & (STATE_UNKNOWN | STATE_UNAVAILABLE):
            raise TransportClosed(f"{self.name}: unplugged")
        return bool(state & STATE_PRESENT)

    def connect(self) -> Connection:
        """Put the card under power, for us alone.

        Raises:
            CardGoneError, CardMuteError: it cannot be.
            TransportClosed: reader or service are gone.
        """
        both = PROTOCOL_T0 | PROTOCOL_T1
        result, handle, protocol = self._api.SCardConnect(self._context, self._reader, SHARE_EXCLUSIVE, both)
        if _code(result) == SHARING_VIOLATION:
            raise CardMuteError("another program uses the card")
        _raise_for(result, self.name)
        return _PcscCard(self._api, handle, protocol, self.name)

    def close(self) -> None:
        """Leave the service."""
        context, self._context = self._context, None
        self._reader = ""
        if context is not None:
            self._winscard.SCardReleaseContext(context)

    @property
    def _api(self) -> Any:
        if self._context is None:
            raise TransportClosed(f"{self.name}: not open")
        return self._winscard

    def _find(self) -> str:
        result, readers = self._winscard.SCardListReaders(self._context, [])
        names: list[str] = list(readers) if _code(result) == OK else []
        match self._wanted:
            case int() as number if number < len(names):
                return names[number]
            case str() as name:
                # The service appends numbers of its own to a reader's name, and they change with the USB port.
                exact = [each for each in names if each == name]
                if found := exact or [each for each in names if each.startswith(name)]:
                    return found[0]
        raise OpenFailed(f"{self.name}: {len(names)} readers, not this one", OpenCause.MISSING)


class _PcscCard:
    """A card under power."""

    def __init__(self, winscard: Any, handle: Any, protocol: int, name: str) -> None:
        self._winscard = winscard
        self._handle = handle
        self._protocol = protocol
        self._name = name

    def transmit(self, apdu: list[int]) -> tuple[list[int], int, int]:
        """Send one command: see `Connection`."""
        result, answer = self._winscard.SCardTransmit(self._handle, self._protocol, apdu)
        _raise_for(result, self._name)
        if len(answer) < 2:
            raise CardMuteError("an answer without status word")
        return list(answer[:-2]), answer[-2], answer[-1]

    def disconnect(self) -> None:
        """Let the card forget; the result does not matter, it may be gone."""
        self._winscard.SCardDisconnect(self._handle, RESET_CARD)


def _code(result: int) -> int:
    return result & 0xFFFFFFFF


def _raise_for(result: int, name: str) -> None:
    code = _code(result)
    if code == OK:
        return
    if code in _GONE:
        raise CardGoneError
    if code in _CARD:
        raise CardMuteError(f"{code:08X}")
    raise TransportClosed(f"{name}: {code:08X}")
