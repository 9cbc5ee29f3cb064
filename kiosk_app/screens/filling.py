"""The form, its review, and the moment of submitting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk_app.screens import entries
from kiosk_app.screens.chrome import Words, back, button, end, listen, notice, picture, steps
from kiosk_app.screens.page import Page
from kiosk_app.services import (
    FieldSpec,
    masked,
    options,
    person_facts,
    shown,
    spoken,
    visible_fields,
)
from kiosk_app.services import (
    Form as Questions,
)
from kiosk_app.services.ink import write
from kiosk_app.services.model import PERSONAL, SEPARATOR, Control
from kiosk_app.services.signing import TAKEN_BACK, strokes_of
from kiosk_app.services.values import signed_of
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.entries import group_here, is_entry
from kiosk_app.visit.filling import PAY, wrong_with
from kiosk_app.visit.flow import materials_of
from kiosk_app.visit.helper import covered
from kiosk_app.visit.licences import licence_of
from kiosk_app.visit.state import Form, Review, State, Submitting
from kiosk_app.visit.supplied import Given
from ui.view import Action, Node, Panel, Privacy, Role, Tone

EDIT = (Action.PRESS, Action.EDIT)


def form(state: State, desk: Desk, t: Words) -> Page:
    """One question has the panel; what is already known stands above with its source."""
    place = state.place
    assert isinstance(place, Form)
    if place.waiting:
        return Page(
            screen="busy",
            title=t("form.waiting_title"),
            lead=t("form.waiting"),
            step=3,
            steps=steps(t),
            nodes=(
                picture("search"),
                Node("question.wait", Role.STATUS, t("form.waiting"), icon="clock"),
                back(t),
                end(t),
            ),
            focus="actions.back",
        )
    service = desk.service(state.visit.service)
    assert service is not None
    group = group_here(state, desk)
    if group is not None and place.current == group.scope:
        return entries.listing(state, desk, t)
    if group is not None and is_entry(state, desk, place.current):
        return entries.entry(state, desk, t)
    compiled = desk.form(service.id)
    fields = visible_fields(compiled, state.visit.answers)
    current = next((f for f in fields if f.scope == place.current), fields[0])
    # What is asked of an entry stands by itself: beside it only what was said of the same entry.
    beside = [f for f in fields if (f.group, f.number) == (current.group, current.number)]
    asked = [f for f in beside if f.scope not in state.visit.prefilled]
    given = {scope for scope, text in state.visit.answers.items() if text not in ("", TAKEN_BACK)}
    answered = [f for f in beside if f.scope != current.scope and f.scope in given]
    known = _known(state, t, compiled, answered, current)
    wrong = wrong_with(state, desk, current.scope)
    # A signature that was taken back is missed at once, not only when somebody wants to go on without it.
    problem = place.problem or (wrong if state.visit.answers.get(current.scope) == TAKEN_BACK else "")
    at = asked.index(current) + 1 if current in asked else 1
    last = current is asked[-1] if asked else True
    can_go = not wrong
    # A wrong answer may be handed in: that is how somebody who does not see the hint is told what is wrong with it.
    can_press = can_go or bool(state.visit.answers.get(current.scope))
    done_key = "entry.done" if current.number else "form.review"
    main = t(done_key if last else "form.next") if can_go else t("form.not_yet")
    if can_go and not state.visit.answers.get(current.scope) and not current.required:
        main = t("form.skip")
    name = service.short_name(t.lang)
    done = len(state.visit.prefilled) + (2 if state.visit.person else 0)
    lead_key = "form.lead" if done else "form.lead_none"
    question, hint = compiled.text(current.ask, t.lang), compiled.text(current.hint, t.lang)
    lead, count = t(lead_key, service=name, done=done, left=len(asked)), t("form.count", n=at, of=max(1, len(asked)))
    of_entry = ""
    if (repeated := compiled.field(current.group)) is not None:
        lead = of_entry = entries.named(t, compiled, repeated, current.number)
        count = t("entry.field", entry=of_entry, field=count)
    intro = (problem,) if problem else (of_entry, question, hint)
    return Page(
        screen="form",
        title=t("form.title"),
        lead=lead,
        step=3,
        steps=steps(t),
        nodes=(
            *known,
            field_node(state, t, compiled, current, wrong, shown=bool(problem)),
            count_node(state, t, current, count),
            *((notice("question.problem", problem, "warn"),) if problem else ()),
            back(t),
            end(t),
            button("actions.next", main, icon="next", style="primary", enabled=can_press),
        ),
        focus=f"form.{current.scope}",
        intro=tuple(s for s in intro if s),
    )


def _known(
    state: State, t: Words, compiled: Questions, fields: list[FieldSpec], current: FieldSpec
) -> tuple[Node, ...]:
    """Facts that need no typing: from the card, from the platform, from before. Of an entry only what belongs to it."""
    person = state.visit.person if not current.number else None
    # Within reach of somebody seated the keys to write with leave no room for others: 返回 leads to what was before.
    writing = state.prefs.seated and current.panel in {Panel.PINYIN, Panel.NAME}
    out: list[Node] = []
    out.extend(
        Node(
            f"form.person.{fact.id}",
            Role.FACT,
            fact.label,
            value=fact.value,
            source=fact.source,
            privacy=Privacy.PRIVATE,
            group="prefilled",
        )
        for fact in person_facts(compiled, person, t.lang)
    )
    for spec in fields:
        source = state.visit.sources.get(spec.scope, {}).get(t.lang, "") if spec.scope in state.visit.prefilled else ""
        out.append(
            Node(
                f"form.{spec.scope}",
                Role.FACT,
                compiled.text(spec.short, t.lang),
                value=masked(spec, state.visit.answers[spec.scope], t.lang),
                source=source,
                privacy=privacy_of(spec),
                actions=() if writing else (Action.PRESS,),
                group="prefilled",
            )
        )
    return tuple(out)


def privacy_of(spec: FieldSpec) -> Privacy:
    """What is said of a PIN is only that there is one, of a signature how it was given: nothing to keep quiet."""
    quiet = spec.privacy == PERSONAL and spec.control not in (Control.PIN, Control.SIGNATURE)
    return Privacy.PRIVATE if quiet else Privacy.PUBLIC


def field_node(state: State, t: Words, compiled: Questions, spec: FieldSpec, wrong: str, *, shown: bool) -> Node:
    """The field that has the panel."""
    value = state.visit.answers.get(spec.scope, "")
    node = Node(
        f"form.{spec.scope}",
        Role.FIELD,
        entries.called(t, compiled, spec, spec.label),
        value=value,
        note=compiled.text(spec.why, t.lang),
        hint=wrong if (wrong and value) else compiled.text(spec.hint, t.lang),
        spoken=spoken(spec, value, t.lang) if value else "",
        privacy=privacy_of(spec),
        actions=EDIT,
        current=True,
        invalid=shown,
        required=spec.required,
        panel=Panel(spec.panel),
        options=options(spec, state.visit.answers, t.lang),
        limit=spec.limit,
        least=spec.lowest,
        most=spec.highest,
        picks=max(1, spec.max_items),
    )
    match spec.control:
        case Control.PIN:
            return _secret(node, t)
        case Control.SIGNATURE:
            signed = signed_of(value)
            way = "" if signed is None else signed.way
            return replace(node, value=node.spoken, ink=write(strokes_of(value)), style=way)
        case _:
            return node


def _secret(node: Node, t: Words) -> Node:
    """A field of which nobody is told more than how far it is filled: no character of it leaves the visit."""
    said = t("form.pin_typed", n=len(node.value), of=node.limit) if node.value else ""
    return replace(node, value=covered(node.value), spoken=said, style="secret")


def count_node(state: State, t: Words, spec: FieldSpec, at: str) -> Node:
    """Which question it is; of a list also how many are ticked and may be, which is said anew with every tick."""
    if spec.max_items < 2:
        return Node("question.count", Role.TEXT, at, style="note")
    value = state.visit.answers.get(spec.scope, "")
    n = len(value.split(SEPARATOR)) if value else 0
    left = spec.max_items - n
    key = "form.tick_some" if left > 0 else "form.tick_full"
    said = t(key, n=n, left=left) if n else t("form.tick_none", of=spec.max_items)
    return Node("question.count", Role.STATUS, t("form.ticked", at=at, ticked=said), spoken=said, style="note")


def review(state: State, desk: Desk, t: Words) -> Page:
    """Everything once more; the consent starts unticked."""
    place = state.place
    assert isinstance(place, Review)
    service = desk.service(state.visit.service)
    assert service is not None
    lang, visit = t.lang, state.visit
    compiled = desk.form(service.id)
    rows: list[Node] = [Node("case.service", Role.FACT, t("review.what"), value=service.name(lang), group="rows")]
    if visit.person is not None:
        name, number = visit.person.masked_name, visit.person.masked_id
        if visit.reveal:
            name, number = visit.person.name, visit.person.id_number
        rows.append(
            Node(
                "case.person",
                Role.FACT,
                t("review.who"),
                value=f"{name} {number}",
                source=t("form.from_card"),
                privacy=Privacy.PRIVATE,
                group="rows",
            )
        )
    else:
        rows.append(Node("case.person", Role.FACT, t("review.who"), value=t("review.anonymous"), group="rows"))
    if visit.guardian is not None and visit.guardian.consent:
        beside = visit.guardian.person
        name = beside.name if visit.reveal else beside.masked_name
        relation = t(f"relation.{visit.guardian.relation}") if visit.guardian.relation is not None else ""
        rows.append(
            Node(
                "case.guardian",
                Role.FACT,
                t("review.guardian"),
                value=name,
                source=relation,
                privacy=Privacy.PRIVATE,
                group="rows",
            )
        )
    for spec in visible_fields(compiled, visit.answers):
        value = visit.answers.get(spec.scope, "")
        if not value:
            continue
        plain = visit.reveal or spec.privacy != PERSONAL
        said = shown(spec, value, lang) if plain else masked(spec, value, lang)
        rows.append(
            Node(
                f"review.{spec.scope}",
                Role.FACT,
                entries.called(t, compiled, spec, spec.short),
                value=said,
                spoken=spoken(spec, value, lang),
                ink=write(strokes_of(value)) if spec.control is Control.SIGNATURE else "",
                privacy=privacy_of(spec),
                actions=(Action.PRESS,),
                icon="edit",
                group="rows",
            )
        )
    rows.extend(_papers(state, desk, t))
    ready = visit.consent
    submit = button(
        "actions.submit",
        t(("review.pay" if service.kind == PAY else "review.submit") if ready else "review.tick_first"),
        icon="check",
        style="primary",
        enabled=ready,
    )
    intro: tuple[str, ...] = (t("review.title"), t("review.lead"))
    if place.notice:
        intro = (t(f"notice.{place.notice}"),)
    return Page(
        screen="review",
        title=t("review.title"),
        lead=t("review.lead"),
        step=4,
        steps=steps(t),
        nodes=(
            *((notice("case.notice", t(f"notice.{place.notice}"), "warn"),) if place.notice else ()),
            *rows,
            Node(
                "consent",
                Role.TOGGLE,
                t("review.consent", department=service.department.of(lang)),
                checked=visit.consent,
                actions=(Action.PRESS,),
            ),
            listen(t),
            Node(
                "reveal",
                Role.BUTTON,
                t("review.reveal"),
                icon="eye",
                privacy=Privacy.PUBLIC,
                actions=(Action.PRESS, Action.HOLD, Action.RELEASE),
                checked=visit.reveal,
                group="buttons",
            ),
            back(t),
            end(t),
            submit,
        ),
        focus="consent" if not ready else "actions.submit",
        intro=intro,
    )


def _papers(state: State, desk: Desk, t: Words) -> Iterator[Node]:
    """What became of each paper; which licence takes its place is the resident's own business."""
    for material in materials_of(state, desk):
        held = state.visit.papers.get(material.code)
        if held is None or held.given is None:
            continue
        licence, said = licence_of(state, material), ""
        match held.given:
            case Given.PAPER:
                said = t("materials.count", n=len(held.pages))
            case Given.LATER:
                said = t("materials.later")
            case Given.NONE:
                said = t("materials.without")
            case Given.LICENCE:
                said = licence.name.of(t.lang) if licence is not None else ""
        yield Node(
            f"paper.{material.code}",
            Role.FACT,
            material.text.of(t.lang),
            value=said,
            source=t("licence.which") if held.given is Given.LICENCE else "",
            privacy=Privacy.PRIVATE if held.given is Given.LICENCE else Privacy.PUBLIC,
            actions=(Action.PRESS,),
            icon="edit",
            group="rows",
        )


def submitting(state: State, desk: Desk, t: Words) -> Page:
    """Nothing is promised yet."""
    place = state.place
    assert isinstance(place, Submitting)
    status = t("busy.slow" if place.slow else "busy.saved" if place.saved else "busy.saving")
    leave = button("actions.leave", t("busy.leave"), icon="next", style="primary")
    return Page(
        screen="busy",
        title=t("busy.title"),
        lead="" if place.slow else t("busy.lead"),
        tone=Tone.NORMAL,
        step=4,
        steps=steps(t),
        nodes=(
            picture("upload"),
            Node("busy.status", Role.STATUS, status, icon="upload"),
            *((leave,) if place.slow else ()),
        ),
        focus="actions.leave" if place.slow else "",
        intro=(t("busy.title"), t("busy.lead")),
    )
