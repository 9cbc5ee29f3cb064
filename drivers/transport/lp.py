"""A USB printer behind the kernel's usblp driver: `/dev/usb/lp0`."""

from __future__ import annotations

import contextlib
import os
import select
import time

from drivers.transport.base import OpenFailed, TransportClosed, open_cause
from drivers.transport.descriptor import drain, write_all

PAUSE_S = 0.01


class LpTransport:
    """One printer's character device. usblp lets one program open it at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = -1

    @property
    def name(self) -> str:
        """The URI of this printer."""
        return f"lp:{self._path}"

    def open(self) -> None:
        """Open for reading and writing, without waiting.

        Raises:
            OpenFailed: missing, in use, not permitted.
        """
        if self._fd >= 0:
            return
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise OpenFailed(f"{self.name}: cannot be opened", open_cause(error.errno)) from error

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` as soon as some are there, b"" after `timeout` seconds.

        An empty read is not the end: it is a packet of length zero, which many printers send.

        Raises:
            TransportClosed: unplugged.
        """
        fd = self._descriptor()
        end = time.monotonic() + timeout
        poller = select.poll()
        poller.register(fd, select.POLLIN)
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                ready = poller.poll(left * 1000)
                if not ready:
                    return b""
                events = ready[0][1]
                if events & select.POLLIN and (data := os.read(fd, max_bytes)):
                    return data
            except BlockingIOError:
                events = 0
            except OSError as error:
                raise TransportClosed(f"{self.name}: {error.strerror}") from error
            if events & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                raise TransportClosed(f"{self.name}: the other end is gone")
            if left <= 0:
                return b""
            time.sleep(min(PAUSE_S, left))

    def write(self, data: bytes, timeout: float) -> int:
        """Write all of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        return write_all(self._descriptor(), data, timeout, self.name)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        return drain(lambda size: self.read(size, 0.0))

    def close(self) -> None:
        """Close the device."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _descriptor(self) -> int:
        if self._fd < 0:
            raise TransportClosed(f"{self.name}: not open")
        return self._fd
