"""The receipt's bytes are counted for equal dots, and are under half of the peer's."""

from __future__ import annotations

from bench.receipt import measure


def test_bands_take_under_half_of_the_peers_bytes_for_equal_dots() -> None:
    rows = measure()
    goals = [row for row in rows if row.goal]
    assert len(goals) == 2
    assert all(row.met and row.peer_value and row.ours * 2 < row.peer_value for row in goals)
    raw = [row for row in rows if "raw" in row.name]
    assert all(row.ratio is not None and row.ratio < 0.05 for row in raw)
