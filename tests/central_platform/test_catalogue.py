from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from central_platform.catalogue import Catalogue, PackageError
from central_platform.platform import Platform
from central_platform.settings import Settings
from contracts import digest, verify
from contracts.clips import MANIFEST, ClipFolder, unpack
from tests.central_platform.world import TERMINAL, World, change, write_packages
from tests.drivers.speech.baking import bake


def keys(world: World) -> dict[str, bytes]:
    return {name: bytes.fromhex(raw) for name, raw in world.platform.authority.keys.items()}


def test_the_index_names_every_package_with_its_digest(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    assert [p["id"] for p in index["packages"]] == ["TA01", "TB01", "TC01", "TD01"]
    assert [p["active"] for p in index["packages"]] == [True] * 4
    assert (index["version"], index["halls"], index["listed"]) == (1, [{"id": "H01"}], [{"id": "TZ99"}])
    assert index["reference"]["streets"] == ["S01"]


def test_a_package_is_signed_and_has_the_digest_of_the_index(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    answer = world.terminal.get("/v1/catalogue/service/TA01")
    package = verify(answer.json(), keys(world))
    assert set(package) == {"service", "data", "ui", "receipt", "strings"}
    assert digest(package) == index["packages"][0]["digest"] == answer.headers["etag"].strip('"')


@pytest.mark.parametrize(
    "path", ["/v1/catalogue/index", "/v1/catalogue/service/TA01", "/v1/catalogue/voice/TA01", "/v1/profile"]
)
def test_a_known_etag_is_answered_by_304(world: World, path: str) -> None:
    etag = world.terminal.get(path).headers["etag"]
    again = world.terminal.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert world.terminal.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unknown_package_is_told(world: World) -> None:
    assert world.terminal.get("/v1/catalogue/service/TZ99").json()["code"] == "service-unknown"


def test_the_index_names_the_clips_of_a_package_that_has_some(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    answer = world.terminal.get("/v1/catalogue/voice/TA01")
    document = verify(answer.json(), keys(world))
    assert digest(document) == index["packages"][0]["voice"] == answer.headers["etag"].strip('"')
    assert all("voice" not in entry for entry in index["packages"][1:])
    voice = unpack(document)
    baked = world.platform.settings.packages / "TA01" / "voice"
    assert voice.service == "TA01"
    for lang in ("zh", "en"):
        files = {path.stem: path.read_bytes() for path in (baked / lang).glob("*.opus")}
        assert voice.folders[lang] == ClipFolder((baked / lang / MANIFEST).read_text("utf-8"), files)


def test_the_index_names_the_clips_of_its_own_words(world: World) -> None:
    index = verify(world.terminal.get("/v1/catalogue/index").json(), keys(world))
    answer = world.terminal.get("/v1/catalogue/voice/reference")
    document = verify(answer.json(), keys(world))
    assert digest(document) == index["voice"] == answer.headers["etag"].strip('"')
    assert (document["service"], list(unpack(document).folders)) == ("reference", ["zh"])


def test_a_catalogue_without_clips_of_its_own_names_none(tmp_path: Path) -> None:
    packages = write_packages(tmp_path)
    shutil.rmtree(packages / "reference")
    assert "voice" not in Catalogue.load(packages).index(1)


@pytest.mark.parametrize(("service", "code"), [("TB01", "not-found"), ("TZ99", "service-unknown")])
def test_where_there_are_no_clips_that_is_told(world: World, service: str, code: str) -> None:
    answer = world.terminal.get(f"/v1/catalogue/voice/{service}")
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_clips_are_for_terminals(world: World) -> None:
    assert world.public.get("/v1/catalogue/voice/TA01").json()["code"] == "client-certificate-required"


def test_new_clips_change_the_index_and_not_the_package(tmp_path: Path) -> None:
    packages = write_packages(tmp_path)
    before = Catalogue.load(packages)
    bake(packages / "TA01" / "voice", {"样例服务": 400.0, "返回": 600.0})
    after = Catalogue.load(packages)
    assert after.packages["TA01"].digest == before.packages["TA01"].digest
    assert after.packages["TA01"].voice_digest != before.packages["TA01"].voice_digest
    assert after.digest != before.digest


def test_what_no_manifest_names_is_not_published(tmp_path: Path) -> None:
    packages = write_packages(tmp_path)
    before = Catalogue.load(packages).packages["TA01"].voice_digest
    (packages / "TA01" / "voice" / "zh" / f"{'0' * 20}.opus").write_bytes(b"not baked to the end")
    unfinished = packages / "TB01" / "voice" / "zh" / f"{'0' * 20}.opus"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"its manifest comes last")
    catalogue = Catalogue.load(packages)
    assert (catalogue.packages["TA01"].voice_digest, catalogue.packages["TB01"].voice) == (before, None)


def lose(clips: Path) -> None:
    next(clips.glob("*.opus")).unlink()


def damage(clips: Path) -> None:
    next(clips.glob("*.opus")).write_bytes(b"other")


def cut_short(clips: Path) -> None:
    (clips / MANIFEST).write_text("{", encoding="utf-8")


@pytest.mark.parametrize("spoil", [lose, damage, cut_short])
def test_clips_that_are_not_as_their_manifest_says_stop_the_start(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    packages = write_packages(tmp_path)
    spoil(packages / "TA01" / "voice" / "zh")
    with pytest.raises(PackageError, match="TA01/voice"):
        Catalogue.load(packages)


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
        change(
            packages / "TA01" / "strings" / "zh.json", lambda file, said=words: file.update({"page.all.title": said})
        )
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
