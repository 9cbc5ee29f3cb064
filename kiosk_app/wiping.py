"""Wipers: whatever holds something of a visit registers, under a name, how it forgets; run when a visit ends."""

from __future__ import annotations

from collections.abc import Callable, Collection

Wiper = Callable[[], None]


class Wipers:
    """The wipers of one terminal by name, run in the order in which they were added. Loop's thread."""

    def __init__(self, off: Collection[str] = ()) -> None:
        """`off`: names that are not run. Only tests and the laboratory hand any in, to prove that a scan finds what
        then stays.
        """
        self._off = frozenset(off)
        self._wipers: dict[str, Wiper] = {}

    def add(self, name: str, wipe: Wiper) -> None:
        """Register a wiper.

        Raises:
            ValueError: there is one of this name.
        """
        if name in self._wipers:
            raise ValueError(f"there is a wiper {name}")
        self._wipers[name] = wipe

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, also of those that are not run."""
        return tuple(self._wipers)

    def run(self) -> tuple[str, ...]:
        """Run them all, whatever one of them does; returns the names of those that failed."""
        failed = []
        for name, wipe in self._wipers.items():
            if name in self._off:
                continue
            try:
                wipe()
            except Exception:  # noqa: BLE001 - one wiper that fails must not keep the others from wiping
                failed.append(name)
        return tuple(failed)
