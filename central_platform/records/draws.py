"""Numbers that look drawn and are always the same for the same purpose."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """The draws of one person for one kind of record."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    def below(self, limit: int, *purpose: str | int) -> int:
        """Return a number from 0 to `limit` - 1; `limit` is far below 2**64, so that all come alike often."""
        text = ":".join(map(str, purpose))
        return int.from_bytes(hmac.new(self._seed, text.encode(), hashlib.sha256).digest()[:8], "big") % limit

    def one_of(self, choices: Sequence[T], *purpose: str | int) -> T:
        """Return one of `choices`."""
        return choices[self.below(len(choices), *purpose)]
