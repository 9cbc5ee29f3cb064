"""The certificate on the outcome page: where its sheets are, and the ways to have it."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app.screens.chrome import Words, card, notice
from kiosk_app.services import Service
from kiosk_app.visit.certificate import MOST_TURNS, PRINTER
from kiosk_app.visit.sealed import Certificate, Sheet
from kiosk_app.visit.state import State, World
from ui.view import Node, Role

CAUSES = {
    "no_paper": "certificate.no_paper",
    "jammed": "certificate.jammed",
    "cover_open": "certificate.cover",
    "offline": "certificate.not_printed",
    "network": "certificate.no_network",
}
"""Why nothing came out -> the sentence that says so; every other cause has one sentence for all."""

TITLES = {Sheet.INVALID: "certificate.title_invalid", Sheet.UNKNOWN: "certificate.title_unknown"}
"""What is written over a page on which the certificate needs somebody, in place of that all is well."""


def nodes(sealed: Certificate, service: Service, state: State, t: Words) -> tuple[Node, ...]:
    """Return what is said of the certificate and what can be pressed."""
    return tuple(_nodes(sealed, service, state, t))


def _nodes(sealed: Certificate, service: Service, state: State, t: Words) -> Iterator[Node]:
    world = state.world
    yield _where(sealed, service, world, t)
    if sealed.sheet is Sheet.INVALID:
        return
    if sealed.sheet is Sheet.UNKNOWN:
        yield card("certificate.yes", t("certificate.yes"), t("receipt.yes_note"), icon="ok", group="extra")
        if sealed.turn + 1 < MOST_TURNS and world.can_print_sheets:
            yield card("certificate.no", t("certificate.no"), t("certificate.no_note"), icon="print", group="extra")
        else:
            yield card(
                "host.certificate", t("receipt.host_fix"), t("certificate.host_note"), icon="hands", group="extra"
            )
    elif sealed.sheet in {Sheet.NONE, Sheet.NOT_PRINTED} and world.can_print_sheets:
        yield card(
            "certificate.print", t("certificate.print"), t("certificate.print_note"), icon="print", group="extra"
        )
    if sealed.link:
        yield Node(
            "certificate.code",
            Role.CODE,
            t("certificate.code"),
            value=sealed.link,
            note=t("certificate.code_note", minutes=sealed.minutes),
        )
        return
    if sealed.linking == "failed":
        yield notice("certificate.link", t("certificate.link_failed"), "warn", icon="phone")
    text = "certificate.asking" if sealed.linking == "asking" else "certificate.phone"
    yield card("certificate.phone", t(text), t("certificate.phone_note"), icon="phone", group="extra")


def _where(sealed: Certificate, service: Service, world: World, t: Words) -> Node:
    """One sentence: where the sheets are."""
    name = "certificate.where"
    match sealed.sheet:
        case Sheet.CHECKING:
            return Node(name, Role.STATUS, t("certificate.checking"))
        case Sheet.PRINTING if world.device(PRINTER).detail.get("paper") in {"out", "jammed"}:
            return notice(name, t("certificate.waits"), "warn", icon="print")
        case Sheet.PRINTING:
            return Node(name, Role.STATUS, t("certificate.printing"))
        case Sheet.PRINTED if sealed.before:
            return notice(name, t("certificate.before"), "info", icon="print")
        case Sheet.PRINTED:
            return Node(name, Role.STATUS, t("certificate.printed"), style="ok", icon="ok")
        case Sheet.UNKNOWN:
            return notice(name, t("certificate.unknown"), "warn", icon="print")
        case Sheet.INVALID:
            return notice(name, t("certificate.invalid"), "error")
        case Sheet.NOT_PRINTED:
            return notice(name, t(CAUSES.get(sealed.cause, "certificate.not_printed")), "warn", icon="print")
        case Sheet.NONE if world.device(PRINTER).state not in {"no_device", "offline"}:
            key = CAUSES.get(_trouble(world), "certificate.not_printed")
            return notice(name, t("certificate.ready" if world.can_print_sheets else key), "info", icon="print")
        case _:
            return notice(name, t("certificate.no_printer", window=service.window.of(t.lang)), "info", icon="info")


def _trouble(world: World) -> str:
    detail = world.device(PRINTER).detail
    if detail.get("cover") == "open":
        return "cover_open"
    return {"out": "no_paper", "jammed": "jammed"}.get(detail.get("paper", ""), "")
