"""What a process can still reach is found wherever it hides, and who has it is told."""

from __future__ import annotations

import importlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.lab.reach import OF_A_VISIT, Reach
from kiosk_app.wiping import Wipers
from offline_cache import Identity


@dataclass(frozen=True, slots=True)
class Slotted:
    word: str


@lru_cache
def cached(place: int) -> str:
    return planted(place)


def planted(place: int = 0) -> str:
    """A word for each place that no constant of this file is."""
    return "".join(chr(0x4E00 + 7 * n + place) for n in range(9))


def generator(place: int) -> Iterator[str]:
    word = planted(place)
    yield ""
    yield word


def enclosing(word: str) -> Callable[[], str]:
    return lambda: word


def begun(place: int) -> Iterator[str]:
    going = generator(place)
    next(going)
    return going


HIDING: dict[str, Callable[[int], object]] = {
    "a dict in a list": lambda place: [{"a": planted(place)}],
    "an object with slots": lambda place: Slotted(planted(place)),
    "a tuple of strings": lambda place: ((planted(place), "x"),),
    "a key of a dict": lambda place: {planted(place): 1},
    "a buffer": lambda place: io.StringIO(planted(place)),
    "bytes": lambda place: {1: bytearray(planted(place).encode())},
    "a closure": lambda place: enclosing(planted(place)),
    "a cache": lambda place: cached(place) and cached,
    "a generator": begun,
}


def reached(path: Path) -> tuple[Reach, bytes]:
    reach = Reach()
    reach.write(path)
    return reach, path.read_bytes()


def times(data: bytes) -> dict[str, int]:
    return {where: data.count(planted(place).encode()) for place, where in enumerate(HIDING)}


def test_a_word_is_found_wherever_it_hides(tmp_path: Path) -> None:
    cached.cache_clear()
    before = times(reached(tmp_path / "before")[1])
    held = [hide(place) for place, hide in enumerate(HIDING.values())]
    assert times(reached(tmp_path / "after")[1]) == {where: count + 1 for where, count in before.items()}
    assert len(held) == len(HIDING)


def test_who_holds_it_is_told(tmp_path: Path) -> None:
    wipers: Any = Wipers()
    wipers.kept = {planted(): 1}
    reach, data = reached(tmp_path / "reach")
    assert reach.holder_at(data.index(planted().encode())) == "Wipers.kept < dict"


def test_who_holds_it_is_told_through_lists_within_lists(tmp_path: Path) -> None:
    wipers: Any = Wipers()
    wipers.kept = [[], [[1, planted()]]]
    reach, data = reached(tmp_path / "reach")
    assert reach.holder_at(data.index(planted().encode())) == "Wipers.kept < list[1 of 2] < list[0 of 1] < list[1 of 2]"


def test_an_object_that_belongs_to_a_visit_is_named() -> None:
    before = Counter(Reach().objects)
    identity = Identity("t" * 20, "L2", 60)
    assert Counter(Reach().objects) - before == Counter(["offline_cache.http.answers.Identity"])
    assert identity.level == "L2"


@pytest.mark.parametrize("name", sorted(OF_A_VISIT))
def test_there_is_such_a_class(name: str) -> None:
    module, _, kind = name.rpartition(".")
    found = getattr(importlib.import_module(module), kind)
    assert found.__module__ == module
