"""A paper that the service asks for: what to do, the camera's live picture, and the page that was taken."""

from __future__ import annotations

from kiosk_app.screens.chrome import Words, back, button, card, end, notice, picture, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import Material
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.materials import CAMERA, material, paper
from kiosk_app.visit.state import Materials, State
from kiosk_app.visit.supplied import ScanStage
from ui.view import Node, Role


def materials(state: State, desk: Desk, t: Words) -> Page:
    """The page of one paper."""
    place, found = state.place, material(state, desk)
    assert isinstance(place, Materials)
    match place.stage:
        case ScanStage.ASK:
            return _ask(state, place, found, desk, t)
        case ScanStage.AIM:
            return _aim(state, place, found, t)
        case ScanStage.LOOK:
            return _look(state, place, found, t)


def _ask(state: State, place: Materials, found: Material, desk: Desk, t: Words) -> Page:
    """Photograph it, or what else can be done. The main key is always the way on that is open."""
    pages, works = paper(state, place.code).pages, state.world.works(CAMERA)
    full = found.scan is not None and len(pages) >= found.scan.pages
    name = found.text.of(t.lang)
    taken = tuple(
        card(f"page.{n}", t("materials.page", n=n), t("materials.page_note"), icon="doc", group="pages")
        for n in range(1, len(pages) + 1)
    )
    told: tuple[Node, ...] = ()
    if place.notice == "timeout":
        told = (notice("materials.notice", t("materials.timeout"), "warn"),)
    elif not works or place.notice:
        told = (notice("materials.notice", t("materials.no_camera"), "warn"),)
    other = None if pages else _other(found, desk, state, t)
    main: Node | None = None
    cards = list(taken)
    if pages:
        main = button("actions.next", t("materials.next"), icon="next", style="primary")
        if works and not full:
            cards.append(card("actions.scan", t("materials.more"), icon="doccam", group="more"))
    elif works:
        main = button("actions.scan", t("materials.scan"), icon="doccam", style="primary")
    elif other is not None:
        main = button(other.id, other.text, icon="next", style="primary")
        told = (*told, notice("materials.instead", other.note))
    if other is not None:
        cards.append(other)
    if main is None:
        service = desk.service(state.visit.service)
        assert service is not None
        told = (*told, notice("materials.window", t("materials.window", window=service.window.of(t.lang))))
    how = t("materials.count", n=len(pages)) if pages else t("materials.how") if works else ""
    return Page(
        screen="materials",
        title=name,
        lead=found.note.of(t.lang),
        step=3,
        steps=steps(t),
        nodes=(
            *((Node("materials.how", Role.STATUS, how, icon="doccam"),) if how else ()),
            *told,
            *(() if taken else (picture("doccam"),)),
            *(node for node in cards if main is None or node.id != main.id),
            back(t),
            end(t),
            *((main,) if main is not None else ()),
        ),
        focus=main.id if main is not None else "actions.back",
        intro=tuple(s for s in (name, *(node.text for node in told), how) if s),
    )


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
