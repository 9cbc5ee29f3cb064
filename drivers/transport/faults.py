"""Faults that a simulator can be told to have."""

from __future__ import annotations

from collections.abc import Iterable


class UnknownFaultError(ValueError):
    """No fault has this name."""


class Faults:
    """Which of a closed set of faults are on, and how many times more each will happen."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._on: dict[str, int | None] = {}

    def set(self, name: str, count: int | None = None) -> None:
        """Switch a fault on for its next `count` chances, or until "none", which switches all of them off.

        Raises:
            UnknownFaultError: not one of the names.
        """
        if name == "none":
            self._on.clear()
        elif name in self._names:
            self._on[name] = count
        else:
            raise UnknownFaultError(f"no fault is called {name!r}: expected one of none, {', '.join(self._names)}")

    @property
    def on(self) -> dict[str, int | None]:
        """Faults that are on, with how many times they will still happen (None: always)."""
        return dict(self._on)

    def happens(self, name: str) -> bool:
        """Use up one chance: True when the fault strikes."""
        if name not in self._on:
            return False
        left = self._on[name]
        if left is not None:
            if left <= 1:
                del self._on[name]
            else:
                self._on[name] = left - 1
        return True
