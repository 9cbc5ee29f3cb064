"""One world for all visits of a module: simulators, platform and terminal are started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.world import World


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with World("fast", seed=20261122) as world, Listener() as listener:
        yield Runner(world, listener)
