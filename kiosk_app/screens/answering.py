"""Answering what staff asked: one question at a time with the form's own panels, then the answer once more."""

from __future__ import annotations

from kiosk_app.screens.chrome import PRESS, Words, back, button, end, notice
from kiosk_app.screens.filling import count_node, field_node, privacy_of
from kiosk_app.screens.page import Page
from kiosk_app.services import masked, shown, spoken
from kiosk_app.services.model import PERSONAL
from kiosk_app.visit.answering import answered_case, current_of, questions, wrong_with
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.helper import covered
from kiosk_app.visit.mine import Mine
from kiosk_app.visit.state import State, Supplement, SupplementReview
from ui.view import Action, Node, Privacy, Role, Slot


def question(state: State, desk: Desk, t: Words) -> Page:
    """One question has the panel; above it stands what the office says."""
    place, case = state.place, answered_case(state)
    assert isinstance(place, Supplement)
    if case is None:
        return _nothing(t)
    asked = questions(case, desk)
    current = current_of(state, asked)
    wrong = wrong_with(state, desk, case, current.scope)
    at, of = asked.fields.index(current) + 1, len(asked.fields)
    main = t("form.not_yet") if wrong else t("form.review" if at == of else "form.next")
    ask, hint = asked.text(current.ask, t.lang), asked.text(current.hint, t.lang)
    intro = (place.problem,) if place.problem else (ask, hint)
    return Page(
        screen="form",
        title=t("answer.title"),
        lead=t("answer.lead", service=case.name.of(t.lang), n=of),
        nodes=(
            _why(state, case, t),
            field_node(state, t, asked, current, wrong, shown=bool(place.problem)),
            count_node(state, t, current, t("form.count", n=at, of=of)),
            *((notice("question.problem", place.problem, "warn"),) if place.problem else ()),
            back(t),
            end(t),
            button(
                "actions.next",
                main,
                icon="next",
                style="primary",
                enabled=not wrong or bool(state.visit.answers.get(current.scope)),
            ),
        ),
        focus=f"form.{current.scope}",
        intro=tuple(text for text in intro if text),
    )


def _why(state: State, case: Mine, t: Words) -> Node:
    """What the office says, for the resident alone."""
    words = case.asked.words.of(t.lang) if case.asked is not None else ""
    said = t("answer.why", words=covered(words) if state.visit.helped else words)
    return Node("mine.why", Role.TEXT, said, slot=Slot.HERO, privacy=Privacy.PRIVATE)


def review(state: State, desk: Desk, t: Words) -> Page:
    """The answer once more."""
    place, case = state.place, answered_case(state)
    assert isinstance(place, SupplementReview)
    if case is None:
        return _nothing(t)
    asked, visit, lang = questions(case, desk), state.visit, t.lang
    rows = [
        Node("review.service", Role.FACT, t("answered.case"), value=case.name.of(lang), note=case.number, group="rows")
    ]
    for spec in asked.fields:
        value = visit.answers.get(spec.scope, "")
        if not value:
            continue
        plain = visit.reveal or spec.privacy != PERSONAL
        rows.append(
            Node(
                f"review.{spec.scope}",
                Role.FACT,
                asked.text(spec.short, lang),
                value=shown(spec, value, lang) if plain else masked(spec, value, lang),
                spoken=spoken(spec, value, lang),
                privacy=privacy_of(spec),
                actions=PRESS,
                icon="edit",
                group="rows",
            )
        )
    said = t(f"notice.{place.notice}") if place.notice else ""
    return Page(
        screen="review",
        title=t("review.title"),
        lead=t("review.lead"),
        nodes=(
            *((notice("review.notice", said, "warn"),) if said else ()),
            *rows,
            Node("actions.listen", Role.BUTTON, t("review.listen"), icon="voice", actions=PRESS, group="buttons"),
            Node(
                "reveal",
                Role.BUTTON,
                t("review.reveal"),
                icon="eye",
                actions=(Action.PRESS, Action.HOLD, Action.RELEASE),
                checked=visit.reveal,
                group="buttons",
            ),
            back(t),
            end(t),
            button("actions.submit", t("review.submit"), icon="check", style="primary"),
        ),
        focus="actions.submit",
        intro=(said,) if said else (t("review.title"), t("review.lead")),
    )


def _nothing(t: Words) -> Page:
    """Somebody else stands here now: of what was asked nothing is told."""
    nodes = (notice("progress.missing", t("progress.none")), back(t), end(t))
    return Page("list", t("progress.title"), t("progress.lead"), nodes=nodes, focus="actions.back")
