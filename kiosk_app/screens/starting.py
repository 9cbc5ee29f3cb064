"""Pages before a service is chosen: attract, home, lists, guide."""

from __future__ import annotations

from datetime import date

from kiosk_app.screens import hours, paper
from kiosk_app.screens.chrome import PRESS, Words, back, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import Service, eligible
from kiosk_app.services.catalogue import Theme
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.flow import closed_because
from kiosk_app.visit.state import Listing, State
from kiosk_app.words import day
from ui.view import Node, Privacy, Role, Slot

MOST_LISTED = 24
"""Services on one page; the others of a list are a touch further."""


def attract(state: State, desk: Desk, t: Words) -> Page:
    """Three equal starts, the shelf, 长辈版; outside the opening hours nothing but when it opens."""
    if not desk.staffed:
        return hours.closed(state, desk, t)

    def fact(name: str, icon: str) -> Node:
        return Node(
            f"attract.{name}",
            Role.FACT,
            t(f"attract.{name}"),
            note=t(f"attract.{name}.note"),
            icon=icon,
            slot=Slot.HERO,
        )

    told = state.world.notice
    now = () if told is None or desk.now >= told.until else (told.en if t.lang == "en" else told.zh,)
    return Page(
        screen="attract",
        title=t("attract.title"),
        lead=t("attract.lead"),
        intro=(*t("attract.intro").split("|"), *now),
        nodes=(
            *(notice("attract.notice", text, "warn", icon="info") for text in now),
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
            *(
                (notice("attract.offline", t("attract.offline"), "warn", icon="offline"),)
                if state.world.cut_off
                else ()
            ),
            *hours.left_card(state, t),
            *paper.offer(state, t),
            *hours.hand_back(desk, t),
        ),
        focus="start.touch",
    )


def tile(service: Service, state: State, desk: Desk, t: Words, role: Role = Role.TILE) -> Node:
    """One service to choose, with what the resident should know before."""
    note = service.limit.text.of(t.lang)
    if not service.live or not desk.offered(service.id):
        note = t("tile.not_live")
    elif state.world.cut_off:
        note = t("tile.queue" if desk.keeps(service) else "tile.offline")
    elif desk.to_phone(service):
        note = t("tile.to_phone")
    return Node(
        f"service.{service.id}",
        role,
        service.short_name(t.lang) if role is Role.TILE else service.name(t.lang),
        note=note,
        icon=service.icon,
        tint=service.tint,
        actions=PRESS,
    )


def home(state: State, desk: Desk, t: Words) -> Page:
    """What this machine can do, by service; everything else one step further."""
    offered = desk.foremost()
    person = state.visit.person
    # A name is nobody else's business: it stands on the page, masked, and is not part of what is read out to all.
    hello: tuple[Node, ...] = ()
    if person:
        known = Node(
            "home.hello",
            Role.FACT,
            t("home.hello"),
            value=person.masked_name,
            slot=Slot.HERO,
            privacy=Privacy.PRIVATE,
        )
        hello = (known,)
    count = len(desk.catalogue)
    asked = (
        (_more("audiences", t("home.audiences"), t("home.audiences.note"), "user"),)
        if desk.catalogue.audiences()
        else ()
    )
    more = (
        *asked,
        _more("find", t("home.find"), t("home.find.note"), "search"),
        _more("progress", t("home.progress"), t("home.progress.note"), "clock"),
        _more("all", t("home.all", count=count), t("home.all.note"), "more"),
    )
    foot = notice("home.privacy", t("home.privacy"), icon="lock")
    if state.world.cut_off:
        foot = notice("home.offline", t("home.offline"), "warn", icon="offline")
    return Page(
        screen="home",
        title=t("home.title"),
        lead=t("home.lead"),
        intro=(t("home.title"), t("home.lead")),
        nodes=(
            *hello,
            Node("home.popular", Role.HEADING, t("home.popular")),
            *(tile(s, state, desk, t) for s in offered),
            *more,
            foot,
            back(t),
            end(t),
        ),
        focus=f"service.{offered[0].id}" if offered else "all",
    )


def _more(node_id: str, text: str, note: str, icon: str) -> Node:
    """A way on from the first page that is no service."""
    return Node(node_id, Role.TILE, text, note=note, icon=icon, tint="slate", actions=PRESS)


def listing(state: State, desk: Desk, t: Words) -> Page:
    """The themes of life, or the services of one; what works here comes first."""
    place = state.place
    assert isinstance(place, Listing)
    if place.asking:
        return _lists("audience", desk.catalogue.audiences(), t("list.audiences"), t("list.audiences_lead"), t)
    if place.audience:
        chosen = next((one for one in desk.catalogue.audiences() if one.id == place.audience), None)
        names = chosen.services if chosen else ()
        known = tuple(service for name in names if (service := desk.service(name)) is not None)
        return _services(place.part, state, desk, t, chosen, known)
    if place.theme:
        chosen = next((one for one in desk.catalogue.themes() if one.id == place.theme), None)
        return _services(place.part, state, desk, t, chosen, desk.catalogue.by_theme(place.theme))
    live = sum(desk.offered(service.id) for service in desk.catalogue.live())
    lead = t("list.lead", count=len(desk.catalogue), live=live)
    return _lists("theme", desk.catalogue.themes(), t("home.themes"), lead, t)


def _services(part: int, state: State, desk: Desk, t: Words, chosen: Theme | None, known: tuple[Service, ...]) -> Page:
    """The services of one list, of a long one a part; what cannot be done here comes last."""
    services = sorted(known, key=lambda s: not desk.offered(s.id))
    begin, end_at = part * MOST_LISTED, (part + 1) * MOST_LISTED
    shown, left = services[begin:end_at], len(services) - end_at
    before = card("list.before", t("list.before", count=begin), icon="back") if begin else None
    more = card("list.more", t("list.more", count=left), icon="next") if left > 0 else None
    cards = (before, *(tile(s, state, desk, t, Role.CARD) for s in shown), more)
    return Page(
        screen="list",
        title=chosen.name.of(t.lang) if chosen else t("list.title"),
        lead=t("list.theme_lead", count=len(services)),
        nodes=(*(node for node in cards if node is not None), back(t), end(t)),
        focus=f"service.{shown[0].id}" if shown else "actions.back",
    )


def _lists(kind: str, lists: tuple[Theme, ...], title: str, lead: str, t: Words) -> Page:
    """Themes of life, or who somebody may be."""
    tiles = tuple(
        Node(
            f"{kind}.{one.id}",
            Role.TILE,
            one.name.of(t.lang),
            note=t("list.theme_lead", count=len(one.services)),
            icon=one.icon,
            tint=one.tint,
            actions=PRESS,
        )
        for one in lists
        if one.services
    )
    return Page(
        screen="list",
        title=title,
        lead=lead,
        nodes=(*tiles, back(t), end(t)),
        focus=tiles[0].id if tiles else "actions.back",
    )


def guide(state: State, desk: Desk, t: Words) -> Page:
    """All that a guide has to say (docs/guides.md); and honestly whether it can start now."""
    service = desk.service(state.visit.service)
    assert service is not None
    lang = t.lang
    closed = closed_because(state, desk)
    refusal = _refusal(state, desk, t, service, closed)
    bring = t("list.sep").join(m.text.of(lang) for m in service.materials) or t("review.materials_none")
    facts = (
        Node(
            "guide.who",
            Role.FACT,
            t("guide.who"),
            value=service.audience.of(lang),
            note=service.audience_note.of(lang),
            icon="user",
            tint="blue",
        ),
        Node("guide.bring", Role.FACT, t("guide.bring"), value=bring, icon="card", tint="green"),
        Node(
            "guide.limit", Role.FACT, t("guide.limit"), value=service.limit.text.of(lang), icon="clock", tint="violet"
        ),
        Node(
            "guide.fee",
            Role.FACT,
            t("guide.fee"),
            value=service.fee.text.of(lang),
            note=service.fee.note.of(lang),
            icon="yuan",
            tint="amber",
        ),
        Node(
            "guide.proof",
            Role.FACT,
            t("guide.proof"),
            value=t(f"guide.proof_{service.level.name}"),
            icon="shield",
            tint="cyan",
        ),
        Node(
            "guide.result",
            Role.FACT,
            t("guide.result"),
            value=t("guide.result_phone" if desk.to_phone(service) else f"guide.result_{service.output}"),
            icon="receipt",
            tint="slate",
        ),
    )
    way = service.steps
    numbered = tuple(
        Node(f"guide.step{n}", Role.TEXT, one.title.of(lang), note=one.text.of(lang), icon=one.icon, group="steps")
        for n, one in enumerate(way, 1)
    )
    basis = t("list.sep").join(text.of(lang) for text in service.basis)
    updated = t("guide.updated", day=day(lang, date.fromisoformat(service.updated), "date_full"))
    office = t("guide.department", department=service.department.of(lang))
    below: list[Node] = [
        Node(
            "guide.window",
            Role.FACT,
            t("guide.window", window=service.window.of(lang)),
            note=t("guide.phone", phone=service.phone),
            icon="pin",
            style="wide",
        ),
        Node("guide.name", Role.FACT, t("guide.name", name=service.name(lang)), note=office, icon="doc", style="wide"),
        Node(
            "guide.basis",
            Role.FACT,
            t("guide.basis", basis=basis) if basis else t("guide.basis_none"),
            note=updated if closed else "",
            icon="doc",
            style="wide",
        ),
    ]
    if not closed:
        # Where it cannot start, the refusal has said what is possible; its room is needed for the steps.
        online = t("guide.queue" if desk.keeps(service) else "guide.online")
        below.append(Node("guide.updated", Role.TEXT, updated, value=online, style="note"))
    start_text = f"guide.start_{closed}" if closed else "guide.start"
    return Page(
        screen="guide",
        title=service.short_name(lang),
        lead=service.summary.of(lang),
        step=1,
        steps=steps(t),
        nodes=(
            *((notice("guide.closed", refusal, "warn"),) if closed else ()),
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
            service.summary.of(lang),
            *((refusal,) if closed else ()),
        ),
    )


def _refusal(state: State, desk: Desk, t: Words, service: Service, closed: str) -> str:
    """Why it cannot start, and what else there is."""
    if not closed:
        return ""
    if closed == "not_eligible":
        return eligible(service, state.visit.person, desk.now.date(), t.lang) or ""
    return t(f"guide.closed_{closed}", window=service.window.of(t.lang))
