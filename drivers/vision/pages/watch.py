"""One look for a page: frames in, how the sheet lies out, and at last the picture of it."""

from __future__ import annotations

import cv2
import numpy as np

from drivers.vision.messages import Lie, PageTaken
from drivers.vision.pages.find import Picture
from drivers.vision.pages.flatten import flatten
from drivers.vision.pages.judge import judge
from drivers.vision.pages.steady import Steady

JPEG_QUALITY = 82
MOST_BYTES = 2 * 2**20


class PageWatch:
    """Feeds one look (`drivers.vision.tools.PageTask`)."""

    def __init__(self) -> None:
        self._steady: Steady | None = None
        self._taken: PageTaken | None = None

    def feed(self, frame: Picture, at: float, *, now: bool) -> Lie:
        """Take a (h, w, 3) BGR frame; GOOD once `result` is there. `now`: the resident wants it taken as it lies, which
        is done whenever there is a sheet at all.
        """
        if self._steady is None:
            self._steady = Steady(max(frame.shape[:2]))
        judged = judge(frame)
        said = self._steady.see(judged, at)
        if judged.corners is not None and (said is Lie.GOOD or now):
            self._taken = _taken(flatten(frame, judged.corners), judged.lie)
            return Lie.GOOD
        return said

    @property
    def result(self) -> PageTaken | None:
        """The picture, set once."""
        return self._taken

    def wipe(self) -> None:
        """Forget it."""
        self._steady, self._taken = None, None


def _taken(flat: Picture, lie: Lie) -> PageTaken:
    quality = JPEG_QUALITY
    while True:
        ok, jpeg = cv2.imencode(".jpg", flat, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if ok and (len(jpeg) <= MOST_BYTES or quality < 30):
            height, width = flat.shape[:2]
            return PageTaken(lie, width, height, np.asarray(jpeg).tobytes())
        quality -= 15
