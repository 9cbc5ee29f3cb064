"""What a receipt printer prints: rows of dots."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A 1-bit picture. `rows` holds `height` rows of `stride` bytes, MSB first, 1 = black; bits right of `width` are 0.

    Raises:
        ValueError: the size is not positive, `rows` has another length, or a padding bit is set.
    """

    width: int
    height: int
    rows: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError("a bitmap has at least one dot")
        if len(self.rows) != self.stride * self.height:
            raise ValueError(f"{self.width}x{self.height} dots need {self.stride * self.height} bytes of rows")
        padding = (1 << (-self.width % 8)) - 1
        if padding and any(last & padding for last in self.rows[self.stride - 1 :: self.stride]):
            raise ValueError("a bit right of the width is set")

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return (self.width + 7) // 8

    def row(self, y: int) -> bytes:
        """Row `y`, counted from the top."""
        return self.rows[y * self.stride : (y + 1) * self.stride]
