"""Codes before the camera: what to try on each frame, and when a code that was seen is believed.

A frame costs 1 to 2 ms of one core; what may find more (contrast, focus, size, the second reader) is spread over the
frames that showed nothing, so that the camera keeps its pace while nobody holds anything before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from drivers.code_reader.codec import LONGEST, printable
from drivers.code_reader.driver import CodeRead
from drivers.code_reader.pictures import STRONG, Code, clearer, larger, read_zbar, read_zxing, to_grey
from drivers.code_reader.restore import FOCUSES, Focus, sharpened

if TYPE_CHECKING:
    from drivers.code_reader.pictures import Picture

READS = 2
"""Equal reads that make a code: one reading of one frame may be wrong, two agree on nothing by chance."""
REMEMBER_S = 2.0
"""How long a first read waits for its equal."""
EFFORT_EVERY = 3
"""Misses between efforts beyond the plain reading."""
SECOND_READER_EVERY = 10


def _sharp(focus: Focus, grey: Picture) -> list[Code]:
    return read_zxing(sharpened(grey, focus))


Effort = Callable[["Picture"], list[Code]]
EFFORTS: tuple[Effort, ...] = (
    lambda grey: read_zxing(clearer(grey)),
    lambda grey: read_zxing(larger(clearer(grey))),
    lambda grey: read_zxing(grey, STRONG),
    *(partial(_sharp, focus) for focus in FOCUSES),
)
"""In turn: contrast, size, formats other than QR, focus (the lenses of terminals are fixed)."""


class CodeWatch:
    """Takes the frames of one command in and says when a code was read. Keeps marks of texts, never texts."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[int, float]] = {}
        self._misses = 0
        self._efforts = 0
        self._helped: Effort | None = None

    def feed(self, frame: Picture, at: float) -> CodeRead | None:
        """Look at one frame (h, w, 3) BGR or (h, w) grey, 8 bits, captured `at` (monotonic seconds).

        Returns the code once it was read twice within 2 s; of several codes in view the largest.
        """
        self._seen = {mark: (n, last) for mark, (n, last) in self._seen.items() if 0 <= at - last <= REMEMBER_S}
        for code in self._look(to_grey(frame)):
            if len(code.text.encode()) > LONGEST or not printable(code.text) or not code.text:
                continue
            mark = hashlib.sha256(f"{code.format} {code.text}".encode()).digest()
            count = self._seen.get(mark, (0, at))[0] + 1
            self._seen[mark] = (count, at)
            if count >= READS:
                self.wipe()
                return CodeRead(code.text, code.format)
        return None

    def wipe(self) -> None:
        """Forget everything."""
        self._seen.clear()
        self._misses = self._efforts = 0
        self._helped = None

    def _look(self, grey: Picture) -> list[Code]:
        codes = read_zxing(grey)
        if codes:
            return codes
        if self._helped is not None:
            # What has just found a code finds its equal in the next frame; in its turn it would come too late.
            helped, self._helped = self._helped, None
            if codes := helped(grey):
                self._helped = helped
                return codes
        self._misses += 1
        if self._misses % SECOND_READER_EVERY == 0:
            return self._tried(read_zbar, grey)
        if self._misses % EFFORT_EVERY:
            return []
        effort = EFFORTS[self._efforts % len(EFFORTS)]
        self._efforts += 1
        return self._tried(effort, grey)

    def _tried(self, effort: Effort, grey: Picture) -> list[Code]:
        codes = effort(grey)
        self._helped = effort if codes else None
        return codes
