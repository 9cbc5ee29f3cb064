"""What was asked of the platform in a visit that is over is not answered to the next resident."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk_app.equipment.office import Office
from kiosk_app.visit.effects import VerifyToken
from kiosk_app.visit.events import Event, TokenAccepted
from tests.offline_cache.support import RealClock

PATIENCE_S = 5.0


class Slow:
    """A platform that answers when it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked: queue.SimpleQueue[str] = queue.SimpleQueue()

    def verify_token(self, raw: str, purpose: str, terminal: str) -> Any:
        self.asked.put(raw)
        assert self.go.wait(PATIENCE_S)
        return SimpleNamespace(
            name="赵一", id_no="110102194403074021", sex="女", birth="1944-03-07", address="", kind="doorstep"
        )


class Desk:
    def __init__(self) -> None:
        self.platform: Any = Slow()
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        store: Any = None
        self.office = Office(
            store,
            self.platform,
            "XC-0001",
            RealClock(),
            secrets.token_bytes,
            (),
            self.events.put,
            lambda name, fields: None,
        )

    def show(self, raw: str) -> None:
        self.office.performers()[VerifyToken](VerifyToken(raw, "identify"))

    def settle(self) -> None:
        self.platform.go.set()
        self.office._line.shutdown(wait=True)


@pytest.fixture
def desk() -> Iterator[Desk]:
    found = Desk()
    yield found
    found.platform.go.set()
    found.office.close()


def test_an_answer_within_the_visit_is_told(desk: Desk) -> None:
    desk.show("one")
    desk.settle()
    assert isinstance(desk.events.get(timeout=PATIENCE_S), TokenAccepted)


def test_an_answer_after_the_visit_is_told_nobody_and_what_waited_is_not_asked(desk: Desk) -> None:
    for raw in ("one", "two", "three"):
        desk.show(raw)
    begun = {desk.platform.asked.get(timeout=PATIENCE_S) for _ in range(2)}
    desk.office.wipe()
    desk.settle()
    assert begun == {"one", "two"}
    assert desk.platform.asked.empty()
    assert desk.events.empty()
