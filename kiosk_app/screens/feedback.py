"""悉心听, 办不成事: what happened, one's own words, how to be reached, and the number of it."""

from __future__ import annotations

from contracts.masks import mask_phone
from contracts.plain import MOST_CHAT
from kiosk_app.screens.chat import goes_along
from kiosk_app.screens.chrome import PRESS, Words, button, card, notice, picture
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.feedback import MOST_SLIPS
from kiosk_app.visit.remark import PHONE_DIGITS, Remark, Slip, Step
from kiosk_app.visit.state import State
from ui.view import Action, Node, Panel, Privacy, Role, Slot, Tone

EDIT = (Action.PRESS, Action.EDIT)


def feedback(state: State, desk: Desk, t: Words) -> Page:
    """The page that is open."""
    match state.visit.remark.step:
        case Step.WHAT:
            return _what(state, desk, t)
        case Step.WORDS:
            return _words(state.visit.remark, t)
        case Step.REACH:
            return _reach(state.visit.remark, t)
        case Step.SAVING:
            return _saving(t)
        case Step.KEPT:
            return _kept(state, desk, t)


def promised(remark: Remark, desk: Desk, t: Words) -> tuple[str, ...]:
    """Who reads it and by when, and how the answer comes: what page and paper say, and not a word more."""
    days, reader = desk.catalogue.promise()
    key = "remark.promise_one" if days == 1 else "remark.promise"
    promise = (t(key, days=days, reader=reader.of(t.lang)),) if days else ()
    reach = t("remark.by_phone", phone=mask_phone(remark.phone)) if remark.phone else t("remark.by_number")
    return (*promise, reach)


def _what(state: State, desk: Desk, t: Words) -> Page:
    remark = state.visit.remark
    choices = tuple(
        Node(
            f"happened.{one.id}",
            Role.CHOICE,
            one.name.of(t.lang),
            actions=PRESS,
            checked=remark.what == one.id,
            group="happened",
        )
        for one in desk.catalogue.happened()
    )
    return Page(
        screen="list",
        title=t("remark.title"),
        lead=t("remark.lead"),
        nodes=(
            *choices,
            *goes_along(state, desk, t, "remark", tell=remark.tell),
            button("actions.back", t("actions.back"), icon="back"),
            button(
                "actions.next", t("form.next"), icon="next", style="primary", enabled=bool(remark.what or not choices)
            ),
        ),
        focus=choices[0].id if choices else "actions.next",
        intro=(t("remark.title"), t("remark.lead")),
    )


def _words(remark: Remark, t: Words) -> Page:
    return Page(
        screen="form",
        title=t("remark.words_title"),
        lead=t("remark.words_lead"),
        nodes=(
            Node(
                "remark.words",
                Role.FIELD,
                t("remark.words"),
                value=remark.words,
                hint=t("chat.text_hint"),
                privacy=Privacy.PRIVATE,
                actions=EDIT,
                current=True,
                required=not remark.what,
                panel=Panel.PINYIN,
                limit=MOST_CHAT,
            ),
            button("actions.back", t("actions.back"), icon="back"),
            button(
                "actions.next",
                t("form.next" if remark.words.strip() else "form.skip"),
                icon="next",
                style="primary",
                enabled=remark.says,
            ),
        ),
        focus="remark.words",
        intro=(t("remark.words_title"), t("remark.words_lead"), t("chat.text_hint")),
    )


def _reach(remark: Remark, t: Words) -> Page:
    missing = PHONE_DIGITS - len(remark.phone)
    wrong = (notice("remark.notice", t(f"notice.{remark.notice}"), "warn"),) if remark.notice else ()
    return Page(
        screen="form",
        title=t("remark.reach_title"),
        lead=t("remark.reach_lead"),
        nodes=(
            *wrong,
            Node(
                "remark.phone",
                Role.FIELD,
                t("identify.phone_label"),
                value=remark.phone,
                hint=t("form.digits_left", count=missing) if remark.phone and missing else "",
                privacy=Privacy.PRIVATE,
                actions=EDIT,
                current=True,
                panel=Panel.PHONE,
                limit=PHONE_DIGITS,
            ),
            button("actions.back", t("actions.back"), icon="back"),
            button(
                "actions.send",
                t("remark.send" if remark.phone else "remark.send_nameless"),
                icon="check",
                style="primary",
            ),
        ),
        focus="remark.phone",
        intro=(*(one.text for one in wrong), t("remark.reach_title"), t("remark.reach_lead")),
    )


def _saving(t: Words) -> Page:
    return Page(
        screen="busy",
        title=t("busy.title"),
        nodes=(picture("upload"), Node("remark.status", Role.STATUS, t("busy.saving"), icon="upload"), _on(t)),
        focus="actions.back",
    )


def _kept(state: State, desk: Desk, t: Words) -> Page:
    remark = state.visit.remark
    if remark.refused:
        return Page(
            screen="message",
            title=t("remark.refused"),
            lead=t("remark.refused_lead"),
            tone=Tone.WAIT,
            mark="info",
            nodes=(picture("phone"), _on(t)),
            focus="actions.back",
        )
    title, lead = t("remark.kept"), t("remark.arrived" if remark.arrived else "remark.waits")
    said = promised(remark, desk, t)
    return Page(
        screen="message",
        title=title,
        lead=lead,
        tone=Tone.OK,
        mark="check",
        nodes=(
            Node(
                "remark.number",
                Role.FACT,
                t("remark.number"),
                value=remark.number,
                slot=Slot.HERO,
                spoken=" ".join(remark.number),
            ),
            *(notice(f"remark.promise{n}", text) for n, text in enumerate(said, 1)),
            *_paper(remark, state, t),
            _on(t),
        ),
        focus="actions.back",
        intro=(title, lead, *said),
    )


def _paper(remark: Remark, state: State, t: Words) -> tuple[Node, ...]:
    """The number on paper, for whoever wants it."""
    if remark.slip is Slip.PRINTING:
        return (Node("remark.slip", Role.PROGRESS, t("outcome.printing"), icon="print"),)
    failed = remark.slip is Slip.FAILED or not state.world.can_print
    told = Node("remark.slip", Role.STATUS, t("outcome.printed"), icon="ok")
    if failed:
        told = notice("remark.slip", t("remark.no_paper"), "warn", icon="print")
    again = state.world.can_print and remark.copies < MOST_SLIPS
    shown = () if remark.slip is Slip.NONE and not failed else (told,)
    return (*shown, *((card("remark.print", t("remark.print"), icon="receipt"),) if again else ()))


def _on(t: Words) -> Node:
    """Back to what waits beneath."""
    return button("actions.back", t("help.close"), icon="next", style="primary")
