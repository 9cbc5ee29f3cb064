"""Disk that is kept for the day the disk is full: given up so that what was promised can still be written down.

New cases never get it. Refusals, results of the platform, what a resident takes back and the audit do.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from offline_cache.store.keyfile import sync_directory


class ReserveState(StrEnum):
    """What the heartbeat says of it."""

    NONE = "none"
    HELD = "held"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Disk:
    """What is left where the store lies."""

    free_bytes: int
    reserve: ReserveState


class Reserve:
    """A file of `size` bytes that really takes them. Any thread."""

    def __init__(self, path: Path, size: int) -> None:
        """Nothing is allocated yet; a size of 0 means that none is kept."""
        self._path = path
        self._size = size
        self._gate = threading.Lock()

    @property
    def state(self) -> ReserveState:
        """What there is now."""
        if self._size == 0:
            return ReserveState.NONE
        return ReserveState.HELD if self._allocated() else ReserveState.GIVEN_UP

    def hold(self) -> bool:
        """Allocate it when there is room for it twice; returns whether it is held, or none is kept.

        The second half keeps it from coming and going on a disk that is nearly full.
        """
        if self._size == 0:
            self._path.unlink(missing_ok=True)
            return True
        with self._gate:
            if self._allocated():
                return True
            half = self._path.with_name(self._path.name + ".half")
            try:
                disk = os.statvfs(self._path.parent)
                if disk.f_bavail * disk.f_frsize < 2 * self._size:
                    return False
                with half.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, self._size)
                    os.fsync(file.fileno())
                half.rename(self._path)
                sync_directory(self._path.parent)
            except OSError:
                with contextlib.suppress(OSError):
                    half.unlink(missing_ok=True)
                return False
            return True

    def give_up(self) -> bool:
        """Let the disk have it; returns whether there was something to give."""
        with self._gate:
            try:
                self._path.unlink()
            except OSError:
                return False
            with contextlib.suppress(OSError):
                sync_directory(self._path.parent)
            return self._size > 0

    def _allocated(self) -> bool:
        try:
            found = self._path.stat()
        except OSError:
            return False
        return found.st_size == self._size and found.st_blocks * 512 >= self._size
