"""`kiosk device switch`, `open-locker` and `replace` on an enrolled machine whose relay board is simulated."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.lab.world import World

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.matrix


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(seed=3) as made:
        made.parts.add(frozenset({"relays"}))
        made.install()
        yield made


def kiosk(world: World, *words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "kiosk_app.cli", "device", *words, "--state", str(world.state.root)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


def test_a_lamp_is_switched_and_a_lock_is_not_switched_like_one(world: World) -> None:
    assert kiosk(world, "switch", "light", "true")[:2] == (0, "light is on")
    assert kiosk(world, "switch", "locker-1", "true")[0] == 1


def test_a_locker_is_open_when_its_contact_says_so(world: World) -> None:
    code, said, _ = kiosk(world, "open-locker", "locker-1", "--json")
    assert (code, json.loads(said)) == (0, {"name": "locker-1", "door": "opened"})
    code, _, why = kiosk(world, "open-locker", "nobody")
    assert code == 1
    assert "not among the outputs" in why


def test_a_replaced_part_is_used_at_its_new_place(world: World) -> None:
    moved = world.folder / "elsewhere"
    moved.symlink_to((world.folder / "relays").resolve())
    code, said, _ = kiosk(world, "replace", "relays-1", "--uri", f"serial:{moved}", "--yes", "--json")
    assert (code, json.loads(said)["uri"]) == (0, f"serial:{moved}")
    (world.folder / "relays").unlink()
    assert kiosk(world, "switch", "light", "false")[:2] == (0, "light is off")
