"""From the state of a visit to what its receipt says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from contracts.masks import mask_phone
from kiosk_app import money
from kiosk_app.documents import Appointment, Reason, ReceiptKind, ReceiptModel
from kiosk_app.screens.chrome import Words
from kiosk_app.screens.feedback import promised
from kiosk_app.services import Service, masked, shown, visible_fields
from kiosk_app.services.model import PERSONAL, Control, Text
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.paying import PAID
from kiosk_app.visit.ruling import Ruling
from kiosk_app.visit.state import Case, Payment, State, Verdict
from kiosk_app.visit.supplied import Given
from kiosk_app.words import say

SIGNED = frozenset({Control.SIGNATURE})
"""What an accepted case's paper says of the answers: how they were signed."""


def receipt_of(state: State, desk: Desk, copy: int = 0) -> ReceiptModel | None:
    """Return the receipt of the visit's case, or None when there is nothing to put on paper.

    A case that the platform has not accepted gives a PENDING receipt, whatever was hoped for.
    """
    visit, case = state.visit, state.visit.case
    service = desk.service(visit.service)
    if case is None or service is None:
        return None
    if case.payment is not None and case.about_money:
        return _slip(state, case, case.payment, service, desk, copy)
    if case.verdict in {Verdict.REFUSED, Verdict.DELETED}:
        return None
    lang = state.prefs.lang
    receipt = case.receipt or {}
    package = desk.catalogue.package(service.id) or {}
    document: Mapping[str, Any] = package.get("receipt") or {}
    if case.amends:
        return _answered(state, case, service, desk, copy)
    kind = _kind(case, service)
    pending, booked = kind is ReceiptKind.PENDING, kind is ReceiptKind.APPOINTMENT
    ruling = case.ruling
    # What the package says of the result holds for whoever got it.
    refused = ruling is not None and ruling.refused
    granted = ruling is None or not (ruling.refused or ruling.open)
    person = visit.person
    phone = visit.answers.get("phone") or visit.phone
    return ReceiptModel(
        kind=kind,
        centre=desk.site.name.get(lang, ""),
        service=service.name(lang),
        number=case.number,
        at=_moment(receipt.get("accepted_at"), case, desk),
        lang=lang,
        title="" if pending or not granted else Text.read(document.get("title")).of(lang),
        applicant=person.masked_name if person else "",
        id_masked=person.masked_id if person else mask_phone(phone) if phone else "",
        department=service.department.of(lang),
        due=None if pending else _date(receipt.get("due")),
        working_days=None if pending else _int(receipt.get("limit_days")),
        pickup="" if pending or refused else Text.read(receipt.get("pickup") or document.get("pickup")).of(lang),
        fee="" if pending or refused else Text.read(receipt.get("fee")).of(lang) or service.fee.text.of(lang),
        materials=() if refused else _papers(state, service),
        lines=(
            *(_answers(state, desk, service) if pending or booked else _collect(service, lang)),
            *(() if pending or booked else _answers(state, desk, service, SIGNED)),
            *((say(lang, "pay.safe"),) if pending and case.payment is not None else ()),
        ),
        next=() if pending or not granted else tuple(Text.read(item).of(lang) for item in document.get("next") or ()),
        appointment=_appointment(state, desk, service, receipt) if booked else None,
        track_url=str(receipt.get("track_url") or ""),
        check_code=str(receipt.get("check_code") or ""),
        hotlines=desk.site.hotlines,
        terminal=desk.site.terminal,
        serial=case.submission[-8:],
        reprint=copy,
        large=state.prefs.elder or state.prefs.size > 1.0,
        guardian=visit.guardian.person.masked_name if visit.guardian is not None else "",
        reason=None if ruling is None else _reason(ruling, lang),
        **_money(case.payment, lang),
    )


def _papers(state: State, service: Service) -> tuple[str, ...]:
    """What of the papers went along, and what is to be brought, by when and where."""
    lang, out = state.prefs.lang, []
    for material in service.materials:
        held, scan = state.visit.papers.get(material.code), material.scan
        name = material.text.of(lang)
        if held is None or scan is None:
            continue
        if held.given is Given.PAPER:
            out.append(say(lang, "materials.on_paper", name=name, n=len(held.pages)))
        elif held.given is Given.LICENCE:
            out.append(say(lang, "licence.on_paper", name=name))
        elif held.given is Given.LATER:
            window = service.window.of(lang)
            out.append(say(lang, "materials.bring", name=name, days=scan.follow, window=window))
    return tuple(out)


def _answered(state: State, case: Case, service: Service, desk: Desk, copy: int) -> ReceiptModel:
    """The paper of an answer to a supplement request: which case it belongs to, what was answered, masked."""
    lang, receipt, person = state.prefs.lang, case.receipt or {}, state.visit.person
    return ReceiptModel(
        kind=ReceiptKind.ACCEPTED if receipt else ReceiptKind.PENDING,
        centre=desk.site.name.get(lang, ""),
        service=service.name(lang),
        number=case.number,
        at=_moment(receipt.get("accepted_at"), case, desk),
        lang=lang,
        title=say(lang, "answered.slip"),
        applicant=person.masked_name if person else "",
        id_masked=person.masked_id if person else "",
        department=service.department.of(lang),
        due=_date(receipt.get("due")),
        lines=(say(lang, "answered.belongs", number=case.amends), *_answers(state, desk, service)),
        track_url=str(receipt.get("track_url") or ""),
        check_code=str(receipt.get("check_code") or ""),
        hotlines=desk.site.hotlines,
        terminal=desk.site.terminal,
        serial=case.submission[-8:],
        reprint=copy,
        large=state.prefs.elder or state.prefs.size > 1.0,
    )


def paper_of(job: str, state: State, desk: Desk, copy: int = 0) -> ReceiptModel | None:
    """Return what a print job puts on paper: the number of what the resident said, or the receipt of the case."""
    if state.visit.remark.id and job.rpartition(".")[0] == state.visit.remark.id:
        return _remark_slip(state, desk, copy)
    return receipt_of(state, desk, copy)


def _remark_slip(state: State, desk: Desk, copy: int) -> ReceiptModel:
    """The number of what a resident said: not what it was, and not who said it."""
    t, remark = Words(state.prefs.lang), state.visit.remark
    return ReceiptModel(
        kind=ReceiptKind.INFO,
        centre=desk.site.name.get(t.lang, ""),
        service=t("remark.title"),
        number=remark.number,
        at=desk.now,
        lang=t.lang,
        title=t("remark.slip"),
        lines=promised(remark, desk, t),
        hotlines=desk.site.hotlines,
        terminal=desk.site.terminal,
        reprint=copy,
        large=state.prefs.elder or state.prefs.size > 1.0,
    )


def _slip(state: State, case: Case, payment: Payment, service: Service, desk: Desk, copy: int) -> ReceiptModel:
    """The paper of a payment that nobody is sure of, that is not handed in yet, or that goes back: the number to ask
    about, nobody's name.
    """
    lang = state.prefs.lang
    back = case.verdict is Verdict.REFUSED
    line = "pay.back_line" if back else "pay.safe" if payment.state in PAID else "pay.slip_line"
    return ReceiptModel(
        kind=ReceiptKind.INFO,
        centre=desk.site.name.get(lang, ""),
        service=service.name(lang),
        number=payment.number,
        at=_moment(None, case, desk),
        lang=lang,
        title=say(lang, "pay.back_title" if back else "pay.slip_title"),
        lines=(say(lang, line),),
        track_url=payment.track_url,
        hotlines=desk.site.hotlines,
        terminal=desk.site.terminal,
        reprint=copy,
        large=state.prefs.elder or state.prefs.size > 1.0,
        **_money(payment, lang),
    )


def _money(payment: Payment | None, lang: str) -> dict[str, Any]:
    """What a receipt says of the payment. Of one that is not sure the amount is what was asked for."""
    if payment is None:
        return {}
    key = "paid" if payment.state in PAID else "asked"
    return {
        key: money.shown(payment.fen, lang),
        "payee": payment.payee.get(lang, ""),
        "payment": payment.number,
        "simulated": payment.simulated,
    }


def _kind(case: Case, service: Service) -> ReceiptKind:
    if case.verdict is not Verdict.ACCEPTED or case.receipt is None:
        return ReceiptKind.PENDING
    if case.ruling is not None and case.ruling.refused:
        return ReceiptKind.REFUSED
    if service.kind == "BOOK":
        return ReceiptKind.APPOINTMENT
    return ReceiptKind.DONE if case.receipt.get("state") == "done" else ReceiptKind.ACCEPTED


def _reason(ruling: Ruling, lang: str) -> Reason:
    words, where, bring = (text.of(lang) for text in (ruling.words, ruling.where, ruling.bring))
    return Reason(ruling.rule, words, where, bring, ruling.by, ruling.call)


def _collect(service: Service, lang: str) -> tuple[str, ...]:
    return (service.collect.of(lang),) if service.collect.of(lang) else ()


def _answers(
    state: State, desk: Desk, service: Service, kinds: frozenset[Control] = frozenset(Control)
) -> tuple[str, ...]:
    """What was asked for, masked, so that the holder of the paper can check it; only fields of these kinds."""
    lang, answers = state.prefs.lang, state.visit.answers
    form = desk.form(service.id)
    out = []
    for spec in visible_fields(form, answers):
        value = answers.get(spec.scope, "")
        # Of a group the paper says how many; what was said of each stays with the department.
        if (
            value
            and spec.control in kinds
            and not spec.number
            and not (service.kind == "BOOK" and spec.scope in {"hall", "date", "slot"})
        ):
            said = masked(spec, value, lang) if spec.privacy == PERSONAL else shown(spec, value, lang)
            out.append(
                f"{form.text(spec.short, lang)}：{said}" if lang == "zh" else f"{form.text(spec.short, lang)}: {said}"
            )
    return tuple(out)


def _appointment(state: State, desk: Desk, service: Service, receipt: Mapping[str, Any]) -> Appointment:
    lang, answers = state.prefs.lang, state.visit.answers
    form = desk.form(service.id)

    def said(scope: str) -> str:
        spec = form.field(scope)
        return shown(spec, answers[scope], lang) if spec is not None and answers.get(scope) else ""

    result = receipt.get("result") or {}
    when = " ".join(part for part in (said("date"), said("slot")) if part)
    where = said("hall") or service.window.of(lang)
    return Appointment(when, where, str(result.get("ticket") or result.get("queue_no") or ""))


def _moment(text: object, case: Case, desk: Desk) -> datetime:
    for value in (text, case.saved_at):
        if value:
            moment = datetime.fromisoformat(str(value))
            return moment.astimezone(desk.now.tzinfo)
    return desk.now


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _int(value: object) -> int | None:
    return int(str(value)) if value is not None else None
