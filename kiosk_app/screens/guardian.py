"""A child's case: the guardian's card, what they are to the child, whether they agree."""

from __future__ import annotations

from kiosk_app.identity import Missing, Relation
from kiosk_app.screens.chrome import Words, back, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import State, WithGuardian
from kiosk_app.visit.with_guardian import CONSENT, asked
from ui.view import Node, Privacy, Role

ICONS = {Relation.PARENT: "user", Relation.GRANDPARENT: "elder", Relation.OTHER: "hands"}


def guardian(state: State, desk: Desk, t: Words) -> Page:
    """The question that is open."""
    place = state.place
    assert isinstance(place, WithGuardian)
    troubles = (notice("guardian.notice", t(f"notice.{place.notice}"), "warn"),) if place.notice else ()
    said = tuple(n.text for n in troubles)
    match asked(state, desk):
        case Missing.CARD:
            return _card(state, t, troubles, said)
        case Missing.RELATION:
            return _relation(state, t, troubles, said)
        case _:
            return _consent(state, desk, t, troubles, said)


def _who(state: State, t: Words) -> tuple[Node, ...]:
    """Child and guardian, masked; seen, and heard only by whom they belong to."""
    child, adult = state.visit.person, state.visit.guardian
    name = child.masked_name if child is not None else ""
    beside = adult.person.masked_name if adult is not None else t("guardian.step_adult_wait")
    rows = (
        ("child", t("guardian.step_child"), t("guardian.step_child_done", child=name)),
        ("adult", t("guardian.step_adult"), beside),
    )
    return tuple(
        Node(f"guardian.{key}", Role.FACT, text, value=value, privacy=Privacy.PRIVATE, group="guardian")
        for key, text, value in rows
    )


def _card(state: State, t: Words, troubles: tuple[Node, ...], said: tuple[str, ...]) -> Page:
    lead = t("guardian.lead")
    return Page(
        screen="identify",
        title=t("guardian.title_card"),
        lead=lead,
        step=2,
        steps=steps(t),
        nodes=(
            *troubles,
            *_who(state, t),
            *(() if troubles else (Node("deck", Role.PICTURE, value="deck:reader"),)),
            Node("identify.status", Role.STATUS, t("guardian.waiting"), icon="lamp"),
            notice("identify.privacy", t("identify.privacy"), icon="lock"),
            back(t),
            end(t),
            button("actions.help", t("guardian.no_card"), icon="question"),
        ),
        focus="actions.back",
        intro=(*said, t("guardian.waiting")) if said else (t("guardian.title_card"), lead, t("guardian.waiting")),
    )


def _relation(state: State, t: Words, troubles: tuple[Node, ...], said: tuple[str, ...]) -> Page:
    title, lead = t("guardian.title_relation"), t("guardian.lead_relation")
    return Page(
        screen="identify",
        title=title,
        lead=lead,
        step=2,
        steps=steps(t),
        nodes=(
            *troubles,
            *(
                card(
                    f"relation.{one}",
                    t(f"relation.{one}"),
                    t(f"relation.{one}.note"),
                    icon=ICONS[one],
                    group="relation",
                    style="wide",
                )
                for one in Relation
            ),
            *_who(state, t),
            back(t),
            end(t),
        ),
        focus="relation.parent",
        intro=said or (lead, title),
    )


def _consent(state: State, desk: Desk, t: Words, troubles: tuple[Node, ...], said: tuple[str, ...]) -> Page:
    service = desk.service(state.visit.service)
    title = t("guardian.title_consent")
    lead = t("guardian.lead_consent", service=service.name(t.lang) if service else "")
    text = t(CONSENT)
    return Page(
        screen="identify",
        title=title,
        lead=lead,
        step=2,
        steps=steps(t),
        nodes=(
            *troubles,
            Node("consent.text", Role.TEXT, text),
            *_who(state, t),
            button("actions.decline", t("guardian.decline"), icon="x", hint=t("guardian.decline_note")),
            end(t),
            button("actions.agree", t("guardian.agree"), icon="check", style="primary", hint=t("guardian.agree_note")),
        ),
        focus="actions.agree",
        intro=said or (title, lead, text),
    )
