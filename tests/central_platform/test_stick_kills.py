"""The campaign of `stick_kills`, short: its own checks must hold, and be able to fail."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.central_platform.stick_kills import _one_catalogue, campaign
from tests.central_platform.world import HandClock
from tests.offline_cache.support import open_at


def test_nothing_is_lost_doubled_or_half_when_the_work_is_killed(tmp_path: Path) -> None:
    found = campaign(tmp_path, 1, random.Random(11), ("platform-import",))
    assert found["platform-import"]["kills"] == 1
    # The check sees a catalogue that is half of one and half of another.
    with open_at(tmp_path / "kiosk", clock=HandClock()) as store:
        store.catalogue.put("index", '"x"', {"signed": {"version": 9, "packages": []}})
        store.meta.set("catalogue.version", "8")
    with pytest.raises(AssertionError):
        _one_catalogue(tmp_path)
