"""Sensor, relay board and power supply reach the visit, through the real drivers and their simulators' wires."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.device import DeviceState, Status
from kiosk_app.clock import SystemClock
from kiosk_app.equipment.around import Around
from kiosk_app.health.power import LOST_S, Believed, near
from kiosk_app.lab.samples import KNOWN, ONLINE
from kiosk_app.visit.events import DeviceChanged, Event, PowerChanged, PresenceChanged, Stirred
from kiosk_app.visit.state import Form, Help
from provisioning import DeviceSpec
from tests.drivers.transport.support import Simulator, simulator, wait_until

LAMPS = {"board": "modbus", "channels": 4, "outputs": {"beacon": 2, "locker-1": 3}, "locks": ["locker-1"]}


def made(*specs: DeviceSpec) -> tuple[Around, list[Event], list[tuple[float, Callable[[], None]]]]:
    events: list[Event] = []
    later: list[tuple[float, Callable[[], None]]] = []
    one = Around(
        specs,
        SystemClock(),
        lambda job: job(),
        lambda seconds, job: later.append((seconds, job)),
        events.append,
        lambda name, fields: None,
    )
    return one, events, later


def supply(power: str = "", state: DeviceState = DeviceState.ONLINE, **detail: str) -> Status:
    return Status("ups-1", "ups", state, {**({"power": power} if power else {}), **detail})


def sensor(word: str, kind: str = "presence", **detail: str) -> Status:
    return Status(f"{kind}-1", kind, DeviceState.ONLINE, {"presence": word, **detail})


def presences(events: list[Event]) -> list[bool]:
    return [event.near for event in events if isinstance(event, PresenceChanged)]


def powers(events: list[Event]) -> list[str]:
    return [event.power for event in events if isinstance(event, PowerChanged)]


def test_changes_are_told_and_percent_and_minutes_are_not() -> None:
    one, events, _ = made()
    for charge in ("95", "90", "85"):
        one._hear(supply("battery", charge=charge))
    assert powers(events) == ["battery"]
    assert len([event for event in events if isinstance(event, DeviceChanged)]) == 1
    assert one.last["ups"].detail["charge"] == "85"


def test_of_two_sensors_one_is_enough_and_a_stuck_one_counts_for_nothing() -> None:
    one, events, _ = made()
    one._hear(sensor("near"))
    one._hear(sensor("near", "relays"))
    one._hear(sensor("away"))
    one._hear(sensor("near", "relays", cause="stuck"))
    assert presences(events) == [True, False]
    assert not near((Status("p", "presence", DeviceState.OFFLINE, {"presence": "near"}),))


def test_a_supply_that_falls_silent_on_its_battery_is_believed_for_a_minute() -> None:
    one, events, later = made()
    one._hear(supply("battery"))
    one._hear(supply(state=DeviceState.HARDWARE_ERROR, cause="stale"))
    one._hear(supply(state=DeviceState.OFFLINE, cause="silent"))
    assert powers(events) == ["battery"]
    assert [seconds for seconds, _ in later] == [LOST_S]


def test_the_minute_is_counted_from_when_it_fell_silent() -> None:
    gone = supply(state=DeviceState.OFFLINE)
    lost = Believed("battery").hear(gone, 100.0).hear(gone, 130.0)
    assert lost.wait(159.9).power == "battery"
    assert lost.wait(160.0).power == "low"
    assert lost.hear(supply("battery"), 150.0).wait(200.0).power == "battery"


@pytest.mark.parametrize("power", ["mains", "low"])
def test_silence_on_the_mains_or_at_the_end_changes_nothing(power: str) -> None:
    silent = Believed(power).hear(supply(state=DeviceState.OFFLINE), 0.0)
    assert silent.wait(10_000.0).power == power


def test_an_entry_that_cannot_be_understood_is_told_and_the_others_work(tmp_path: Path) -> None:
    one, events, _ = made(DeviceSpec("ups-1", "ups", "tcp://host:1"), DeviceSpec("p", "presence", "serial:/nowhere"))
    one.start()
    one.nudge()
    one.stop()
    assert DeviceChanged("ups", "no_device", {"cause": "profile"}) in events
    assert one.last["ups"].detail == {"cause": "profile"}
    assert one.last["presence"].state is DeviceState.OFFLINE


def test_somebody_who_comes_is_near_and_the_site_may_want_no_greeting() -> None:
    with simulator("drivers.presence.simulator", "--unpaced") as radar:
        spec = DeviceSpec("presence-1", "presence", f"serial:{radar.link}", {"greet": False, "away_s": "0.5"})
        one, events, _ = made(spec)
        one.start()
        try:
            radar.do(stand=80)
            wait_until(lambda: PresenceChanged(True, greets=False) in events, "near")
            radar.do(fault="unplug")
            wait_until(lambda: presences(events) == [True, False], "a sensor that is gone sees nobody")
        finally:
            one.stop()


def test_the_beacon_burns_while_people_are_called_and_locks_are_left_alone() -> None:
    with simulator("drivers.relays.simulator", "--unpaced", "--board", "modbus") as board:
        one, _, _ = made(DeviceSpec("relays-1", "relays", f"serial:{board.link}", LAMPS))
        one.start()
        form = replace(ONLINE, place=Form("bank"), visit=KNOWN)
        try:
            one.watch(Stirred(), form)
            one.watch(Stirred(), replace(form, cover=Help(called=True)))
            wait_until(lambda: board.do(status=True)["coils"] == [2], "the beacon burns")
            one.watch(Stirred(), form)
            wait_until(lambda: board.do(status=True)["coils"] == [], "it is out")
            assert [3, True] not in board.do(status=True)["moves"]
        finally:
            one.stop()


@pytest.mark.matrix
def test_the_mains_fail_and_the_visit_hears_of_it(tmp_path: Path) -> None:
    control = tmp_path / "control"
    command = [sys.executable, "-m", "drivers.ups.simulator", "--control", str(control), "--with-parent"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        uri = json.loads(process.stdout.readline())["uri"]
    upsd = Simulator.__new__(Simulator)
    upsd._control, upsd._process = control, process
    one, events, _ = made(DeviceSpec("ups-1", "ups", uri))
    one.start()
    try:
        wait_until(lambda: "ups" in one.last and one.last["ups"].state is DeviceState.ONLINE, "asked")
        upsd.do(mains=False, charge=10)
        wait_until(lambda: powers(events) == ["low"], "low")
    finally:
        one.stop()
        upsd.stop()
