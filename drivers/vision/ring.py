"""Draws frames into the preview: BGRX, at most 30 a second; faces mirrored at 640 x 360, paper as it lies and larger.

Vision process only (OpenCV).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from contracts.preview import Layout, word
from drivers.vision.shared import SharedFrames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

PREVIEW = Layout(640, 360)
PAPER = Layout(960, 720)
"""The shape of a document camera's picture."""
MOST_FPS = 30.0
EARLY = 0.8
"""A frame that comes this share of a step after the last is drawn: cameras do not keep time to the millisecond."""


class Ring:
    """One preview. Used from one thread."""

    def __init__(self, name: str, layout: Layout = PREVIEW, *, mirrored: bool = True, whole: bool = False) -> None:
        """Make the shared memory. `whole`: nothing is cut away, what is left of the frame is black.

        Raises:
            ValueError, OSError: see `SharedFrames`.
        """
        self._frames = SharedFrames(name, layout)
        self._layout = layout
        self._mirror, self._whole = mirrored, whole
        self._slots: list[Picture] = [
            np.frombuffer(self._frames.memory, np.uint8, layout.frame_bytes, layout.frame_at(slot)).reshape(
                layout.height, layout.width, 4
            )
            for slot in range(layout.slots)
        ]
        shape = (layout.height, layout.width, 3)
        self._small: Picture = np.zeros(shape, np.uint8)
        self._mirrored: Picture = np.zeros(shape, np.uint8)
        self._sequences = [0] * layout.slots
        self._newest = layout.slots - 1
        self._due = float("-inf")
        self.drawn = 0

    def draw(self, picture: Picture, at: float) -> bool:
        """Draw a (h, w, 3) BGR picture captured at `at` (monotonic s); False when it came too soon after the last."""
        if at < self._due:
            return False
        self._due = at + EARLY / MOST_FPS
        layout = self._layout
        slot = (self._newest + 1) % layout.slots
        self._stamp(slot)
        if self._whole:
            self._fit(picture)
        else:
            cv2.resize(self._middle(picture), (layout.width, layout.height), self._small, interpolation=cv2.INTER_AREA)
        if self._mirror:
            cv2.flip(self._small, 1, self._mirrored)
        cv2.cvtColor(self._mirrored if self._mirror else self._small, cv2.COLOR_BGR2BGRA, self._slots[slot])
        self._stamp(slot)
        self._frames.memory[layout.newest_at : layout.newest_at + 4] = word(slot)
        self._newest = slot
        self.drawn += 1
        return True

    def close(self) -> None:
        """Zero everything that a face was drawn into, and unlink the object."""
        self._slots.clear()
        self._small.fill(0)
        self._mirrored.fill(0)
        self._frames.close()

    def _fit(self, picture: Picture) -> None:
        """All of the picture, as large as it fits."""
        height, width = picture.shape[:2]
        scale = min(self._layout.width / width, self._layout.height / height)
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        left, top = (self._layout.width - across) // 2, (self._layout.height - down) // 2
        self._small.fill(0)
        self._small[top : top + down, left : left + across] = cv2.resize(
            picture, (across, down), interpolation=cv2.INTER_AREA
        )

    def _middle(self, picture: Picture) -> Picture:
        """The largest middle part that has the preview's shape: nobody is stretched."""
        height, width = picture.shape[:2]
        wanted = self._layout.width / self._layout.height
        if width > height * wanted:
            across = max(1, round(height * wanted))
            left = (width - across) // 2
            return picture[:, left : left + across]
        down = max(1, round(width / wanted))
        top = (height - down) // 2
        return picture[top : top + down]

    def _stamp(self, slot: int) -> None:
        """Odd: being written. Even: whole. 32 bits go round after four years."""
        self._sequences[slot] = (self._sequences[slot] + 1) & 0xFFFFFFFF
        at = self._layout.sequence_at(slot)
        self._frames.memory[at : at + 4] = word(self._sequences[slot])
