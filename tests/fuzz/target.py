"""What it means to survive any input: errors that were announced, no memory that grows, an end in time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

SLOW_S = 2.0
"""No input takes longer; the largest is a few hundred kilobytes."""
BLOCK = 1024
PASSES = 3
"""A stream is fed this many times what it may hold, so that one that only grows shows."""


class UnboundedError(AssertionError):
    """A parser held more than it may."""


@dataclass(frozen=True)
class Target:
    """One reader of bytes. `run` raises nothing but `errors`; `seeds` are inputs that it likes."""

    name: str
    run: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    seeds: tuple[bytes, ...] = field(default=(), repr=False)

    def survive(self, data: bytes) -> bool:
        """Run on one input; True when it was taken, False when it was refused as announced."""
        try:
            self.run(data)
        except self.errors:
            return False
        return True

    def survive_quietly(self, data: bytes) -> None:
        """The same, as atheris wants its callback: it takes nothing back."""
        self.survive(data)


class Feeds(Protocol):
    """A parser of a stream."""

    def feed(self, data: bytes, /) -> Any:
        """Take bytes in."""


def stream(make: Callable[[], Feeds], cap: int, errors: tuple[type[Exception], ...] = ()) -> Callable[[bytes], None]:
    """Return a run that feeds its input in pieces (its first byte says how long), then over and over past `cap` bytes.

    After an announced error the parser is replaced, as its driver does.
    """

    def run(data: bytes) -> None:
        parser = make()

        def feed(piece: bytes) -> None:
            nonlocal parser
            try:
                list(parser.feed(piece))
            except errors:
                parser = make()
            if (much := held(parser)) > cap:
                raise UnboundedError(f"holds {much} bytes, and may hold {cap}")

        size = (data[0] if data else 0) + 1
        for at in range(0, len(data), size):
            feed(data[at : at + size])
        block = data * (1 + BLOCK // max(1, len(data)))
        for _ in range(1 + PASSES * cap // BLOCK):
            feed(block)

    return run


def held(thing: object) -> int:
    """Return how many bytes of input an object holds: texts and bytes in it and in what it contains."""
    match thing:
        case bytes() | bytearray() | str():
            return len(thing)
        case Mapping():
            return sum(held(key) + held(value) for key, value in thing.items())
        case list() | tuple() | set() | frozenset() | deque():
            return sum(1 + held(item) for item in thing)
        case None | int() | float() | type():
            return 0
        case _:
            names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
            return sum(held(getattr(thing, name, None)) for name in names if not callable(getattr(thing, name, None)))
