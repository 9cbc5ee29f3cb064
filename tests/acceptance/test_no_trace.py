"""After a visit the next resident, and whoever finds the machine, finds nothing of the one before.

A short version of `python -m tests.acceptance.markers`, in one world: visits and the scan; then two wipers are switched
off and the same scan finds what they would have dropped.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk_app.clock import SystemClock
from kiosk_app.lab.recording import Listener
from kiosk_app.lab.runner import Runner
from offline_cache import ItemState, Keyring, open_store, verify_chain
from tests.acceptance import places
from tests.acceptance.markers import SHOWN_BY, UNREAD, Planting, play, scan
from tests.acceptance.mixed import mixed
from tests.acceptance.planted import Place

VISITS = ("offline-then-reconnect", "asked")
OFF = ("chat", "screen")
"""In this order: what is half typed stays until somebody types again."""


@dataclass
class Scanned:
    """A world, what was found while a case waited and after everything, and the wipers that the terminal has."""

    world: Planting
    waiting: list[Place]
    found: list[Place]
    names: list[str]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Planting(seed=20261122) as world, Listener() as listener:
        yield Runner(world, listener)


@pytest.fixture(scope="module")
def after_visits(runner: Runner) -> Scanned:
    world, source, since = runner.world, random.Random(4), time.time()
    assert isinstance(world, Planting)
    waiting: list[Place] = []

    def look(_visit: object, step: object) -> None:
        if getattr(step, "value", None) == {"waiting": 2}:
            waiting.extend(places.store(world, world.markers))

    runner.watch = look
    played = play(world, runner, [mixed(kind, source) for kind in VISITS])
    assert played.stalled == []
    names = [str(name) for name in world.stage.ask(wipers=True)["wipers"]]
    return Scanned(world, waiting, scan(world, played, since), names)


def test_the_scan_sees_a_case_that_waits(after_visits: Scanned) -> None:
    assert sum(place.count for place in after_visits.waiting) > 0


def test_an_hour_after_acknowledgement_nothing_is_found_anywhere(after_visits: Scanned) -> None:
    assert [line for place in after_visits.found if place.count for line in place.lines()] == []
    assert len(after_visits.found) >= 12


def test_every_wiper_has_visits_that_show_it(after_visits: Scanned) -> None:
    assert set(after_visits.names) == SHOWN_BY.keys() | UNREAD


def test_no_word_that_was_typed_to_staff_is_in_the_platforms_request_log(after_visits: Scanned) -> None:
    log = (after_visits.world.platform.folder / "requests.jsonl").read_bytes()
    assert b"/v1/chats:send" in log
    assert list(after_visits.world.markers.find(log)) == []


def test_after_acceptance_the_store_keeps_no_body_and_a_whole_chain(after_visits: Scanned) -> None:
    world = after_visits.world
    world.power_off()
    with open_store(world.state.store, Keyring(world.state.key), SystemClock(), "test") as store:
        rows = store.list_items()
        assert rows
        assert {row.state for row in rows} == {ItemState.SENT}
        assert all(store.show(row.id).body is None for row in rows)
        assert verify_chain(store.audit_rows()).ok
        assert list(world.markers.find(repr(store.read_audit()).encode())) == []


def test_with_two_wipers_switched_off_the_scan_finds_what_they_drop(runner: Runner, after_visits: Scanned) -> None:
    world, source = after_visits.world, random.Random(5)
    world.without = frozenset(OFF)
    world.power_off()
    runner.watch = lambda visit, step: None
    played = play(world, runner, [mixed(kind, source) for off in OFF for kind in SHOWN_BY[off]])
    assert played.stalled == []
    assert set(places.reachable(world, world.markers).hits) >= {
        ("typed words", "Composition.value"),
        ("object", "OpenChat"),
    }
