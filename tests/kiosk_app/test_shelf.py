"""A service that is closed or changed while somebody is in it: nothing typed is lost, nobody else gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.times import EARLIEST
from kiosk_app.conductor import Conductor
from kiosk_app.lab.samples import ONLINE, PACKAGES, catalogue, desk, read
from kiosk_app.loop import PlainLoop
from kiosk_app.services import Catalogue
from kiosk_app.shelf import Shelf
from kiosk_app.visit.body import submission_body
from kiosk_app.visit.events import CatalogueChanged
from kiosk_app.visit.state import Form, Guide, State, Visit
from ui.view import ScreenView

WORDS = "楼道灯坏了，请修一修"


def without(service: str) -> Catalogue:
    """The catalogue in which one service is closed: its package is gone, its entry says inactive."""
    whole = catalogue()
    packages = {s.id: whole.package(s.id) for s in whole.all() if whole.package(s.id) is not None}
    packages.pop(service)
    entries = [{"id": name, "active": True} for name in packages] + [{"id": service, "active": False}]
    reference = read(PACKAGES / "reference.json")
    listed = [entry for entry in reference.get("listed", []) if entry.get("id") != service]
    return Catalogue.build(
        {"version": 2, "packages": entries, "halls": reference.get("halls", []), "listed": listed,
         "reference": reference},
        {name: package for name, package in packages.items() if package is not None},
    )  # fmt: skip


class Stage:
    """A conductor whose desk is a real shelf."""

    def __init__(self) -> None:
        now: datetime = desk().now
        self.shelf = Shelf(lambda: now, desk().site)
        self.shelf.switch(catalogue())
        self.pages: list[ScreenView] = []
        self.conductor = Conductor(
            PlainLoop(), self.shelf.desk, self.pages.append, lambda _name, _fields: None, lambda: "v"
        )
        self.conductor.on_step.append(lambda _event, state: self.shelf.let_go(state.visit.service))

    def at(self, state: State) -> None:
        self.conductor.state = state
        self.conductor.show()

    def change(self, new: Catalogue) -> None:
        """What the engine room does with a new catalogue."""
        visit = self.conductor.state.visit
        self.shelf.switch(new, visit.service, begun=bool(visit.answers))
        self.conductor.dispatch(CatalogueChanged())


def filling(**answers: str) -> State:
    return replace(ONLINE, visit=Visit(service="XF01", answers=answers, started=True)).at(Form(current="content"))


def test_a_form_under_way_keeps_its_page_its_words_and_its_end() -> None:
    stage = Stage()
    stage.at(filling(content=WORDS))
    before = stage.pages[-1]
    stage.change(without("XF01"))
    assert [node.value for node in stage.pages[-1].nodes] == [node.value for node in before.nodes]
    assert stage.conductor.state.visit.answers == {"content": WORDS}
    assert submission_body(stage.conductor.state, stage.shelf.desk())["answers"]["content"] == WORDS


def test_without_the_holding_the_page_falls_over() -> None:
    stage = Stage()
    stage.at(filling(content=WORDS))
    stage.shelf.catalogue = without("XF01")
    with pytest.raises(AssertionError):
        stage.conductor.dispatch(CatalogueChanged())


def test_the_next_visit_does_not_find_the_service_open() -> None:
    stage = Stage()
    stage.at(filling(content=WORDS))
    stage.change(without("XF01"))
    assert stage.shelf.desk().offered("XF01")
    stage.conductor.state = replace(ONLINE, visit=Visit())
    stage.conductor.dispatch(CatalogueChanged())
    assert not stage.shelf.desk().offered("XF01")
    assert stage.shelf.catalogue.version == 2


def test_who_only_reads_about_a_service_can_go_on_reading_and_not_begin() -> None:
    stage = Stage()
    stage.at(replace(ONLINE, visit=Visit(service="XF01", started=True)).at(Guide()))
    stage.change(without("XF01"))
    assert stage.pages[-1].screen == "guide"
    assert not stage.shelf.desk().offered("XF01")


def test_other_services_change_at_once() -> None:
    stage = Stage()
    stage.at(filling(content=WORDS))
    stage.change(without("SB01"))
    assert not stage.shelf.desk().offered("SB01")
    assert stage.shelf.desk().offered("XF01")


def test_a_new_form_waits_until_the_old_one_is_finished() -> None:
    stage = Stage()
    stage.at(filling(content=WORDS))
    new = catalogue()
    stage.change(new)
    assert stage.shelf.catalogue is not new
    stage.conductor.state = replace(ONLINE, visit=Visit())
    stage.conductor.dispatch(CatalogueChanged())
    assert stage.shelf.catalogue is new


@pytest.mark.parametrize(
    ("shown", "dated"),
    [(EARLIEST - timedelta(seconds=1), False), (EARLIEST, True), (datetime(2035, 1, 1, tzinfo=UTC), True)],
)
def test_only_a_clock_from_before_its_time_is_known_to_be_wrong(shown: datetime, dated: bool) -> None:
    assert Shelf(lambda: shown).desk().dated is dated
