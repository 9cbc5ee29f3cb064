"""The outcome, its paper, the rating, the farewell, and out of service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts.masks import mask_phone
from contracts.plain import MOST_CHAT
from kiosk_app.screens import answered, certificate, paper, paying, ruled
from kiosk_app.screens.chrome import PRESS, Words, back, button, card, notice, picture
from kiosk_app.screens.hours import nearest
from kiosk_app.screens.page import Page
from kiosk_app.services import FieldSpec, Service, shown
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.ending import MOST_COPIES
from kiosk_app.visit.licences import UNUSABLE
from kiosk_app.visit.other_time import OTHER_TIME, SLOT_FULL, place_fields
from kiosk_app.visit.paying import PAID
from kiosk_app.visit.ruling import Ruling
from kiosk_app.visit.state import Case, Farewell, OutOfService, PrintState, Rating, State, Verdict
from kiosk_app.words import day, has
from ui.view import Action, Node, Panel, Privacy, Role, Slot, Tone

ASK_AFTER_DAYS = 3


def _phone(state: State) -> str:
    """The number that results go to, masked; empty when none was given."""
    number = state.visit.answers.get("phone") or state.visit.phone
    return mask_phone(number) if number else ""


def _number(case: Case, t: Words) -> Node:
    """The number in the information zone; what it is not is said too."""
    if case.verdict is Verdict.UNSURE:
        label, note = t("pay.number"), t("pay.number_note")
    else:
        label = t("outcome.number" if case.receipt else "outcome.provisional")
        note = t("outcome.number_note" if case.receipt else "outcome.keep")
    return Node(
        "outcome.number", Role.FACT, label, value=case.number, note=note, slot=Slot.HERO, spoken=" ".join(case.number)
    )


def outcome(state: State, desk: Desk, t: Words) -> Page:
    """What became of it, and not a word more."""
    case = state.visit.case
    assert case is not None
    service = desk.service(state.visit.service)
    assert service is not None
    if case.amends:
        return answered.outcome(state, case, service, desk, t)
    match case.verdict:
        case Verdict.ACCEPTED if case.ruling is not None and case.ruling.refused:
            return _ruled_out(state, case, case.ruling, service, t)
        case Verdict.ACCEPTED:
            return _accepted(state, case, desk, t)
        case Verdict.SAVED | Verdict.CONFIRMING:
            return _pending(state, case, desk, t)
        case Verdict.REFUSED if case.problem == SLOT_FULL and (asked := place_fields(state, desk)) is not None:
            return _full(case, asked, t)
        case Verdict.REFUSED if case.problem == UNUSABLE:
            return _licence(case, t)
        case Verdict.REFUSED:
            problem = f"problem.{case.problem}"
            why = t(problem if has(problem) else "problem.other")
            body: tuple[Node, ...] = (notice("outcome.problem", why, "warn"), *_comes_back(case, t))
            below = print_nodes(case, state, t) if case.about_money else (picture("help"),)
            return _closed(state, t, "outcome.refused", body, case, below)
        case Verdict.DELETED:
            return _closed(state, t, "outcome.deleted", (picture("trash"),), None)
        case Verdict.UNSURE:
            return _unsure(state, case, t)


def _comes_back(case: Case, t: Words) -> tuple[Node, ...]:
    """What becomes of the money of a case that was not taken."""
    payment = case.payment
    if payment is None:
        return ()
    return (
        notice("outcome.money", t("pay.comes_back", number=payment.number), icon="yuan"),
        *paying.simulated(payment, t),
    )


def _unsure(state: State, case: Case, t: Words) -> Page:
    """Nobody knows whether the money came, or it came and is not handed in: what is safe, what happens by itself, and
    the number to ask about.
    """
    key = "outcome.unsaved" if case.payment is not None and case.payment.state in PAID else "outcome.unsure"
    return Page(
        screen="outcome",
        title=t(key),
        lead=t(f"{key}_lead"),
        tone=Tone.WAIT,
        mark="clock",
        nodes=(
            _number(case, t),
            *paying.unsure_nodes(case, t),
            *print_nodes(case, state, t),
            button("actions.again", t("actions.again"), icon="home"),
            button("actions.listen", t("outcome.listen"), icon="voice"),
            button("actions.rate", t("outcome.finish"), icon="exit", style="primary"),
        ),
        focus="actions.rate",
        intro=(t(key), t(f"{key}_lead"), t("outcome.next_unsure_3")),
    )


def _full(case: Case, asked: tuple[FieldSpec, FieldSpec], t: Words) -> Page:
    """The place was taken in the same moment: the next free ones, each one touch away."""
    other = f"slot.{OTHER_TIME}"
    free = [
        t("outcome.slot", day=shown(asked[0], day, t.lang), time=shown(asked[1], time, t.lang))
        for day, time in case.free
    ]
    why = notice("outcome.problem", t("problem.slot-full"), "warn")
    lead = t("outcome.full_lead" if free else "outcome.full_lead_none")
    return Page(
        screen="outcome",
        title=t("outcome.full"),
        lead=lead,
        tone=Tone.WAIT,
        mark="info",
        nodes=(
            why,
            *(
                card(f"slot.{n}", text, t("outcome.slot_note"), icon="calendar", style="wide")
                for n, text in enumerate(free)
            ),
            card(other, t("outcome.slot_other"), t("outcome.slot_other_note"), icon="edit", style="wide"),
            button("actions.again", t("actions.again"), icon="home"),
            button("actions.rate", t("outcome.finish"), icon="exit"),
        ),
        focus="slot.0" if free else other,
        intro=(t("outcome.full"), lead, *free),
    )


def _licence(case: Case, t: Words) -> Page:
    """An electronic licence that could not be used after all: its paper is handed in otherwise."""
    title, lead, why = t("licence.unusable"), t("licence.unusable_lead"), t(f"problem.{case.problem}")
    return Page(
        screen="outcome",
        title=title,
        lead=lead,
        tone=Tone.WAIT,
        mark="info",
        nodes=(
            notice("outcome.problem", why, "warn"),
            picture("doccam"),
            button("actions.rate", t("outcome.finish"), icon="exit"),
            button("actions.papers", t("licence.another"), icon="next", style="primary"),
        ),
        focus="actions.papers",
        intro=(title, lead, why),
    )


def _closed(
    state: State, t: Words, key: str, body: tuple[Node, ...], case: Case | None, below: tuple[Node, ...] = ()
) -> Page:
    lead = t(f"{key}_lead")
    return Page(
        screen="outcome",
        title=t(key),
        lead=lead,
        tone=Tone.WAIT,
        mark="info",
        nodes=(
            *((_number(case, t),) if case else ()),
            *body,
            *below,
            button("actions.again", t("actions.again"), icon="home"),
            button("actions.rate", t("outcome.finish"), icon="exit", style="primary"),
        ),
        focus="actions.rate",
        intro=(t(key), lead, *(n.text for n in body if n.text)),
    )


def _ruled_out(state: State, case: Case, ruling: Ruling, service: Service, t: Words) -> Page:
    """Rules refused it: why, what to do, and paper with all of it."""
    title = t("outcome.ruled")
    lead = t("outcome.ruled_lead", service=service.short_name(t.lang))
    why = ruled.reason(ruling, t)
    return Page(
        screen="outcome",
        title=title,
        lead=lead,
        tone=Tone.WAIT,
        mark="info",
        nodes=(
            _number(case, t),
            why,
            *ruled.advice(ruling, t),
            ruled.rule(ruling, t),
            *print_nodes(case, state, t),
            button("actions.again", t("actions.again"), icon="home"),
            button("actions.listen", t("outcome.listen"), icon="voice"),
            button("actions.rate", t("outcome.rate"), icon="next", style="primary"),
        ),
        focus="actions.rate",
        intro=(title, why.text, lead),
    )


def print_nodes(case: Case, state: State, t: Words) -> tuple[Node, ...]:
    """Where the paper is, and how to have it again."""
    match case.print:
        case PrintState.PRINTING:
            return (Node("outcome.print", Role.PROGRESS, t("outcome.printing"), icon="print"),)
        case PrintState.PRINTED:
            again = card("print.again", t("outcome.reprint"), t("outcome.reprint_note"), icon="print", group="extra")
            if case.copies >= MOST_COPIES:
                again = card("host.paper", t("receipt.host_fix"), t("paper.copies_lead"), icon="hands", group="extra")
            return (Node("outcome.print", Role.STATUS, t("outcome.printed"), icon="ok"), again)
        case _:
            if "receipt_printer" not in state.world.prints:
                return (notice("outcome.print", t("outcome.paperless"), "info", icon="phone"),)
            if not state.world.can_print:
                host = card(
                    "host.paper", t("receipt.host_fix"), t("receipt.host_fix_note"), icon="hands", group="extra"
                )
                no_printer = notice("outcome.print", t("outcome.no_printer"), "warn", icon="print")
                return (no_printer, *paper.offer_row(state, t), host)
            text, note = t("outcome.print"), t("outcome.print_note")
            if case.about_money:
                back = case.verdict is Verdict.REFUSED
                text, note = t("outcome.back_slip" if back else "outcome.slip"), t("outcome.slip_note")
            elif case.receipt is None:
                text, note = t("outcome.print_pending"), t("outcome.print_pending_note")
            return (card("print.first", text, note, icon="receipt", group="extra"),)


def _accepted(state: State, case: Case, desk: Desk, t: Words) -> Page:
    receipt = case.receipt or {}
    service = desk.service(state.visit.service)
    assert service is not None
    lang = t.lang
    department = service.department.of(lang)
    done = receipt.get("state") == "done"
    key = "outcome.booked" if service.kind == "BOOK" else "outcome.done" if done else "outcome.accepted"
    title = t(key)
    lead = t(f"{key}_lead", service=service.name(lang), department=department)
    tone, mark = Tone.OK, "check"
    nodes: list[Node] = [_number(case, t)]
    sealed, ruling = case.certificate, case.ruling
    if ruling is not None and ruling.open:
        nodes.append(ruled.reason(ruling, t))
    if sealed is not None:
        nodes.extend(certificate.nodes(sealed, service, state, t))
        if sealed.sheet in certificate.TITLES:
            title, lead = t(certificate.TITLES[sealed.sheet]), t("certificate.lead_safe")
            tone, mark = Tone.WAIT, "info"
    if case.payment is not None:
        nodes.append(paying.paid_fact(case.payment, t))
    due = receipt.get("due")
    pickup = (receipt.get("pickup") or {}).get(lang, "")
    phone = _phone(state)
    if due and not done:
        due_day = date.fromisoformat(str(due))
        nodes.append(
            Node(
                "outcome.due",
                Role.FACT,
                t("outcome.due"),
                value=day(lang, due_day),
                note=service.limit.text.of(lang) if ruling is None else "",
                source=t("outcome.sms_short", phone=phone) if phone else "",
                icon="sms",
                style="big",
            )
        )
    elif pickup and sealed is None:
        nodes.append(Node("outcome.pickup", Role.FACT, t("outcome.collect"), value=pickup, style="big"))
    if receipt.get("track_url") and sealed is None:
        # Beside the code for a certificate it would be scanned in its place; it is on the receipt.
        nodes.append(
            Node(
                "outcome.code",
                Role.CODE,
                t("outcome.scan"),
                value=str(receipt["track_url"]),
                note=t("outcome.scan_note"),
            )
        )
    for index, text in enumerate(_results(service, receipt, lang), 1):
        nodes.append(Node(f"outcome.result{index}", Role.NOTICE, text, style="info", icon="info"))
    if phone and not done and not due:
        nodes.append(notice("outcome.sms", t("outcome.sms", phone=phone), icon="sms"))
    nodes.extend(paying.simulated(case.payment, t))
    nodes.extend(print_nodes(case, state, t))
    if pickup and sealed is not None:
        nodes.append(notice("outcome.pickup", pickup))
    if ruling is not None:
        nodes += [] if ruling.open else [ruled.reason(ruling, t)]
        nodes.append(ruled.rule(ruling, t))
    nodes.append(Node("outcome.next", Role.HEADING, t("outcome.next")))
    count = 2 if done else 3
    prefix = "outcome.next_done" if done else "outcome.next_accepted"
    nodes.extend(
        Node(f"outcome.next{n}", Role.TEXT, t(f"{prefix}_{n}", department=department), group="next")
        for n in range(1, count + 1)
    )
    said = [node.text for node in nodes if node.id == "certificate.where"]
    return Page(
        screen="outcome",
        title=title,
        lead=lead,
        tone=tone,
        mark=mark,
        nodes=(
            *nodes,
            *_ways_on(case, t),
        ),
        focus="actions.rate",
        intro=(title, lead, *said),
    )


def _ways_on(case: Case, t: Words) -> tuple[Node, ...]:
    """One more, the receipt aloud, the rating; of a case that was opened from my cases back to them, and the end."""
    listen = button("actions.listen", t("outcome.listen"), icon="voice")
    if case.rated:
        mine = button("actions.mine", t("answered.mine"), icon="search")
        return mine, listen, button("actions.rate", t("outcome.finish"), icon="exit", style="primary")
    again = button("actions.again", t("actions.again"), icon="home")
    return again, listen, button("actions.rate", t("outcome.rate"), icon="next", style="primary")


def _results(service: Service, receipt: Mapping[str, Any], lang: str) -> tuple[str, ...]:
    """What else the resident must know: where to collect, what was booked."""
    lines = [service.collect.of(lang)] if service.collect.of(lang) else []
    result = receipt.get("result") or {}
    shown = result.get("lines") if isinstance(result, Mapping) else None
    if isinstance(shown, Mapping):
        lines += [str(line) for line in shown.get(lang) or shown.get("zh") or ()]
    return tuple(lines)


def _pending(state: State, case: Case, desk: Desk, t: Words) -> Page:
    key = "outcome.saved" if case.verdict is Verdict.SAVED else "outcome.confirming"
    ask_by = day(t.lang, desk.now.date() + timedelta(days=ASK_AFTER_DAYS))
    lead = t(f"{key}_lead" if case.payment is None else f"{key}_paid_lead")
    return Page(
        screen="outcome",
        title=t(key),
        lead=lead,
        tone=Tone.WAIT,
        mark="upload",
        nodes=(
            _number(case, t),
            *_paid(case, t),
            Node("outcome.next", Role.HEADING, t("outcome.next_saved")),
            *(
                Node(
                    f"outcome.next{n}",
                    Role.TEXT,
                    t(f"outcome.next_saved_{n}"),
                    group="next",
                    checked=True if n == 1 else None,
                )
                for n in (1, 2, 3)
            ),
            notice("outcome.ask", t("outcome.ask_by", day=ask_by), "warn", icon="help"),
            *print_nodes(case, state, t),
            *(() if case.payment is not None else (_delete(t),)),
            button("actions.again", t("actions.again"), icon="home"),
            button("actions.listen", t("outcome.listen"), icon="voice"),
            button("actions.rate", t("outcome.rate"), icon="next", style="primary"),
        ),
        focus="actions.rate",
        intro=(t(key), lead, t("outcome.next_saved_3")),
    )


def _paid(case: Case, t: Words) -> tuple[Node, ...]:
    """What was paid for a case that nobody has accepted yet, and that the money is safe."""
    payment = case.payment
    if payment is None:
        return ()
    safe = notice("outcome.money", t("pay.safe"), icon="yuan")
    return (paying.paid_fact(payment, t), safe, *paying.simulated(payment, t))


def _delete(t: Words) -> Node:
    return card("delete", t("outcome.delete"), t("outcome.delete_note"), icon="trash", group="extra")


def receipt(state: State, desk: Desk, t: Words) -> Page:
    """The paper needs somebody: what happened, what is safe, three ways on."""
    case = state.visit.case
    assert case is not None
    number = case.number
    unknown = case.print is PrintState.UNKNOWN
    titles = {"no_paper": "no_paper", "jammed": "jammed", "cover_open": "cover"}
    if unknown:
        title, lead = t("receipt.title_unknown"), t("receipt.lead_unknown", number=number)
        if case.print_cause in titles:
            title = t(f"receipt.title_{titles[case.print_cause]}")
    else:
        state_key = "receipt.state_accepted" if case.receipt else "receipt.state_saved"
        title = t(f"receipt.title_{titles.get(case.print_cause, 'failed')}")
        lead = t("receipt.lead_safe", state=t(state_key), number=number)
        if case.payment is not None and case.about_money:
            lead = t("receipt.lead_unsure", number=case.payment.number)
    undrawable = paper.undrawable(case, t)
    if undrawable is not None:
        title, lead, _ = undrawable
    nodes: list[Node] = [_number(case, t)]
    if unknown:
        nodes.append(card("print.yes", t("receipt.yes"), t("receipt.yes_note"), icon="ok", style="wide"))
        if state.world.can_print and case.copies < MOST_COPIES:
            nodes.append(card("print.no", t("receipt.no"), t("receipt.no_note"), icon="print", style="wide"))
        else:
            nodes.append(_host(case, t))
    else:
        nodes.append(Node("receipt.choose", Role.HEADING, t("receipt.choose")))
        url = (case.receipt or {}).get("track_url")
        if case.payment is not None and case.about_money:
            url = case.payment.track_url
        if url:
            nodes.append(
                Node(
                    "receipt.code",
                    Role.CODE,
                    t("receipt.phone"),
                    value=str(url),
                    note=t("receipt.phone_note"),
                    source=t("receipt.phone_now"),
                )
            )
        if undrawable is not None:
            nodes += undrawable[2]
        else:
            if state.world.can_print:
                nodes.append(card("print.try", t("receipt.try"), t("receipt.try_note"), icon="print", style="wide"))
            nodes.append(_host(case, t))
    nodes.append(
        card("print.without", t("receipt.without"), t("receipt.without_note"), icon="edit", style="wide", tint="slate")
    )
    # Paper or not, what it would say can be heard, before it is printed as well as after.
    nodes.append(card("actions.listen", t("outcome.listen"), t("outcome.listen_note"), icon="voice", style="wide"))
    first = next(n.id for n in nodes if n.actions)
    return Page(
        screen="message",
        title=title,
        lead=lead,
        tone=Tone.WAIT,
        mark="print",
        nodes=(
            *nodes,
            back(t),
            *paper.offer(state, t),
            button("actions.rate", t("outcome.rate"), icon="next", style="primary"),
        ),
        focus=first,
        intro=(title, lead),
    )


def _host(case: Case, t: Words) -> Node:
    """Somebody of the place changes the paper, or looks."""
    key = "receipt.host" if case.print_cause == "no_paper" else "receipt.host_fix"
    return card("host.paper", t(key), t(f"{key}_note"), icon="hands", style="wide", tint="violet")


def rating(state: State, desk: Desk, t: Words) -> Page:
    """Five equal rows, none chosen, skipping is as large as rating."""
    place = state.place
    assert isinstance(place, Rating)
    if place.writing:
        return _own_words(place, t)
    rows = tuple(
        Node(
            f"grade.{n}",
            Role.CHOICE,
            t(f"rating.{n}"),
            icon=f"f{n}",
            style=f"stars:{n}",
            actions=PRESS,
            checked=place.grade == n,
            group="grades",
        )
        for n in (5, 4, 3, 2, 1)
    )
    reasons = _reasons(place, desk, t) if place.low else ()
    chosen = place.grade > 0
    return Page(
        screen="rating",
        title=t("rating.title"),
        lead=t("rating.lead"),
        nodes=(
            *rows,
            *reasons,
            button("actions.skip", t("rating.skip"), icon="exit"),
            button(
                "actions.rate",
                t("rating.submit" if chosen else "rating.pick_first"),
                icon="check",
                style="primary",
                enabled=chosen,
            ),
        ),
        focus="grade.5",
        intro=(t("rating.title"), t("rating.lead")),
    )


def _reasons(place: Rating, desk: Desk, t: Words) -> tuple[Node, ...]:
    """What may be behind a low grade, and a page for one's own words; none of it is asked for."""
    listed = tuple(
        Node(
            f"reason.{one.id}",
            Role.TOGGLE,
            one.name.of(t.lang),
            checked=one.id in place.reasons,
            actions=PRESS,
            group="reasons",
        )
        for one in desk.catalogue.rating_reasons()
    )
    heading = (Node("rating.reasons", Role.HEADING, t("rating.reasons")),) if listed else ()
    written = t("rating.written") if place.words.strip() else ""
    return (*heading, *listed, card("rating.write", t("rating.write"), written, icon="edit"))


def _own_words(place: Rating, t: Words) -> Page:
    return Page(
        screen="form",
        title=t("rating.words_title"),
        lead=t("remark.words_lead"),
        nodes=(
            Node(
                "rating.words",
                Role.FIELD,
                t("remark.words"),
                value=place.words,
                hint=t("chat.text_hint"),
                privacy=Privacy.PRIVATE,
                actions=(Action.PRESS, Action.EDIT),
                current=True,
                panel=Panel.PINYIN,
                limit=MOST_CHAT,
            ),
            back(t),
            button("actions.next", t("ways.close"), icon="check", style="primary"),
        ),
        focus="rating.words",
        intro=(t("rating.words_title"), t("remark.words_lead"), t("chat.text_hint")),
    )


def farewell(state: State, desk: Desk, t: Words) -> Page:
    """Take your things."""
    place = state.place
    assert isinstance(place, Farewell)
    icons = {"card": "card", "receipt": "receipt", "certificate": "print", "phone": "phone"}
    parts = {"card": "reader", "receipt": "tray", "certificate": "tray", "phone": "scanner"}
    rows = tuple(
        Node(
            f"farewell.{item}",
            Role.NOTICE,
            t(f"farewell.{item}"),
            note=t(f"farewell.{item}.note"),
            style="warn",
            icon=icons[item],
        )
        for item in place.reminders
    )
    title = t("farewell.title" if rows else "farewell.title_plain")
    if place.how == "timeout":
        title = t("farewell.title_timeout")
    deck = (Node("deck", Role.PICTURE, value=f"deck:{parts[place.reminders[0]]}"),) if rows else ()
    return Page(
        screen="farewell",
        title=title,
        lead=t("farewell.lead"),
        tone=Tone.OK,
        mark="check",
        nodes=(
            *rows,
            *deck,
            button("actions.done", t("farewell.done"), icon="check", style="primary"),
        ),
        focus="actions.done",
        intro=(title, *(t(f"farewell.{item}") for item in place.reminders), t("farewell.lead")),
    )


def out_of_service(state: State, desk: Desk, t: Words) -> Page:
    """Nobody is served; says why, and where to go."""
    place = state.place
    assert isinstance(place, OutOfService)
    why = t(f"out.{place.why}") if has(f"out.{place.why}") else t("out.store")
    lead = t(f"out.{place.why}.lead" if has(f"out.{place.why}.lead") else "out.lead")
    near = nearest(desk, t)
    return Page(
        screen="message",
        title=t("out.title"),
        lead=lead,
        tone=Tone.WAIT,
        mark="warn",
        nodes=(
            notice("out.why", why, "warn"),
            *near,
            notice("out.where", t("out.where"), "info", icon="pin"),
            picture("house"),
            *(
                (card("enrol", t("tech.enrol"), t("tech.enrol.note"), icon="keypad", style="wide"),)
                if place.enrol
                else ()
            ),
        ),
        focus="dock.help",
        intro=(
            t("out.title"),
            lead,
            *(text for node in near for text in (node.text, node.note) if text),
            t("out.where"),
        ),
    )
