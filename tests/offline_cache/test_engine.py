from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import digest, key_id, sign
from offline_cache import (
    CatalogueChanged,
    ItemDead,
    ItemDone,
    ItemState,
    ItemWaiting,
    NeedsService,
    Online,
    PackageRefused,
    PlatformClient,
    ProfileChanged,
    ServiceRestored,
    Store,
    SyncEngine,
    SyncReport,
    SyncSettings,
    active_package,
)
from offline_cache.sync.policy import MAX_BYTES, MAX_ITEMS
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import RealClock, item, open_at, until

QUICK = SyncSettings(base_s=0.02, cap_s=0.1)
SIGNER = Ed25519PrivateKey.generate()
RAW = SIGNER.public_key().public_bytes_raw()
TRUSTED = {key_id(RAW): RAW}


class World:
    """A store, a platform and an engine between them."""

    def __init__(
        self,
        folder: Path,
        server: Platform,
        settings: SyncSettings = QUICK,
        listener: Callable[[SyncReport], None] | None = None,
        **more: Any,
    ) -> None:
        self.server = server
        self.store: Store = open_at(folder)
        self.reports: list[SyncReport] = []
        client = PlatformClient(server.url, None, RealClock(), trusted=TRUSTED, timeouts=(1.0, 0.4))
        self.engine = SyncEngine(
            self.store, client, RealClock(), random.Random(3).random, listener or self.reports.append,
            terminal="XC-0042", about=lambda: {"version": "0.1.0", "state": "in_service", "devices": []},
            settings=settings, **more,
        )  # fmt: skip

    def heard(self, kind: type[SyncReport]) -> list[Any]:
        return [report for report in list(self.reports) if isinstance(report, kind)]

    def drained(self) -> bool:
        return not self.store.list_items((ItemState.READY, ItemState.INFLIGHT))


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: Platform) -> Iterator[World]:
    found = World(tmp_path, server)
    yield found
    found.engine.stop()
    found.store.close()


def test_everything_that_waits_is_brought_and_reported_once(world: World) -> None:
    ids = [world.store.submit(item(f"case-{n}")).id for n in range(45)]
    world.engine.start()
    until(world.drained)
    assert sorted(world.server.effects) == sorted(ids)
    until(lambda: len(world.heard(ItemDone)) == 45)
    assert sorted(report.id for report in world.heard(ItemDone)) == sorted(ids)
    assert world.heard(ItemDone)[0].receipt["result"] == {"name": "张小红"}
    assert max(map(len, world.server.batches)) == MAX_ITEMS


def test_batches_keep_the_size_limit(world: World) -> None:
    for n in range(6):
        world.store.submit(item(f"case-{n}", body={"a": "x" * 200_000}))
    world.engine.start()
    until(world.drained)
    assert len(world.server.effects) == 6
    assert max(world.server.sizes) <= MAX_BYTES


def test_the_order_within_a_case_is_kept(world: World) -> None:
    ids = [world.store.submit(item("case-1", kind=kind)).id for kind in ("application", "print_result", "rating")]
    world.server.faults.extend(["500", "ok", "close", "ok"])
    world.engine.start()
    until(world.drained)
    assert world.server.effects == ids


@pytest.mark.parametrize(
    "fault", ["500", "html", "hang", "hang-after-commit", "close", "drop-after-commit", "429", "redirect", "cut"]
)
def test_after_a_fault_everything_arrives_exactly_once(world: World, fault: str) -> None:
    ids = [world.store.submit(item(f"case-{n}")).id for n in range(3)]
    world.server.faults.append(fault)
    world.engine.start()
    until(world.drained)
    assert sorted(world.server.effects) == sorted(ids)
    assert world.heard(ItemDead) == []


def test_the_platforms_retry_after_is_honoured(world: World) -> None:
    world.store.submit(item())
    world.server.faults.append("429")
    world.engine.start()
    until(lambda: "POST /v1/submissions:batch" in world.server.calls)
    began = time.monotonic()
    until(world.drained)
    assert time.monotonic() - began >= 0.95


@pytest.mark.parametrize("fault", ["400", "413", "422"])
def test_a_refused_batch_kills_only_what_is_refused(world: World, fault: str) -> None:
    saved = [world.store.submit(item(f"case-{n}")) for n in range(3)]
    # The whole batch is refused, then the first of it alone.
    world.server.faults.extend([fault, fault])
    world.engine.start()
    until(world.drained)
    assert [report.id for report in world.heard(ItemDead)] == [saved[0].id]
    assert sorted(world.server.effects) == sorted(s.id for s in saved[1:])
    assert world.store.row(saved[0].id).problem.code == f"no-{fault}"  # type: ignore[union-attr]


def test_a_rejected_item_is_a_dead_letter_and_others_pass(world: World) -> None:
    bad, behind, other = (world.store.submit(item(case)) for case in ("case-1", "case-1", "case-2"))
    world.server.reject[bad.id] = "data-invalid"
    world.engine.start()
    until(lambda: world.heard(ItemDead) and other.id in world.server.effects)
    assert world.store.row(behind.id).state is ItemState.READY
    assert world.store.show(bad.id).body is not None
    world.server.reject.clear()
    world.store.retry(bad.id)
    world.engine.poke()
    until(world.drained)
    assert world.server.effects == [other.id, bad.id, behind.id]


def test_a_dead_letter_at_the_head_does_not_keep_the_engine_busy(world: World) -> None:
    bad = world.store.submit(item())
    world.store.submit(item())
    world.server.reject[bad.id] = "data-invalid"
    world.engine.start()
    until(lambda: world.heard(ItemDead))
    calls = len(world.server.calls)
    time.sleep(0.3)
    assert len(world.server.calls) <= calls + 2


def test_an_item_that_makes_the_platform_fail_does_not_hold_up_the_rest(world: World) -> None:
    saved = [world.store.submit(item(f"case-{n}")) for n in range(12)]
    world.server.poison.add(saved[4].id)
    world.engine.start()
    until(lambda: len(world.server.effects) == 11)
    assert saved[4].id not in world.server.effects
    assert world.store.row(saved[4].id).state is ItemState.INFLIGHT


def test_an_answer_that_leaves_an_item_out_sends_it_again(world: World) -> None:
    saved = world.store.submit(item())
    world.server.reject[saved.id] = "silent"
    world.engine.start()
    until(lambda: len(world.server.batches) >= 2)
    world.server.reject.clear()
    until(world.drained)
    assert world.server.effects == [saved.id]


def test_numbers_of_a_former_life_are_passed(world: World) -> None:
    saved = world.store.submit(item())
    world.server.reject[saved.id] = "seq-conflict/70"
    world.engine.start()
    until(lambda: world.store.row(saved.id).seq == 71)
    world.server.reject.clear()
    until(world.drained)
    assert world.server.stored[saved.id]["seq"] >= 71


def test_a_new_outbox_continues_behind_what_the_platform_has_seen(world: World) -> None:
    saved = world.store.submit(item())
    world.server.high_water = 500
    world.engine.start()
    until(world.drained)
    assert world.server.stored[saved.id]["seq"] == 501
    assert world.store.submit(item()).seq == 502


def test_a_certificate_that_is_not_accepted_pauses_the_queue_until_it_is(world: World) -> None:
    world.store.submit(item())
    world.server.fault_paths = ("/v1/submissions:batch", "/v1/heartbeat")
    world.server.faults.extend(["401"] * 3)
    world.engine.start()
    until(lambda: world.heard(NeedsService))
    assert world.heard(NeedsService) == [NeedsService("no-401")]
    assert world.server.effects == []
    world.engine.poke()
    until(world.drained)
    assert len(world.heard(ServiceRestored)) == 1


def test_the_heartbeat_tells_how_the_queue_stands(world: World) -> None:
    world.store.submit(item())
    world.engine.start()
    until(world.drained)
    beat = world.server.beats[0]
    assert beat["outbox"] == {"ready": 1, "dead": 0, "oldest_s": 0}
    assert (beat["terminal"], beat["boot_id"], beat["state"]) == ("XC-0042", "boot-1", "in_service")


def test_online_and_offline_do_not_flicker(world: World) -> None:
    world.server.fault_paths = ("/v1/heartbeat",)
    world.engine.start()
    until(lambda: world.heard(Online) == [Online(True)])
    world.server.faults.append("close")
    world.engine.poke()
    until(lambda: world.server.calls.count("POST /v1/heartbeat") >= 3)
    assert world.heard(Online) == [Online(True)]
    world.server.faults.extend(["close"] * 3)
    world.engine.poke()
    until(lambda: world.heard(Online)[-2:] == [Online(False), Online(True)])
    assert len(world.heard(Online)) == 3


def test_without_a_network_the_breaker_opens_and_the_heartbeat_probes(tmp_path: Path) -> None:
    with platform() as gone:
        pass
    world = World(tmp_path, gone)
    saved = world.store.submit(item())
    world.engine.start()
    until(lambda: world.heard(Online) == [Online(False)])
    until(lambda: not world.engine._standing.lets_through)
    assert world.store.row(saved.id).state is ItemState.READY
    world.engine.stop()
    world.store.close()


def test_a_waiting_resident_hears_at_once(world: World) -> None:
    world.engine.start()
    until(lambda: world.engine.online)
    saved = world.store.submit(item(priority=True))
    began = time.monotonic()
    world.engine.hurry(saved.id)
    until(lambda: world.heard(ItemDone))
    assert time.monotonic() - began < 1.0


def test_a_waiting_resident_does_not_queue_behind_a_hanging_batch(tmp_path: Path, server: Platform) -> None:
    world = World(tmp_path, server)
    world.engine._client._transport._timeouts = (1.0, 5.0)
    world.store.submit(item("slow"))
    server.faults.append("hang")
    world.engine.start()
    until(lambda: not server.faults)
    saved = world.store.submit(item("resident"))
    world.engine.hurry(saved.id)
    until(lambda: [report.id for report in world.heard(ItemDone)] == [saved.id], 2.0)
    server.released.set()
    world.engine.stop()
    world.store.close()


def test_hurrying_sends_what_comes_before_in_the_same_case(world: World) -> None:
    first, second = world.store.submit(item()), world.store.submit(item())
    world.engine.hurry(second.id, 5)
    world.engine.start()
    until(lambda: len(world.heard(ItemDone)) == 2)
    assert world.server.effects == [first.id, second.id]


def test_an_answer_lost_on_the_way_is_asked_for_again_within_the_deadline(world: World) -> None:
    world.engine.start()
    until(lambda: world.engine.online)
    world.server.faults.append("drop-after-commit")
    saved = world.store.submit(item())
    world.engine.hurry(saved.id, 4.0)
    until(lambda: world.heard(ItemDone), 4.0)
    assert world.server.effects == [saved.id]
    assert world.heard(ItemWaiting) == []


def test_a_platform_that_hangs_is_reported_at_the_deadline_and_may_have_it(world: World) -> None:
    world.engine.start()
    until(lambda: world.engine.online)
    world.server.faults.extend(["hang-after-commit"] * 5)
    saved = world.store.submit(item())
    began = time.monotonic()
    world.engine.hurry(saved.id, 0.3)
    until(lambda: world.heard(ItemWaiting))
    assert time.monotonic() - began < 1.0
    assert world.heard(ItemWaiting) == [ItemWaiting(saved.id, unknown=True)]
    world.server.faults.clear()
    world.server.released.set()
    until(world.drained)
    assert world.server.effects == [saved.id]


def test_without_a_network_the_resident_hears_soon_that_nothing_left(tmp_path: Path) -> None:
    with platform() as gone:
        pass
    world = World(tmp_path, gone)
    world.engine.start()
    saved = world.store.submit(item())
    world.engine.hurry(saved.id)
    until(lambda: world.heard(ItemWaiting), 3.0)
    assert world.heard(ItemWaiting) == [ItemWaiting(saved.id, unknown=False)]
    world.engine.stop()
    world.store.close()


# Signed documents


def package(name: str, **service: Any) -> dict[str, Any]:
    return {"service": {"id": name, "version": 1, **service}, "data": {}, "ui": {}, "receipt": {}, "strings": {}}


def publish(server: Platform, version: int, packages: dict[str, Any], **changes: Any) -> None:
    """Offer packages. `changes`: id -> what is really served instead of the signed package."""
    entries = [{"id": n, "version": 1, "digest": digest(p), "active": True} for n, p in packages.items()]
    for name, content in packages.items():
        served = changes.get(name, sign(content, SIGNER))
        server.documents[f"/v1/catalogue/service/{name}"] = (f'"{name}-{version}"', served)
    index = sign({"version": version, "packages": entries, "halls": [], "listed": []}, SIGNER)
    server.documents["/v1/catalogue/index"] = (f'"index-{version}"', index)


def test_a_catalogue_is_brought_in_and_used_again_without_fetching(world: World) -> None:
    publish(world.server, 3, {"SB01": package("SB01"), "YL01": package("YL01")})
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    assert world.heard(CatalogueChanged) == [CatalogueChanged(3)]
    assert world.store.catalogue.names() == ["index", "service/SB01", "service/YL01"]
    assert active_package(world.store, "SB01", TRUSTED) == package("SB01")
    world.engine.poke()
    until(lambda: len(world.server.beats) >= 2)
    assert world.server.calls.count("GET /v1/catalogue/service/SB01") == 1


def test_a_new_version_fetches_only_what_changed(world: World) -> None:
    publish(world.server, 1, {"SB01": package("SB01"), "YL01": package("YL01")})
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    publish(world.server, 2, {"SB01": package("SB01", title="new")})
    world.engine.poke()
    until(lambda: len(world.heard(CatalogueChanged)) == 2)
    assert world.store.catalogue.names() == ["index", "service/SB01"]
    assert active_package(world.store, "SB01", TRUSTED)["service"]["title"] == "new"  # type: ignore[index]


def reject_large(_id: str, content: Any) -> None:
    if content["service"].get("too") == "much":
        raise ValueError("too is not allowed")


@pytest.mark.parametrize(
    ("served", "why"),
    [
        (lambda: sign(package("YL01"), Ed25519PrivateKey.generate()), "signature"),
        (lambda: sign(package("YL01", other=1), SIGNER), "digest"),
        (lambda: {"signed": {"a": 1.5}, "signatures": []}, "signature"),
    ],
)
def test_a_package_that_fails_is_kept_out_and_others_go_on(world: World, served: Callable[[], Any], why: str) -> None:
    publish(world.server, 1, {"SB01": package("SB01"), "YL01": package("YL01")}, YL01=served())
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    assert world.heard(PackageRefused) == [PackageRefused("YL01", why)]
    assert world.store.catalogue.names() == ["index", "service/SB01"]


def test_a_package_that_fails_its_schema_is_kept_out(tmp_path: Path, server: Platform) -> None:
    publish(server, 1, {"SB01": package("SB01"), "YL01": package("YL01", too="much")})
    world = World(tmp_path, server, validate=reject_large)
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    assert world.heard(PackageRefused) == [PackageRefused("YL01", "schema: too is not allowed")]
    assert active_package(world.store, "YL01", TRUSTED) is None
    assert active_package(world.store, "SB01", TRUSTED) is not None
    world.engine.stop()
    world.store.close()


def test_an_index_that_nobody_trusted_signed_changes_nothing(world: World) -> None:
    publish(world.server, 1, {"SB01": package("SB01")})
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    world.server.documents["/v1/catalogue/index"] = (
        '"evil"', sign({"version": 9, "packages": []}, Ed25519PrivateKey.generate())
    )  # fmt: skip
    world.engine.poke()
    until(lambda: world.heard(PackageRefused))
    assert world.heard(PackageRefused)[0] == PackageRefused("index", "signature")
    assert world.store.catalogue.names() == ["index", "service/SB01"]


def test_an_older_index_is_not_believed(world: World) -> None:
    publish(world.server, 5, {"SB01": package("SB01")})
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    publish(world.server, 4, {})
    world.engine.poke()
    until(lambda: world.heard(PackageRefused))
    assert world.store.catalogue.names() == ["index", "service/SB01"]


def test_a_network_that_fails_half_way_activates_nothing(world: World) -> None:
    publish(world.server, 1, {"SB01": package("SB01"), "YL01": package("YL01")})
    world.server.fault_paths = ("/v1/catalogue/service/YL01",)
    world.server.faults.extend(["close"] * 200)
    world.engine.start()
    until(lambda: len(world.server.faults) < 199)
    assert world.store.catalogue.names() == ["staged/service/SB01"]
    assert active_package(world.store, "SB01", TRUSTED) is None
    world.server.faults.clear()
    until(lambda: world.heard(CatalogueChanged))
    assert world.store.catalogue.names() == ["index", "service/SB01", "service/YL01"]
    assert world.server.calls.count("GET /v1/catalogue/service/SB01") == 1


def test_a_new_profile_is_kept_and_reported(world: World) -> None:
    world.server.documents["/v1/profile"] = ('"p1"', sign({"terminal": "XC-0042", "rev": 1}, SIGNER))
    world.engine.start()
    until(lambda: world.heard(ProfileChanged))
    assert world.heard(ProfileChanged)[0].profile["rev"] == 1
    assert world.store.catalogue.get("profile").etag == '"p1"'  # type: ignore[union-attr]


def test_stopping_ends_every_thread(world: World) -> None:
    world.engine.start()
    until(lambda: world.engine.online)
    world.engine.stop()
    assert not any(thread.is_alive() for thread in world.engine._threads)


def test_a_listener_that_fails_does_not_end_the_sync(tmp_path: Path, server: Platform) -> None:
    failures = iter([True])

    def clumsy(report: SyncReport) -> None:
        if isinstance(report, ItemDone) and next(failures, False):
            raise RuntimeError("clumsy")
        world.reports.append(report)

    world = World(tmp_path, server, SyncSettings(base_s=0.02, cap_s=0.1, beat_s=0.05), clumsy)
    saved = [world.store.submit(item()) for _ in range(2)]
    world.engine.start()
    until(world.drained)
    assert server.effects == [s.id for s in saved]
    world.engine.stop()
    world.store.close()
