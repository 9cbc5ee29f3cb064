"""Pages before a service is chosen: attract, home, lists, guide, progress."""

from __future__ import annotations

from datetime import datetime

from kiosk_app.screens.chrome import PRESS, Words, back, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import Service
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.starting import closed_because
from kiosk_app.visit.state import Listing, Progress, State
from kiosk_app.words import day
from ui.view import Node, Role, Slot, Tone


def attract(state: State, desk: Desk, t: Words) -> Page:
    """Three equal starts, the shelf, 长辈版."""

    def fact(name: str, icon: str) -> Node:
        return Node(
            f"attract.{name}",
            Role.FACT,
            t(f"attract.{name}"),
            note=t(f"attract.{name}.note"),
            icon=icon,
            slot=Slot.HERO,
        )

    return Page(
        screen="attract",
        title=t("attract.title"),
        lead=t("attract.lead"),
        intro=tuple(t("attract.intro").split("|")),
        nodes=(
            fact("apply", "edit"),
            fact("print", "print"),
            fact("follow", "search"),
            fact("ask", "question"),
            Node("attract.ways", Role.HEADING, t("attract.ways")),
            card("start.touch", t("attract.touch"), t("attract.touch.note"), icon="touch", group="ways"),
            card("start.card", t("attract.card"), t("attract.card.note"), icon="card", group="ways"),
            card("start.ear", t("attract.ear"), t("attract.ear.note"), icon="headphones", group="ways"),
            Node("deck", Role.PICTURE, value="deck:reader"),
            card("elder", t("attract.elder"), t("attract.elder.note"), icon="elder", tint="amber", style="wide"),
            notice("attract.privacy", t("attract.privacy"), icon="lock"),
            *(() if state.world.online else (notice("attract.offline", t("offline"), "warn", icon="offline"),)),
        ),
        focus="start.touch",
    )


def tile(service: Service, state: State, desk: Desk, t: Words, role: Role = Role.TILE) -> Node:
    """One service to choose, with what the resident should know before."""
    note = service.summary_short(t.lang)
    if not service.live or not desk.offered(service.id):
        note = t("tile.not_live")
    elif not state.world.online:
        note = t("tile.queue" if service.offline == "queue" else "tile.offline")
    return Node(
        f"service.{service.id}",
        role,
        service.short(t.lang) if role is Role.TILE else service.name(t.lang),
        note=note,
        icon=service.icon,
        tint=service.tint,
        actions=PRESS,
    )


def home(state: State, desk: Desk, t: Words) -> Page:
    """What this machine can do, by service; everything else one step further."""
    offered = [s for s in desk.catalogue.services if desk.offered(s.id)]
    person = state.visit.person
    title = t("home.title_named", name=person.masked_name) if person else t("home.title")
    more = (
        card("all", t("home.all", count=len(desk.catalogue.services)), t("home.all.note"), icon="more", group="more"),
        card("progress", t("home.progress"), t("home.progress.note"), icon="search", group="more"),
    )
    foot = notice("home.privacy", t("home.privacy"), icon="lock")
    if not state.world.online:
        foot = notice("home.offline", t("home.offline"), "warn", icon="offline")
    return Page(
        screen="home",
        title=title,
        lead=t("home.lead"),
        intro=(t("home.title"), t("home.lead")),
        nodes=(
            Node("home.popular", Role.HEADING, t("home.popular")),
            *(tile(s, state, desk, t) for s in offered[:6]),
            *more,
            foot,
            back(t),
            end(t),
        ),
        focus=f"service.{offered[0].id}" if offered else "all",
    )


def listing(state: State, desk: Desk, t: Words) -> Page:
    """Services of a theme or all of them; what works here comes first."""
    place = state.place
    assert isinstance(place, Listing)
    services = desk.catalogue.by_theme(place.theme) if place.theme else desk.catalogue.services
    ordered = sorted(services, key=lambda s: not desk.offered(s.id))
    live = sum(desk.offered(s.id) for s in services)
    lead = t("list.theme_lead", count=len(services)) if place.theme else t("list.lead", count=len(services), live=live)
    return Page(
        screen="list",
        title=t("list.title"),
        lead=lead,
        nodes=(*(tile(s, state, desk, t, Role.CARD) for s in ordered), back(t), end(t)),
        focus=f"service.{ordered[0].id}" if ordered else "actions.back",
    )


def guide(state: State, desk: Desk, t: Words) -> Page:
    """Four facts, the steps, the basis; and honestly whether it can start now."""
    service = desk.service(state.visit.service)
    assert service is not None
    lang = t.lang
    closed = closed_because(state, desk)
    who, who_note = service.audience(lang)
    bring = t("list.sep").join(service.materials(lang)) or t("review.materials_none")
    fee, fee_note = service.fee(lang)
    facts = (
        Node("guide.who", Role.FACT, t("guide.who"), value=who, note=who_note, icon="user", tint="blue"),
        Node("guide.bring", Role.FACT, t("guide.bring"), value=bring, icon="card", tint="green"),
        Node("guide.limit", Role.FACT, t("guide.limit"), value=service.limit_text(lang), icon="clock", tint="violet"),
        Node("guide.fee", Role.FACT, t("guide.fee"), value=fee, note=fee_note, icon="yuan", tint="amber"),
    )
    way = service.steps(lang)
    numbered = tuple(
        Node(f"guide.step{n}", Role.TEXT, title, note=text, icon=icon, group="steps")
        for n, (icon, title, text) in enumerate(way, 1)
    )
    basis = service.basis(lang)
    below: list[Node] = [
        Node(
            "guide.basis",
            Role.FACT,
            t("guide.basis", basis=basis) if basis else t("guide.basis_none"),
            note=t("guide.department", department=service.department(lang)),
            icon="doc",
            style="wide",
        )
    ]
    if closed:
        below.insert(0, notice("guide.closed", t(f"guide.closed_{closed}", window=service.window(lang)), "warn"))
    below.append(
        Node(
            "guide.updated",
            Role.TEXT,
            t("guide.updated", day=day(lang, service.updated, "date_full")),
            value=t("guide.queue" if service.offline == "queue" else "guide.online"),
            style="note",
        )
    )
    start_text = {"": "guide.start", "offline": "guide.start_offline"}.get(closed, "guide.start_not_live")
    return Page(
        screen="guide",
        title=service.short(lang),
        lead=service.summary(lang),
        step=1,
        steps=steps(t),
        nodes=(
            *facts,
            *((Node("guide.steps", Role.HEADING, t("guide.steps", count=len(way))),) if way else ()),
            *numbered,
            *below,
            back(t),
            end(t),
            button("actions.listen", t("actions.listen"), icon="voice"),
            button("actions.start", t(start_text), icon="next", style="primary", enabled=not closed),
        ),
        focus="actions.back" if closed else "actions.start",
        intro=(
            service.name(lang),
            service.summary(lang),
            *((t(f"guide.closed_{closed}", window=service.window(lang)),) if closed else ()),
        ),
    )


def progress(state: State, desk: Desk, t: Words) -> Page:
    """Where my cases stand."""
    place = state.place
    assert isinstance(place, Progress)
    nodes: list[Node] = []
    if place.waiting:
        nodes.append(Node("progress.waiting", Role.STATUS, t("progress.waiting"), icon="search"))
    elif place.missing:
        nodes.append(notice("progress.missing", t("progress.missing"), "warn"))
    elif not place.cases:
        nodes.append(notice("progress.none", t("progress.none")))
    for found in place.cases[:6]:
        names = found.get("service_name") or {}
        at = datetime.fromisoformat(str(found.get("accepted_at"))) if found.get("accepted_at") else None
        state_key = "progress.done" if found.get("state") == "done" else "progress.accepted"
        nodes.append(
            Node(
                f"case.{found.get('number')}",
                Role.FACT,
                str(names.get(t.lang) or found.get("service")),
                value=t(state_key),
                note=t("progress.at", day=day(t.lang, at.date()) if at else "", number=str(found.get("number"))),
                icon="doc",
                style="wide",
            )
        )
    again = () if place.waiting else (button("actions.again", t("progress.again"), icon="refresh", style="primary"),)
    return Page(
        screen="list",
        title=t("progress.title"),
        lead=t("progress.lead"),
        tone=Tone.NORMAL,
        nodes=(*nodes, back(t), end(t), *(again if state.visit.person else ())),
        focus="actions.back",
    )
