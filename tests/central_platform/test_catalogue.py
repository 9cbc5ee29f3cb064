from __future__ import annotations

import json
from pathlib import Path

import pytest

from central_platform.catalogue import Catalogue, PackageError
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import digest, verify
from tests.central_platform.world import TERMINAL, World, write_packages


def keys(world: World) -> dict[str, bytes]:
    return {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}


def test_the_index_names_every_package_with_its_digest(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    assert [p["id"] for p in index["packages"]] == ["TA01", "TB01", "TC01", "TD01", "TE01"]
    assert [p["active"] for p in index["packages"]] == [True, True, True, True, False]
    assert (index["version"], index["halls"], index["listed"]) == (1, [{"id": "H01"}], [{"id": "TZ99"}])
    assert index["reference"]["streets"] == ["S01"]


def test_a_package_is_signed_and_has_the_digest_of_the_index(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    answer = world.terminal.get("/v1/catalogue/service/TA01")
    package = verify(answer.json(), keys(world))
    assert set(package) == {"service", "data", "ui", "receipt", "strings"}
    assert digest(package) == index["packages"][0]["digest"] == answer.headers["etag"].strip('"')


@pytest.mark.parametrize("path", ["/v1/catalogue/index", "/v1/catalogue/service/TA01", "/v1/profile"])
def test_a_known_etag_is_answered_by_304(world: World, path: str) -> None:
    etag = world.terminal.get(path).headers["etag"]
    again = world.terminal.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert world.terminal.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unknown_package_is_told(world: World) -> None:
    assert world.terminal.get("/v1/catalogue/service/TZ99").json()["code"] == "service-unknown"


def test_the_heartbeat_carries_the_etags_and_the_server_time(world: World) -> None:
    beat = {
        "terminal": TERMINAL,
        "at": "2026-11-20T10:00:05+08:00",
        "devices": [{"id": "p", "kind": "k", "state": "online"}],
    }
    reply = world.terminal.post("/v1/heartbeat", json=beat).json()
    assert reply["etags"]["index"] == world.terminal.get("/v1/catalogue/index").headers["etag"]
    assert reply["etags"]["profile"] == world.terminal.get("/v1/profile").headers["etag"]
    assert (reply["server_time"], reply["commands"]) == ("2026-11-20T10:00:00+08:00", [])
    sign = world.platform.presence.last(TERMINAL)
    assert sign is not None
    assert sign.skew_ms == 5000


def test_heartbeats_are_written_together(world: World) -> None:
    for second in range(5):
        beat = {"terminal": TERMINAL, "at": f"2026-11-20T10:00:0{second}+08:00"}
        assert world.terminal.post("/v1/heartbeat", json=beat).status_code == 200
    assert (world.platform.presence.flush(), world.platform.presence.flush()) == (1, 0)


def test_a_profile_past_half_of_its_life_comes_with_a_higher_rev(world: World) -> None:
    first = verify(world.terminal.get("/v1/profile").json(), keys(world))
    world.clock.advance(days=13)
    same = verify(world.terminal.get("/v1/profile").json(), keys(world))
    etag, envelope = world.platform.signed_profile(TERMINAL)
    world.clock.advance(days=3)
    _, later = world.platform.signed_profile(TERMINAL)
    assert (first["rev"], same["rev"], later["signed"]["rev"]) == (1, 1, 2)
    assert later["signed"]["expires"] > envelope["signed"]["expires"]
    assert etag


def test_the_same_packages_keep_their_version_and_new_ones_raise_it(tmp_path: Path) -> None:
    packages = write_packages(tmp_path / "packages")
    settings = Settings(tmp_path / "data", packages=packages)
    versions = []
    for words in ("a", "a", "b"):
        (packages / "TA01" / "strings" / "zh.json").write_text(json.dumps({"title": words}), encoding="utf-8")
        platform = Platform.open(settings)
        versions.append(platform.catalogue_version)
        platform.close()
    assert versions == [1, 1, 2]


@pytest.mark.parametrize("text", ["{", '{"id": "TB01"}', '{"id": "TA01", "fee": 1.5}'])
def test_a_package_that_cannot_be_published_stops_the_start(tmp_path: Path, text: str) -> None:
    packages = write_packages(tmp_path)
    (packages / "TA01" / "service.json").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match="TA01"):
        Catalogue.load(packages)
