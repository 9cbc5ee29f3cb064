"""Tools of technicians: what they find, and what became of what they did, as lines of a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app.equipment.workshop import LAYERS, TROUBLE, Workshop
from kiosk_app.health.network import Facts, Link
from kiosk_app.health.stick_places import StickPlace
from kiosk_app.lab.samples import ONLINE, desk
from kiosk_app.visit import step
from kiosk_app.visit.effects import UseTool
from kiosk_app.visit.events import Pressed
from kiosk_app.visit.state import Technical, Technician
from kiosk_app.words import has
from tests.kiosk_app import test_sticks
from tests.kiosk_app.test_log_export import know_the_key, parts_of
from tests.kiosk_app.test_sticks import Place

template, place = test_sticks.template, test_sticks.place
CABLE = Link("eth0", "cable", True, 1000, "full", ("192.168.1.20",))


class Bench:
    """A workshop at a running terminal, and the sticks that are in."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.plugged: tuple[StickPlace, ...] = ()
        self.shop = Workshop(place.room, lambda: Facts((CABLE,), ("eth0",)), lambda: self.plugged)


@pytest.fixture
def bench(place: Place) -> Bench:
    return Bench(place)


def test_logs_go_to_the_one_stick_that_is_in(bench: Bench) -> None:
    know_the_key(bench.place)
    bench.plugged = (StickPlace("sda1", bench.place.stick, writable=True),)
    assert [(line.act, line.style) for line in bench.shop.logs()] == [("write", "")]
    assert bench.shop.write("write") == "done"
    (file,) = bench.place.stick.iterdir()
    assert bench.shop.logs()[0].value["zh"] == file.name
    assert parts_of(bench.place, file)[0]["terminal"] == "XC-0042"


def test_what_is_the_matter_with_the_stick_is_told_in_words(bench: Bench) -> None:
    def told() -> str:
        return bench.shop.logs()[0].value["en"]

    assert told() == TROUBLE["no-stick"].en
    bench.plugged = (StickPlace("sda1", bench.place.stick, writable=True),)
    assert (bench.shop.write("write"), told()) == ("failed", TROUBLE["no-key"].en)
    know_the_key(bench.place)
    bench.plugged = (StickPlace("sda1", bench.place.folder / "gone", writable=True),)
    assert (bench.shop.write("write"), told()) == ("failed", TROUBLE["pulled"].en)
    bench.plugged += (StickPlace("sdb1", Path("/media/b"), writable=True),)
    assert (bench.shop.write("write"), told()) == ("failed", TROUBLE["several"].en)


def test_the_network_is_told_layer_by_layer_to_the_first_that_fails(bench: Bench) -> None:
    found = bench.shop.network()
    assert [(line.id, line.style) for line in found] == [
        ("link", "ok"), ("address", "ok"), ("gateway", "ok"), ("dns", "ok"), ("connect", "error"),
    ]  # fmt: skip
    assert found[-1].note["zh"]
    assert {line.id for line in found} <= LAYERS.keys()


@pytest.mark.parametrize("tool", ["network", "logs"])
def test_the_menu_leads_to_the_tool_and_back(tool: str) -> None:
    assert has(f"tech.{tool}")
    assert has(f"tech.{tool}.note")
    inside = replace(ONLINE, place=Technical(), technician=Technician("T-0007"))
    there, effects = step(inside, Pressed(f"tool.{tool}"), desk())
    assert there.place == Technical(tool, busy=True)
    assert UseTool(tool, "", "T-0007") in effects
    back, _ = step(there, Pressed("actions.back"), desk())
    assert back.place == Technical()
