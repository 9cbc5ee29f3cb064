"""The two wires the printer can hang on: a TCP port like a network printer's, a pty like a serial line."""

from __future__ import annotations

import contextlib
import os
import socket
import tty
from pathlib import Path
from typing import Protocol

TCP_CHUNK = 16384
PTY_CHUNK = 64
"""Small, because a UART hands over a few bytes at a time; pacing depends on it."""


class Wire(Protocol):
    """Where bytes come from and go to."""

    def readers(self) -> list[int]:
        """Descriptors to watch for reading."""

    def read(self) -> bytes:
        """Bytes from the readable descriptor; b"" when it was only a connection coming or going."""

    def write(self, data: bytes) -> None:
        """Send to whoever is connected, or drop."""

    def power(self, on: bool) -> None:
        """What the wire does when the printer's power comes or goes."""

    def close(self) -> None:
        """Clean up."""


class TcpWire:
    """Listens; serves one connection at a time, the next one waits, as network printers do."""

    def __init__(self, port: int) -> None:
        self._listener = self._listen(port)
        self.port: int = self._listener.getsockname()[1]
        self._peer: socket.socket | None = None

    @staticmethod
    def _listen(port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A small window: a printer's network board holds kilobytes, not the megabytes of a PC.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        listener.bind(("127.0.0.1", port))
        listener.listen(4)
        return listener

    def readers(self) -> list[int]:
        """The connection, or the listener while there is none."""
        if self._peer is not None:
            return [self._peer.fileno()]
        return [self._listener.fileno()] if self._listener.fileno() >= 0 else []

    def read(self) -> bytes:
        """Accept, or read."""
        if self._peer is None:
            self._peer, _ = self._listener.accept()
            self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        try:
            data = self._peer.recv(TCP_CHUNK)
        except OSError:
            data = b""
        if not data:
            self._drop()
        return data

    def write(self, data: bytes) -> None:
        """Send to the connection."""
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.sendall(data)

    def power(self, on: bool) -> None:
        """Off: the connection breaks and the port is closed; on: the same port again."""
        if on:
            if self._listener.fileno() < 0:
                self._listener = self._listen(self.port)
        else:
            self._drop()
            self._listener.close()

    def close(self) -> None:
        """Close everything."""
        self._drop()
        self._listener.close()

    def _drop(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None


class PtyWire:
    """A pty whose other end is linked at `link`."""

    def __init__(self, link: Path) -> None:
        self._master, self._slave = os.openpty()
        # Raw on both sides, or ^C and XON inside a picture are eaten.
        tty.setraw(self._master)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._link = link
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))

    def readers(self) -> list[int]:
        """The master side."""
        return [self._master]

    def read(self) -> bytes:
        """A few bytes, as a UART would."""
        try:
            return os.read(self._master, PTY_CHUNK)
        except OSError:
            return b""

    def write(self, data: bytes) -> None:
        """Send; when nobody reads, a serial line loses."""
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def power(self, on: bool) -> None:
        """The cable stays where it is."""

    def close(self) -> None:
        """Remove the link."""
        self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
