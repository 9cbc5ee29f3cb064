"""The long run in small: its sums are right, and what leaks is found in a real process."""

from __future__ import annotations

import random

import pytest

from tests.soak.place import Place
from tests.soak.slope import Growth, Sample, growth
from tests.soak.walks import Kind, looked_in, play, warned

PICTURE_MB = 1080 * 1920 * 4 / 2**20
"""One picture of the page; three visits keep three."""
QUICK = (Kind("looked in", looked_in), Kind("warned", warned))


def samples(*values: float, every: int = 20) -> list[Sample]:
    return [Sample((at + 1) * every, {"x": value}) for at, value in enumerate(values)]


def test_growth_is_from_the_warm_up_to_the_end() -> None:
    found = growth(samples(500, 100, 101, 102, 103), "x", 40)
    assert (found.first, found.last) == (100, 103)
    assert found.percent == pytest.approx(3.0)
    assert not found.level


def test_two_percent_are_allowed() -> None:
    assert growth(samples(100, 100.9, 101.8), "x", 20).level
    assert not growth(samples(100, 101, 102.1), "x", 20).level


def test_a_busy_moment_is_no_growth() -> None:
    found = growth(samples(100, 100, 100, 100, 100, 100, 160), "x", 20)
    assert found.percent == pytest.approx(0.0)
    assert found.squares > 20


def test_a_handle_every_few_hundred_visits_is_growth() -> None:
    stairs = [60 + visit // 400 for visit in range(300, 2001, 20)]
    found = growth([Sample(visit, {"x": y}) for visit, y in zip(range(300, 2001, 20), stairs, strict=True)], "x", 300)
    assert found.percent > 2


def test_something_out_of_nothing_is_growth() -> None:
    assert not growth(samples(0, 1, 2), "x", 20).level


def test_two_samples_are_too_few() -> None:
    with pytest.raises(ValueError, match="too few"):
        growth(samples(1, 2, 3), "x", 40)


def test_a_terminal_that_leaks_on_purpose_is_found_and_one_that_does_not_is_level() -> None:
    source = random.Random(1)
    with Place(seed=3) as place:
        place.install()
        place.power_on()
        place.settle()

        def measure() -> dict[str, Growth]:
            found = []
            for visit, kind in enumerate(QUICK * 2, 1):
                play(place, kind, source)
                found.append(place.sample(visit))
            return {name: growth(found, name, 2) for name in ("handles", "files", "pss_mb")}

        found = measure()
        assert found["handles"].level
        assert found["files"].level
        assert found["pss_mb"].last - found["pss_mb"].first < PICTURE_MB
        for kind in ("handle", "file", "picture"):
            place.stage.ask(leak=kind)
        found = measure()
        assert not found["handles"].level
        assert not found["files"].level
        assert found["pss_mb"].last - found["pss_mb"].first > PICTURE_MB
