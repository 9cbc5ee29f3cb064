"""Short campaigns of kills; the long ones are `make soak`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.kills import kill


def test_what_was_promised_survives_kill_9(tmp_path: Path) -> None:
    tally = kill(tmp_path, 6, 3)
    assert tally.clean, tally


def test_a_queue_that_promises_before_it_commits_loses_by_kill_9(tmp_path: Path) -> None:
    """The test above proves something."""
    assert any(kill(tmp_path / str(seed), 1, seed, "behind").lost for seed in range(10))
