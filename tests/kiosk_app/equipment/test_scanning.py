"""Papers before a real camera process: a page is here until it is dropped or the visit ends, and then nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk_app.equipment.scanning import Scanning
from kiosk_app.visit.effects import DropPage, Effect, TakePage
from kiosk_app.visit.events import DeviceChanged, Event, PageTaken, SheetLies
from provisioning import DeviceSpec
from tests.drivers.transport.support import wait_until
from tests.drivers.vision.listening import Clock
from tests.drivers.vision.pages.test_paper_camera import SheetTable

LONG = 60.0


class Room:
    """A terminal's loop as far as the camera sees it: what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.screen = SimpleNamespace(post=self._now)
        self.conductor = SimpleNamespace(dispatch=self.told.append)

    def post(self, event: Event) -> None:
        self.told.append(event)

    def _now(self, call: Callable[[], object]) -> None:
        call()

    def last(self, kind: type[Event]) -> Any:
        return next((event for event in reversed(self.told) if isinstance(event, kind)), None)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SheetTable]:
    made = SheetTable(tmp_path_factory.mktemp("table"))
    yield made
    made.end()


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def camera(table: SheetTable, room: Room) -> Iterator[Scanning]:
    spec = DeviceSpec("pages-1", "document_scanner", f"mjpeg:{table.stream}")
    made = Scanning(spec, SimpleNamespace(clock=Clock()), room)  # type: ignore[arg-type]
    made.start()
    yield made
    made.stop()


def do(camera: Scanning, effect: Effect) -> None:
    camera.performers()[type(effect)](effect)


def taken(table: SheetTable, camera: Scanning, room: Room) -> str:
    """Have a page taken by itself; returns its name."""
    wait_until(lambda: getattr(room.last(DeviceChanged), "state", "") == "online", "the camera sees", LONG)
    table.lay()
    do(camera, TakePage())
    wait_until(lambda: room.last(SheetLies) is not None, "the table is seen", LONG)
    table.lay(page=3, turn=7, table="wood", size=0.7)
    wait_until(lambda: room.last(PageTaken) is not None, "the page is taken", LONG)
    return str(room.last(PageTaken).page)


@pytest.mark.timeout(200)
def test_a_page_is_here_until_the_visit_ends(table: SheetTable, camera: Scanning, room: Room) -> None:
    name = taken(table, camera, room)
    assert (camera.page(name) or b"").startswith(b"\xff\xd8")
    camera.wipe()
    assert camera.page(name) is None
    assert camera._pages == {}


@pytest.mark.timeout(200)
def test_a_page_that_is_dropped_is_gone(table: SheetTable, camera: Scanning, room: Room) -> None:
    name = taken(table, camera, room)
    do(camera, DropPage(name))
    assert camera.page(name) is None
