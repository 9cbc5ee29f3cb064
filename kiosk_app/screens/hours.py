"""What the terminal says when it serves nobody: when it opens, and which machine works meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kiosk_app.screens.chrome import Words, button, card, notice, picture
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import State
from kiosk_app.words import day
from ui.view import Node, Tone


def closed(state: State, desk: Desk, t: Words) -> Page:
    """Outside the opening hours: when it opens again. Help and the ways to see and hear are where they always are."""
    lead = opening(desk, t)
    near = nearest(desk, t, "closed.nearest")
    extra = (*left_card(state, t), *hand_back(desk, t))
    return Page(
        screen="message",
        title=t("closed.title"),
        lead=lead,
        tone=Tone.WAIT,
        mark="clock",
        nodes=(
            *near,
            notice("closed.kept", t("closed.kept"), "info", icon="lock"),
            notice("closed.phone", t("closed.phone"), "info", icon="phone"),
            *(() if extra else (picture("house"),)),
            *extra,
        ),
        focus=extra[0].id if extra else "dock.help",
        intro=(t("closed.title"), lead, *(text for node in near for text in (node.text, node.note) if text)),
    )


def opening(desk: Desk, t: Words) -> str:
    """When it opens, the way people say it."""
    at = desk.site.hours.opens_next(desk.now)
    if at is None:
        return t("closed.unknown")
    time, days = f"{at:%H:%M}", (at.date() - desk.now.astimezone(at.tzinfo).date()) // timedelta(days=1)
    if days < 2:
        return t("closed.tomorrow" if days else "closed.today", time=time)
    return t("closed.day", day=day(t.lang, at.date(), "day"), time=time)


def nearest(desk: Desk, t: Words, key: str = "nearest") -> tuple[Node, ...]:
    """The nearest terminal that works and is open, and of when this news is where it is not of now."""
    near = desk.near.nearest(desk.now)
    known = desk.near.known_at
    if near is None or known is None or not desk.dated:
        return ()
    text = t(key, name=near.name[t.lang], place=near.place[t.lang], minutes=near.minutes)
    then = ""
    if desk.near.stale(desk.now):
        known = known.astimezone(desk.now.tzinfo)
        then = t("nearest.then", day=day(t.lang, known.date(), "date"), time=f"{known:%H:%M}")
    return (replace(notice("nearest", text, "info", icon="pin"), note=then),)


def left_card(state: State, t: Words) -> tuple[Node, ...]:
    """A card that somebody left, and what to do with it. Whose it is stands nowhere."""
    if not state.world.card_left:
        return ()
    return (card("card_left", t("card_left"), t("card_left.note"), icon="card", tint="amber", style="wide"),)


def hand_back(desk: Desk, t: Words) -> tuple[Node, ...]:
    """The way back to the programme of whoever owns the machine."""
    partner = desk.site.partner
    if partner is None:
        return ()
    name = partner.en if t.lang == "en" else partner.zh
    return (button("partner.back", t("partner.back", name=name), icon="exit"),)
