"""Small files that only their owner reads, written so that a power cut leaves the old one or the new one whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from offline_cache.errors import KeyFileError

KEY_BYTES = 32
_LARGEST = 64 * 1024


def read_private(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        KeyFileError: its group or others may read it, or it is larger than any key.
        FileNotFoundError: there is none.
    """
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise KeyFileError(f"{path} may be read by others: chmod 600")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise KeyFileError(f"{path} is no key: it has more than {_LARGEST} bytes")
    return data


def write_private(path: Path, data: bytes) -> None:
    """Put `data` at `path`, mode 0600, in place of what was there; durable when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    sync_directory(path.parent)


def remove(path: Path) -> None:
    """Take a file away, if there is one; durable when this returns."""
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def sync_file(path: Path) -> None:
    """Make what was written to `path` durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_directory(path: Path) -> None:
    """Make names created, renamed or removed in `path` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
