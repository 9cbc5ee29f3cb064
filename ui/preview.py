"""Reads the camera's preview from shared memory. No Qt, and no trust: whoever writes there may have been taken over.

Bytes are copied out with `pread`, never mapped: an object that its writer cuts short gives a short read here, where a
mapping would be a bus error in the process that draws the screen.
"""

from __future__ import annotations

import os
import stat

from contracts.preview import HEADER_BYTES, NOTHING, Layout, path_of, read_layout, read_word

MOST_PIXELS = 1280 * 720
"""A larger preview is refused: it could only be a mistake or an attack on our memory."""


class Preview:
    """One preview, open from here to `close`. Holds two frames: the one that is drawn and the one that is read."""

    def __init__(self, name: str) -> None:
        """Open it read-only.

        Raises:
            ValueError: no name of ours, not our own object, or its header makes no sense.
            OSError: it is not there.
        """
        self._fd = os.open(path_of(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            self.layout = self._check()
        except (OSError, ValueError):
            os.close(self._fd)
            raise
        self._frames = [bytearray(self.layout.frame_bytes), bytearray(self.layout.frame_bytes)]
        self._shown = 0
        self._last = (NOTHING, 0)
        self.gone = False

    @property
    def pixels(self) -> bytearray:
        """The frame that was taken last: BGRX rows from the top."""
        return self._frames[self._shown]

    @property
    def buffers(self) -> tuple[bytearray, bytearray]:
        """Both frames, `pixels` being `buffers[shown]`."""
        return self._frames[0], self._frames[1]

    @property
    def shown(self) -> int:
        """Which buffer `pixels` is."""
        return self._shown

    def take(self) -> bool:
        """Copy the newest frame if it is new and whole; `pixels` has it then. Sets `gone` once there will be none."""
        header = os.pread(self._fd, HEADER_BYTES, 0)
        if len(header) < HEADER_BYTES or not header.startswith(self._start):
            self.gone = True
            return False
        slot = read_word(header, self.layout.newest_at)
        if slot == NOTHING:
            # Before the first frame, or after the last: then the name has gone as well.
            self.gone = os.fstat(self._fd).st_nlink == 0
            return False
        if slot >= self.layout.slots:
            self.gone = True
            return False
        sequence = read_word(header, self.layout.sequence_at(slot))
        if sequence == 0 or sequence % 2 or (slot, sequence) == self._last:
            return False
        spare = 1 - self._shown
        if os.preadv(self._fd, [self._frames[spare]], self.layout.frame_at(slot)) != self.layout.frame_bytes:
            self.gone = True
            return False
        after = os.pread(self._fd, 4, self.layout.sequence_at(slot))
        if len(after) < 4 or read_word(after, 0) != sequence:
            return False
        self._last, self._shown = (slot, sequence), spare
        return True

    def close(self) -> None:
        """Zero both frames and let go."""
        for frame in self._frames:
            frame[:] = bytes(len(frame))
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def _check(self) -> Layout:
        state = os.fstat(self._fd)
        if not stat.S_ISREG(state.st_mode) or state.st_uid != os.getuid():
            raise ValueError("not an object of ours")
        header = os.pread(self._fd, HEADER_BYTES, 0)
        layout = read_layout(header)
        self._start = header[: layout.newest_at]
        if layout.width * layout.height > MOST_PIXELS or state.st_size < layout.total_bytes:
            raise ValueError("not the size of a preview")
        return layout
