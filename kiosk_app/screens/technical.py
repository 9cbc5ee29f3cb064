"""The pages of technicians: the one-time code, the menu, and pages made of lines. They show nothing of residents."""

from __future__ import annotations

from kiosk_app.screens.chrome import PRESS, Words, back, button, card, notice
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import State, Technical, TechnicianCode
from kiosk_app.visit.technical import CODE_DIGITS, shut
from kiosk_app.visit.workbench import TOOLS, Line
from ui.view import Action, Node, Panel, Privacy, Role, Tone

COMPARES_TIME = frozenset({"wrong", "clock"})
"""Refusals after which the time of both is worth a look."""
ICONS = {"ok": "ok", "warn": "warn", "error": "error"}


def code(state: State, desk: Desk, t: Words) -> Page:
    """A technician's card is known: the digits of the authenticator."""
    place = state.place
    assert isinstance(place, TechnicianCode)
    title, lead = t("tech.code.title"), t("tech.code.lead")
    ready = len(place.code) == CODE_DIGITS and not place.busy
    told = t(f"tech.code.{place.notice}", minutes=place.minutes) if place.notice else ""
    time = t("tech.code.time", time=f"{desk.now:%H:%M:%S}") if place.notice in COMPARES_TIME else ""
    main = "tech.code.busy" if place.busy else "tech.code.check" if ready else "tech.code.fill"
    return Page(
        screen="form",
        title=title,
        lead=lead,
        tone=Tone.TOOL,
        nodes=(
            *((notice("technician.notice", told, "warn"),) if told else ()),
            *((notice("technician.time", time, "info", icon="clock"),) if time else ()),
            Node(
                "technician.code",
                Role.FIELD,
                t("tech.code.label"),
                value=place.code,
                spoken=t("tech.code.typed", count=len(place.code)) if place.code else "",
                privacy=Privacy.PRIVATE,
                actions=(Action.EDIT,),
                current=True,
                required=True,
                panel=Panel.DIGITS,
                limit=CODE_DIGITS,
                style="secret",
            ),
            back(t),
            *(() if shut(state) else (button("actions.resident", t("tech.code.resident"), icon="user"),)),
            button("actions.check", t(main), icon="check", style="primary", enabled=ready),
        ),
        focus="technician.code",
        intro=tuple(text for text in (told, time) if text) or (title, lead),
    )


def page(state: State, desk: Desk, t: Words) -> Page:
    """The menu, or what a tool found."""
    place = state.place
    assert isinstance(place, Technical)
    return _tool(place, t) if place.tool else _menu(state, desk, t)


def leave(t: Words) -> Node:
    """The key that leads out of technician mode, on each of its pages."""
    return button("actions.end", t("tech.leave"), icon="exit")


def _menu(state: State, desk: Desk, t: Words) -> Page:
    technician = state.technician.id if state.technician is not None else ""
    offered = [tool for tool in TOOLS.values() if tool.offered(state, desk)]
    title, lead = t("tech.menu.title"), t("tech.menu.lead", technician=technician)
    return Page(
        screen="list",
        title=title,
        lead=lead,
        tone=Tone.TOOL,
        nodes=(
            *(card(f"tool.{one.id}", t(f"tech.{one.id}"), t(f"tech.{one.id}.note"), icon=one.icon) for one in offered),
            leave(t),
        ),
        focus=f"tool.{offered[0].id}" if offered else "actions.end",
        intro=(title, lead),
    )


def _tool(place: Technical, t: Words) -> Page:
    title = t(f"tech.{place.tool}")
    said = t(f"tech.told.{place.told}") if place.told else ""
    asked = next((line for line in place.lines or () if place.sure and line.act == place.sure), None)
    if asked is not None:
        question = t("tech.sure", what=asked.name[t.lang])
        return Page(
            screen="message",
            title=title,
            lead=question,
            tone=Tone.TOOL,
            nodes=(
                notice("tool.sure", question, "warn"),
                back(t),
                button("actions.sure", t("tech.yes"), icon="check", style="primary"),
            ),
            focus="actions.back",
            intro=(question,),
        )
    lines = place.lines or ()
    waiting = t("tech.working" if place.lines is not None else "tech.looking")
    nodes = [_line(line, t, enabled=not place.busy) for line in lines]
    if place.busy:
        nodes.insert(0, Node("tool.busy", Role.STATUS, waiting, icon="clock"))
    elif not nodes:
        nodes.append(notice("tool.empty", t("tech.empty")))
    if said:
        nodes.insert(0, notice("tool.told", said, "info"))
    worst = tuple(line.name[t.lang] for line in lines if line.style in {"error", "warn"})[:3]
    return Page(
        screen="list",
        title=title,
        lead=t(f"tech.{place.tool}.note"),
        tone=Tone.TOOL,
        nodes=(
            *nodes,
            back(t),
            leave(t),
            button("actions.again", t("tech.again"), icon="refresh", style="primary", enabled=not place.busy),
        ),
        focus="actions.again" if not place.busy else "actions.back",
        intro=(said,) if said else (title, waiting) if place.busy else (title, *worst),
    )


def _line(line: Line, t: Words, *, enabled: bool) -> Node:
    icon = ICONS.get(line.style, "info")
    name, value, note = line.name[t.lang], line.value.get(t.lang, ""), line.note.get(t.lang, "")
    if line.act:
        return Node(
            f"do.{line.act}", Role.CARD, name, value=value, note=note, icon="next", actions=PRESS, enabled=enabled
        )
    return Node(f"line.{line.id}", Role.FACT, name, value=value, note=note, icon=icon, style=line.style, group="rows")
