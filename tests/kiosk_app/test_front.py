"""The first pages of a start say what the last run knew, and nothing can be begun before the services are there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.hours import ALWAYS, read_hours
from contracts.site import Accessibility
from kiosk_app.front import NOWHERE, read_front, write_front
from kiosk_app.lab.samples import ONLINE
from kiosk_app.screens import view
from kiosk_app.services import Catalogue
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import Log
from kiosk_app.visit.events import OnlineChanged, Pressed
from kiosk_app.visit.nearby import Nearby, Neighbour
from kiosk_app.visit.state import Guide, Home, Visit
from kiosk_app.visit.step import step
from tests.kiosk_app.visit.walks import DESK, only

HOME = replace(ONLINE, place=Home(), visit=Visit(started=True))


@pytest.fixture
def early(tmp_path: Path) -> Desk:
    """The desk of a terminal that has just been started again."""
    path = tmp_path / "front.json"
    write_front(path, DESK)
    front = read_front(path)
    return replace(DESK, site=front.site, catalogue=front.catalogue)


def test_the_first_page_with_services_is_that_of_the_last_run(early: Desk) -> None:
    assert view(HOME, early).nodes == view(HOME, DESK).nodes


def test_what_is_not_there_yet_cannot_be_begun_and_that_is_said(early: Desk) -> None:
    (first, *_) = DESK.foremost()
    guide, _ = step(HOME, Pressed(f"service.{first.id}"), early)
    page = view(guide, early)
    assert "准备" in page.node("guide.closed").text  # type: ignore[union-attr]
    assert not page.node("actions.start").enabled  # type: ignore[union-attr]
    stayed, effects = step(guide, Pressed("actions.start"), early)
    assert isinstance(stayed.place, Guide)
    assert only(effects, Log)
    assert view(guide, DESK).node("guide.closed") is None


@pytest.mark.parametrize("home", [None, 1, [], {}, {"services": 1}, {"services": [], "reference": 2, "size": "x"}])
def test_a_damaged_front_says_less_and_stops_nothing(tmp_path: Path, home: object) -> None:

    path = tmp_path / "front.json"
    write_front(path, DESK)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "home": home}), "utf-8")
    front = read_front(path)
    assert (front.site.terminal, len(front.catalogue)) == (DESK.site.terminal, 0)
    path.write_text("{", "utf-8")
    assert read_front(path).site == NOWHERE
    assert len(Catalogue()) == 0


def test_nothing_is_said_of_the_network_before_it_was_looked_for() -> None:
    started = replace(HOME, world=replace(HOME.world, online=False, looked=False))
    assert view(started, DESK).node("home.offline") is None
    assert [n.note for n in view(started, DESK).nodes] == [n.note for n in view(HOME, DESK).nodes]
    looked, _ = step(started, OnlineChanged(False), DESK)
    assert view(looked, DESK).node("home.offline") is not None
    guide, _ = step(started, Pressed("service.SB01"), DESK)
    assert "准备" in view(guide, DESK).node("guide.closed").text  # type: ignore[union-attr]


def test_hours_wishes_neighbours_and_a_card_that_was_left_outlive_the_process(tmp_path: Path) -> None:
    place = {"zh": "二号", "en": "Two"}
    near = Nearby((Neighbour(place, place, 300, read_hours("22:00-06:00")),), DESK.now)
    site = replace(DESK.site, hours=read_hours({"mon": ["09:00-12:00"]}), usual=Accessibility(125, voice=True))
    path = tmp_path / "front.json"
    write_front(path, replace(DESK, site=site, near=near), card_left=True)
    front = read_front(path)
    assert (front.site.hours, front.site.usual) == (site.hours, site.usual)
    assert (front.near, front.card_left) == (near, True)


def test_a_front_of_an_earlier_release_is_always_open(tmp_path: Path) -> None:
    path = tmp_path / "front.json"
    write_front(path, DESK)
    known = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({name: known[name] for name in ("terminal", "name", "place", "home")}), "utf-8")
    front = read_front(path)
    assert front.site.terminal == DESK.site.terminal
    assert front.site.hours == ALWAYS
    assert front.near.found == ()
