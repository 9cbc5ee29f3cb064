"""The shared memory of a preview: made for one command, 0600, zeroed and unlinked after it. No OpenCV here.

Who makes it is the child; who sees to it that it goes is the driver, which outlives the child. What a driver that was
killed left behind is found by the process id in the name, by the next one that starts.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import stat
from pathlib import Path

from contracts.preview import FOLDER, HEADER_BYTES, NOTHING, Layout, owner_of, path_of, word


class SharedFrames:
    """One object of shared memory, mapped for writing."""

    def __init__(self, name: str, layout: Layout) -> None:
        """Make the object.

        Raises:
            ValueError: the name is none of ours.
            OSError: it exists, or there is no room for it.
        """
        self.layout = layout
        self._path = path_of(name)
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(self._path, flags, 0o600)
        try:
            # Reserved now: a full memory is an error here and not a bus error at the first frame.
            os.posix_fallocate(fd, 0, layout.total_bytes)
            self.memory = mmap.mmap(fd, layout.total_bytes)
        except OSError:
            os.unlink(self._path)
            raise
        finally:
            os.close(fd)
        self.memory[:HEADER_BYTES] = layout.header()

    def close(self) -> None:
        """Zero what was drawn, for readers that have it open too, and unlink the object."""
        _zero(self.memory, self.layout)
        # A view that somebody still holds keeps the mapping; the bytes in it are gone and so is the name.
        with contextlib.suppress(BufferError):
            self.memory.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)


def remove(name: str) -> bool:
    """Zero and unlink an object whose maker is gone; True when there was one.

    Raises:
        ValueError: the name is none of ours.
    """
    path = path_of(name)
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        _wipe(fd)
    finally:
        os.close(fd)
    return True


def sweep(folder: Path = Path(FOLDER)) -> int:
    """Remove the objects of our own user whose owner runs no more; returns how many there were."""
    found = 0
    for entry in _entries(folder):
        owner = owner_of(entry.name)
        if owner is not None and entry.stat(follow_symlinks=False).st_uid == os.getuid() and not _alive(owner):
            found += remove(entry.name)
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _wipe(fd: int) -> None:
    """Overwrite a whole object by `write`, not through a mapping: its maker may have made it shorter than it says."""
    state = os.fstat(fd)
    if not stat.S_ISREG(state.st_mode):
        return
    # The header first: a reader stops at it and never sees a frame half zeroed.
    block = bytes(1 << 20)
    for at in range(0, state.st_size, len(block)):
        os.pwrite(fd, block[: state.st_size - at], at)


def _zero(memory: mmap.mmap, layout: Layout) -> None:
    memory[layout.newest_at : layout.newest_at + 4] = word(NOTHING)
    memory[HEADER_BYTES:] = bytes(layout.total_bytes - HEADER_BYTES)
