"""What the device lab's window gets and may ask, against a whole world."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.lab.processes import wait_until
from kiosk_app.lab.server import LabServer
from kiosk_app.lab.world import World


class Lab:
    def __init__(self, world: World) -> None:
        self.world = world
        self.path: Path = world.folder / "lab.sock"
        self.server = LabServer(world, self.path, lambda job: job())

    def ask(self, **request: Any) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.path))
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile() as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
        return answer

    def state(self) -> dict[str, Any]:
        return self.ask(do="state")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with World(seed=5) as world:
        world.install()
        world.power_on()
        found = Lab(world)
        yield found
        found.server.close()


def test_socket_is_for_its_owner_only(lab: Lab) -> None:
    assert stat.S_IMODE(lab.path.stat().st_mode) == 0o600


def test_state_tells_the_world(lab: Lab) -> None:
    state = lab.state()
    assert state["ok"]
    assert state["terminal"]["running"]
    assert {card["kind"] for card in state["cards"]} == {"resident", "expired", "host"}
    assert all("*" in card["label"] for card in state["cards"])


def test_presented_card_is_read_by_the_terminal(lab: Lab) -> None:
    assert lab.ask(do="present", card="elder-1")["ok"]
    wait_until(lambda: lab.state()["terminal"]["screen"] == "home", 15, "the card begins a visit")
    assert lab.state()["pad"] == "elder-1"
    assert lab.ask(do="lift")["ok"]
    assert lab.state()["pad"] is None


def test_paper_and_cover_are_the_printers(lab: Lab) -> None:
    lab.ask(do="paper", set="out")
    lab.ask(do="cover", set="open")
    panel = lab.world.paper_status()["panel"]
    assert (panel["paper"], panel["cover"]) == ("out", "open")
    lab.ask(do="paper", set="full")
    lab.ask(do="cover", set="closed")


def test_fault_is_shown_as_broken_until_mended(lab: Lab) -> None:
    lab.ask(do="fault", device="card_reader", name="silent")
    assert lab.state()["broken"]["card_reader"] == "silent"
    lab.ask(do="fault", device="card_reader", name="none")
    assert lab.state()["broken"]["card_reader"] == ""


@pytest.mark.parametrize(
    "request_",
    [{"do": "dance"}, {"do": "present", "card": "nobody"}, {"do": "fault", "device": "card_reader", "name": "fire"}],
)
def test_what_cannot_be_done_is_refused_with_a_reason(lab: Lab, request_: dict[str, Any]) -> None:
    answer = lab.ask(**request_)
    assert answer["ok"] is False
    assert answer["why"]


def test_power_cut_and_on_again(lab: Lab) -> None:
    assert lab.ask(do="power", set="cut")["ok"]
    assert not lab.state()["terminal"]["running"]
    # The same thread that owns the world starts it again.
    lab.server.answer({"do": "power", "set": "on"})
    assert lab.state()["terminal"]["running"]
