"""A terminal before a platform that announces maintenance, or only says 503: it waits as asked, and comes back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from central_platform.maintenance import Maintenance, write
from offline_cache import (
    ItemState,
    ItemWaiting,
    NetworkLost,
    Online,
    PlatformBusy,
    PlatformClient,
    PlatformClosed,
    SyncEngine,
    SyncReport,
    SyncSettings,
)
from offline_cache.sync.pace import Pace
from offline_cache.sync.standing import Standing
from tests.faults.local_platform import LocalPlatform, local_platform
from tests.faults.real_platform import Files
from tests.faults.sender import feedback
from tests.offline_cache.support import SHANGHAI, HandClock, RealClock, item, open_at, until


def pace(reports: list[SyncReport], jitter: Callable[[], float] = lambda: 0.5) -> tuple[HandClock, Standing, Pace]:
    clock = HandClock()
    standing = Standing(5, 2, 2, reports.append)
    return clock, standing, Pace(clock, jitter, standing, 2.0, 300.0)


def test_what_the_platform_asks_for_outlasts_success_and_haste() -> None:
    clock, _, found = pace([])
    assert found.may_send
    wait = found.failed(PlatformBusy(503, 600.0))
    assert 600.0 < wait <= 602.0
    for call in (found.succeeded, found.hurry_up):
        call()
        assert not found.may_send
        assert found.asked_to_wait
    clock.mono += wait
    assert found.may_send


def test_a_heartbeat_that_was_asked_to_wait_is_not_hurried() -> None:
    clock, _, found = pace([])
    found.beat_in(600.0, asked=True)
    found.hurry_up()
    found.beat_soon()
    assert not found.beat_due
    found.beat_in(600.0)
    found.hurry_up()
    assert found.beat_due
    clock.mono += 1


def test_a_failure_without_a_wish_is_forgotten_when_something_changed() -> None:
    _, _, found = pace([])
    found.hold(found.now + found.failed(NetworkLost("x", sent=False)))
    assert not found.may_send
    found.hurry_up()
    assert found.may_send


def test_the_return_of_the_herd_is_spread_once_for_each_announcement() -> None:
    dice = random.Random(5)
    clock, _, found = pace([], dice.random)
    server = datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
    end = server + timedelta(minutes=10)
    first = found.close_until(end, server)
    assert 600.0 <= first <= 632.0
    clock.mono += 100
    assert found.close_until(end, server + timedelta(seconds=100)) == pytest.approx(first - 100)
    assert found.close_until(end + timedelta(minutes=5), server + timedelta(seconds=100)) > first
    found.open_again()
    assert found.may_send
    spread = {round(pace([], dice.random)[2].close_until(end, server)) for _ in range(200)}
    assert len(spread) > 20


def test_the_verdict_falls_at_once_and_rises_after_two_signs() -> None:
    reports: list[SyncReport] = []
    _, standing, _ = pace(reports)
    standing.saw(True)
    standing.closed()
    standing.closed()
    standing.saw(True)
    assert reports == [Online(True), Online(False)]
    standing.saw(True)
    assert reports[-1] == Online(True)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalPlatform, str, Files]]:
    with local_platform(tmp_path_factory.mktemp("platform")) as platform:
        yield platform, *platform.enrol()


def test_through_a_maintenance_cases_wait_and_drain_after_it(
    tmp_path: Path, running: tuple[LocalPlatform, str, Files]
) -> None:
    platform, name, files = running
    reports: list[SyncReport] = []
    with open_at(tmp_path) as store:
        client = PlatformClient(platform.url, files, RealClock(), timeouts=(2.0, 10.0))
        engine = SyncEngine(
            store, client, RealClock(), random.Random(1).random, reports.append, terminal=name,
            about=lambda: {"version": "1", "state": "in_service", "devices": []},
            settings=SyncSettings(base_s=0.05, cap_s=0.2),
        )  # fmt: skip
        write(platform.data, Maintenance(RealClock().now() + timedelta(seconds=2.5)))
        saved = [store.submit(item(f"case-{n}", body=feedback(f"样例 {n}"))).id for n in range(2)]
        engine.start()
        until(lambda: Online(False) in reports)
        assert any(isinstance(report, PlatformClosed) for report in reports)
        # A resident who comes now is told at once, and neither they nor what they save makes the terminal ask.
        engine.hurry(saved[0], 8.0)
        until(lambda: any(isinstance(report, ItemWaiting) for report in reports), 1.0)
        for _ in range(20):
            engine.poke()
        assert {row.state for row in store.list_items()} == {ItemState.READY}
        until(lambda: not store.list_items((ItemState.READY, ItemState.INFLIGHT)), 10.0)
        until(lambda: reports[-1] == Online(True) or Online(True) in reports)
        engine.stop()
        client.close()
    assert [report for report in reports if isinstance(report, Online)] == [Online(False), Online(True)]
    lines = platform.platform.logbook.lines()
    assert not any(line.status == 503 for line in lines)
    # At the usual pace, and twice at the end: haste changes nothing.
    assert sum(line.path == "/v1/heartbeat" for line in lines) <= 5
