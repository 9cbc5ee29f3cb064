"""Messages of Debian's virtual reader (vpcd): two bytes of length, big-endian, then so many bytes. Pure.

A message of one byte to the card is an order of its slot; every other message is a command, and is answered.
"""

from __future__ import annotations

from enum import IntEnum

LONGEST = 1024
"""No short command or answer is longer; a length above it is no message of ours."""


class Order(IntEnum):
    """What a slot tells a card. Only ATR is answered, with the card's ATR; empty means that the slot is empty."""

    POWER_OFF = 0x00
    POWER_ON = 0x01
    RESET = 0x02
    ATR = 0x04


class FrameError(ValueError):
    """The stream cannot be followed any longer."""


def encode(payload: bytes) -> bytes:
    """Return the message that carries `payload`.

    Raises:
        FrameError: too long.
    """
    if len(payload) > LONGEST:
        raise FrameError("too long for a message")
    return len(payload).to_bytes(2, "big") + payload


class FrameParser:
    """Cuts a stream into payloads, however the bytes arrive; keeps at most one message."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes in and return the payloads that they complete.

        Raises:
            FrameError: a length that cannot be; the connection has to be given up.
        """
        self._waiting += data
        found: list[bytes] = []
        while len(self._waiting) >= 2:
            size = int.from_bytes(self._waiting[:2], "big")
            if size > LONGEST:
                self._waiting.clear()
                raise FrameError(f"a message of {size} bytes")
            if len(self._waiting) < 2 + size:
                break
            found.append(bytes(self._waiting[2 : 2 + size]))
            del self._waiting[: 2 + size]
        return found
