"""The pages of the self-test: the list of what a person can try, one trial, and the report with its code."""

from __future__ import annotations

from kiosk_app.screens.chrome import PRESS, Words, back, button, card, notice, picture
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.guided import NOTHING_HEARD, SPOTS, Findings, Guided, Outcome, Running, Trial
from kiosk_app.visit.state import SelfTest, State
from ui.view import Action, Node, Panel, Role, Tone

ICONS = {
    Trial.LOUDSPEAKER: "voice",
    Trial.HEADPHONES: "headphones",
    Trial.SCREEN: "eye",
    Trial.TOUCH: "touch",
    Trial.KEYPAD: "keypad",
    Trial.CARD: "card",
    Trial.CODE: "scan",
    Trial.RECEIPT: "receipt",
}
MARKS = {Outcome.PASS: "ok", Outcome.FAIL: "error", Outcome.SKIPPED: "warn"}


def selftest(state: State, desk: Desk, t: Words) -> Page:
    """The page that is open."""
    place = state.place
    assert isinstance(place, SelfTest)
    if place.testing:
        return _testing(t)
    if place.told is not None:
        return _report(place.told, t)
    if place.guided.running is not None:
        return _trial(place.guided.running, t)
    return _list(place.guided, t)


def _list(guided: Guided, t: Words) -> Page:
    rows = tuple(
        card(
            f"trial.{test.value}",
            t(f"tech.trial.{test.value}"),
            t("tech.trial.not_yet") if row is None else _told(row.outcome, row.reason, t),
            icon=ICONS[test] if row is None else MARKS[row.outcome],
        )
        for test in guided.tests
        for row in (guided.row(test),)
    )
    title, lead = t("tech.trial.title"), t("tech.trial.lead")
    return Page(
        screen="list",
        title=title,
        lead=lead,
        tone=Tone.TOOL,
        nodes=(*rows, back(t), button("actions.whole", t("tech.trial.whole"), icon="check", style="primary")),
        focus=rows[0].id if rows else "actions.whole",
        intro=(title, lead),
    )


def _told(outcome: Outcome, reason: str, t: Words) -> str:
    return t("tech.trial.pass") if outcome is Outcome.PASS else t(f"tech.trial.why.{reason}")


def _trial(running: Running, t: Words) -> Page:
    test = running.test
    step = _step(running)
    title, lead = t(f"tech.trial.{test.value}"), t(f"tech.trial.{step}.lead")
    wrong = (notice("trial.notice", t("tech.trial.again"), "warn"),) if running.wrong else ()
    body = _body(running, t)
    keys: tuple[Node, ...] = (back(t), button("actions.skip", t("tech.trial.skip"), icon="next"))
    if test in (Trial.LOUDSPEAKER, Trial.HEADPHONES) and step != "headphones":
        keys = (*keys, button("actions.once_more", t("tech.trial.once_more"), icon="voice", style="primary"))
    first = next((node.id for node in body if node.actions), "actions.skip")
    return Page(
        screen="form" if test is Trial.RECEIPT and "printed" in running.done else "list",
        title=title,
        lead=lead,
        tone=Tone.TOOL,
        nodes=(*wrong, *body, *keys),
        focus=first,
        intro=(*(one.text for one in wrong), title, lead),
    )


def _step(running: Running) -> str:
    if running.test is Trial.HEADPHONES and running.done:
        return "unplug" if "heard" in running.done else "loudspeaker"
    if running.test is Trial.RECEIPT and "printed" in running.done:
        return "slip"
    return running.test.value


def _body(running: Running, t: Words) -> tuple[Node, ...]:
    match running.test:
        case Trial.LOUDSPEAKER | Trial.HEADPHONES if _step(running) == "loudspeaker":
            heard = tuple(card(f"choice.{number}", number, group="choice") for number in running.choices)
            return (*heard, card(f"choice.{NOTHING_HEARD}", t("tech.trial.nothing_heard"), group="choice"))
        case Trial.SCREEN:
            seen = tuple(card(f"choice.{name}", t(f"tech.picture.{name}"), group="choice") for name in running.choices)
            spots = card(f"choice.{SPOTS}", t("tech.trial.spots"), group="choice")
            return (picture(running.answer), *seen, spots)
        case Trial.TOUCH:
            return tuple(
                card(
                    f"target.{name}",
                    t(f"tech.target.{name}"),
                    icon="ok" if name in running.done else "touch",
                    current=name in running.done,
                )
                for name in running.choices
            )
        case Trial.KEYPAD:
            return tuple(
                Node(
                    f"key.{name}",
                    Role.STATUS,
                    t(f"tech.key.{name}"),
                    icon="ok" if name in running.done else "keypad",
                )
                for name in running.choices
            )
        case Trial.RECEIPT if "printed" in running.done:
            return (
                Node(
                    "trial.number",
                    Role.FIELD,
                    t("tech.trial.slip.label"),
                    value=running.typed,
                    actions=(*PRESS, Action.EDIT),
                    current=True,
                    required=True,
                    panel=Panel.DIGITS,
                    limit=4,
                ),
            )
        case Trial.RECEIPT:
            return (Node("trial.printing", Role.PROGRESS, t("outcome.printing"), icon="print"),)
        case _:
            return (picture(ICONS[running.test]),)


def _testing(t: Words) -> Page:
    title, lead = t("tech.trial.testing"), t("tech.trial.testing.lead")
    return Page(
        screen="busy",
        title=title,
        lead=lead,
        tone=Tone.TOOL,
        nodes=(picture("search"), Node("trial.status", Role.PROGRESS, title, icon="search"), back(t)),
        focus="actions.back",
        intro=(title, lead),
    )


def _report(found: Findings, t: Words) -> Page:
    title = t("tech.trial.ready" if found.ready else "tech.trial.unready")
    lead = t("tech.trial.counts", failed=found.failed, doubtful=found.doubtful)
    way = t("tech.trial.queued" if found.queued else "tech.trial.unsent")
    code = (
        (Node("trial.code", Role.CODE, t("tech.trial.scan"), value=found.address, note=t("tech.trial.scan.note")),)
        if found.address
        else ()
    )
    return Page(
        screen="message",
        title=title,
        lead=lead,
        tone=Tone.OK if found.ready else Tone.WAIT,
        mark="check" if found.ready else "warn",
        nodes=(*code, notice("trial.way", way), back(t)),
        focus="actions.back",
        intro=(title, lead, way),
    )
