"""The clips of packages on their way from the platform: after the packages, and never in their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts import digest, sign
from contracts.clips import MOST_DOCUMENT, pack
from offline_cache import (
    CatalogueChanged,
    ClipShelf,
    ItemDone,
    NeedsService,
    Online,
    PackageRefused,
    VoicesChanged,
    active_package,
)
from offline_cache.http.client import SIGNATURES
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import item, until
from tests.offline_cache.test_clip_shelf import made
from tests.offline_cache.test_engine import SIGNER, TRUSTED, World, package

FIRST, SECOND = pack(made("SB01", zh="一 二", en="one")), pack(made("SB01", zh="三"))
OTHER = pack(made("YL01", zh="五"))


def offer(
    server: Platform, version: int, packages: Mapping[str, Any], voices: Mapping[str, Any], **entries: Any
) -> None:
    """Publish packages and clips; `entries` change what the index says of a service, `own` of its own words."""
    own = {name: entries.pop("own") for name in ("voice",) if "own" in entries}
    index = []
    for name, content in packages.items():
        entry = {"id": name, "version": 1, "digest": digest(content), "active": True}
        if name in voices:
            entry["voice"] = digest(voices[name])
            say(server, name, voices[name])
        index.append({**entry, **entries.get(name, {})})
        server.documents[f"/v1/catalogue/service/{name}"] = (f'"{name}-{version}"', sign(content, SIGNER))
    value = {"version": version, "packages": index, "halls": [], "listed": [], **own}
    server.documents["/v1/catalogue/index"] = (f'"index-{version}"', sign(value, SIGNER))


def say(server: Platform, name: str, document: Any, signer: Ed25519PrivateKey = SIGNER) -> None:
    """Serve a document as the clips of a service."""
    server.documents[f"/v1/catalogue/voice/{name}"] = (f'"{digest(document)}"', sign(document, signer))


def asked(server: Platform, name: str) -> int:
    return server.calls.count(f"GET /v1/catalogue/voice/{name}")


class Speaking(World):
    """A terminal with a shelf for clips."""

    def __init__(self, folder: Path, server: Platform) -> None:
        self.shelf = ClipShelf(folder / "clips")
        super().__init__(folder, server, shelf=self.shelf)

    def close(self) -> None:
        self.engine.stop()
        self.store.close()

    def again(self) -> None:
        """Have the index looked at, and everything done that follows from it."""
        beats = len(self.server.beats)
        self.engine.poke()
        until(lambda: len(self.server.beats) > beats)
        self.engine.poke()
        until(lambda: len(self.server.beats) > beats + 1)


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: Platform) -> Iterator[Speaking]:
    found = Speaking(tmp_path, server)
    yield found
    found.close()


PACKAGES = {"SB01": package("SB01"), "YL01": package("YL01")}


def test_clips_come_after_their_packages_and_are_reported_together(world: Speaking) -> None:
    offer(world.server, 1, {**PACKAGES, "XF01": package("XF01")}, {"SB01": FIRST, "YL01": OTHER})
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    assert [report for report in world.reports if not isinstance(report, Online)] == [
        CatalogueChanged(1),
        VoicesChanged(("SB01", "YL01")),
    ]
    assert (world.shelf.digest("SB01"), world.shelf.digest("YL01")) == (digest(FIRST), digest(OTHER))
    assert asked(world.server, "XF01") == 0


def test_the_clips_of_the_catalogue_come_with_its_index_and_go_with_it(world: Speaking) -> None:
    halls = pack(made("reference", zh="七"))
    say(world.server, "reference", halls)
    offer(world.server, 1, PACKAGES, {"SB01": FIRST}, own=digest(halls))
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    assert world.heard(VoicesChanged) == [VoicesChanged(("SB01", "reference"))]
    assert world.shelf.digest("reference") == digest(halls)
    offer(world.server, 2, PACKAGES, {"SB01": FIRST}, own=["no digest"])
    world.again()
    assert world.heard(PackageRefused) == [PackageRefused("reference", "voice: the index")]
    assert world.shelf.digest("reference") == digest(halls)
    offer(world.server, 3, PACKAGES, {"SB01": FIRST})
    world.again()
    assert world.shelf.digest("reference") is None


def test_clips_that_are_here_are_not_fetched_again_after_a_start_either(tmp_path: Path, server: Platform) -> None:
    offer(server, 1, PACKAGES, {"SB01": FIRST})
    first = Speaking(tmp_path, server)
    first.engine.start()
    until(lambda: first.heard(VoicesChanged))
    first.close()
    second = Speaking(tmp_path, server)
    second.engine.start()
    until(lambda: server.calls.count("GET /v1/catalogue/index") == 2)
    second.again()
    second.close()
    assert asked(server, "SB01") == 1
    assert second.heard(VoicesChanged) == []


def test_clips_that_the_disk_lost_are_fetched_again_after_a_start(tmp_path: Path, server: Platform) -> None:
    offer(server, 1, PACKAGES, {"SB01": FIRST})
    first = Speaking(tmp_path, server)
    first.engine.start()
    until(lambda: first.heard(VoicesChanged))
    first.close()
    next((tmp_path / "clips" / "SB01").rglob("*.opus")).unlink()
    second = Speaking(tmp_path, server)
    second.engine.start()
    until(lambda: second.heard(VoicesChanged))
    second.close()
    assert second.shelf.digest("SB01") == digest(FIRST)


def test_new_clips_come_without_their_package(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST, "YL01": OTHER})
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    offer(world.server, 2, PACKAGES, {"SB01": SECOND, "YL01": OTHER})
    world.engine.poke()
    until(lambda: len(world.heard(VoicesChanged)) == 2)
    assert world.heard(VoicesChanged)[1] == VoicesChanged(("SB01",))
    assert world.shelf.digest("SB01") == digest(SECOND)
    assert (asked(world.server, "SB01"), asked(world.server, "YL01")) == (2, 1)
    assert world.server.calls.count("GET /v1/catalogue/service/SB01") == 1


def spoiled() -> dict[str, Any]:
    """Signed and named by the index, and not what its own manifest says."""
    document = pack(made("YL01", zh="五 六"))
    document["voice"]["zh"]["clips"].popitem()
    return document


@pytest.mark.parametrize(
    ("voice", "served", "why"),
    [
        (OTHER, None, "voice: not-found"),
        (OTHER, sign(OTHER, Ed25519PrivateKey.generate()), "voice: signature"),
        (OTHER, sign(pack(made("YL01", zh="六")), SIGNER), "voice: digest"),
        (spoiled(), sign(spoiled(), SIGNER), "is missing"),
        (FIRST, sign(FIRST, SIGNER), "voice: these are the clips of SB01"),
        (OTHER, {"signed": "x" * (MOST_DOCUMENT + SIGNATURES), "signatures": []}, "voice: too large"),
    ],
    ids=["missing", "unsigned", "another", "damaged", "of-another-service", "too-large"],
)
def test_clips_that_fail_hold_up_nothing_and_are_left_alone(world: Speaking, voice: Any, served: Any, why: str) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST, "YL01": voice})
    path = "/v1/catalogue/voice/YL01"
    if served is None:
        del world.server.documents[path]
    else:
        world.server.documents[path] = ('"served"', served)
    world.engine.start()
    until(lambda: world.heard(PackageRefused) and world.heard(VoicesChanged))
    [refused] = world.heard(PackageRefused)
    assert refused.id == "YL01"
    assert refused.why.startswith("voice: ")
    assert why in refused.why
    assert active_package(world.store, "YL01", TRUSTED) == package("YL01")
    assert world.heard(VoicesChanged) == [VoicesChanged(("SB01",))]
    assert world.shelf.services() == {"SB01"}
    world.again()
    assert asked(world.server, "YL01") == 1


def test_clips_that_were_refused_are_asked_for_with_the_next_index(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST})
    say(world.server, "SB01", SECOND)
    world.engine.start()
    until(lambda: world.heard(PackageRefused))
    offer(world.server, 2, PACKAGES, {"SB01": FIRST})
    world.engine.poke()
    until(lambda: world.heard(VoicesChanged))
    assert world.shelf.digest("SB01") == digest(FIRST)


def test_a_line_that_carries_everything_but_clips_holds_up_nothing(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST, "YL01": OTHER})
    world.server.fault_paths = ("/v1/catalogue/voice/SB01",)
    world.server.faults.extend(["cut"] * 10_000)
    world.engine.start()
    until(lambda: asked(world.server, "SB01") >= 2 and world.heard(VoicesChanged))
    assert world.heard(VoicesChanged) == [VoicesChanged(("YL01",))]
    assert world.heard(CatalogueChanged) == [CatalogueChanged(1)]
    saved = world.store.submit(item())
    world.engine.poke()
    until(lambda: world.heard(ItemDone))
    assert world.server.effects == [saved.id]
    assert world.heard(Online) == [Online(True)]
    assert world.heard(PackageRefused) == []
    world.server.faults.clear()
    until(lambda: len(world.heard(VoicesChanged)) == 2)
    assert world.shelf.digest("SB01") == digest(FIRST)


def test_a_platform_that_refuses_the_terminal_is_told_of_by_the_heartbeat_alone(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST})
    world.server.fault_paths = ("/v1/catalogue/voice/SB01",)
    world.server.faults.extend(["401"] * 2)
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    assert world.heard(NeedsService) == []
    assert asked(world.server, "SB01") == 3


def test_a_platform_that_knows_no_clips_is_not_asked_for_any(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {})
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    world.again()
    assert not any("/voice/" in call for call in world.server.calls)
    assert world.heard(VoicesChanged) == []


def test_without_a_shelf_no_clips_are_fetched(tmp_path: Path, server: Platform) -> None:
    offer(server, 1, PACKAGES, {"SB01": FIRST})
    world = World(tmp_path, server)
    world.engine.start()
    until(lambda: world.heard(CatalogueChanged))
    world.engine.stop()
    world.store.close()
    assert asked(server, "SB01") == 0


@pytest.mark.parametrize("gone", ["withdrawn", "closed", "silent"])
def test_clips_go_with_their_service(world: Speaking, gone: str) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST, "YL01": OTHER})
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    packages = {"SB01": PACKAGES["SB01"]} if gone == "withdrawn" else PACKAGES
    voices = {"SB01": FIRST} if gone == "silent" else {"SB01": FIRST, "YL01": OTHER}
    offer(world.server, 2, packages, voices, YL01={"active": gone != "closed"})
    world.engine.poke()
    until(lambda: len(world.heard(VoicesChanged)) == 2)
    assert world.heard(VoicesChanged)[1] == VoicesChanged(("YL01",))
    assert world.shelf.services() == {"SB01"}


def test_a_package_that_stays_in_use_because_the_new_one_failed_keeps_its_clips(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST})
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    changed = {**PACKAGES, "SB01": package("SB01", title="new")}
    offer(world.server, 2, changed, {"SB01": SECOND})
    world.server.documents["/v1/catalogue/service/SB01"] = (
        '"evil"', sign(package("SB01", title="new"), Ed25519PrivateKey.generate())
    )  # fmt: skip
    world.engine.poke()
    until(lambda: len(world.heard(CatalogueChanged)) == 2)
    world.again()
    assert world.heard(PackageRefused) == [PackageRefused("SB01", "signature")]
    assert world.shelf.digest("SB01") == digest(FIRST)
    assert asked(world.server, "SB01") == 1


def test_an_index_that_names_clips_in_no_way_we_know_keeps_those_that_are_here(world: Speaking) -> None:
    offer(world.server, 1, PACKAGES, {"SB01": FIRST})
    world.engine.start()
    until(lambda: world.heard(VoicesChanged))
    offer(world.server, 2, PACKAGES, {"SB01": FIRST}, SB01={"voice": ["sha256:1", "sha256:2"]})
    world.engine.poke()
    until(lambda: world.heard(PackageRefused))
    assert world.heard(PackageRefused) == [PackageRefused("SB01", "voice: the index")]
    assert world.shelf.digest("SB01") == digest(FIRST)


def test_a_disk_that_takes_no_clips_is_reported_and_the_package_is_in_use(tmp_path: Path, server: Platform) -> None:
    offer(server, 1, PACKAGES, {"SB01": FIRST})
    # A file where the folder of clips has to be.
    (tmp_path / "clips").write_text("not a folder")
    world = Speaking(tmp_path, server)
    world.engine.start()
    until(lambda: world.heard(PackageRefused))
    [refused] = world.heard(PackageRefused)
    assert refused.why.startswith("voice: the disk: ")
    assert active_package(world.store, "SB01", TRUSTED) is not None
    world.close()
