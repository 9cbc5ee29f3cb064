"""Cuts a stream of concatenated JPEG pictures (ITU-T T.81) into whole ones, however the bytes arrive. Pure.

It follows the marker segments, so that the end marker of a thumbnail inside a picture ends nothing; it keeps at most
one picture of `most` bytes; and it finds its way again after anything that is none.
"""

from __future__ import annotations

import re

MOST_BYTES = 4 * 1024 * 1024
"""More than any 1280 x 720 picture needs; a longer one is thrown away."""
MOST_PIXELS = 4096 * 4096

_START = b"\xff\xd8\xff"
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class JpegSplitter:
    """State of one stream. `lost` counts pictures that were begun and could not be whole."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._buffer = bytearray()
        self._at = 0  # how far the picture at the start of the buffer was followed
        self._scan = False  # inside entropy-coded data
        self.lost = 0

    @property
    def held(self) -> int:
        """Bytes waiting for the rest of their picture."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Return the pictures that `data` completes, oldest first."""
        whole: list[bytes] = []
        # In pieces, so that one great write cannot make the buffer greater than allowed.
        for at in range(0, len(data), self._most):
            self._buffer += data[at : at + self._most]
            while (picture := self._next()) is not None:
                whole.append(picture)
            if len(self._buffer) > self._most:
                self._lose()
                while (picture := self._next()) is not None:
                    whole.append(picture)
                if len(self._buffer) > self._most:
                    self._restart(len(self._buffer))
        return whole

    def _next(self) -> bytes | None:
        """Return the next whole picture, None when more bytes are needed."""
        while True:
            if self._at == 0 and not self._find_start():
                return None
            end = self._follow()
            if end < 0:
                self._lose()
                continue
            if end == 0:
                return None
            picture = bytes(self._buffer[:end])
            self._restart(end)
            if len(picture) <= self._most:
                return picture
            self.lost += 1

    def _find_start(self) -> bool:
        start = self._buffer.find(_START)
        if start < 0:
            # The last two bytes may be the beginning of a start.
            del self._buffer[: max(0, len(self._buffer) - 2)]
            return False
        del self._buffer[:start]
        self._at = 2
        return True

    def _follow(self) -> int:
        """Go along the segments: returns where the picture ends, 0 when it is not all here, -1 when it is none."""
        buffer = self._buffer
        while True:
            if self._scan:
                found = _MARKER_IN_SCAN.search(buffer, self._at)
                if found is None:
                    # The last byte may be the first half of a marker.
                    self._at = max(self._at, len(buffer) - 1)
                    return 0
                self._at, self._scan = found.start(), False
            if len(buffer) < self._at + 2:
                return 0
            if buffer[self._at] != 0xFF:
                return -1
            marker = buffer[self._at + 1]
            if marker == 0xFF:  # fill bytes may stand before any marker
                self._at += 1
                continue
            if marker == _EOI:
                return self._at + 2
            if marker == _SOI or marker == 0x00:
                return -1
            if marker == _TEM or 0xD0 <= marker <= 0xD7:
                self._at += 2
                continue
            if len(buffer) < self._at + 4:
                return 0
            length = int.from_bytes(buffer[self._at + 2 : self._at + 4])
            if length < 2:
                return -1
            self._at += 2 + length
            self._scan = marker == _SOS

    def _lose(self) -> None:
        """Give up the picture at the start and look for the next start after it."""
        self.lost += 1
        self._restart(2)

    def _restart(self, keep_from: int) -> None:
        del self._buffer[:keep_from]
        self._at, self._scan = 0, False


def size_of(picture: bytes) -> tuple[int, int] | None:
    """Return width and height as a whole picture's frame header tells them; None when there is none."""
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _FRAMES:
            return int.from_bytes(picture[at + 7 : at + 9]), int.from_bytes(picture[at + 5 : at + 7])
        if marker == _TEM or 0xD0 <= marker <= 0xD7:
            at += 2
            continue
        if marker in (_SOS, _EOI, _SOI):
            return None
        at += 2 + int.from_bytes(picture[at + 2 : at + 4])
    return None


def acceptable(picture: bytes) -> bool:
    """Whether a picture says of itself that it is no larger than we decode (a small file can claim 65500 x 65500)."""
    size = size_of(picture)
    return size is not None and 0 < size[0] * size[1] <= MOST_PIXELS
