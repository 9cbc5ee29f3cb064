"""A package of every kind of field, dropped into a running platform: completed at once; unsigned and older ones are not
taken. The suite plays one by touch; `make acceptance` plays the rest, and one in every mode and language, within
a minute by touch.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk_app.lab.processes import wait_until
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.world import World
from kiosk_app.services import Control, problems, visible_fields
from kiosk_app.services.validation import validate_package
from tests.acceptance.generated import LANGUAGES, Generated, complete, generate, reference, stand_ready

TODAY = date(2026, 11, 22)
SEED = 20261122
TAKEN_S = 15.0


@pytest.mark.parametrize("seed", range(20))
def test_every_package_that_is_drawn_is_whole_and_holds_every_kind(seed: int) -> None:
    made = generate(seed, TODAY)
    form = made.form(TODAY)
    assert validate_package(made.content, reference()) == []
    assert {spec.control for spec in form.fields} == set(Control)
    for lang in LANGUAGES:
        answers = made.held(lang, TODAY)
        assert problems(form, answers, TODAY, lang) == ()
        asked = [spec.scope for spec in visible_fields(form, answers)]
        assert asked == list(answers)
        assert not set(made.never) & set(asked)


def test_a_seed_draws_the_same_package_twice_and_another_one_another() -> None:
    assert generate(1, TODAY) == generate(1, TODAY)
    assert generate(1, TODAY).id != generate(2, TODAY).id


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A terminal that offers whatever is published."""
    with World("fast", seed=SEED) as world, Listener() as listener:
        made = Runner(world, listener)
        stand_ready(world, made)
        yield made


@pytest.fixture(scope="module")
def made(runner: Runner) -> Generated:
    return generate(SEED, runner.world.clock.now().date())


def version(world: World) -> int:
    """The number of the catalogue that the terminal goes by."""
    return int(world.stage.ask(catalogue=True)["version"])


def logged(world: World, **fields: str) -> Callable[[], bool]:
    """Whether the terminal has written of a package that it did not take; asks the platform again each time."""

    def look() -> bool:
        world.stage.ask(poke=True)
        lines = [json.loads(line) for line in world.state.log.read_bytes().splitlines() if line.endswith(b"}")]
        return any(line["event"] == "package_refused" and fields.items() <= line["fields"].items() for line in lines)

    return look


def newer(world: World, made: Generated, number: int) -> int:
    """Drop another version and wait until the terminal has it; returns the number of the catalogue."""
    before = version(world)
    made.version(number).lay(world.packages)

    def there() -> bool:
        world.stage.ask(poke=True)
        return version(world) > before

    wait_until(there, TAKEN_S, "the terminal has the newer package")
    return version(world)


@pytest.mark.timeout(240)
def test_it_is_completed_at_the_running_terminal(runner: Runner, made: Generated) -> None:
    done = complete(runner.world, runner, made, "touch", "zh")
    assert done.fault == ""
    assert not set(made.never) & done.sent.keys()


@pytest.mark.matrix
def test_an_older_one_is_not_taken(runner: Runner, made: Generated, tmp_path: Path) -> None:
    """Not by the platform, and not by the terminal from a platform that was set back to an older state."""
    world = runner.world
    if made.id not in world.stage.ask(catalogue=True)["live"]:
        newer(world, made, 1)
    backup = tmp_path / "backup"
    world.restart_platform(lambda: shutil.copytree(world.platform.folder, backup))
    taken = newer(world, made, 2)
    made.version(1).lay(world.packages)
    wait_until(
        lambda: b"version 1 is older than the published 2" in (world.platform.folder / "stderr.txt").read_bytes(),
        TAKEN_S,
        "the platform says why",
    )
    assert version(world) == taken

    def set_back() -> None:
        shutil.rmtree(world.platform.folder)
        shutil.copytree(backup, world.platform.folder)

    world.restart_platform(set_back)
    wait_until(
        logged(world, package="index", why="older-than-the-active-one"), TAKEN_S, "the terminal refuses the older index"
    )
    assert version(world) == taken


@pytest.mark.matrix
def test_an_unsigned_one_is_not_taken(runner: Runner, made: Generated) -> None:
    world = runner.world
    before = version(world)
    world.publish("bad-signature")
    made.version(3).lay(world.packages)
    wait_until(logged(world, why="signature"), TAKEN_S, "the terminal refuses what nobody we know has signed")
    assert version(world) == before
