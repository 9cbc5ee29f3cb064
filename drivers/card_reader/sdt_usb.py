"""Readers with the split USB interface (SDT): frames cut in two, each half on endpoints of its own.

    OUT 0x02  preamble and length, 7 bytes       IN 0x81  preamble and length, 7 bytes
    OUT 0x06  command to check                   IN 0x85  SW1 to check

Rests on public drivers and vendors' tables of endpoints; never tried on a reader.
"""

from __future__ import annotations

import time
from dataclasses import astuple, dataclass

from drivers.card_reader.codec import LONGEST, PREAMBLE
from drivers.transport.base import OpenCause, OpenFailed
from drivers.transport.usb import IN_BIT, UsbAddress, UsbHandle

HEAD = len(PREAMBLE) + 2


@dataclass(frozen=True, slots=True)
class SplitEndpoints:
    """The four endpoints."""

    head_out: int = 0x02
    body_out: int = 0x06
    head_in: int = 0x81
    body_in: int = 0x85


USUAL = SplitEndpoints()


class SdtUsbTransport:
    """Looks like a plain stream of frames from outside."""

    def __init__(
        self, address: UsbAddress, endpoints: SplitEndpoints | None = None, *, backend: object | None = None
    ) -> None:
        """Without `endpoints` they are the usual four, or else the device's first two of each direction."""
        self._address = address
        self._chosen = endpoints
        self._ends = endpoints or USUAL
        self._handle = UsbHandle(address, self.name, backend)
        self._held = b""
        self._head = b""
        self._body = 0

    @property
    def name(self) -> str:
        """The URI of this reader."""
        return f"sdt-usb:{self._address}"

    def open(self) -> None:
        """Find and claim the reader.

        Raises:
            OpenFailed: not plugged in, in use, not permitted, or not four such endpoints.
        """
        if self._handle.is_open:
            return
        wanted = frozenset[int](astuple(self._chosen)) if self._chosen else frozenset[int]()
        ends = self._handle.open(wanted)
        if self._chosen is None:
            self._ends = self._pick(ends)
        self._forget()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` of the stream of frames, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        end = time.monotonic() + timeout
        while not self._held:
            left = max(0.0, end - time.monotonic())
            data = self._handle.read(self._ends.body_in if self._body else self._ends.head_in, left)
            if not data:
                return b""
            self._take(data)
        data, self._held = self._held[:max_bytes], self._held[max_bytes:]
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Write one frame, which `data` is.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        accepted = self._handle.write(self._ends.head_out, data[:HEAD], timeout)
        return accepted + self._handle.write(self._ends.body_out, data[HEAD:], timeout)

    def drain_input(self) -> int:
        """Drop what has arrived on both endpoints: the next bytes begin a frame.

        Raises:
            TransportClosed: unplugged.
        """
        dropped = len(self._held)
        self._forget()
        for end in (self._ends.head_in, self._ends.body_in):
            dropped += self._handle.drain(end)
        return dropped

    def close(self) -> None:
        """Give the reader back."""
        self._forget()
        self._handle.close()

    def _take(self, data: bytes) -> None:
        """Count bytes: seven of a head tell how many of the body follow."""
        self._held = data
        if self._body:
            self._body = max(0, self._body - len(data))
            return
        self._head = (self._head + data)[-HEAD:]
        length = int.from_bytes(self._head[-2:], "big")
        if self._head[:-2] == PREAMBLE and length <= LONGEST:
            self._head, self._body = b"", length

    def _forget(self) -> None:
        self._held = self._head = b""
        self._body = 0

    def _pick(self, ends: tuple[int, ...]) -> SplitEndpoints:
        if set(astuple(USUAL)) <= set(ends):
            return USUAL
        out, into = [end for end in ends if not end & IN_BIT], [end for end in ends if end & IN_BIT]
        if len(out) < 2 or len(into) < 2:
            self.close()
            raise OpenFailed(f"{self.name}: no two endpoints of each direction", OpenCause.UNSUPPORTED)
        return SplitEndpoints(out[0], out[1], into[0], into[1])
