"""After a visit the terminal's process is relieved by a fresh one, and no process that lives on knows who was there."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.guest import Led
from bench.programs import StalledError, end, environment, family, python, start
from bench.visit import PHONE, WORDS, identified, printed
from kiosk_app.lab.people import Resident
from kiosk_app.lab.world import World
from kiosk_app.relief import QUIET_S
from tests.acceptance.memory import regions
from tests.acceptance.relieved import leads

RELIEF_S = 40.0


class Watched(World):
    """A world that remembers who came."""

    came: tuple[Resident, ...] = ()

    def resident(self, **given: Any) -> Resident:
        found = super().resident(**given)
        self.came = (*self.came, found)
        return found


class Kept(Led):
    """The terminal that a keeper keeps, whichever process it is just now."""

    def __init__(self, world: Watched) -> None:
        self.world = world
        self.folder = leads(world.state.root)
        command = python("tests.acceptance.keeping", "--state", world.state.root, "--window")
        self.keeper = start(command, environment(QT_QPA_PLATFORM="offscreen"), world.folder / "kept.log")
        self.found_during: set[str] = set()

    def __enter__(self) -> Kept:
        self.wait("in service", lambda page: page["screen"] == "attract" and page["online"], RELIEF_S)
        return self

    def __exit__(self, *_: object) -> None:
        end(self.keeper)

    @property
    def pids(self) -> list[int]:
        """The terminal's processes, the oldest first."""
        living = {int(p.stem) for p in self.folder.glob("*.sock")} & set(family(self.keeper.pid))
        return sorted(living, key=lambda pid: Path(f"/proc/{pid}").stat().st_ctime)

    def ask(self, **request: Any) -> Mapping[str, Any]:
        until = time.monotonic() + RELIEF_S
        while time.monotonic() < until:
            for pid in reversed(self.pids):
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(RELIEF_S)
                    try:
                        line.connect(str(self.folder / f"{pid}.sock"))
                        line.sendall(json.dumps(request).encode() + b"\n")
                        answer: Mapping[str, Any] = json.loads(line.makefile(encoding="utf-8").readline())
                    except (OSError, ValueError):
                        continue
                    return answer
            time.sleep(0.05)
        raise StalledError("no terminal answers")

    def go(self, *nodes: str, to: str) -> None:
        super().go(*nodes, to=to)
        if to == "outcome":
            self.found_during = known(self.pids[-1:], self.world.came)


def known(pids: list[int], people: tuple[Resident, ...]) -> set[str]:
    """Return what of these people, and of what they typed, is in the memory of processes."""
    words = {w for p in people for w in (p.name, p.id_no, p.phone) if w} | {WORDS, PHONE}
    needles = {word.encode(code): word for word in words for code in ("utf-8", "utf-16-le", "utf-32-le", "gb18030")}
    pattern = re.compile(b"|".join(map(re.escape, needles)))
    return {needles[hit] for pid in pids for region in regions(pid) for hit in pattern.findall(region)}


def leaves_no_core(pid: int) -> bool:
    """Tell whether a process leaves no core file."""
    limits = Path(f"/proc/{pid}/limits").read_text("ascii")
    return bool(re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE))


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    if os.geteuid() != 0:
        pytest.skip("only root may read the memory of a terminal")
    with Watched() as world:
        world.install()
        with Kept(world) as terminal:
            yield terminal


def test_a_visit_that_held_nothing_personal_is_no_reason(kept: Kept) -> None:
    before = kept.pids
    kept.go("start.touch", to="home")
    kept.ask(press="actions.end")
    kept.wait("attract", lambda page: page["screen"] == "attract")
    time.sleep(QUIET_S + 2)
    assert kept.pids == before


def test_no_process_that_lives_on_knows_who_was_here(kept: Kept) -> None:
    (old,) = kept.pids
    assert leaves_no_core(old)
    kept.wait("the catalogue", lambda page: page["online"])
    identified(kept.world, kept)
    kept.ask(press="dock.voice")
    printed(kept)
    (person,) = kept.world.came
    assert {person.name, person.id_no, WORDS} <= kept.found_during
    until = time.monotonic() + RELIEF_S
    while old in kept.pids or not kept.pids:
        assert time.monotonic() < until, f"{old} was not relieved"
        time.sleep(0.1)
    kept.wait("online again", lambda page: page["online"] and page["screen"] == "attract", RELIEF_S)
    assert old not in kept.pids
    assert known(family(kept.keeper.pid), kept.world.came) == set()
