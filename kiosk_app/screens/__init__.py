"""State -> ScreenView. One table of screens; pure; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk_app.screens import cards, ending, filling, guardian, identify, starting, ways
from kiosk_app.screens.chrome import Words, chrome, dock, look
from kiosk_app.screens.covers import cover
from kiosk_app.screens.helped import covered
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import (
    Attract,
    CardShown,
    Farewell,
    Form,
    Guide,
    Home,
    Identify,
    Listing,
    Outcome,
    OutOfService,
    Place,
    Progress,
    Rating,
    Receipt,
    Review,
    State,
    Submitting,
    Ways,
    WithGuardian,
)
from ui.view import ScreenView

Builder = Callable[[State, Desk, Words], Page]

SCREENS: dict[type[Place], Builder] = {
    Attract: starting.attract,
    Home: starting.home,
    Listing: starting.listing,
    Guide: starting.guide,
    Progress: starting.progress,
    Identify: identify.identify,
    WithGuardian: guardian.guardian,
    CardShown: cards.shown,
    Form: filling.form,
    Review: filling.review,
    Submitting: filling.submitting,
    Outcome: ending.outcome,
    Receipt: ending.receipt,
    Rating: ending.rating,
    Farewell: ending.farewell,
    OutOfService: ending.out_of_service,
}


def view(state: State, desk: Desk) -> ScreenView:
    """Build the page of a state. The dock and a cover, when there is one, come last in reading order.

    The ways to use it have more to choose from than a cover holds: they are drawn as a page, and the page beneath
    waits as it does under any cover. While somebody helps, no private value leaves this function.
    """
    t = Words(state.prefs.lang, desk.site.keypad)
    over = type(state.place if not isinstance(state.cover, Ways) else state.cover)
    page = (ways.ways if over is Ways else SCREENS[type(state.place)])(state, desk, t)
    told = f"form.{state.place.current}" if isinstance(state.place, Form) and state.place.told else ""
    nodes = covered(page.nodes, told) if state.visit.helped else page.nodes
    shown = ScreenView(
        screen=page.screen,
        page=f"{over.__name__}.{state.page}",
        title=page.title,
        lead=page.lead,
        tone=page.tone,
        mark=page.mark,
        step=page.step,
        steps=page.steps,
        nodes=(*nodes, *dock(state, t)),
        focus=page.focus,
        intro=page.intro or tuple(s for s in (page.title, page.lead) if s),
        look=look(state),
        chrome=chrome(state, desk, t),
    )
    if state.cover is None or isinstance(state.cover, Ways):
        return shown
    name, nodes, focus, intro = cover(state.cover, t, helped=state.visit.helped)
    return replace(shown, nodes=(*shown.nodes, *nodes), cover=name, focus=focus, intro=intro)


__all__ = ["SCREENS", "view"]
