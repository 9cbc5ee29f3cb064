"""Tools of technicians: what they find becomes lines of a page, and what they do is written down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.equipment.workshop import LAYERS, TROUBLE, Workshop
from kiosk_app.health.network import Facts, Link
from kiosk_app.health.stick_places import StickPlace
from kiosk_app.lab.samples import ONLINE, desk
from kiosk_app.visit import step
from kiosk_app.visit.effects import UseTool
from kiosk_app.visit.events import Pressed, ToolTold
from kiosk_app.visit.state import Technical, Technician
from kiosk_app.words import has
from tests.kiosk_app import test_sticks
from tests.kiosk_app.test_log_export import know_the_key, parts_of
from tests.kiosk_app.test_sticks import Place
from tests.offline_cache.support import until

template, place = test_sticks.template, test_sticks.place
CABLE = Link("eth0", "cable", True, 1000, "full", ("192.168.1.20",))


class Bench:
    """A workshop at a running terminal, and what it says."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.heard: list[Any] = []
        self.recorded: list[tuple[str, dict[str, Any]]] = []
        self.plugged: tuple[StickPlace, ...] = ()
        self.shop = Workshop(
            place.room, self.heard.append, lambda name, fields: self.recorded.append((name, dict(fields))),
            lambda: Facts((CABLE,), ("eth0",)), lambda: self.plugged,
        )  # fmt: skip

    def use(self, tool: str, act: str = "") -> ToolTold:
        self.heard.clear()
        self.shop.use(UseTool(tool, act, "T-0007"))
        found: ToolTold = until(lambda: self.heard and self.heard[0], 20.0)
        return found


@pytest.fixture
def bench(place: Place) -> Any:
    made = Bench(place)
    yield made
    made.shop.close()


def test_logs_go_to_the_one_stick_that_is_in_and_it_is_written_down(bench: Bench) -> None:
    know_the_key(bench.place)
    bench.plugged = (StickPlace("sda1", bench.place.stick, writable=True),)
    offered = bench.use("logs")
    assert [(line.act, line.style) for line in offered.lines] == [("write", "")]
    done = bench.use("logs", "write")
    assert done.told == "done"
    (file,) = bench.place.stick.iterdir()
    assert done.lines[0].value["zh"] == file.name
    assert parts_of(bench.place, file)[0]["terminal"] == "XC-0042"
    did = {"technician": "T-0007", "tool": "logs", "act": "write", "subject": "stick", "outcome": "done"}
    assert bench.recorded == [("technician_did", did)]


def test_what_is_the_matter_with_the_stick_is_told_in_words(bench: Bench) -> None:
    assert bench.use("logs").lines[0].value["en"] == TROUBLE["no-stick"].en
    bench.plugged = (StickPlace("sda1", bench.place.stick, writable=True),)
    refused = bench.use("logs", "write")
    assert (refused.told, refused.lines[0].value["en"]) == ("failed", TROUBLE["no-key"].en)
    know_the_key(bench.place)
    bench.plugged = (StickPlace("sda1", bench.place.folder / "gone", writable=True),)
    assert bench.use("logs", "write").lines[0].value["en"] == TROUBLE["pulled"].en
    bench.plugged += (StickPlace("sdb1", Path("/media/b"), writable=True),)
    assert bench.use("logs").lines[0].value["en"] == TROUBLE["several"].en
    assert [fields["outcome"] for _, fields in bench.recorded] == ["no-key", "pulled"]


def test_the_network_is_told_layer_by_layer_to_the_first_that_fails(bench: Bench) -> None:
    found = bench.use("network")
    assert [(line.id, line.style) for line in found.lines] == [
        ("link", "ok"), ("address", "ok"), ("gateway", "ok"), ("dns", "ok"), ("connect", "error"),
    ]  # fmt: skip
    assert found.lines[-1].note["zh"]
    assert {line.id for line in found.lines} <= LAYERS.keys()


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
