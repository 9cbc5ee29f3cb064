"""What was asked of the platform in a visit that is over is not answered to the next resident."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk_app.equipment.office import Office
from kiosk_app.visit.effects import FetchPrefill, VerifyToken
from kiosk_app.visit.events import Event, Prefilled, TokenAccepted
from offline_cache import HeldLicence, Identity, NetworkLost, Prefill
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


class Knowing:
    """A platform that knows a phone and a licence, unless the line fails in between."""

    def __init__(self, *, breaks: bool) -> None:
        self.breaks = breaks
        self.go = threading.Event()
        self.asked: list[str] = []

    def identify(self, id_no: str, name: str, evidence: Any) -> Identity:
        return Identity("token", "L1", 900)

    def prefill(self, id_no: str, service: str, identity: Identity) -> Prefill:
        return Prefill({"phone": "13800138000"}, {})

    def find_licences(self, id_no: str, service: str, identity: Identity) -> tuple[HeldLicence, ...]:
        self.asked.append(service)
        if self.breaks:
            raise NetworkLost("gone", sent=False)
        both = {"zh": "残疾人证", "en": "Certificate"}
        return (HeldLicence("MED", "disability_certificate", both, "CJ**34", both, date(2029, 2, 28)),)


class Desk:
    def __init__(self, platform: Any = None) -> None:
        self.platform: Any = platform or Slow()
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


def prefilled(platform: Knowing, *, licences: bool) -> Prefilled:
    desk = Desk(platform)
    ask = FetchPrefill("110102194403074021", "YL02", (), "赵一", licences)
    desk.office.performers()[FetchPrefill](ask)
    try:
        event = desk.events.get(timeout=PATIENCE_S)
    finally:
        desk.office.close()
    assert isinstance(event, Prefilled)
    return event


def test_licences_are_asked_for_with_what_is_known_and_only_where_one_may_be_used() -> None:
    platform = Knowing(breaks=False)
    told = prefilled(platform, licences=True).licences
    assert told is not None
    assert (told.owner, told.service, told.of["MED"].until) == ("110102194403074021", "YL02", date(2029, 2, 28))
    assert prefilled(platform, licences=False).licences is None
    assert platform.asked == ["YL02"]


def test_without_an_answer_about_licences_the_form_is_filled_all_the_same() -> None:
    event = prefilled(Knowing(breaks=True), licences=True)
    assert (event.fields, event.licences) == ({"phone": "13800138000"}, None)
