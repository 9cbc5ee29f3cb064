"""The pages of a repeated group: the list of its entries, and one entry with everything that was said of it."""

from __future__ import annotations

from kiosk_app.screens.chrome import PRESS, Words, back, button, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import FieldSpec, masked, spoken
from kiosk_app.services import Form as Questions
from kiosk_app.services.entries import number_of, questions
from kiosk_app.services.forms import count
from kiosk_app.services.model import PERSONAL
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.entries import group_here
from kiosk_app.visit.filling import wrong_with
from kiosk_app.visit.state import Form, State
from ui.view import Node, Privacy, Role

SUMMED_UP = 2
"""So many answers of an entry stand in its line of the list."""


def named(t: Words, form: Questions, group: FieldSpec, number: int) -> str:
    """What one entry is called: 第 2 位家人, Family member 2."""
    name = t("entry.named", entry=form.text(group.entry, t.lang), n=number)
    return name[:1].upper() + name[1:]


def called(t: Words, form: Questions, spec: FieldSpec, key: str) -> str:
    """Words of a question, with the entry that it is asked of where there is one."""
    group, words = form.field(spec.group), form.text(key, t.lang)
    if group is None:
        return words
    return t("entry.field", entry=named(t, form, group, spec.number), field=words)


def listing(state: State, desk: Desk, t: Words) -> Page:
    """The entries so far, each a way to correct it; one more; and on when there are enough."""
    place, group = state.place, group_here(state, desk)
    assert isinstance(place, Form)
    assert group is not None
    form, answers = desk.form(state.visit.service), state.visit.answers
    n, most = count(group, answers), len(group.entries)
    entry = form.text(group.entry, t.lang)
    enough = not wrong_with(state, desk, group.scope)
    have = t("entry.none") if not n else t("entry.have" if n < most else "entry.full", n=n)
    question, hint = form.text(group.ask, t.lang), form.text(group.hint, t.lang)
    main = t("form.next") if n or not enough else t("form.skip")
    more = Node("entry.add", Role.BUTTON, t("entry.add", entry=entry), icon="plus", actions=PRESS, enabled=n < most)
    return Page(
        screen="entries",
        title=question,
        lead=hint,
        step=3,
        steps=steps(t),
        nodes=(
            *(_line(state, desk, t, group, number) for number in range(1, n + 1)),
            Node(f"form.{group.scope}", Role.STATUS, have, style="note"),
            *((notice("question.problem", place.problem, "warn"),) if place.problem else ()),
            more,
            back(t),
            end(t),
            # Whoever has too few may press it: that is how they are told.
            button("actions.next", main, icon="next", style="primary"),
        ),
        focus="actions.next" if enough and n else "entry.add",
        intro=(place.problem,) if place.problem else tuple(s for s in (question, hint, have) if s),
    )


def _line(state: State, desk: Desk, t: Words, group: FieldSpec, number: int) -> Node:
    """One entry of the list: the first things that were said of it."""
    form, answers = desk.form(state.visit.service), state.visit.answers
    filled = [spec for spec in questions(form, group, number, answers) if answers.get(spec.scope)][:SUMMED_UP]
    comma = ", " if t.lang == "en" else "，"
    return Node(
        f"form.{group.scope}.{number}",
        Role.FACT,
        named(t, form, group, number),
        value=comma.join(masked(spec, answers[spec.scope], t.lang) for spec in filled) or t("entry.empty"),
        spoken=comma.join(spoken(spec, answers[spec.scope], t.lang) for spec in filled),
        privacy=Privacy.PRIVATE if any(spec.privacy == PERSONAL for spec in filled) else Privacy.PUBLIC,
        actions=PRESS,
        icon="edit",
        group="rows",
    )


def entry(state: State, desk: Desk, t: Words) -> Page:
    """One entry: each answer a way to correct it, and a way to remove it all, which is asked for twice."""
    place, group = state.place, group_here(state, desk)
    assert isinstance(place, Form)
    assert group is not None
    form, answers = desk.form(state.visit.service), state.visit.answers
    number, word = number_of(place.current), form.text(group.entry, t.lang)
    name = named(t, form, group, number)
    rows = tuple(
        answer_node(t, form, spec, answers.get(spec.scope, "")) for spec in questions(form, group, number, answers)
    )
    if place.removing:
        sure = t("entry.sure", entry=word)
        return Page(
            screen="entry",
            title=name,
            step=3,
            steps=steps(t),
            nodes=(
                notice("entry.sure", sure, "warn"),
                Node("entry.drop", Role.BUTTON, t("entry.drop"), icon="trash", actions=PRESS),
                end(t),
                button("entry.keep", t("entry.keep"), icon="back", style="primary"),
            ),
            focus="entry.keep",
            intro=(name, sure),
        )
    return Page(
        screen="entry",
        title=name,
        lead=t("entry.lead"),
        step=3,
        steps=steps(t),
        nodes=(
            *rows,
            Node("entry.remove", Role.BUTTON, t("entry.remove", entry=word), icon="trash", actions=PRESS),
            back(t),
            end(t),
            button("actions.next", t("entry.done"), icon="check", style="primary"),
        ),
        focus="actions.next",
    )


def answer_node(t: Words, form: Questions, spec: FieldSpec, value: str) -> Node:
    """An answer of an entry on the page of that entry."""
    return Node(
        f"form.{spec.scope}",
        Role.FACT,
        form.text(spec.short, t.lang),
        value=masked(spec, value, t.lang) if value else t("entry.empty"),
        spoken=spoken(spec, value, t.lang) if value else "",
        privacy=Privacy.PRIVATE if spec.privacy == PERSONAL and value else Privacy.PUBLIC,
        actions=PRESS,
        icon="edit",
        group="rows",
    )
