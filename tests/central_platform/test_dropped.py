"""Packages laid into the folder of a running platform."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central_platform import switches
from tests.central_platform.world import Template, World, write_package


@pytest.fixture
def world(template: Template, tmp_path: Path) -> Iterator[World]:
    """A platform with a folder of packages of its own: other tests share theirs."""
    packages = shutil.copytree(template.packages, tmp_path / "laid")
    made = replace(template, packages=packages).open(tmp_path)
    yield made
    made.platform.close()


def index(world: World) -> dict[str, Any]:
    """The index as a terminal gets it some time later."""
    world.clock.advance(seconds=2)
    return dict(world.platform.catalogue.index(0)) if world.platform.signed_index() else {}


def packages(world: World) -> dict[str, int]:
    return {entry["id"]: entry["version"] for entry in index(world)["packages"]}


def lay(world: World, name: str, **service: Any) -> Path:
    folder = world.platform.settings.packages
    write_package(folder, name, {"words": {"type": "string"}}, level="L0", **service)
    return folder / name


def test_a_new_package_is_published_under_a_new_number(world: World) -> None:
    index(world)
    before = world.platform.catalogue_version
    lay(world, "TQ01")
    assert packages(world)["TQ01"] == 1
    assert world.platform.catalogue_version == before + 1


def test_a_folder_that_nobody_touched_keeps_its_number(world: World) -> None:
    before = world.platform.signed_index()
    world.clock.advance(minutes=5)
    assert world.platform.signed_index() == before


def test_a_newer_version_takes_the_place_of_the_older_one(world: World) -> None:
    for version in (2, 3):
        lay(world, "TQ01", version=version)
        assert packages(world)["TQ01"] == version


def test_an_older_version_is_not_published(world: World, caplog: pytest.LogCaptureFixture) -> None:
    lay(world, "TQ01", version=3)
    before = index(world)
    lay(world, "TQ01", version=2)
    assert index(world) == before
    assert "version 2 is older than the published 3" in caplog.text


def test_half_a_package_holds_up_nothing_and_the_whole_is_taken_later(world: World) -> None:
    place = lay(world, "TQ01")
    (place / "ui.schema.json").rename(place / "later")
    assert "TQ01" not in packages(world)
    (place / "later").rename(place / "ui.schema.json")
    assert packages(world)["TQ01"] == 1


def test_what_is_no_json_holds_up_nothing(world: World) -> None:
    before = index(world)
    (lay(world, "TQ01") / "service.json").write_text("{", "utf-8")
    assert index(world) == before


def test_a_package_that_vanishes_stays_published_until_the_next_start(world: World) -> None:
    before = index(world)
    shutil.rmtree(world.platform.settings.packages)
    assert index(world) == before


def test_a_service_that_was_switched_off_stays_off(world: World) -> None:
    switches.write(world.platform.settings.data, {"TA01": world.clock.now()})
    lay(world, "TQ01")
    active = {entry["id"]: entry["active"] for entry in index(world)["packages"]}
    assert (active["TA01"], active["TQ01"]) == (False, True)


def test_new_reference_data_are_published_too(world: World) -> None:
    file = world.platform.settings.packages / "reference.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "streets": ["S02"]}), "utf-8")
    assert index(world)["reference"]["streets"] == ["S02"]
