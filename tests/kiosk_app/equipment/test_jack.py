"""What the jack says reaches the visit, and only in is private."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.device import DeviceState, Status
from drivers.jack import PLUGGED
from kiosk_app.clock import SystemClock
from kiosk_app.equipment.jack import Jack
from kiosk_app.visit.events import DeviceChanged, Event, HeadphonesChanged
from provisioning import DeviceSpec
from tests.drivers.transport.support import Simulator, wait_until


def said(state: DeviceState, plugged: str = "") -> Status:
    return Status("jack-1", "headphones", state, {PLUGGED: plugged} if plugged else {"cause": "missing"})


def plugs(events: list[Event]) -> list[bool]:
    return [event.plugged for event in events if isinstance(event, HeadphonesChanged)]


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def jack(events: list[Event]) -> Jack:
    return Jack(None, SystemClock(), events.append)


def test_every_change_is_told_and_what_did_not_change_is_not(jack: Jack, events: list[Event]) -> None:
    for word in ("out", "in", "in", "out", "in"):
        jack._hear(said(DeviceState.ONLINE, word))
    assert plugs(events) == [True, False, True]
    assert [e.state for e in events if isinstance(e, DeviceChanged)] == ["online"]


@pytest.mark.parametrize("gone", [said(DeviceState.OFFLINE), said(DeviceState.ONLINE, "unsure")])
def test_a_jack_that_does_not_tell_counts_as_out(jack: Jack, events: list[Event], gone: Status) -> None:
    jack._hear(said(DeviceState.ONLINE, "in"))
    jack._hear(gone)
    assert plugs(events) == [True, False]


def test_an_address_that_is_none_is_told_and_nothing_else_happens(events: list[Event]) -> None:
    one = Jack(DeviceSpec("jack-1", "headphones", "jack:"), SystemClock(), events.append)
    one.start()
    one.nudge()
    one.stop()
    assert events == [DeviceChanged("headphones", "no_device", {"cause": "profile"})]


def test_a_plug_in_the_jack_of_a_sound_card_is_a_plug_of_the_visit(tmp_path: Path, events: list[Event]) -> None:
    simulator = Simulator("drivers.jack.simulator", tmp_path, "--unpaced")
    one = Jack(DeviceSpec("jack-1", "headphones", f"input:{simulator.link}"), SystemClock(), events.append)
    one.start()
    try:
        simulator.do(plug=True)
        wait_until(lambda: plugs(events) == [True], "in")
        simulator.do(fault="unplug")
        wait_until(lambda: plugs(events) == [True, False], "out with the sound card")
    finally:
        one.stop()
        simulator.stop()
