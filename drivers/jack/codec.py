"""What a jack says, pure: bytes of `struct input_event` to plugged or not. Names as in linux/input-event-codes.h."""

from __future__ import annotations

from enum import Enum, auto

from drivers.transport.input_node import EV_SW, EV_SYN, EVENT, SYN_DROPPED

SW_HEADPHONE_INSERT = 2
SWITCH_BYTES = 8
"""Room for the bit map of all switches (SW_MAX is 0x10)."""


class Contact(Enum):
    """What the contacts were last seen at. UNSURE: the kernel lost events, or there was none yet."""

    IN = auto()
    OUT = auto()
    UNSURE = auto()


class JackParser:
    """Cuts a stream of input events into changes of the jack. Keeps less than one event."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def reset(self) -> None:
        """Forget the piece of an event."""
        self._bytes.clear()

    def feed(self, data: bytes) -> list[Contact]:
        """Take bytes in and return what they say, in order; equal neighbours once."""
        found: list[Contact] = []
        self._bytes += data
        whole = len(self._bytes) - len(self._bytes) % EVENT.size
        for _, _, kind, code, value in EVENT.iter_unpack(bytes(self._bytes[:whole])):
            said = None
            if kind == EV_SW and code == SW_HEADPHONE_INSERT:
                said = Contact.IN if value else Contact.OUT
            elif kind == EV_SYN and code == SYN_DROPPED:
                said = Contact.UNSURE
            if said is not None and found[-1:] != [said]:
                found.append(said)
        del self._bytes[:whole]
        return found


def contact_of(switches: bytes) -> Contact:
    """Return what the bit map of a device's switches says (EVIOCGSW: bit 2 of the first byte)."""
    return Contact.IN if switches and switches[0] >> SW_HEADPHONE_INSERT & 1 else Contact.OUT


def event(contact: Contact, at: float = 0.0) -> bytes:
    """Return the two events by which the kernel tells of a change: the switch, and that this was all."""
    stamp = (int(at), int(at % 1 * 1e6))
    return EVENT.pack(*stamp, EV_SW, SW_HEADPHONE_INSERT, contact is Contact.IN) + EVENT.pack(*stamp, EV_SYN, 0, 0)
