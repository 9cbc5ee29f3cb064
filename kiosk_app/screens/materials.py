"""A paper that the service asks for: what to do, the camera's live picture, and the page that was taken."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.screens.chrome import Words, back, button, card, end, listen, notice, picture, sentences, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import Material
from kiosk_app.visit import licences
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.materials import CAMERA, material, paper
from kiosk_app.visit.state import Materials, State
from kiosk_app.visit.supplied import Licence, ScanStage
from kiosk_app.words import day
from ui.view import Node, Privacy, Role


def materials(state: State, desk: Desk, t: Words) -> Page:
    """The page of one paper."""
    place, found = state.place, material(state, desk)
    assert isinstance(place, Materials)
    match place.stage:
        case ScanStage.ASK:
            return _ask(state, place, found, desk, t)
        case ScanStage.CONSENT:
            return _consent(state, found, desk, t)
        case ScanStage.AIM:
            return _aim(state, place, found, t)
        case ScanStage.LOOK:
            return _look(state, place, found, t)


def _ask(state: State, place: Materials, found: Material, desk: Desk, t: Words) -> Page:
    """Photograph it, use an electronic licence, or what else can be done. The main key is always the way on that is
    open; a licence comes first.
    """
    pages, works = paper(state, place.code).pages, state.world.works(CAMERA)
    full = found.scan is not None and len(pages) >= found.scan.pages
    licence, used = None if pages else licences.offered(state, found), licences.chosen(state, place.code)
    name = found.text.of(t.lang)
    taken = tuple(
        card(f"page.{n}", t("materials.page", n=n), t("materials.page_note"), icon="doc", group="pages")
        for n in range(1, len(pages) + 1)
    )
    told: tuple[Node, ...] = ()
    if place.notice == "timeout":
        told = (notice("materials.notice", t("materials.timeout"), "warn"),)
    elif place.notice or not (works or licence):
        told = (notice("materials.notice", t("materials.no_camera"), "warn"),)
    other = None if pages else _other(found, desk, state, t)
    main: Node | None = None
    cards = list(taken)
    how = ""
    if pages:
        main = button("actions.next", t("materials.next"), icon="next", style="primary")
        how = t("materials.count", n=len(pages))
        if works and not full:
            cards.append(card("actions.scan", t("materials.more"), icon="doccam", group="more"))
    elif licence is not None:
        how = t("licence.chosen" if used else "licence.found")
        main = _use(t, used=used)
        cards.append(_which(licence, t))
        if works:
            cards.append(card("actions.scan", t("licence.paper"), t("licence.paper_note"), icon="doccam"))
        elif used and other is None:
            cards.append(card("actions.decline", t("licence.drop"), t("licence.drop_note"), icon="x"))
    elif works:
        main = button("actions.scan", t("materials.scan"), icon="doccam", style="primary")
        how = t("materials.how")
    elif other is not None:
        main = button(other.id, other.text, icon="next", style="primary")
        told = (*told, notice("materials.instead", other.note))
    if other is not None:
        cards.append(other)
    if main is None:
        service = desk.service(state.visit.service)
        assert service is not None
        told = (*told, notice("materials.window", t("materials.window", window=service.window.of(t.lang))))
    icon = "doccam" if licence is None else "card"
    return Page(
        screen="materials",
        title=name,
        lead=found.note.of(t.lang),
        step=3,
        steps=steps(t),
        nodes=(
            *((Node("materials.how", Role.STATUS, how, icon=icon),) if how else ()),
            *told,
            *(() if taken or licence is not None else (picture("doccam"),)),
            *(node for node in cards if main is None or node.id != main.id),
            back(t),
            end(t),
            *((main,) if main is not None else ()),
        ),
        focus=main.id if main is not None else "actions.back",
        intro=tuple(s for s in (name, *(node.text for node in told), how) if s),
    )


def _consent(state: State, found: Material, desk: Desk, t: Words) -> Page:
    """May it be used? Said before anything is: which one, what for, who sees it, how long it is kept."""
    service, licence = desk.service(state.visit.service), licences.offered(state, found)
    assert service is not None
    title, text = t("licence.title"), licences.question(state, service)
    facts: tuple[Node, ...] = ()
    told: tuple[str, ...] = ()
    if licence is not None:
        name, issuer = licence.name.of(t.lang), licence.issuer.of(t.lang)
        until = t("licence.for_good") if licence.until is None else day(t.lang, licence.until, "date_full")
        facts = (
            _which(licence, t),
            _fact("issuer", t("licence.issuer"), issuer),
            _fact("until", t("licence.until"), until),
        )
        key = "licence.told" if licence.until is not None else "licence.told_for_good"
        told = () if state.visit.helped else (t(key, licence=name, issuer=issuer, until=until),)
    return Page(
        screen="materials",
        title=title,
        lead=found.text.of(t.lang),
        step=3,
        steps=steps(t),
        nodes=(
            *(Node(f"consent.text.{n}", Role.TEXT, said) for n, said in enumerate(sentences(text), 1)),
            *facts,
            listen(t),
            button("actions.decline", t("licence.decline"), icon="x"),
            end(t),
            button("actions.agree", t("licence.agree"), icon="check", style="primary"),
        ),
        focus="actions.agree",
        intro=(title, *told, text),
    )


def _use(t: Words, *, used: bool) -> Node:
    """Use the licence; with one that was chosen before, simply on."""
    if used:
        return button("actions.next", t("form.next"), icon="next", style="primary")
    return button("actions.licence", t("licence.use"), icon="card", style="primary")


def _which(licence: Licence, t: Words) -> Node:
    """Which licence it is: for its holder alone. Of a masked number nothing is said."""
    name = licence.name.of(t.lang)
    return replace(_fact("which", t("licence.which"), f"{name} {licence.number}"), spoken=name)


def _fact(name: str, label: str, value: str) -> Node:
    return Node(f"licence.{name}", Role.FACT, label, value=value, privacy=Privacy.PRIVATE, group="licence")


def _other(found: Material, desk: Desk, state: State, t: Words) -> Node | None:
    """What can be done without the paper; None when it must be there."""
    service = desk.service(state.visit.service)
    assert service is not None
    if found.scan is not None and found.scan.follow:
        note = t("materials.later_note", days=found.scan.follow, window=service.window.of(t.lang))
        return card("actions.later", t("materials.later"), note, icon="clock")
    if found.required:
        return None
    return card("actions.without", t("materials.without"), t("materials.without_note"), icon="next")


def _picture(state: State, text: str) -> Node:
    """What the camera's process shows; whoever only helps is not shown a page on the screen."""
    preview = "" if state.visit.helped else state.world.preview
    return Node("materials.camera", Role.PICTURE, text, value=f"camera:{preview}", style="paper")


def _aim(state: State, place: Materials, found: Material, t: Words) -> Page:
    prompt = t(f"materials.{place.prompt}")
    return Page(
        screen="materials",
        title=found.text.of(t.lang),
        lead=t("materials.lead"),
        step=3,
        steps=steps(t),
        nodes=(
            Node("materials.prompt", Role.STATUS, prompt, value=place.prompt, style="prompt", icon="doccam"),
            _picture(state, t("materials.picture")),
            button("actions.back", t("materials.stop"), icon="back"),
            end(t),
            button("actions.snap", t("materials.snap"), icon="camera"),
        ),
        focus="actions.back",
        intro=(prompt,),
    )


def _look(state: State, place: Materials, found: Material, t: Words) -> Page:
    said = t("materials.taken" if place.lie in ("", "good") else "materials.taken_so")
    again = (
        button("actions.retake", t("materials.retake"), icon="refresh")
        if place.new
        else button("actions.remove", t("materials.remove"), icon="trash")
    )
    return Page(
        screen="materials",
        title=found.text.of(t.lang),
        lead=t("materials.lead"),
        step=3,
        steps=steps(t),
        nodes=(
            Node("materials.prompt", Role.STATUS, said, value=place.lie, style="prompt", icon="ok"),
            _picture(state, t("materials.shown")),
            again,
            end(t),
            button("actions.keep", t("materials.keep"), icon="check", style="primary"),
        ),
        focus="actions.keep",
        intro=(said,),
    )
