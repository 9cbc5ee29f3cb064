"""Paying: the amount, the code, how long it is good, and what is safe."""

from __future__ import annotations

import math

from kiosk_app import money
from kiosk_app.screens.chrome import Words, back, button, end, notice, picture, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.paying import PAID
from kiosk_app.visit.state import Case, Paying, Payment, PayStage, State
from ui.view import Node, Privacy, Role, Slot, Tone

STEP = 4
MINUTE = 60


def paying(state: State, desk: Desk, t: Words) -> Page:
    """One page for each stage."""
    place, payment = state.place, state.visit.payment
    assert isinstance(place, Paying)
    match place.stage:
        case PayStage.WAITING if payment is not None:
            return _waiting(state, place, payment, desk, t)
        case PayStage.NOT_PAID if payment is not None:
            return _not_paid(place, payment, t)
        case PayStage.CLOSING:
            return _busy(place, t, "pay.closing", leave=True)
        case _:
            return _busy(place, t, "pay.opening", leave=False)


def paid_fact(payment: Payment, t: Words) -> Node:
    """What was paid and to whom, for the outcome."""
    note = t("pay.paid_note", payee=payment.payee.get(t.lang, ""), number=payment.number)
    return Node(
        "outcome.paid",
        Role.FACT,
        t("pay.paid"),
        value=money.shown(payment.fen, t.lang),
        note=note,
        spoken=money.spoken(payment.fen, t.lang),
        style="big",
    )


def _paid_line(payment: Payment, t: Words) -> Node:
    """The same where the number stands above already."""
    amount, spoken = money.shown(payment.fen, t.lang), money.spoken(payment.fen, t.lang)
    return Node("outcome.paid", Role.FACT, t("pay.paid"), value=amount, spoken=spoken)


def unsure_nodes(case: Case, t: Words) -> tuple[Node, ...]:
    """What happens by itself while nobody knows whether the money came, or while what it is for is not saved."""
    payment = case.payment
    paid = payment is not None and payment.state in PAID
    return (
        *((_paid_line(payment, t),) if payment is not None and paid else ()),
        Node("outcome.next", Role.HEADING, t("outcome.next_saved")),
        *(
            Node(f"outcome.next{n}", Role.TEXT, t(f"outcome.next_unsure_{n}"), group="next")
            for n in ((2, 3) if paid else (1, 2, 3))
        ),
        *simulated(payment, t),
    )


def simulated(payment: Payment | None, t: Words) -> tuple[Node, ...]:
    """In a demonstration every page that speaks of money says that none moves."""
    return (notice("pay.simulated", t("pay.simulated"), "warn"),) if payment is not None and payment.simulated else ()


def _waiting(state: State, place: Paying, payment: Payment, desk: Desk, t: Words) -> Page:
    lang, service = t.lang, desk.service(state.visit.service)
    assert service is not None
    amount = money.shown(payment.fen, lang)
    payee, subject = payment.payee.get(lang, ""), payment.subject.get(lang, "")
    lead = t("pay.lead", payee=payee, subject=subject)
    holder = Node(
        "pay.holder",
        Role.FACT,
        t("pay.holder"),
        value=payment.holder,
        slot=Slot.HERO,
        icon="user",
        privacy=Privacy.PRIVATE,
    )
    no_phone = t("pay.no_phone", window=service.window.of(lang))
    status = _status(place, payment, desk, t)
    said = t("pay.title", amount=money.spoken(payment.fen, lang))
    return Page(
        screen="pay",
        title=t("pay.title", amount=amount),
        lead=lead,
        nodes=(
            *((holder,) if payment.holder else ()),
            Node("pay.code", Role.CODE, t("pay.scan"), value=payment.code, note=t("pay.scan_note"), style="large"),
            status,
            *simulated(payment, t),
            notice("pay.no_phone", no_phone, "info", icon="hands"),
            back(t),
            button("actions.check", t("pay.check"), icon="check", style="primary", enabled=not place.checking),
        ),
        focus="actions.check",
        intro=(said, lead, t("pay.scan"), status.text, no_phone),
    )


def _status(place: Paying, payment: Payment, desk: Desk, t: Words) -> Node:
    """The one sentence that matters now; beneath it how long the code can be scanned, which is not called out."""
    left = 0 if payment.until is None else max(0, math.ceil((payment.until - desk.now).total_seconds()))
    minutes, seconds = divmod(left, MINUTE)
    note = t("pay.left", minutes=minutes, seconds=f"{seconds:02d}")
    if place.lost:
        return Node("pay.status", Role.STATUS, t("pay.lost"), note=note, style="warn")
    if place.checking:
        return Node("pay.status", Role.STATUS, t("pay.checking"), note=note)
    if payment.declined:
        return Node("pay.status", Role.STATUS, t("pay.declined"), note=note, style="warn")
    return Node("pay.status", Role.STATUS, t("pay.once"), note=note)


def _not_paid(place: Paying, payment: Payment, t: Words) -> Page:
    if place.why == "returned":
        title, lead = t("pay.returned"), t("pay.returned_lead")
    else:
        title, lead = t("pay.not_paid"), t("pay.expired" if place.why == "expired" else "pay.not_paid_lead")
    safe = t("pay.taken", number=payment.number)
    return Page(
        screen="message",
        title=title,
        lead=lead,
        tone=Tone.WAIT,
        mark="info",
        nodes=(
            notice("pay.taken", safe, "info"),
            *simulated(payment, t),
            picture("phone"),
            back(t),
            end(t),
            button("actions.pay", t("pay.again"), icon="qr", style="primary"),
        ),
        focus="actions.pay",
        intro=(title, lead, safe),
    )


def _busy(place: Paying, t: Words, key: str, *, leave: bool) -> Page:
    status = t(f"{key}_slow" if place.slow else key)
    way_on = button("actions.leave", t("busy.leave"), icon="next", style="primary")
    keys = ((way_on,) if place.slow else ()) if leave else (back(t),)
    return Page(
        screen="busy",
        title=t(f"{key}_title"),
        lead=t(f"{key}_lead"),
        step=STEP,
        steps=steps(t),
        nodes=(picture("upload"), Node("pay.status", Role.STATUS, status, icon="clock"), *keys),
        focus=keys[0].id if keys else "",
        intro=(t(f"{key}_title"), t(f"{key}_lead")),
    )
