"""Real power cuts under the writing process, on both file systems; skipped with the reason where there can be none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk import Disk, NoDiskError, mounted
from tests.faults.power_cuts import cut

CUTS = {"ext4": 4, "xfs": 3}
BITES = 20


@pytest.fixture(params=["ext4", "xfs"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    try:
        with mounted(tmp_path, request.param) as found:
            yield found
    except NoDiskError as missing:
        pytest.skip(str(missing))


def test_what_was_promised_survives_a_power_cut(disk: Disk) -> None:
    tally = cut(disk, CUTS[disk.kind], 11)
    assert tally.clean, tally
    assert tally.acknowledged >= CUTS[disk.kind]


def test_the_power_cut_bites(disk: Disk) -> None:
    """Without the flush at commit, promises are broken: so the test above proves something."""
    assert any(cut(disk, 1, seed, "normal", longest_s=0.4).lost for seed in range(BITES))
