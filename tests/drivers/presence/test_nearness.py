"""Near and away, from distances many times a second."""

from __future__ import annotations

import pytest

from drivers.presence import Circle, Nearness, Presence
from drivers.presence.address import circle_of, presence
from drivers.transport import UriError
from tests.drivers.transport.support import RealClock

CIRCLE = Circle(near_cm=100, far_cm=150, near_s=0.5, away_s=3.0, stuck_s=60.0)


def follow(nearness: Nearness, distance: int | None, begin: float, end: float) -> Presence:
    at = begin
    while at < end:
        nearness.feed(distance, at)
        at += 0.1
    return nearness.presence


def test_somebody_who_walks_by_is_not_near() -> None:
    nearness = Nearness(CIRCLE)
    assert follow(nearness, 90, 0, 0.4) is Presence.AWAY
    assert follow(nearness, None, 0.4, 5) is Presence.AWAY
    assert follow(nearness, 90, 5, 6) is Presence.NEAR


def test_between_the_circles_it_stays_as_it_was() -> None:
    nearness = Nearness(CIRCLE)
    assert follow(nearness, 130, 0, 5) is Presence.AWAY
    assert follow(nearness, 90, 5, 6) is Presence.NEAR
    assert follow(nearness, 130, 6, 60) is Presence.NEAR


def test_somebody_who_cannot_be_seen_for_a_moment_is_still_near() -> None:
    nearness = Nearness(CIRCLE)
    follow(nearness, 90, 0, 1)
    assert follow(nearness, None, 1, 3.5) is Presence.NEAR
    assert follow(nearness, 90, 3.5, 4) is Presence.NEAR
    assert follow(nearness, None, 4, 6.5) is Presence.NEAR
    assert follow(nearness, None, 6.5, 7.5) is Presence.AWAY


def test_somebody_without_a_gap_for_longer_than_anybody_stays_is_a_fault() -> None:
    nearness = Nearness(CIRCLE)
    follow(nearness, 90, 0, 50)
    assert not nearness.stuck(59)
    assert nearness.stuck(60)
    nearness.feed(None, 61)
    assert not nearness.stuck(61)
    assert not Nearness(Circle(stuck_s=0)).stuck(1e9)


@pytest.mark.parametrize(
    "options", [{"near_cm": "x"}, {"near_cm": 200, "far_cm": 100}, {"away_s": "-1"}, {"near_cm": 0}, {"stuck_s": None}]
)
def test_options_that_are_none_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(UriError):
        presence("presence-1", "serial:/dev/ttyUSB0", clock=RealClock(), options=options)


def test_options_may_travel_as_text() -> None:
    assert circle_of({"near_cm": "80", "away_s": "2.5"}) == Circle(near_cm=80, away_s=2.5)
