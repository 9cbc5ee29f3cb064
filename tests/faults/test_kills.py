"""Short campaigns of kills; the long ones are `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache import StoreBusy
from tests.faults.kills import kill
from tests.faults.processes import Process, frozen
from tests.faults.promises import found
from tests.faults.prune_kills import killed
from tests.offline_cache.support import open_at


def test_what_was_promised_survives_kill_9(tmp_path: Path) -> None:
    tally = kill(tmp_path, 4, 3)
    assert tally.clean, tally


def test_a_queue_that_promises_before_it_commits_loses_by_kill_9(tmp_path: Path) -> None:
    """The test above proves something."""
    assert any(kill(tmp_path / str(seed), 1, seed, "behind").lost for seed in range(10))


def test_a_pruned_audit_survives_kill_9(tmp_path: Path) -> None:
    broken, cuts = killed(tmp_path, 2, 5)
    assert (broken, cuts.total()) == (0, 2)


def test_a_frozen_process_keeps_the_store_until_it_is_killed(tmp_path: Path) -> None:
    child = Process("-m", "tests.faults.promiser", str(tmp_path), "full", "1", "0")
    assert child.first_words()
    with frozen(child.child):
        said = child.lines()
        with pytest.raises(StoreBusy):
            open_at(tmp_path)
        child.listen(0.2)
        assert child.lines() == said, "it went on"
    child.listen(0.2)
    assert len(child.lines()) > len(said), "it did not wake up"
    with frozen(child.child):
        acknowledged = {int(line) for line in child.kill()}
        there, whole = found(tmp_path)
    assert whole
    assert acknowledged <= there.keys()
