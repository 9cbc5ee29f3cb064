"""What must be known of unwritten audit entries after the process has ended: one block that is there beforehand.

It is overwritten in place, so that a full disk has room for it. It holds counts and times, nothing of an entry.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

BLOCK = 4096
"""Bytes of the file. What is written fits into the first sector of 512, which a power cut leaves old or new."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`count` entries of the times `first` to `last` (ISO) that are not in the chain. `id` names the time of need."""

    id: str
    count: int
    first: str
    last: str


def joined(*gaps: Gap | None) -> Gap | None:
    """Return one gap for several, oldest first, under the first one's id."""
    found = [gap for gap in gaps if gap is not None]
    if not found:
        return None
    return Gap(found[0].id, sum(gap.count for gap in found), found[0].first, found[-1].last)


class GapMark:
    """The file. One thread at a time."""

    def __init__(self, path: Path) -> None:
        """Nothing is done yet."""
        self._path = path

    def prepare(self) -> bool:
        """Make sure that its block is there, really written; False when the disk has no room for it.

        Nothing is flushed: the file system sets the room aside, and what a power cut takes the next start makes again.
        """
        try:
            if self._path.stat().st_size == BLOCK:
                return True
        except OSError:
            pass
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(handle, bytes(BLOCK), 0)
            finally:
                os.close(handle)
        except OSError:
            with contextlib.suppress(OSError):
                self._path.unlink()
            return False
        return True

    def read(self) -> Gap | None:
        """Return what it says, None when nothing is missing."""
        try:
            found = json.loads(self._path.read_bytes().rstrip(b"\0") or b"null")
            gap = None if found is None else Gap(**found)
        except (OSError, ValueError, TypeError):
            return None
        if gap is None or type(gap.count) is not int or gap.count < 1:
            return None
        return gap if all(isinstance(text, str) for text in (gap.id, gap.first, gap.last)) else None

    def write(self, gap: Gap | None) -> bool:
        """Put it on the disk in the place of what was there; False when the disk refuses."""
        text = b"" if gap is None else json.dumps(asdict(gap)).encode()
        if not self.prepare():
            return False
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.pwrite(handle, text.ljust(BLOCK, b"\0"), 0)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError:
            return False
        return True
