"""A TCP connection: network printers (port 9100) and serial-over-TCP tunnels."""

from __future__ import annotations

import contextlib
import socket

from drivers.transport.base import OpenCause, OpenFailed, TransportClosed, open_cause
from drivers.transport.descriptor import drain, read_some, write_all

CONNECT_TIMEOUT_S = 3.0


class TcpTransport:
    """One outgoing connection."""

    def __init__(self, host: str, port: int, connect_timeout: float = CONNECT_TIMEOUT_S) -> None:
        self._host = host
        self._port = port
        self._connect_timeout = connect_timeout
        self._socket: socket.socket | None = None

    @property
    def name(self) -> str:
        """The URI of this connection."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"tcp://{host}:{self._port}"

    def open(self) -> None:
        """Connect.

        Raises:
            OpenFailed: refused, unreachable, or no such host.
        """
        if self._socket is not None:
            return
        try:
            connection = socket.create_connection((self._host, self._port), self._connect_timeout)
        except TimeoutError as error:
            raise OpenFailed(f"{self.name}: no answer", OpenCause.UNREACHABLE) from error
        except OSError as error:
            raise OpenFailed(f"{self.name}: cannot be reached", open_cause(error.errno)) from error
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A printer whose plug was pulled sends nothing at all: keep-alive makes that an error within half a minute.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        self._socket = connection

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` as soon as some are there, b"" after `timeout` seconds.

        Raises:
            TransportClosed: the other end hung up.
        """
        return read_some(self._descriptor(), max_bytes, timeout, self.name)

    def write(self, data: bytes, timeout: float) -> int:
        """Write all of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        return write_all(self._descriptor(), data, timeout, self.name)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: the other end hung up.
        """
        return drain(lambda size: self.read(size, 0.0))

    def close(self) -> None:
        """Close the connection."""
        connection, self._socket = self._socket, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()

    def _descriptor(self) -> int:
        if self._socket is None:
            raise TransportClosed(f"{self.name}: not open")
        return self._socket.fileno()
