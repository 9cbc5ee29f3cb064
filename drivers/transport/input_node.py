"""An input device of the kernel as a pipe of `struct input_event` (linux/input.h): keys, switches, buttons."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

from drivers.transport.base import OpenFailed, TransportClosed, open_cause
from drivers.transport.descriptor import read_some

EVENT = struct.Struct("llHHi")
"""Seconds, microseconds, type, code, value; 24 bytes on 64-bit machines."""
EV_SYN, EV_KEY, EV_SW = 0, 1, 5
SYN_DROPPED = 3
"""The kernel lost events: what was held or thrown meanwhile is not known."""
CHUNK = EVENT.size * 64


def as_it_is(fd: int) -> None:
    """Leave the node to everybody who reads it."""


class InputNode:
    """One /dev/input/event* node. `prepare` is done to its descriptor when it is opened, and is handed in so that a
    pipe can stand in for the kernel in tests.
    """

    def __init__(self, path: str, prepare: Callable[[int], None] = as_it_is) -> None:
        self._path = path
        self._prepare = prepare
        self._fd = -1

    @property
    def name(self) -> str:
        """The URI of this node."""
        return f"input:{self._path}"

    def open(self) -> None:
        """Open and prepare it.

        Raises:
            OpenFailed: missing, in use, not permitted, or no input device.
        """
        if self._fd >= 0:
            return
        try:
            fd = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise OpenFailed(f"{self.name}: cannot be opened", open_cause(error.errno)) from error
        try:
            self._prepare(fd)
        except OSError as error:
            os.close(fd)
            raise OpenFailed(f"{self.name}: cannot be prepared", open_cause(error.errno)) from error
        self._fd = fd

    def read(self, timeout: float) -> bytes:
        """Return events as soon as some are there, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        return read_some(self.fileno(), CHUNK, timeout, self.name)

    def fileno(self) -> int:
        """Return the open descriptor.

        Raises:
            TransportClosed: it is not open.
        """
        if self._fd < 0:
            raise TransportClosed(f"{self.name}: not open")
        return self._fd

    def close(self) -> None:
        """Let go of it."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
