"""Find a service by what people call it: words, pinyin, first letters or English."""

from __future__ import annotations

from kiosk_app.screens.chrome import Words, back, button, card, end, notice
from kiosk_app.screens.page import Page
from kiosk_app.screens.starting import tile
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.starting import MOST_SOUGHT
from kiosk_app.visit.state import Search, State
from ui.view import Action, Node, Panel, Privacy, Role

MOST_FOUND = 12


def search(state: State, desk: Desk, t: Words) -> Page:
    """The field, or what was found."""
    place = state.place
    assert isinstance(place, Search)
    return _found(state, desk, t, place.words) if place.shown else _asking(place.words, t)


def _asking(words: str, t: Words) -> Page:
    return Page(
        screen="form",
        title=t("search.title"),
        lead=t("search.lead"),
        nodes=(
            Node(
                "search.words",
                Role.FIELD,
                t("search.words"),
                value=words,
                privacy=Privacy.PRIVATE,
                actions=(Action.PRESS, Action.EDIT),
                current=True,
                panel=Panel.PINYIN,
                limit=MOST_SOUGHT,
            ),
            back(t),
            button("actions.find", t("search.find"), icon="search", style="primary", enabled=bool(words.strip())),
        ),
        focus="search.words",
        intro=(t("search.title"), t("search.lead")),
    )


def _found(state: State, desk: Desk, t: Words, words: str) -> Page:
    services = desk.catalogue.search(words, MOST_FOUND)
    lead = t("list.theme_lead", count=len(services)) if services else t("search.none")
    none = (notice("search.none", t("search.none"), "warn"), card("all", t("home.themes"), icon="more"))
    return Page(
        screen="list",
        title=t("search.found"),
        lead=lead if services else "",
        nodes=(
            *(tile(service, state, desk, t, Role.CARD) for service in services),
            *(() if services else none),
            back(t),
            end(t),
        ),
        focus=f"service.{services[0].id}" if services else "all",
        intro=(t("search.found"), lead),
    )
