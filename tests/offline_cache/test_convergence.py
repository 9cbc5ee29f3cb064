"""Documents over a line that breaks, and a queue that must not keep news from coming."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import digest
from offline_cache import CatalogueChanged, PackageRefused, active_package
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import item, until
from tests.offline_cache.test_engine import TRUSTED, World, package, publish

NAMES = [f"SB{n:02d}" for n in range(1, 9)]


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as running:
        yield running


def fetched(server: Platform) -> int:
    return sum(call.startswith("GET /v1/catalogue/service/") for call in server.calls)


@pytest.mark.parametrize("each", [1, 3])
def test_a_line_that_breaks_after_every_few_documents_brings_none_of_them_twice(
    tmp_path: Path, server: Platform, each: int
) -> None:
    publish(server, 1, {name: package(name, title="old") for name in NAMES})
    world = World(tmp_path, server)
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    publish(server, 2, {name: package(name, title="new") for name in NAMES})
    server.fault_paths = tuple(f"/v1/catalogue/service/{name}" for name in NAMES)
    before = fetched(server)
    first = [*["ok"] * each, *["close"] * 500]
    server.faults.extend(first)
    world.engine.poke()
    staged = [f"staged/service/{name}" for name in NAMES[:each]]
    until(lambda: [name for name in world.store.catalogue.names() if name.startswith("staged/")] == staged)
    until(lambda: len(server.faults) < 499)
    # The power goes, and comes back; the line goes on breaking.
    world.engine.stop()
    world.store.close()
    broken = first.count("close") - len(server.faults)
    second = [*["ok"] * each, "close"] * len(NAMES)
    server.faults.clear()
    server.faults.extend(second)
    again = World(tmp_path, server)
    assert active_package(again.store, "SB01", TRUSTED)["service"]["title"] == "old"  # type: ignore[index]
    again.engine.start()
    until(lambda: again.heard(CatalogueChanged), 30)
    assert active_package(again.store, "SB08", TRUSTED)["service"]["title"] == "new"  # type: ignore[index]
    broken += second.count("close") - list(server.faults).count("close")
    assert broken >= 2
    assert fetched(server) - before == len(NAMES) + broken
    assert again.store.catalogue.names() == ["index", *(f"service/{name}" for name in NAMES)]
    again.engine.stop()
    again.store.close()


def test_a_package_put_aside_that_was_replaced_meanwhile_is_fetched_anew(tmp_path: Path, server: Platform) -> None:
    publish(server, 1, {"SB01": package("SB01", title="first"), "SB02": package("SB02")})
    server.fault_paths = ("/v1/catalogue/service/SB02",)
    server.faults.extend(["close"] * 50)
    world = World(tmp_path, server)
    world.engine.start()
    until(lambda: world.store.catalogue.names() == ["staged/service/SB01"])
    publish(server, 2, {"SB01": package("SB01", title="second"), "SB02": package("SB02")})
    server.faults.clear()
    world.engine.poke()
    until(lambda: 2 in [report.version for report in world.heard(CatalogueChanged)])
    assert active_package(world.store, "SB01", TRUSTED)["service"]["title"] == "second"  # type: ignore[index]
    assert world.store.catalogue.names() == ["index", "service/SB01", "service/SB02"]
    world.engine.stop()
    world.store.close()


def test_an_index_that_fails_its_trial_is_reported_and_asked_for_once(tmp_path: Path, server: Platform) -> None:
    tried: list[int] = []

    def trial(index: Any, packages: Any) -> None:
        tried.append(index["version"])
        if index["version"] == 2:
            assert digest(packages["SB01"]) == digest(package("SB01", title="new"))
            raise ValueError("KeyError")

    publish(server, 1, {"SB01": package("SB01")})
    world = World(tmp_path, server, trial=trial)
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    publish(server, 2, {"SB01": package("SB01", title="new")})
    world.engine.poke()
    until(lambda: world.heard(PackageRefused))
    for more in range(1, 4):
        wanted = len(server.beats) + 1
        world.engine.poke()
        until(lambda wanted=wanted: len(server.beats) >= wanted, what=f"beat {more}")  # type: ignore[misc]
    assert (tried, world.heard(PackageRefused)) == ([1, 2], [PackageRefused("index", "activation: KeyError")])
    assert (world.store.meta.get("catalogue.version"), fetched(server)) == ("1", 2)
    publish(server, 3, {"SB01": package("SB01", title="new")})
    world.engine.poke()
    until(lambda: len(world.heard(CatalogueChanged)) == 2)
    assert fetched(server) == 2
    world.engine.stop()
    world.store.close()


def test_heartbeats_go_on_while_a_long_queue_drains(tmp_path: Path, server: Platform) -> None:
    def slow(name: str, /) -> None:
        if name == "after-answer-before-mark":
            time.sleep(0.06)

    server.next_s = 1
    world = World(tmp_path, server, checkpoint=slow)
    for _ in range(30):
        world.store.submit(item("case-1"))
    world.engine.start()
    until(lambda: len(server.batches) >= 15)
    until(world.drained)
    assert len(server.beats) >= 2
    world.engine.stop()
    world.store.close()
