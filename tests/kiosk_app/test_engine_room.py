"""What the engine room does with documents and clips that are not, or no longer, those of its platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk_app.audit import EVENTS
from kiosk_app.control_handlers import doctor, services
from kiosk_app.engine_room import EngineRoom
from kiosk_app.folders import Folders
from kiosk_app.lab.samples import desk
from kiosk_app.shelf import Shelf
from kiosk_app.terminal import Options
from kiosk_app.visit.state import State
from offline_cache import ClipShelf, ClockCorrected, ItemState, VoicesChanged
from tests.offline_cache.support import RealClock, item, open_at
from tests.offline_cache.test_clip_shelf import made

DEMO = desk()


class Room:
    """An engine room with a store and a shelf of clips, and a loop that runs what was posted when told."""

    def __init__(self, folder: Path) -> None:
        self.posted: list[Callable[[], None]] = []
        self.log: list[tuple[str, dict[str, object]]] = []
        self.renewed = 0
        shelf = Shelf(lambda: DEMO.now, DEMO.site)
        shelf.catalogue = DEMO.catalogue
        screen, conductor = SimpleNamespace(post=self.posted.append), SimpleNamespace(state=State())
        terminal: Any = SimpleNamespace(shelf=shelf, screen=screen, conductor=conductor)
        self.room = EngineRoom(Options(Folders(folder), RealClock()), terminal)
        self.store = self.room.store = open_at(folder)
        self.clips = self.room.clips = ClipShelf(folder / "clips")
        audit: Any = SimpleNamespace(record=lambda name, fields: self.log.append((name, fields)))
        self.room.audit = audit
        speaking: Any = SimpleNamespace(renew=self._renew, last=None)
        self.room.speaking = speaking
        self.authority = folder / "authority.crt"
        self.enrol(b"one")

    def _renew(self) -> None:
        self.renewed += 1

    def enrol(self, authority: bytes) -> None:
        """The terminal starts after an enrolment with the platform of this authority."""
        self.authority.write_bytes(authority)
        identity: Any = SimpleNamespace(ca_path=self.authority)
        self.room.identity = identity
        self.room._know_platform(self.store, self.clips)

    def run(self) -> None:
        """Let the loop do what was posted."""
        while self.posted:
            self.posted.pop(0)()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made_room = Room(tmp_path)
    yield made_room
    made_room.store.close()


def fill(room: Room) -> None:
    room.store.catalogue.put("index", '"1"', {"signed": {}, "signatures": []})
    room.store.meta.set("catalogue.version", "7")
    room.clips.put("SB01", made("SB01", zh="一"), "sha256:1")


def test_the_doctor_names_the_services_that_the_fallback_speaks(room: Room) -> None:
    room.room.identity = room.room.profile = None
    offered = {s.id for s in DEMO.catalogue.live() if DEMO.offered(s.id)}

    def named() -> str:
        (check,) = [one for one in doctor(room.room)["checks"] if one["id"] == "service_voice"]
        return str(check["cause"])

    first, *others = sorted(offered)
    assert first in named()
    room.room.spoken = frozenset({first})
    assert first not in named()
    assert others[0] in named()
    room.room.spoken = frozenset(offered)
    assert named() == "可办事项都有自然语音。"


def test_a_start_with_the_same_platform_keeps_documents_and_clips(room: Room) -> None:
    fill(room)
    room.enrol(b"one")
    assert (room.store.catalogue.names(), room.store.meta.get("catalogue.version")) == (["index"], "7")
    assert room.clips.services() == {"SB01"}


def test_another_platform_finds_no_documents_and_no_clips_and_all_that_waits(room: Room) -> None:
    fill(room)
    waiting = room.store.submit(item())
    room.enrol(b"two")
    assert (room.store.catalogue.names(), room.store.meta.get("catalogue.version")) == ([], None)
    assert room.clips.services() == frozenset()
    assert room.store.row(waiting.id).state is ItemState.READY
    fill(room)
    room.enrol(b"two")
    assert room.clips.services() == {"SB01"}


def test_services_without_clips_are_told_and_the_voice_hears_of_new_ones(room: Room) -> None:
    assert {row["voice"] for row in services(room.room)} == {False}
    room.clips.put("SB01", made("SB01", zh="一"), "sha256:1")
    room.room._hear_report(VoicesChanged(("SB01", "ZZ99")))
    assert room.renewed == 0
    room.run()
    assert room.renewed == 1
    assert [row["id"] for row in services(room.room) if row["voice"]] == ["SB01"]
    live = [service.id for service in DEMO.catalogue.live()]
    assert "SB01" in live
    assert room.log == [("voices_changed", {"changed": 2, "without": len(live) - 1})]


@pytest.mark.parametrize(("seconds", "machine"), [(1_796_000_000, "slow"), (-283_996_800, "fast")])
def test_a_clock_decades_off_is_written_down_whole(room: Room, seconds: int, machine: str) -> None:
    room.room._hear_report(ClockCorrected(seconds))
    ((event, fields),) = room.log
    assert fields == {"machine": machine, "minutes": abs(seconds) // 60}
    assert all(EVENTS[event].fields[name].fits(value) for name, value in fields.items())


def test_clips_that_come_before_the_voice_are_no_matter(room: Room) -> None:
    room.room.speaking = None
    room.room._hear_report(VoicesChanged(("SB01",)))
    room.run()
    assert room.renewed == 0
