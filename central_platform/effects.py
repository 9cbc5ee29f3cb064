"""What each kind of item does. Runs inside the transaction that also stores the item; a `Refusal` undoes both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central_platform import (
    alarms,
    codes,
    commands,
    documents,
    evidence,
    feedback,
    guardians,
    history,
    judging,
    licence_copies,
    materials,
    readiness,
    slots,
    supplements,
    validation,
)
from central_platform.alarms import Kind as Alarm
from central_platform.catalogue import Package
from central_platform.clock import BEIJING
from central_platform.decision import Decision, decide
from central_platform.models import Booking, Case, DayCounter, Deleted, PrintResult, Rating, Submission
from central_platform.payments import delivery
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.feedback import FeedbackBody
from central_platform.wire.submissions import (
    ApplicationBody,
    DeleteRequestBody,
    Guardian,
    Item,
    Kind,
    PrintResultBody,
    RatingBody,
    ReadinessBody,
)
from contracts.rules import Outcome

NOT_BELIEVED = "invalid"
"""Outcome of a certificate whose signature or seal did not pass the terminal's check."""
PRINTED = "printed"
REFUSALS_SINCE = 2
"""The version of `application` whose terminals know a receipt that says no."""


@dataclass(frozen=True, slots=True)
class Context:
    """One item and everything its effect may touch."""

    platform: Platform
    session: Session
    terminal: str
    item: Item = field(repr=False)
    now: datetime


@dataclass(frozen=True, slots=True)
class Examined:
    """An application that may be taken, and what it reached."""

    package: Package
    level: evidence.Level
    guardian: Guardian | None


def application(context: Context) -> dict[str, Any]:
    """Open a case and return its receipt; where the service takes money its paid order is used up.

    Raises:
        Refusal: service-unknown, data-invalid, level-not-reached, guardian-required, licence-unusable, record-empty,
            refused, slot-full, payment-required, payment-returned or bill-paid.
    """
    body = ApplicationBody.model_validate(context.item.body)
    platform, session, captured_at = context.platform, context.session, context.item.captured_at
    found = examine(platform, session, context.terminal, body, captured_at, context.now)
    package = found.package
    materials.check(package, body, context.item.blobs)
    licences = licence_copies.take(platform, session, context.terminal, package, body)
    judged = _judged(context, package, body)
    outcome = None if judged is None else judged.verdict.rule.outcome
    certificate = None
    if judged is not None and outcome is Outcome.GRANTED:
        certificate = documents.prepare(platform, package, body.person, body.answers, judged.held)
    slot = None
    if package.books and outcome is not Outcome.REFUSED:
        slot = slots.take(platform, session, package, body.answers, captured_at)
    order = None
    if package.payment is not None:
        order = delivery.deliver(platform, session, context.terminal, context.item.id, body, context.now)
    decision = _decide(context, package, judged, certificate)
    case = _open_case(context, body, package, decision, found.level, found.guardian)
    materials.keep(platform, session, package, body, case)
    licence_copies.keep(platform, session, package, licences, case)
    if judged is not None:
        judging.keep(session, judged, case, context.now)
    if certificate is not None:
        documents.keep(platform, session, certificate, case, case.accepted_at)
    if slot is not None:
        session.add(Booking(number=decision.number, service=package.id, slot=slot))
    paid_at = None if order is None else order.paid_at
    history.opened(session, case, captured_at, decision.receipt, paid_at, slot is not None)
    if order is None:
        return decision.receipt
    order.case_number = decision.number
    return {**decision.receipt, "payment": delivery.on_receipt(order)}


def examine(
    platform: Platform,
    session: Session,
    terminal: str,
    body: ApplicationBody,
    captured_at: datetime,
    now: datetime,
) -> Examined:
    """Return what an application reaches, without taking it.

    Raises:
        Refusal: service-unknown, data-invalid, level-not-reached or guardian-required.
    """
    package = platform.catalogue.packages.get(body.service)
    if package is None or not package.takes(captured_at):
        raise Refusal(ProblemCode.SERVICE_UNKNOWN)
    guardian = guardians.wanted(body, evidence.Level[package.level], captured_at, now)
    level = _level(session, terminal, body, package, guardian)
    finding = validation.check(package, body.answers)
    if finding is not None:
        raise Refusal(ProblemCode.DATA_INVALID, finding.detail, field=finding.field)
    return Examined(package, level, guardian)


def rating(context: Context) -> None:
    """Keep one resident's word about one case.

    Raises:
        Refusal: case-unknown or already-rated.
    """
    body = RatingBody.model_validate(context.item.body)
    query = select(Case.number)
    if body.case_no:
        query = query.where(Case.number == body.case_no)
    elif body.submission:
        query = query.where(Case.submission == body.submission)
    else:
        raise Refusal(ProblemCode.CASE_UNKNOWN, "a rating names a case or a submission")
    number = context.session.scalar(query)
    if number is None:
        raise Refusal(ProblemCode.CASE_UNKNOWN)
    if context.session.get(Rating, number) is not None:
        raise Refusal(ProblemCode.ALREADY_RATED, "it was rated before, and the first rating counts")
    reasons = json.dumps(body.reasons, ensure_ascii=False)
    context.session.add(
        Rating(
            number=number,
            submission=context.item.id,
            grade=body.grade,
            reasons=reasons,
            words=body.words or "",
            at=context.now,
        )
    )


def print_result(context: Context) -> None:
    """Keep what became of a print job. A page that a terminal did not believe is looked at by a person."""
    body = PrintResultBody.model_validate(context.item.body)
    if body.outcome == NOT_BELIEVED:
        alarms.note(
            context.session, context.terminal, Alarm.SEAL_REFUSED, {"submission": body.submission or ""}, context.now
        )
    context.session.add(
        PrintResult(
            submission=context.item.id, job=body.job, outcome=body.outcome, about=body.submission, at=context.now
        )
    )
    if body.outcome == PRINTED and body.job.startswith(documents.SERIES) and body.submission:
        documents.printed(context.session, body.submission, context.now)


def delete_request(context: Context) -> None:
    """Make sure that a submission which was taken back is not accepted when it arrives late.

    Raises:
        Refusal: already-accepted.
    """
    body = DeleteRequestBody.model_validate(context.item.body)
    if context.session.get(Submission, body.submission) is not None:
        raise Refusal(ProblemCode.ALREADY_ACCEPTED)
    context.session.merge(Deleted(submission=body.submission, terminal=context.terminal, at=context.now))


def heard(context: Context) -> None:
    """Keep what a resident could not get done.

    Raises:
        Refusal: data-invalid.
    """
    body = FeedbackBody.model_validate(context.item.body)
    feedback.keep(context.platform, context.session, context.terminal, context.item.id, body)


def readiness_report(context: Context) -> None:
    """Keep what a terminal's self-test found, proved by its device key.

    Raises:
        Refusal: data-invalid, report-foreign, report-replayed or signature-invalid.
    """
    body = ReadinessBody.model_validate(context.item.body)
    readiness.keep(context.session, context.terminal, context.item.id, body, context.now)


EFFECTS: Mapping[Kind, Callable[[Context], dict[str, Any] | None]] = {
    Kind.APPLICATION: application,
    Kind.RATING: rating,
    Kind.PRINT_RESULT: print_result,
    Kind.DELETE_REQUEST: delete_request,
    Kind.FEEDBACK: heard,
    Kind.SUPPLEMENT: supplements.answer,
    Kind.COMMAND_RESULT: commands.settle,
    Kind.READINESS: readiness_report,
}


def _level(
    session: Session, terminal: str, body: ApplicationBody, package: Package, guardian: Guardian | None
) -> evidence.Level:
    """Return the level that the application reaches: the guardian's where there is one, as the child's is theirs."""
    kinds = evidence.holding(session, terminal, body.person, body.evidence)
    if guardian is None:
        level = evidence.reached(kinds)
    else:
        if not evidence.names_somebody(kinds):
            raise Refusal(ProblemCode.LEVEL_NOT_REACHED, "a card or a code of the child is needed", field="/evidence")
        kinds = evidence.holding(session, terminal, guardian, guardian.evidence)
        if not kinds & evidence.NAMING:
            raise Refusal(
                ProblemCode.LEVEL_NOT_REACHED, "a card or a code of the guardian is needed", field="/guardian"
            )
        level = evidence.reached(kinds)
    wanted = evidence.Level[package.level]
    if wanted is evidence.Level.L3 and level is evidence.Level.L2:
        # Its package asks for a signature, without which the answers are refused.
        return wanted
    if level < wanted:
        raise Refusal(
            ProblemCode.LEVEL_NOT_REACHED,
            f"{package.level} is needed, the evidence reaches {level.name}",
            field=None if guardian is None else "/guardian",
        )
    return level


def _judged(context: Context, package: Package, body: ApplicationBody) -> judging.Judgement | None:
    """What the rules of the service say to the day on which the resident applied.

    A terminal from before the rules would take a refused case for an accepted one: it is told a problem that it knows.
    """
    day = min(context.item.captured_at, context.now).astimezone(BEIJING).date()
    judged = judging.judge(context.platform, context.session, package, body.person, body.answers, day)
    if judged is None or judged.verdict.rule.outcome is not Outcome.REFUSED or _knows_refusals(context.item):
        return judged
    template = package.certificate
    record = None if template is None else judged.held.get(template.records)
    empty = template is not None and (record is None or template.empty(record))
    raise Refusal(ProblemCode.RECORD_EMPTY if empty else ProblemCode.REFUSED)


def _knows_refusals(item: Item) -> bool:
    version = item.schema_.rpartition("/")[2]
    return version.isdecimal() and int(version) >= REFUSALS_SINCE


def _decide(
    context: Context, package: Package, judged: judging.Judgement | None, certificate: documents.Earned | None
) -> Decision:
    platform = context.platform
    day = context.now.date().isoformat()
    bumped = context.session.execute(
        update(DayCounter).where(DayCounter.day == day).values(value=DayCounter.value + 1).returning(DayCounter.value)
    ).scalar()
    if bumped is None:
        bumped = 1
        context.session.add(DayCounter(day=day, value=bumped))
        context.session.flush()
    opaque = codes.opaque(platform.random_bytes)
    key = platform.authority.derive("check-code")
    said = None if certificate is None else certificate.result
    verdict = None if judged is None else judged.verdict
    return decide(package, context.now, bumped, platform.calendar, key, opaque, platform.public_url, verdict, said)


def _open_case(
    context: Context,
    body: ApplicationBody,
    package: Package,
    decision: Decision,
    level: evidence.Level,
    guardian: Guardian | None,
) -> Case:
    session = context.session
    case = Case(
        number=decision.number,
        submission=context.item.id,
        terminal=context.terminal,
        service=package.id,
        service_version=str(body.service_version),
        service_name=json.dumps(decision.receipt["service_name"], ensure_ascii=False),
        id_no=body.person.id_no if body.person else None,
        guardian_id_no=guardian.id_no if guardian else None,
        guardian_relation=guardian.relation if guardian else None,
        level=level.name,
        provisional=body.provisional,
        state=decision.state,
        accepted_at=context.now,
        due=decision.due.isoformat() if decision.due else None,
        opaque=decision.opaque,
        check_code=decision.check_code,
    )
    session.add(case)
    session.flush()
    return case
