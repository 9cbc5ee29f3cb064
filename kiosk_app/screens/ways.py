"""使用方式: one page of switches, each with one line that says what it does; and the page of somebody who helps."""

from __future__ import annotations

from kiosk_app.screens.chrome import PRESS, Words, button, card, picture
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import Attract, Farewell, OutOfService, State
from kiosk_app.visit.ways import STEADY_S
from ui.view import Node, Role


def ways(state: State, desk: Desk, t: Words) -> Page:
    """How would you like to use it?"""
    if state.visit.helped:
        return _helped(t)
    prefs = state.prefs
    headphones = state.world.headphones
    speaks = not prefs.text_only

    def switch(name: str, *, on: bool, enabled: bool = True) -> Node:
        closed = "" if enabled else t(f"ways.{name}.closed") if name in {"screen_off", "aloud"} else ""
        return Node(
            f"ways.{name}",
            Role.TOGGLE,
            t(f"ways.{name}"),
            note=closed or t(f"ways.{name}.note"),
            actions=PRESS,
            checked=on,
            enabled=enabled,
            group="ways",
        )

    def tune(name: str, icon: str) -> Node:
        return Node(
            f"ways.{name}", Role.BUTTON, t(f"ways.{name}"), icon=icon, actions=PRESS, enabled=speaks, group="tune"
        )

    busy = not isinstance(state.place, Attract | Farewell | OutOfService)
    helper = (card("ways.helper", t("ways.helper"), t("ways.helper.note"), icon="hands", style="wide"),)
    return Page(
        screen="list",
        title=t("ways.title"),
        lead=t("ways.lead"),
        nodes=(
            switch("voice", on=prefs.voice),
            switch("text_only", on=prefs.text_only),
            switch("contrast", on=prefs.theme == "dark"),
            switch("lowglare", on=prefs.theme == "lowglare"),
            switch("hold", on=prefs.hold_s > 0),
            switch("steady", on=prefs.strike_s == STEADY_S),
            switch("explore", on=prefs.explore),
            switch("screen_off", on=prefs.screen_off, enabled=prefs.voice or headphones),
            *((switch("aloud", on=state.aloud, enabled=not headphones),) if busy and speaks else ()),
            tune("slower", "minus"),
            tune("faster", "plus"),
            tune("softer", "minus"),
            tune("louder", "plus"),
            *(helper if busy else ()),
            button("cover.close", t("ways.close"), icon="check", style="primary"),
        ),
        focus="ways.voice",
    )


def _helped(t: Words) -> Page:
    """What is covered, and the way back to whose case it is."""
    return Page(
        screen="list",
        title=t("ways.helped_title"),
        lead=t("ways.helped_lead"),
        nodes=(
            picture("help"),
            card("ways.hand_back", t("ways.hand_back"), icon="user", style="wide"),
            button("cover.close", t("ways.close"), icon="next", style="primary"),
        ),
        focus="ways.hand_back",
    )
