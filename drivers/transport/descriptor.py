"""Reading and writing a non-blocking file descriptor with time-outs and exact counts."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

from drivers.transport.base import TransportClosed, WriteTimeout

CHUNK = 4096
MOST_DRAINED = 1 << 20
"""A device that never stops sending must not hold its owner: what is left after this is read like anything else."""


def read_some(fd: int, max_bytes: int, timeout: float, name: str) -> bytes:
    """Return what is there, at most `max_bytes`; b"" after `timeout` seconds.

    Raises:
        TransportClosed: end of file or any operating system error.
    """
    try:
        ready, _, _ = select.select([fd], [], [], max(0.0, timeout))
        if not ready:
            return b""
        data = os.read(fd, max_bytes)
    except BlockingIOError:
        return b""
    except (OSError, ValueError) as error:
        raise TransportClosed(f"{name}: {_reason(error)}") from error
    if not data:
        # Readable without data is how a pulled cable looks on a tty, and how a hang-up looks on a socket.
        raise TransportClosed(f"{name}: the other end is gone")
    return data


def write_all(fd: int, data: bytes, timeout: float, name: str) -> int:
    """Write everything within `timeout` seconds and return the count.

    Raises:
        WriteTimeout, TransportClosed: both carry the count that was accepted.
    """
    end = time.monotonic() + timeout
    view = memoryview(data)
    accepted = 0
    while accepted < len(data):
        left = end - time.monotonic()
        try:
            _, ready, _ = select.select([], [fd], [], max(0.0, left))
            if ready:
                accepted += os.write(fd, view[accepted : accepted + CHUNK])
                continue
        except BlockingIOError:
            pass
        except (OSError, ValueError) as error:
            raise TransportClosed(f"{name}: {_reason(error)}", accepted) from error
        if left <= 0:
            raise WriteTimeout(f"{name}: took {accepted} of {len(data)} bytes in {timeout:g} s", accepted)
    return accepted


def drain(read_now: Callable[[int], bytes], most: int = MOST_DRAINED) -> int:
    """Drop what is waiting, up to `most` bytes and one chunk; `read_now(size)` returns b"" when nothing is there.

    Raises:
        TransportClosed: the other end is gone.
    """
    dropped = 0
    while dropped < most and (chunk := read_now(CHUNK)):
        dropped += len(chunk)
    return dropped


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
