"""Every reader of bytes, with anything and with spoilt versions of what it likes."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.table import TARGETS
from tests.fuzz.target import SLOW_S, Target, UnboundedError, held, stream

EXAMPLES = 60
LONGEST = 700


@st.composite
def spoilt(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed with a few bytes changed, dropped, put in or said twice, and cut anywhere."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 3)):
            case 0 if data:
                data[at % len(data)] = draw(st.integers(0, 255))
            case 1:
                del data[at : at + draw(st.integers(1, 8))]
            case 2:
                data[at:at] = draw(st.binary(max_size=8))
            case _:
                data += data[at : at + 64]
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    anything = st.binary(max_size=LONGEST)
    return st.one_of(anything, spoilt(target.seeds)) if target.seeds else anything


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_any_input_ends_in_time_with_an_announced_error_or_none(target: Target) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(inputs(target))
    def survives(data: bytes) -> None:
        began = time.process_time()
        target.survive(data)
        assert time.process_time() - began < SLOW_S

    survives()


@pytest.mark.parametrize("target", [target for target in TARGETS if target.seeds], ids=lambda target: target.name)
def test_every_seed_is_survived_and_one_at_least_is_taken(target: Target) -> None:
    taken = [target.survive(seed) for seed in target.seeds]
    assert any(taken)


def test_every_target_has_a_name_of_its_own() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS)


class Hoarder:
    """A parser that keeps everything."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        self._kept.append(data)
        return []


def test_a_parser_that_keeps_everything_is_found() -> None:
    with pytest.raises(UnboundedError):
        stream(Hoarder, 1000)(b"abc")


def test_what_is_held_is_counted_wherever_it_lies() -> None:
    hoarder = Hoarder()
    hoarder.feed(b"12345")
    assert held({"a": [hoarder, ("bc", None)]}) >= 8


def test_an_error_that_was_not_announced_gets_through() -> None:
    with pytest.raises(ZeroDivisionError):
        Target("wrong", lambda data: 1 // len(data), (ValueError,)).survive(b"")
