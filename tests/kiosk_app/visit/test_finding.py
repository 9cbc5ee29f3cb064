"""From the first page to any service: by theme, by who somebody is, by what most people use, by what they call it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiosk_app.lab.samples import OFFLINE, ONLINE
from kiosk_app.relief import personal
from kiosk_app.screens import view
from kiosk_app.services import Catalogue
from kiosk_app.visit import State
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.events import Edited, Event, KeyPressed, Pressed
from kiosk_app.visit.state import Guide, Home, Listing, Search, Visit
from kiosk_app.visit.step import step
from tests.kiosk_app.services.data import LIVE, index, package
from tests.kiosk_app.visit.walks import DESK, walk

HOME = replace(ONLINE, place=Home(), visit=Visit(started=True))
SERVICES = DESK.catalogue.all()
IDS = [service.id for service in SERVICES]
MOST = 3
"""Actions from the first page to the guide of a service. Turning the pages of a long list is not counted."""
WAYS = ("all", "audiences", "find", "progress")


def pressed(state: State) -> Iterator[str]:
    """What can be pressed on the page to go on: lists and services."""
    for node in view(state, DESK).nodes:
        if (
            node.actions
            and node.enabled
            and node.id.partition(".")[0] in {"all", "audiences", "theme", "audience", "service"}
        ):
            yield node.id


def reached(start: State, most: int) -> dict[str, dict[str, int]]:
    """Walk the real pages breadth first; return for each service the fewest actions by each list that leads to it."""
    found: dict[str, dict[str, int]] = {}
    edge: list[tuple[State, str]] = [(start, "home")]
    for actions in range(1, most + 1):
        after: list[tuple[State, str]] = []
        for state, way in edge:
            for name in pressed(state):
                there, _ = walk(state, Pressed(name))
                if isinstance(there.place, Guide):
                    found.setdefault(there.visit.service, {}).setdefault(way, actions)
                else:
                    after.append((there, name))
        edge = after
    return found


REACHED = reached(HOME, MOST)


@pytest.mark.parametrize("service", IDS)
def test_every_service_is_at_most_three_actions_away_by_its_theme(service: str) -> None:
    by_theme = {way: n for way, n in REACHED[service].items() if way.startswith("theme.")}
    assert by_theme
    assert max(by_theme.values()) <= MOST


def test_fifty_nine_services_are_reached_and_nothing_else() -> None:
    assert len(REACHED) == 59
    assert set(REACHED) == set(IDS)


@pytest.mark.parametrize("kind", ["theme", "audience"])
def test_every_list_leads_to_each_of_its_services_in_three_actions(kind: str) -> None:
    lists = DESK.catalogue.themes() if kind == "theme" else DESK.catalogue.audiences()
    wanted = {(f"{kind}.{one.id}", name) for one in lists for name in one.services}
    assert len(wanted) > 50
    assert wanted == {(way, name) for name, ways in REACHED.items() for way in ways if way.startswith(f"{kind}.")}


def test_it_is_as_near_without_a_network() -> None:
    assert reached(replace(HOME, world=OFFLINE.world), MOST) == REACHED


def test_the_first_page_has_what_most_people_use_and_three_ways_to_everything() -> None:
    tiles = [n.id for n in view(HOME, DESK).nodes if n.role == "tile"]
    assert tiles == [
        "service.YL01",
        "service.SB01",
        "service.YY01",
        "service.XF01",
        "audiences",
        "find",
        "progress",
        "all",
    ]


def test_every_service_of_those_for_old_and_disabled_people_stands_under_who_they_are() -> None:
    listed = {one.id: set(one.services) for one in DESK.catalogue.audiences()}
    assert listed["elder"] >= {"YL01", "YL02", "YL03", "YL04", "SB02", "SB03"}
    assert listed["disabled"] >= {"CJ01", "CJ02", "CJ03", "CJ04"}
    assert {"elder", "disabled", "parent", "newcomer", "business"} <= listed.keys()
    assert all(one.name.zh and one.name.en for one in DESK.catalogue.audiences())


def test_who_somebody_is_is_kept_nowhere() -> None:
    there, effects = walk(HOME, Pressed("audiences"), Pressed("audience.disabled"))
    assert there.visit == HOME.visit
    assert effects == () or all("disabled" not in repr(effect) for effect in effects)
    opened, effects = walk(there, Pressed("service.CJ02"))
    assert "disabled" not in repr((opened.visit, effects))


def test_back_leads_one_page_back() -> None:
    for plan, before in (
        ((Pressed("all"), Pressed("theme.T03")), Listing()),
        ((Pressed("audiences"), Pressed("audience.elder")), Listing(asking=True)),
        ((Pressed("find"), Edited("search.words", "社保"), Pressed("actions.find")), Search("社保")),
        ((Pressed("find"),), Home()),
        ((Pressed("audiences"),), Home()),
        ((Pressed("all"), Pressed("theme.T03"), Pressed("service.YL01")), Listing(theme="T03")),
        ((*sought("社保"), Pressed("service.SB01")), Search("社保", shown=True)),
        ((Pressed("service.SB01"),), Home()),
    ):
        assert walk(HOME, *plan, KeyPressed("back"))[0].place == before


def desk_with(reference: dict[str, Any]) -> Desk:
    """The desk of a district whose reference data say no more than this."""
    packages = {name: package(name) for name in LIVE}
    return replace(DESK, catalogue=Catalogue.build({**index(), "reference": reference}, packages))


def test_a_district_without_such_lists_has_none_on_its_first_page() -> None:
    bare = replace(
        DESK, catalogue=Catalogue.build({**index(), "reference": {}}, {name: package(name) for name in LIVE})
    )
    assert view(HOME, bare).node("audiences") is None
    assert view(replace(HOME, place=Listing(audience="elder")), bare).node("actions.back") is not None


def test_a_new_service_stands_under_the_theme_that_it_names_itself() -> None:
    themes = [{"id": "T03", "name": {"zh": "养老服务", "en": "Elderly care"}, "services": []}]
    bare = desk_with({"themes": themes})
    assert view(replace(HOME, place=Listing("T03")), bare).node("service.YL01") is not None


def test_a_long_list_is_shown_in_parts_and_every_service_is_in_one_of_them() -> None:
    listed = [{**index()["listed"][0], "id": f"ZZ{n:02d}", "themes": ["T03"]} for n in range(60)]
    themes = [{"id": "T03", "name": {"zh": "养老服务", "en": "Elderly care"}, "services": []}]
    long = replace(DESK, catalogue=Catalogue.build({"listed": listed, "reference": {"themes": themes}}, {}))
    state, seen = replace(HOME, place=Listing("T03")), []
    for left in (36, 12, 0):
        page = view(state, long)
        seen += [node.id for node in page.nodes if node.id.startswith("service.")]
        more = page.node("list.more")
        assert (more.text if more else "") == (f"后面还有 {left} 项" if left else "")
        state = step(state, Pressed("list.more"), long)[0] if left else state
    assert sorted(seen) == [f"service.ZZ{n:02d}" for n in range(60)]
    assert view(state, long).node("list.before").text == "前面 48 项"  # type: ignore[union-attr]
    back, _ = step(step(state, Pressed("list.before"), long)[0], Pressed("list.before"), long)
    assert back.place == Listing("T03")
    assert step(state, KeyPressed("back"), long)[0].place == Listing()


# By what people call it


def sought(words: str) -> tuple[Event, ...]:
    return Pressed("find"), Edited("search.words", words), Pressed("actions.find")


def found(words: str) -> list[str]:
    state, _ = walk(HOME, *sought(words))
    return [n.id.removeprefix("service.") for n in view(state, DESK).nodes if n.id.startswith("service.")]


@pytest.mark.parametrize("service", SERVICES, ids=IDS)
def test_every_name_of_a_service_leads_to_its_guide(service: object) -> None:
    names = service.search  # type: ignore[attr-defined]
    aliases = (*names.zh, *names.en, *names.pinyin, *names.initials)
    assert len(names.zh) >= 3
    assert names.en
    for alias in aliases:
        state = replace(HOME, place=Search(alias, shown=True))
        assert view(state, DESK).node(f"service.{service.id}") is not None, alias  # type: ignore[attr-defined]
    opened, _ = walk(HOME, *sought(names.zh[0]), Pressed(f"service.{service.id}"))  # type: ignore[attr-defined]
    assert isinstance(opened.place, Guide)
    assert opened.visit.service == service.id  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "first"), [("查社保", "SB01"), ("高龄补贴", "YL01"), ("gljt", "YL01"), ("residence", "GA02")]
)
def test_what_people_say_is_among_the_first(words: str, first: str) -> None:
    assert first in found(words)[:3]


@pytest.mark.parametrize("words", ["zzzz", "龘龘龘", "！？", "a\x00\u202e"])
def test_what_is_not_found_is_said_with_another_way(words: str) -> None:
    state, _ = walk(HOME, *sought(words))
    page = view(state, DESK)
    assert found(words) == []
    assert page.node("search.none") is not None
    assert isinstance(walk(state, Pressed("all"))[0].place, Listing)


def test_nothing_is_looked_for_before_anything_is_written() -> None:
    state, _ = walk(HOME, *sought("  "))
    assert state.place == Search("  ")
    assert not view(state, DESK).node("actions.find").enabled  # type: ignore[union-attr]


def test_ten_thousand_characters_are_cut_and_nobody_reads_them_in_a_log() -> None:
    state, effects = walk(HOME, *sought("某某某\x00\u202e" * 10_000))
    assert isinstance(state.place, Search)
    assert (len(state.place.words), "\x00" in state.place.words) == (40, False)
    assert "某" not in repr((state.place, effects))
    assert personal(state)
