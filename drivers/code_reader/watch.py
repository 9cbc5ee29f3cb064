"""Codes before the camera: what to try on each frame, and when a code that was seen is believed.

A frame costs 1 to 2 ms of one core; what may find more (contrast, focus, size, the second reader) is spread over the
frames that showed nothing, so that the camera keeps its pace while nobody holds anything before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from drivers.code_reader.codec import LONGEST, printable
from drivers.code_reader.driver import CodeRead
from drivers.code_reader.pictures import STRONG, Code, clearer, larger, read_zbar, read_zxing, to_grey
from drivers.code_reader.restore import FOCUSES, sharpened

if TYPE_CHECKING:
    from drivers.code_reader.pictures import Picture

READS = 2
"""Equal reads that make a code: one reading of one frame may be wrong, two agree on nothing by chance."""
REMEMBER_S = 2.0
"""How long a first read waits for its equal."""
EFFORT_EVERY = 3
"""Misses between efforts beyond the plain reading."""
SECOND_READER_EVERY = 10
_SECOND_READER_FORMATS = frozenset({"QRCode", "Code128", "EAN13"})

Effort = Callable[["Picture"], list[Code]]
EFFORTS: tuple[Effort, ...] = (
    lambda grey: read_zxing(clearer(grey)),
    lambda grey: read_zxing(larger(clearer(grey))),
    lambda grey: read_zxing(sharpened(grey, FOCUSES[0])),
    lambda grey: read_zxing(grey, STRONG),
    lambda grey: read_zxing(sharpened(grey, FOCUSES[1])),
    lambda grey: read_zxing(sharpened(grey, FOCUSES[2])),
)
"""In turn: contrast, size, focus (the lenses of terminals are fixed), and formats other than QR."""


class CodeWatch:
    """Takes the frames of one command in and says when a code was read. Keeps marks of texts, never texts."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[int, float]] = {}
        self._misses = 0
        self._efforts = 0

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

    def _look(self, grey: Picture) -> list[Code]:
        codes = read_zxing(grey)
        if codes:
            return codes
        self._misses += 1
        if self._misses % SECOND_READER_EVERY == 0:
            return [code for code in read_zbar(grey) if code.format in _SECOND_READER_FORMATS]
        if self._misses % EFFORT_EVERY:
            return []
        effort = EFFORTS[self._efforts % len(EFFORTS)]
        self._efforts += 1
        return effort(grey)
