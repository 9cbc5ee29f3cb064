"""The preview's benchmark runs, and both sides draw."""

from __future__ import annotations

from bench.preview import GOAL, measure


def test_both_ways_of_showing_the_camera_are_measured() -> None:
    rows = measure(1.5, least_fps=5.0)
    assert [row.unit for row in rows] == ["% core"] * 3
    assert all(row.ours > 0 and row.peer_value for row in rows)
    assert rows[0].goal == GOAL.words("% core")
