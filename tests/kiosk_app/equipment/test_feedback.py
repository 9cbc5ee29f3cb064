"""What a resident says without a name: from the page through the store and over the wire, and what never goes along."""

from __future__ import annotations

import json
import queue
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.feedback import NUMBER
from kiosk_app.equipment.office import Office
from kiosk_app.lab.samples import DONE, KNOWN, ONLINE
from kiosk_app.visit import State
from kiosk_app.visit.effects import KeepFeedback
from kiosk_app.visit.events import Edited, Event, FeedbackArrived, FeedbackFailed, FeedbackSaved, Pressed, Rejected
from kiosk_app.visit.state import Outcome
from offline_cache import ItemDead, ItemDone, Limits, Problem, Store
from tests.kiosk_app.visit.walks import only, walk
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import RealClock, open_at, until
from tests.offline_cache.test_engine import World

PATIENCE_S = 8.0
SAID = "跑了三趟"
FULL = Limits(min_free_bytes=2**62)
CASE = replace(DONE, submission="0198c5a0-0000-7000-8000-00000000ca5e")
START = replace(ONLINE, place=Outcome(), visit=replace(KNOWN, case=CASE))
PERSON = KNOWN.person
assert PERSON is not None
WHO = (PERSON.name, PERSON.id_number, *KNOWN.answers.values(), CASE.submission, CASE.number, CASE.provisional)
"""All that the visit holds of a person and of their case."""


class Desk:
    """An office over a real store, and what it tells the visit."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.records: list[tuple[str, Any]] = []
        client: Any = None
        self.office = Office(
            store,
            client,
            "XC-0042",
            RealClock(),
            secrets.token_bytes,
            (),
            self.events.put,
            lambda name, fields: self.records.append((name, fields)),
        )

    def keep(self, effect: KeepFeedback) -> None:
        self.office.performers()[KeepFeedback](effect)

    def told(self) -> Event:
        return self.events.get(timeout=PATIENCE_S)


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as running:
        yield running


def handed_in(*more: Event, state: State = START) -> KeepFeedback:
    plan = (
        Pressed("dock.help"),
        Pressed("cover.feedback"),
        Pressed("happened.papers"),
        Pressed("actions.next"),
        Edited("remark.words", SAID),
        Pressed("actions.next"),
        *more,
        Pressed("actions.send"),
    )
    _, effects = walk(state, *plan)
    (effect,) = only(effects, KeepFeedback)
    assert isinstance(effect, KeepFeedback)
    return effect


def dumped(store: Store) -> str:
    """Every row of every table of the store, as text."""

    def job(connection: Any) -> str:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
        return "\n".join(
            part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for row in rows for part in row
        )

    return store.read(job)


def test_neither_store_nor_wire_learns_who_it_was_or_which_case(tmp_path: Path, server: Platform) -> None:
    world = World(tmp_path, server)
    desk = Desk(world.store)
    desk.keep(handed_in())
    saved = desk.told()
    assert isinstance(saved, FeedbackSaved)
    stored = dumped(world.store)
    assert SAID in stored
    assert not [secret for secret in WHO if secret in stored]
    world.engine.start()
    try:
        until(lambda: server.stored, PATIENCE_S)
    finally:
        world.engine.stop()
    (item,) = server.stored.values()
    wire = json.dumps({name: value for name, value in item.items() if name != "receipt"}, ensure_ascii=False)
    assert not [secret for secret in WHO if secret in wire]
    assert item["case_key"] == item["id"] == saved.id
    assert item["body"] == {
        "lang": "zh",
        "what": "papers",
        "words": SAID,
        "service": "YL01",
        "screen": "outcome",
        "number": saved.number,
    }
    desk.office.close()
    world.store.close()


def test_the_outbox_forgets_the_words_once_they_arrived(tmp_path: Path, server: Platform) -> None:
    world = World(tmp_path, server)
    desk = Desk(world.store)
    desk.keep(handed_in(Edited("remark.phone", "13900139000")))
    desk.told()
    assert "13900139000" in dumped(world.store)
    world.engine.start()
    try:
        until(world.drained, PATIENCE_S)
        until(lambda: "13900139000" not in dumped(world.store) and SAID not in dumped(world.store), PATIENCE_S)
    finally:
        world.engine.stop()
    desk.office.close()
    world.store.close()


def test_every_number_is_drawn_anew_and_can_be_read_by_anyone(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        desk = Desk(store)
        for _ in range(50):
            desk.keep(handed_in())
        numbers = {told.number for _ in range(50) if isinstance(told := desk.told(), FeedbackSaved)}
        desk.office.close()
    assert len(numbers) == 50
    assert all(NUMBER.fullmatch(number) for number in numbers)


def test_a_full_disk_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    with open_at(tmp_path, limits=FULL) as store:
        desk = Desk(store)
        desk.keep(handed_in())
        assert desk.told() == FeedbackFailed("full")
        desk.office.close()
        assert store.list_items() == []
        assert desk.records == [("save_failed", {"why": "full"})]


def test_what_arrives_and_what_is_refused_is_told_while_the_visit_lasts(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        desk = Desk(store)
        desk.keep(handed_in())
        saved = desk.told()
        assert isinstance(saved, FeedbackSaved)
        desk.office.hear(ItemDone(saved.id, None))
        desk.office.hear(ItemDead(saved.id, Problem("data-invalid", 422)))
        assert [desk.told(), desk.told()] == [FeedbackArrived(saved.id), Rejected(saved.id, "data-invalid")]
        desk.office.wipe()
        desk.office.hear(ItemDone(saved.id, None))
        assert desk.events.empty()
        desk.office.close()


def test_the_number_of_a_visit_that_is_over_is_told_nobody(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        desk = Desk(store)
        effect = handed_in()
        # The store's worker is still busy when the resident goes.
        gate = queue.SimpleQueue[int]()
        desk.office._desk.submit(gate.get)
        desk.keep(effect)
        desk.office.wipe()
        gate.put(1)
        desk.office.close()
        assert desk.events.empty()
        assert [row.kind for row in store.list_items()] == ["feedback"]
