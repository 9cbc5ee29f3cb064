"""Finding a reader's baud rate: Status is asked at each, from the fastest down, until a whole reply comes back."""

from __future__ import annotations

import time

from drivers.card_reader import codec
from drivers.card_reader.codec import BAUDS, FrameParser
from drivers.transport.base import NoReply, TransportClosed
from drivers.transport.serial import SerialTransport

LISTEN_S = 0.4
"""A module answers Status within a few milliseconds, and the answer lasts 12 ms at 9600 baud."""
WRITE_S = 0.5
CHUNK = 4096


class AutoBaud:
    """A factory of transports on one port; the rate that worked last is tried first."""

    def __init__(self, path: str, listen: float = LISTEN_S) -> None:
        """`listen`: seconds to wait for an answer at each rate."""
        self.path = path
        self.listen = listen
        self.rate: int | None = None

    def __call__(self) -> AutoBaudTransport:
        """Return a transport that is not open yet."""
        return AutoBaudTransport(self)

    def rates(self) -> list[int]:
        """Return the rates in the order in which to try them."""
        return sorted(BAUDS, key=lambda rate: (rate != self.rate, -rate))


class AutoBaudTransport:
    """A serial port whose rate is found when it is opened."""

    def __init__(self, factory: AutoBaud) -> None:
        self._factory = factory
        self._port: SerialTransport | None = None

    @property
    def name(self) -> str:
        """The URI of this port."""
        return f"serial:{self._factory.path}?baud=auto"

    def open(self) -> None:
        """Open the port at the rate at which a module answers.

        Raises:
            OpenFailed: there is no such port, or it cannot be used.
            NoReply: nobody answers at any rate.
            TransportClosed: unplugged meanwhile.
        """
        if self._port is not None:
            return
        for rate in self._factory.rates():
            port = SerialTransport(self._factory.path, rate)
            port.open()
            answered = False
            try:
                answered = self._answers(port)
            finally:
                if not answered:
                    port.close()
            if answered:
                self._port, self._factory.rate = port, rate
                return
        self._factory.rate = None
        raise NoReply(f"{self.name}: no reply at any rate")

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` as soon as some are there, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        return self._open_port().read(max_bytes, timeout)

    def write(self, data: bytes, timeout: float) -> int:
        """Write all of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        return self._open_port().write(data, timeout)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        return self._open_port().drain_input()

    def close(self) -> None:
        """Close the port."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _answers(self, port: SerialTransport) -> bool:
        """Ask once. Noise, which is what another rate sounds like, is no answer."""
        parser = FrameParser()
        port.drain_input()
        port.write(codec.STATUS, WRITE_S)
        end = time.monotonic() + self._factory.listen
        while (left := end - time.monotonic()) > 0:
            if parser.feed(port.read(CHUNK, left)):
                return True
        return False

    def _open_port(self) -> SerialTransport:
        if self._port is None:
            raise TransportClosed(f"{self.name}: not open")
        return self._port
