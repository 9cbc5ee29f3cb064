"""The place of a clip in sign language: at the head of a page in text-only mode, and no room at all without a clip."""

from __future__ import annotations

import re

from kiosk_app.screens.chrome import PRESS, Words
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.remark import Remarking
from kiosk_app.visit.signs import AWAY, PLAYS
from kiosk_app.visit.state import Form, Identify, State, Supplement
from kiosk_app.visit.talk import Chatting
from ui.view import Node, Role


def keys(state: State) -> tuple[str, ...]:
    """What the page is called in `signs.json`, the closest name first."""
    if isinstance(state.cover, Chatting):
        return ("chat",)
    if isinstance(state.cover, Remarking):
        return ("feedback",)
    match state.place:
        case Form(current=scope) | Supplement(current=scope) if scope:
            # The question of an entry is called the same for every entry.
            return (re.sub(r"\.\d+", "", f"form.{scope}"), "form")
        case Identify(way=way):
            return (f"identify.{way}", "identify")
        case place:
            return (type(place).__name__.lower(),)


def slot(state: State, desk: Desk, t: Words) -> tuple[Node, ...]:
    """Return the clip of this page with its keys; nothing outside text-only mode, and nothing where there is none."""
    if not state.prefs.text_only:
        return ()
    clip = desk.signs.find("" if isinstance(state.cover, Chatting | Remarking) else state.visit.service, keys(state))
    if clip is None:
        return ()
    if state.prefs.sign == AWAY:
        return (Node("sign.show", Role.BUTTON, t("sign.show"), icon="hands", actions=PRESS, group="sign"),)
    plays = state.prefs.sign == PLAYS
    return (
        Node(
            "sign.clip",
            Role.CARD,
            t("sign.pause" if plays else "sign.play"),
            note=t("sign.says", text=clip.text.get(t.lang, "")),
            icon=clip.path,
            style="play" if plays else "still",
            actions=PRESS,
            group="sign",
        ),
        Node("sign.hide", Role.BUTTON, t("sign.hide"), icon="x", actions=PRESS, group="sign"),
    )
