"""The face of every transport, and how it fails."""

from __future__ import annotations

import errno
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol


class TransportError(Exception):
    """The pipe failed. `accepted` is how many bytes of the current write the system had already taken."""

    def __init__(self, message: str, accepted: int = 0) -> None:
        super().__init__(message)
        self.accepted = accepted


class TransportClosed(TransportError):  # noqa: N818
    """The other end is gone: unplugged, hung up, or never opened."""


class WriteTimeout(TransportError):  # noqa: N818
    """The other end stopped taking bytes. `accepted` says how many it took."""


class NoReply(TransportError):  # noqa: N818
    """Raised by protocols: the pipe is open and nobody answers at its end."""


class OpenCause(StrEnum):
    """Closed set of why a transport cannot be opened."""

    MISSING = "missing"
    IN_USE = "in_use"
    DENIED = "denied"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"


class OpenFailed(TransportError):  # noqa: N818
    """The transport could not be opened."""

    def __init__(self, message: str, cause: OpenCause) -> None:
        super().__init__(message)
        self.cause = cause


class Transport(Protocol):
    """One pipe with one user thread. Unplugging shows as `TransportClosed`; reopening is the owner's job."""

    @property
    def name(self) -> str:
        """Where it leads, for technicians, such as `serial:/dev/ttyUSB0?baud=115200`."""

    def open(self) -> None:
        """Open the pipe; a pipe that is open stays as it is.

        Raises:
            OpenFailed: it cannot be opened; `cause` says why.
        """

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return 1 to `max_bytes` bytes as soon as some are there, or b"" after `timeout` seconds without any.

        Raises:
            TransportClosed: the other end is gone.
        """

    def write(self, data: bytes, timeout: float) -> int:
        """Hand all of `data` to the system within `timeout` seconds and return how many bytes that was.

        Accepted means taken by the operating system, not received by the device.

        Raises:
            WriteTimeout: only `accepted` bytes were taken in time.
            TransportClosed: the other end is gone after `accepted` bytes.
        """

    def drain_input(self) -> int:
        """Throw away what has arrived and was not read; returns how many bytes that was.

        Raises:
            TransportClosed: the other end is gone.
        """

    def close(self) -> None:
        """Close the pipe; closing twice is fine and never raises."""


TransportFactory = Callable[[], Transport]
"""Makes a transport that is not open yet."""

_CAUSES = {
    errno.ENOENT: OpenCause.MISSING,
    errno.ENODEV: OpenCause.MISSING,
    errno.ENXIO: OpenCause.MISSING,
    errno.EIO: OpenCause.MISSING,
    errno.EBUSY: OpenCause.IN_USE,
    errno.EAGAIN: OpenCause.IN_USE,
    errno.EACCES: OpenCause.DENIED,
    errno.EPERM: OpenCause.DENIED,
    errno.ECONNREFUSED: OpenCause.REFUSED,
    errno.ENOTTY: OpenCause.UNSUPPORTED,
    errno.EINVAL: OpenCause.UNSUPPORTED,
}


def open_cause(number: int | None) -> OpenCause:
    """Return the cause that an errno stands for; anything unheard of is `unreachable`."""
    return _CAUSES.get(number or 0, OpenCause.UNREACHABLE)
