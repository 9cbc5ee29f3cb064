"""Where a face lies in a picture, and how two such places compare. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A face as dlib frames it: from the brows to the chin. Pixels of the frame it was found in."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, x and y."""
        return self.left + self.width / 2, self.top + self.height / 2

    def scaled(self, factor: float) -> Box:
        """The same place in a picture that is `factor` times as large."""
        return Box(self.left * factor, self.top * factor, self.width * factor, self.height * factor)

    def moved(self, dx: float, dy: float) -> Box:
        """The box shifted by so many pixels."""
        return Box(self.left + dx, self.top + dy, self.width, self.height)

    def grown(self, factor: float) -> Box:
        """The box about the same middle, `factor` times as large."""
        x, y = self.centre
        return Box(x - self.width * factor / 2, y - self.height * factor / 2, self.width * factor, self.height * factor)

    def clipped(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Whole pixels (x0, y0, x1, y1) that lie in a picture of this size; x1 > x0 and y1 > y0 unless outside."""
        x0, y0 = max(0, round(self.left)), max(0, round(self.top))
        return x0, y0, min(width, round(self.left + self.width)), min(height, round(self.top + self.height))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    wide = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    high = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (one.width * one.height + other.width * other.height - both)
