"""The card of a permit or a foreigner, shown before it is taken. Names stand in whole; numbers are masked."""

from __future__ import annotations

from datetime import date

from contracts.masks import mask_id
from kiosk_app.screens.chrome import PRESS, Words, button, card, end, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import CardShown, State
from kiosk_app.words import day
from ui.view import Node, Privacy, Role


def shown(state: State, desk: Desk, t: Words) -> Page:
    """Is that you?"""
    place = state.place
    assert isinstance(place, CardShown)
    foreigner = place.layout.startswith("foreigner")
    title = t("known.title_foreigner" if foreigner else "known.title_hmt")
    offer = foreigner and t.lang == "zh"
    english = (
        (card("actions.english", t("known.switch"), t("known.english"), icon="globe", style="wide"),) if offer else ()
    )
    return Page(
        screen="identify",
        title=title,
        lead=t("known.lead"),
        step=2,
        steps=steps(t),
        nodes=(
            *english,
            *_facts(place, t),
            Node("actions.listen", Role.BUTTON, t("review.listen"), icon="voice", actions=PRESS),
            button("actions.not_me", t("known.not_me"), icon="x"),
            end(t),
            button("actions.next", t("known.next"), icon="check", style="primary"),
        ),
        focus="actions.next",
        intro=(title, *((t("known.english"),) if offer else ()), t("known.lead")),
    )


def _facts(place: CardShown, t: Words) -> tuple[Node, ...]:
    person, facts = place.person, place.facts
    latin = facts.get("latin_name", "")
    number = mask_id(person.id_number)
    rows: list[tuple[str, str]] = []
    if latin:
        rows.append(("latin_name", latin))
    if person.name and person.name != latin:
        rows.append(("chinese_name" if latin else "name", person.name))
    rows.append(("nationality", facts.get("nationality", "")))
    rows.append(("id_number", number))
    rows.append(("pass_number", mask_id(facts.get("pass_number", ""))))
    rows.append(("birth", _day(person.birth, t)))
    rows.append(("valid_to", _day(person.valid_to, t) or t("known.long")))
    rows += [(name, facts.get(name, "").lstrip("0")) for name in ("issue_count", "renewals")]
    return tuple(
        Node(
            f"known.{name}",
            Role.FACT,
            t(f"known.{name}"),
            value=value,
            privacy=Privacy.PRIVATE,
            group="known",
        )
        for name, value in rows
        if value
    )


def _day(value: date | None, t: Words) -> str:
    return day(t.lang, value, "date_full") if value is not None else ""
