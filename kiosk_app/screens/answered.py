"""What became of the answer to a supplement request, and not a word more."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk_app.screens import ending
from kiosk_app.screens.chrome import Words, button, notice, picture
from kiosk_app.screens.page import Page
from kiosk_app.services import Service
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import Case, State, Verdict
from kiosk_app.words import day, has
from ui.view import Node, Role, Slot, Tone


def outcome(state: State, case: Case, service: Service, desk: Desk, t: Words) -> Page:
    """Arrived, saved, on its way, or not taken."""
    match case.verdict:
        case Verdict.ACCEPTED:
            return _arrived(state, case, service, t)
        case Verdict.REFUSED:
            return _refused(case, t)
        case _:
            return _pending(state, case, desk, t)


def _arrived(state: State, case: Case, service: Service, t: Words) -> Page:
    title, lead = t("answered.title"), t("answered.lead", department=service.department.of(t.lang))
    due = (case.receipt or {}).get("due")
    promised = (
        (Node("outcome.due", Role.FACT, t("outcome.due"), value=day(t.lang, date.fromisoformat(due)), style="big"),)
        if isinstance(due, str)
        else ()
    )
    nodes = (_number(case, "outcome.number", t), *promised, *ending.print_nodes(case, state, t))
    return Page(
        "outcome", title, lead, Tone.OK, "check", nodes=(*nodes, *_ways(t)), focus="actions.rate", intro=(title, lead)
    )


def _pending(state: State, case: Case, desk: Desk, t: Words) -> Page:
    key = "answered.saved" if case.verdict is Verdict.SAVED else "outcome.confirming"
    title, lead = t(key), t(f"{key}_lead")
    ask_by = day(t.lang, desk.now.date() + timedelta(days=ending.ASK_AFTER_DAYS))
    nodes = (
        _number(case, "outcome.provisional", t),
        _belongs(case, t),
        notice("outcome.ask", t("outcome.ask_by", day=ask_by), "warn", icon="help"),
        *ending.print_nodes(case, state, t),
    )
    return Page(
        "outcome",
        title,
        lead,
        Tone.WAIT,
        "upload",
        nodes=(*nodes, *_ways(t)),
        focus="actions.rate",
        intro=(title, lead),
    )


def _refused(case: Case, t: Words) -> Page:
    own, problem = f"answered.{case.problem}", f"problem.{case.problem}"
    title, lead = t(own if has(own) else "answered.refused"), t("answered.refused_lead")
    why = t(problem if has(problem) else "problem.other")
    nodes = (_belongs(case, t), notice("outcome.problem", why, "warn"), picture("help"))
    return Page(
        "outcome",
        title,
        lead,
        Tone.WAIT,
        "info",
        nodes=(*nodes, *_ways(t)),
        focus="actions.rate",
        intro=(title, lead, why),
    )


def _number(case: Case, label: str, t: Words) -> Node:
    return Node("outcome.number", Role.FACT, t(label), value=case.number, slot=Slot.HERO, spoken=" ".join(case.number))


def _belongs(case: Case, t: Words) -> Node:
    return Node("outcome.case", Role.FACT, t("answered.case"), value=case.amends, spoken=" ".join(case.amends))


def _ways(t: Words) -> tuple[Node, ...]:
    return (
        button("actions.mine", t("answered.mine"), icon="search"),
        button("actions.again", t("actions.again"), icon="home"),
        button("actions.rate", t("outcome.finish"), icon="exit", style="primary"),
    )
