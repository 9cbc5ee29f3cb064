"""My cases: the list, what is to be done first; one case with all that happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kiosk_app.clock import BEIJING
from kiosk_app.screens import ruled
from kiosk_app.screens.chrome import PRESS, Words, back, button, end, notice, picture
from kiosk_app.screens.page import Page
from kiosk_app.visit.answering import can_answer
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.following import case_here, mine
from kiosk_app.visit.helper import covered
from kiosk_app.visit.mine import ASKED, DONE, REFUSED, Asked, Happened, Mine, MyCases
from kiosk_app.visit.ruling import ruling_of
from kiosk_app.visit.state import MyCase, Progress, State
from kiosk_app.words import day
from ui.view import Node, Privacy, Role, Tone

MOST = 20
"""Cases on the list; the platform tells of the last 50."""
MOST_STEPS = 12
TINTS = {ASKED: "amber", DONE: "green"}


def progress(state: State, desk: Desk, t: Words) -> Page:
    """Where my cases stand; what waits for me comes first."""
    place, found = state.place, mine(state)
    assert isinstance(place, Progress)
    nodes: list[Node] = []
    if place.waiting:
        nodes.append(Node("progress.waiting", Role.STATUS, t("progress.waiting"), icon="search"))
    elif found is None:
        nodes += [notice("progress.missing", t("progress.missing"), "warn"), picture("offline")]
    elif not found.cases:
        nodes += [_seen(state, found, t), notice("progress.none", t("progress.none")), picture("search")]
    else:
        nodes += [_seen(state, found, t), *_listed(found, t)]
    known = state.visit.person is not None and not place.waiting
    again = (button("actions.again", t("progress.again"), icon="refresh", style="primary"),) if known else ()
    to_do = found is not None and not place.waiting and any(found.to_do(case) for case in found.cases)
    said = t("mine.lead_asked") if to_do else t("progress.lead")
    return Page(
        screen="list",
        title=t("progress.title"),
        lead=said,
        nodes=(*nodes, back(t), end(t), *again),
        focus=next((node.id for node in nodes if node.actions), "actions.back"),
        intro=(t("progress.title"), said, *(n.text for n in nodes if n.role is Role.NOTICE)),
    )


def _seen(state: State, found: MyCases, t: Words) -> Node:
    """When this was asked for; off line also that it may have changed."""
    time = f"{found.at:%H:%M}"
    if not state.world.online:
        return notice("progress.stale", t("mine.stale", time=time), "warn", icon="offline")
    return Node("progress.seen", Role.TEXT, t("mine.seen", time=time), style="note")


def _listed(found: MyCases, t: Words) -> Iterator[Node]:
    shown = found.cases[:MOST]
    first = [case for case in shown if found.to_do(case)]
    rest = [case for case in shown if not found.to_do(case)]
    if first:
        yield Node("mine.todo", Role.HEADING, t("mine.todo"))
        yield from (_card(found, case, t) for case in first)
        if rest:
            yield Node("mine.others", Role.HEADING, t("mine.others"))
    yield from (_card(found, case, t) for case in rest)


def _card(found: MyCases, case: Mine, t: Words) -> Node:
    at = case.accepted_at
    return Node(
        f"case.{case.number}",
        Role.CARD,
        case.name.of(t.lang),
        note=t(
            "mine.note",
            stands=t(f"mine.{_stands(found, case)}"),
            day=day(t.lang, at.astimezone(BEIJING).date()) if at else "",
        ),
        icon="edit" if found.to_do(case) else "doc",
        tint=TINTS.get(case.stands, "blue"),
        style="wide",
        actions=PRESS,
    )


def _stands(found: MyCases, case: Mine) -> str:
    """The words under which a case stands: done, refused, asked, late, sent or accepted."""
    if case.stands != ASKED or case.asked is None:
        return case.stands
    return "sent" if case.asked.id in found.sent else "late" if case.asked.late else ASKED


def case(state: State, desk: Desk, t: Words) -> Page:
    """One case: what is asked of me, what I can take, what happened, who helps."""
    place, found, here = state.place, mine(state), case_here(state)
    assert isinstance(place, MyCase)
    if found is None or here is None:
        # Somebody else stands here now: of this case nothing is told.
        nodes = (notice("progress.missing", t("progress.none")), picture("search"), back(t), end(t))
        return Page("list", t("progress.title"), t("progress.lead"), nodes=nodes, focus="actions.back")
    stands = _stands(found, here)
    answer = stands == ASKED and found.to_do(here) and can_answer(here, desk)
    result = here.stands == DONE and here.certificate is not None and desk.service(here.service) is not None
    asked = () if here.asked is None or stands == "sent" else tuple(_asked(here, here.asked, desk, t, answer=answer))
    main = button("actions.again", t("progress.again"), icon="refresh", style="primary")
    if answer:
        main = button("actions.answer", t("mine.answer"), icon="edit", style="primary")
    elif result:
        main = button("actions.result", t("mine.result"), icon="print", style="primary")
    lead = t(f"mine.lead_{stands}")
    return Page(
        screen="list",
        title=here.name.of(t.lang),
        lead=lead,
        tone=Tone.WAIT if stands in {ASKED, "late"} else Tone.OK if here.stands == DONE else Tone.NORMAL,
        nodes=(
            _number(here, t),
            *asked,
            *_due(here, t),
            *_advice(here, t),
            Node("mine.steps", Role.HEADING, t("mine.steps"), group="next"),
            *(_step(n, one, t, helped=state.visit.helped) for n, one in enumerate(here.steps[-MOST_STEPS:], 1)),
            *_help(here, desk, t),
            _seen(state, found, t),
            back(t),
            end(t),
            main,
        ),
        focus=main.id,
        intro=(here.name.of(t.lang), lead, *(node.text for node in asked if node.role is Role.NOTICE)),
    )


def _number(here: Mine, t: Words) -> Node:
    return Node(
        "mine.number", Role.FACT, t("outcome.number"), value=here.number, group="case", spoken=" ".join(here.number)
    )


def _asked(here: Mine, asked: Asked, desk: Desk, t: Words, *, answer: bool) -> Iterator[Node]:
    """What the office wants, until when; and where else, when it cannot be answered here."""
    service = desk.service(here.service)
    window = service.window.of(t.lang) if service is not None else t("out.where")
    yield Node(
        "mine.why", Role.FACT, t("mine.why"), value=asked.words.of(t.lang), privacy=Privacy.PRIVATE, group="asked"
    )
    if asked.late:
        yield notice("mine.late", t("mine.late_help", window=window), "warn")
        return
    left = t("mine.days", n=asked.days_left) if asked.days_left else t("mine.last_day")
    yield Node("mine.until", Role.FACT, t("mine.until"), value=day(t.lang, asked.due, "day"), note=left, group="asked")
    if asked.guardian:
        yield notice("mine.guardian", t("mine.guardian"), "warn")
    elif not answer:
        yield notice("mine.elsewhere", t("mine.elsewhere", window=window), "warn")


def _due(here: Mine, t: Words) -> Iterator[Node]:
    if here.due is not None and here.stands not in {DONE, REFUSED}:
        yield Node("mine.due", Role.FACT, t("outcome.due"), value=day(t.lang, here.due, "day"), group="case")


def _advice(here: Mine, t: Words) -> Iterator[Node]:
    """What to do after a refusal, where a rule says so; why it was refused stands with its step."""
    ruling = ruling_of(here.receipt)
    if here.stands == REFUSED and ruling is not None and ruling.where.of(t.lang):
        yield from ruled.advice(ruling, t)


def _step(n: int, one: Happened, t: Words, *, helped: bool) -> Node:
    """One step, with its day and time, and what its person alone is told: covered while somebody helps."""
    words = covered(one.words.of(t.lang)) if helped else one.words.of(t.lang)
    return Node(
        f"mine.step{n}",
        Role.TEXT,
        _dated(one.at, one.text.of(t.lang), t),
        note=words,
        group="next",
        checked=True,
        privacy=Privacy.PRIVATE if words else Privacy.PUBLIC,
    )


def _dated(at: datetime | None, text: str, t: Words) -> str:
    if at is None:
        return text
    local = at.astimezone(BEIJING)
    return t("mine.step", day=day(t.lang, local.date()), time=f"{local:%H:%M}", text=text)


def _help(here: Mine, desk: Desk, t: Words) -> Iterator[Node]:
    """Who knows more."""
    service = desk.service(here.service)
    if service is not None:
        who = service.department.of(t.lang)
        yield Node("mine.help", Role.FACT, t("mine.help"), value=who, note=service.phone, icon="phone", group="help")
