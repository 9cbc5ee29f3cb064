from __future__ import annotations

import threading

import pytest

from central_platform import chat
from central_platform.housekeeping import Housekeeping
from tests.central_platform.world import World


def test_a_running_platform_tidies_up_again_and_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    twice, calls = threading.Event(), []

    def forget(platform: object) -> int:
        calls.append(platform)
        if len(calls) == 2:
            twice.set()
        return 0

    monkeypatch.setattr(chat, "forget", forget)
    tidy = Housekeeping(world.platform, every_s=0.01)
    tidy.start()
    assert twice.wait(10)
    tidy.close()
    assert calls[0] is world.platform
