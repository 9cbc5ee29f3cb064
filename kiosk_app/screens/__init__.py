"""State -> ScreenView. One table of screens; pure; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk_app.screens import (
    answering,
    cards,
    chat,
    ending,
    enrolling,
    feedback,
    filling,
    finding,
    following,
    guardian,
    identify,
    materials,
    paying,
    selftest,
    signs,
    starting,
    technical,
    ways,
)
from kiosk_app.screens.chrome import Words, chrome, dock, look
from kiosk_app.screens.covers import cover
from kiosk_app.screens.helped import covered
from kiosk_app.screens.page import Page
from kiosk_app.visit.chat import offered
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.enrolment import Enrolling
from kiosk_app.visit.remark import Remarking
from kiosk_app.visit.state import (
    Attract,
    CardShown,
    Farewell,
    Form,
    Guide,
    Home,
    Identify,
    Listing,
    Materials,
    MyCase,
    Outcome,
    OutOfService,
    Paying,
    Place,
    Progress,
    Rating,
    Receipt,
    Review,
    Search,
    SelfTest,
    State,
    Submitting,
    Supplement,
    SupplementReview,
    Technical,
    TechnicianCode,
    Ways,
    WithGuardian,
)
from kiosk_app.visit.talk import Chatting
from ui.view import ScreenView

Builder = Callable[[State, Desk, Words], Page]

SCREENS: dict[type[Place], Builder] = {
    Attract: starting.attract,
    Home: starting.home,
    Listing: starting.listing,
    Search: finding.search,
    Guide: starting.guide,
    Progress: following.progress,
    MyCase: following.case,
    Supplement: answering.question,
    SupplementReview: answering.review,
    Identify: identify.identify,
    WithGuardian: guardian.guardian,
    CardShown: cards.shown,
    Form: filling.form,
    Materials: materials.materials,
    Review: filling.review,
    Paying: paying.paying,
    Submitting: filling.submitting,
    Outcome: ending.outcome,
    Receipt: ending.receipt,
    Rating: ending.rating,
    Farewell: ending.farewell,
    OutOfService: ending.out_of_service,
    Enrolling: enrolling.enrolling,
    SelfTest: selftest.selftest,
    TechnicianCode: technical.code,
    Technical: technical.page,
}


COVERS: dict[type[object], Builder] = {Ways: ways.ways, Chatting: chat.chat, Remarking: feedback.feedback}
"""Covers that are drawn as pages."""


def view(state: State, desk: Desk) -> ScreenView:
    """Build the page of a state. The dock and a cover, when there is one, come last in reading order.

    The ways to use it, the talk with staff and what could not be done hold more than a cover does: they are drawn as
    pages, and the page beneath waits as it does under any cover. While somebody helps, no private value leaves this
    function.
    """
    t = Words(state.prefs.lang, desk.site.keypad)
    over = type(state.cover) if isinstance(state.cover, Ways | Chatting | Remarking) else type(state.place)
    page = (COVERS.get(over) or SCREENS[type(state.place)])(state, desk, t)
    told = f"form.{state.place.current}" if isinstance(state.place, Form | Supplement) and state.place.told else ""
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
        nodes=(*(() if over is Ways else signs.slot(state, desk, t)), *nodes, *dock(state, t)),
        focus=page.focus,
        intro=page.intro or tuple(s for s in (page.title, page.lead) if s),
        look=look(state),
        chrome=chrome(state, desk, t),
    )
    if state.cover is None or over in COVERS:
        return shown
    name, nodes, focus, intro = cover(
        state.cover, desk, t, helped=state.visit.helped, chat=_chat_key(state), feedback=offered(state)
    )
    return replace(shown, nodes=(*shown.nodes, *nodes), cover=name, focus=focus, intro=intro)


def _chat_key(state: State) -> str:
    """Where the key to the chat stands among those of help: nowhere, first for whoever reads and writes, or later."""
    if not offered(state):
        return ""
    return "first" if state.prefs.text_only else "later"


__all__ = ["SCREENS", "view"]
