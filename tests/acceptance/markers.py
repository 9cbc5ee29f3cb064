"""`python -m tests.acceptance.markers`: after mixed visits nothing of anybody is left, wherever one looks.

    --visits N          so many mixed visits (200), then an hour, then the scan: 0 hits
    --without WIPER     with this wiper switched off (may be repeated): the scan must hit
    --each              every wiper switched off in turn, few visits each, and once none
    --minutes N         no visit is begun later than this (no bound); the count told is what was played
    --seed N            of residents, words and order

A wiper of memory can only be seen where memory is looked at: the lab's terminal is one process that is not relieved
after visits as the product's is, so that what it can still reach is what its wipers left. Freed memory is not looked
at here (`tests.acceptance.test_relief` shows that it goes with the process). Markers are never printed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk_app.control import ControlError, ask
from kiosk_app.lab.people import Resident
from kiosk_app.lab.playing import Visit
from kiosk_app.lab.processes import WorldError, wait_until
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Runner
from kiosk_app.lab.script import Step
from kiosk_app.lab.world import World
from tests.acceptance import places
from tests.acceptance.mixed import PARTS, READ_BACK, Mixed, distinct, draw, mixed
from tests.acceptance.planted import Markers, Place

HOUR_S = 3600.0
DRAINED_S = 60.0
ERASED_S = 10.0
"""A reader can keep the store's log from being cut: then it is cut within seconds (docs/store.md)."""
PATIENCE = 4.0
"""Times as long before a check of a script fails: the machine is busy with other things as well."""
AT_ONCE = frozenset({"reference for a module"})
"""What its own deadline ends within the hour: looked for as soon as the visit has ended."""
SHOWN_BY = {
    "screen": ("half-typed",),
    "office": ("yl01",),
    "chat": ("asked",),
    "readers": ("qr",),
    "camera": ("yl01",),
    "modules": ("comparing",),
    "voice": ("spoken",),
}
"""Visits in which a wiper has something to forget."""
UNREAD = frozenset({"pages"})
"""Wipers that forget pictures alone, in which no marker can be read: see tests/kiosk_app/equipment/test_scanning.py."""
Say = Callable[[str], None]


class Planting(World):
    """A world in which whoever comes, and whatever they show, is a marker."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.markers = Markers()
        self.host = distinct(self.host, self.random)
        self.plant_afresh()

    def plant_afresh(self) -> None:
        """Look for nobody any more but the host, who comes again."""
        self.markers = Markers()
        self.markers.plant_resident(self.host)

    def resident(self, **given: Any) -> Resident:
        """Draw somebody, and look for them from now on."""
        return self._planted(super().resident(**given), known=given.get("known", True))

    def stranger(self, kind: str) -> Resident:
        """Draw somebody with another card, and look for them from now on."""
        return self._planted(super().stranger(kind), known=True)

    def token(self, resident: Resident, kind: str = "doorstep") -> str:
        """Draw a credential, and look for it from now on."""
        raw = super().token(resident, kind)
        self.markers.plant_code(raw)
        return raw

    def _planted(self, drawn: Resident, *, known: bool) -> Resident:
        person = distinct(drawn, self.random)
        if known:
            record = person.record()
            self.platform.post("/lab/people", {**record, "name": person.name or person.facts["latin_name"]})
        self.markers.plant_resident(person)
        return person


@dataclass(slots=True)
class Played:
    """What was played: `kinds` in order, `stalled` why some did not come to their end, `at_once` what was found when
    a visit had just ended.
    """

    kinds: list[str] = field(default_factory=list)
    stalled: list[str] = field(default_factory=list)
    at_once: Place = field(default_factory=lambda: Place("as soon as a visit ended", "0 times"))
    looks: int = 0
    told: frozenset[int] = frozenset()
    """Processes that were told private words."""
    dead: int = 0
    """Cases that the platform refused for good: the store keeps their bodies until a person has dealt with them."""


def play(world: Planting, runner: Runner, visits: Iterable[Mixed], told: Say = lambda _: None) -> Played:
    """Play visits one after the other."""
    played = Played()
    usual = runner.watch

    def watch(visit: Visit, step: Step) -> None:
        usual(visit, step)
        if step.value == READ_BACK:
            played.told |= places.speech(world)

    runner.watch = watch
    for visit in visits:
        for words in visit.typed:
            world.markers.plant("typed words", words)
        visit.before(world)
        runner.people = {}
        result = runner.run(visit.script)
        played.kinds.append(visit.kind)
        if not result.passed:
            played.stalled.append(f"{visit.kind}: {result.error.splitlines()[0]}")
            told(f"stalled  {result.error}")
        if visit.kind == "comparing" and world.powered:
            played.looks += 1
            played.at_once.hits += places.reachable(world, world.markers, AT_ONCE).hits
            played.at_once.looked = f"{played.looks} times"
        if world.powered:
            world.stage.ask(forget=True)
        if len(played.kinds) % 10 == 0:
            told(f"{len(played.kinds)} visits")
    runner.watch = usual
    return played


def an_hour_later(world: Planting) -> None:
    """Let everything be acknowledged, then let an hour pass.

    Raises:
        WorldError: something is still waiting.
    """

    def drained() -> bool:
        world.stage.ask(poke=True)
        counts = _counts(world)
        return counts.get("ready") == 0 and counts.get("inflight") == 0

    wait_until(drained, DRAINED_S, "everything is acknowledged")
    world.advance(HOUR_S)
    wait_until(drained, DRAINED_S, "nothing is waiting an hour later")


def _counts(world: World) -> dict[str, Any]:
    """What waits in the outbox, by state; empty while the terminal does not answer."""
    try:
        return dict(ask(world.state.control, {"command": "outbox-counts"}) or {})
    except ControlError:
        return {}


def scan(world: Planting, played: Played, since: float) -> list[Place]:
    """Let an hour pass, let the store's log be cut, and look everywhere."""
    an_hour_later(world)
    with contextlib.suppress(WorldError):
        # Whatever is in the store after that is a hit.
        wait_until(lambda: not any(place.count for place in places.store(world, world.markers)), ERASED_S, "erased")
    played.dead = int(_counts(world).get("dead", 0))
    lived_on = places.lived_on(played.told, world)
    return [played.at_once, lived_on, *places.whole(world, world.markers, since)]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the scan found what it should: nothing, or something for each wiper that was switched off."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.markers", description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=200)
    parser.add_argument("--without", action="append", default=[], metavar="WIPER")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args(arguments)
    with Planting(seed=options.seed) as world, Listener() as listener:
        runner = Runner(world, listener, PATIENCE)
        world.parts.add(PARTS)
        world.install()
        if options.each:
            return each(world, runner, random.Random(options.seed))
        return once(world, runner, options)


def once(world: Planting, runner: Runner, options: argparse.Namespace) -> int:
    """Mixed visits, then the scan."""
    source = random.Random(options.seed)
    world.without = frozenset(options.without)
    since = time.time()
    kinds = itertools.takewhile(
        lambda _: time.time() - since < options.minutes * 60, iter(draw(options.visits, source))
    )
    played = play(world, runner, (mixed(kind, source) for kind in kinds), say)
    found = scan(world, played, since)
    for place in found:
        say("\n".join(place.lines()))
    hits = sum(place.count for place in found)
    for why in played.stalled:
        say(f"stalled: {why}")
    if played.dead:
        say(f"{played.dead} dead letters: the hits in the store's pages may be their bodies, kept until a person deals")
    say(
        f"{len(played.kinds)} visits of {len(set(played.kinds))} kinds, {len(played.stalled)} stalled, "
        f"{played.dead} dead letters, "
        f"{world.starts} starts of the terminal, {len(world.markers)} markers, without {options.without or 'no'} "
        f"wiper: {hits} hits"
    )
    good = bool(hits) == bool(options.without) and not played.stalled and not played.dead
    return 0 if good else 1


def each(world: Planting, runner: Runner, source: random.Random) -> int:
    """Every wiper switched off in turn, and once none, each with a fresh process and residents of its own."""
    wrong = 0
    for off in ("", *SHOWN_BY):
        kinds = SHOWN_BY.get(off) or tuple(dict.fromkeys(kind for kinds in SHOWN_BY.values() for kind in kinds))
        found, stalled, names = switched_off(world, runner, [mixed(kind, source) for kind in kinds], off)
        if set(names) != SHOWN_BY.keys() | UNREAD:
            say(f"the terminal has the wipers {', '.join(names)}")
            wrong += 1
        hits = sum(place.count for place in found)
        say(f"without {off or 'none'}: {hits} hits after {', '.join(kinds)}")
        for place in found:
            if place.count:
                say("\n".join(place.lines()))
        for why in stalled:
            say(f"stalled: {why}")
        wrong += bool(hits) != bool(off) or bool(stalled)
    say(f"{len(SHOWN_BY)} wipers switched off in turn, {wrong} not as it should be")
    return 1 if wrong else 0


def switched_off(
    world: Planting, runner: Runner, visits: Sequence[Mixed], off: str
) -> tuple[list[Place], list[str], list[str]]:
    """Play visits with one wiper switched off; returns what was found, what stalled and which wipers there are."""
    world.plant_afresh()
    world.without = frozenset({off} if off else ())
    world.power_off()
    since = time.time()
    played = play(world, runner, visits)
    names = [str(name) for name in world.stage.ask(wipers=True)["wipers"]]
    return scan(world, played, since), played.stalled, names


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except WorldError as error:
        sys.exit(f"the world did not do what it was asked: {error}")
