"""Supplement requests: what staff ask of the resident of a case, and the one answer that each of them takes.

Asked are fields of the service's own form, corrected, or an answer in words, or both. While the resident is asked the
department's time stands still. An answer comes as an outbox item with its own evidence, as an application does: it may
have been given without a network, hours after the identity that showed the request has run out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform import codes, evidence, history, validation
from central_platform.catalogue import Package
from central_platform.clock import BEIJING
from central_platform.models import Case, Submission, Supplement
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode, Text
from central_platform.wire.submissions import SupplementAsked, SupplementBody
from contracts.plain import plain

if TYPE_CHECKING:
    from central_platform.effects import Context

MOST_WORDS = 200
"""Characters of what staff say, in each language."""
MOST_DAYS = 60


class AskError(ValueError):
    """This cannot be asked; the text says why."""


def ask(
    platform: Platform,
    session: Session,
    case: Case,
    words: Mapping[str, str],
    fields: Sequence[str],
    days: int,
    *,
    free: bool,
) -> Supplement:
    """Ask the resident of a case; an older request that is open ends.

    Raises:
        AskError: nobody could answer it.
    """
    said = {lang: plain(words.get(lang, "")).strip() for lang in ("zh", "en")}
    if not said["zh"] or any(len(text) > MOST_WORDS for text in said.values()):
        raise AskError(f"say in 1 to {MOST_WORDS} characters what is missing and why")
    if not 1 <= days <= MOST_DAYS:
        raise AskError(f"give 1 to {MOST_DAYS} working days")
    if case.id_no is None:
        raise AskError("nobody is known whose case it is: nobody could be asked")
    wanted = closure(platform.catalogue.packages.get(case.service), fields) if fields else []
    if not wanted and not free:
        raise AskError("ask for fields of the form, for an answer in words, or for both")
    now = platform.clock.now()
    today = now.astimezone(BEIJING).date()
    before = open_of(session, case.number)
    spare = None if case.due is None else platform.calendar.between(today, date.fromisoformat(case.due))
    if before is not None:
        before.ended_at, spare = now, before.spare
    made = Supplement(
        id=codes.opaque(platform.random_bytes),
        number=case.number,
        words=json.dumps({"zh": said["zh"], "en": said["en"] or said["zh"]}, ensure_ascii=False),
        fields=json.dumps(wanted),
        free=free,
        days=days,
        due=platform.calendar.after(today, days).isoformat(),
        spare=spare,
        asked_at=now,
    )
    session.add(made)
    case.state, case.due = history.WAITING, None
    history.add(session, case, history.Kind.ASKED, now, detail={"words": json.loads(made.words)})
    return made


def closure(package: Package | None, fields: Iterable[str]) -> list[str]:
    """Return the fields to be asked: those named, in the form's order, and those whose choices hang on one of them.

    Raises:
        AskError: the form has no such field, or one that is not to be asked alone.
    """
    if package is None:
        raise AskError("the platform does not offer this service any more: ask for an answer in words")
    properties: Mapping[str, Any] = package.content["data"]["properties"]
    controls = [
        control
        for page in package.content["ui"]["pages"]
        for group in page["groups"]
        for control in group.get("controls", ())
    ]
    by_name = {str(control["scope"]).rpartition("/")[2]: control for control in controls}
    wanted = set(fields)
    if unknown := sorted(wanted - by_name.keys()):
        raise AskError(f"the form has no field {unknown[0]}; it has {', '.join(by_name)}")
    grown = True
    while grown:
        more = {name for name, control in by_name.items() if control.get("depends") in wanted} - wanted
        more |= {by_name[name]["depends"] for name in wanted if "depends" in by_name[name]} - wanted
        wanted |= more
        grown = bool(more)
    for name in wanted:
        if (properties[name].get("items") or {}).get("type") == "object":
            raise AskError(f"{name} is a list of entries: ask for an answer in words")
        if properties[name].get("format") == "pin" or "x-equals" in properties[name]:
            raise AskError(f"{name} is a secret: nobody corrects it through staff")
    for name, control in by_name.items():
        asked = str((control.get("rule") or {}).get("condition", {}).get("scope", "")).rpartition("/")[2]
        if asked in wanted and name not in wanted:
            raise AskError(f"what is asked after {asked} depends on it ({name}): ask for an answer in words")
    return [name for name in by_name if name in wanted]


def open_of(session: Session, number: str) -> Supplement | None:
    """Return what is asked of the resident of a case now, late or not."""
    query = select(Supplement).where(Supplement.number == number, Supplement.ended_at.is_(None))
    return session.scalar(query.order_by(Supplement.asked_at.desc()).limit(1))


def shown(platform: Platform, session: Session, case: Case, id_no: str) -> SupplementAsked | None:
    """Return what the person of a case is asked now."""
    row = open_of(session, case.number)
    if row is None:
        return None
    fields: list[str] = json.loads(row.fields)
    held = answers_of(session, case)
    today, due = platform.clock.now().astimezone(BEIJING).date(), date.fromisoformat(row.due)
    return SupplementAsked(
        id=row.id,
        words=Text.model_validate_json(row.words),
        fields=fields,
        answers={name: held[name] for name in fields if name in held},
        free=row.free,
        asked_at=row.asked_at,
        due=row.due,
        days_left=platform.calendar.between(today, due),
        late=today > due,
        guardian=_guardian_answers(case, id_no),
    )


def answers_of(session: Session, case: Case) -> dict[str, Any]:
    """Return what was answered in a case: the application, and what was corrected since."""
    body = json.loads(session.get_one(Submission, case.submission).body)
    found: dict[str, Any] = dict(body.get("answers") or {})
    query = select(Supplement).where(Supplement.number == case.number, Supplement.answers.is_not(None))
    for row in session.scalars(query.order_by(Supplement.asked_at)):
        found |= json.loads(row.answers or "{}")
    return found


def answer(context: Context) -> dict[str, Any]:
    """Take the answer to a supplement request and return its receipt.

    Whoever is neither the person of the case nor their guardian is told what somebody is told who asks for nothing.

    Raises:
        Refusal: supplement-unknown, guardian-required, level-not-reached, supplement-answered, supplement-closed,
            supplement-late or data-invalid.
    """
    body = SupplementBody.model_validate(context.item.body)
    session = context.session
    query = select(Supplement).where(Supplement.id == body.supplement, Supplement.number == body.case_no)
    row = session.scalar(query.with_for_update())
    case = None if row is None else session.get(Case, row.number)
    if row is None or case is None or body.person.id_no not in (case.id_no, case.guardian_id_no):
        raise Refusal(ProblemCode.SUPPLEMENT_UNKNOWN)
    package = context.platform.catalogue.packages.get(case.service)
    _entitled(context, body, case, package)
    if row.submission is not None:
        raise Refusal(ProblemCode.SUPPLEMENT_ANSWERED)
    if row.ended_at is not None or case.state != history.WAITING:
        raise Refusal(ProblemCode.SUPPLEMENT_CLOSED)
    # When it was given counts, not when the network was back; a clock that runs ahead makes nothing later.
    day = min(context.item.captured_at, context.now).astimezone(BEIJING).date()
    if day > date.fromisoformat(row.due):
        raise Refusal(ProblemCode.SUPPLEMENT_LATE)
    reply = plain(body.words).strip()
    _check(session, case, package, row, body, reply)
    row.answers, row.reply = json.dumps(body.answers, ensure_ascii=False), reply
    row.submission = context.item.id
    go_on(context.platform, case, row, context.now)
    history.add(session, case, history.Kind.ANSWERED, context.now)
    return _receipt(context, case, row, package)


def go_on(platform: Platform, case: Case, row: Supplement, now: datetime) -> None:
    """End a request: the department's time runs again."""
    row.ended_at, case.state = now, "accepted"
    if row.spare is not None:
        case.due = platform.calendar.after(now.astimezone(BEIJING).date(), row.spare).isoformat()


def _guardian_answers(case: Case, id_no: str) -> bool:
    return case.guardian_id_no is not None and case.guardian_id_no != id_no


def _entitled(context: Context, body: SupplementBody, case: Case, package: Package | None) -> None:
    """The same proof is needed as for the service itself: what is answered may be where the money goes."""
    if _guardian_answers(case, body.person.id_no):
        raise Refusal(ProblemCode.GUARDIAN_REQUIRED, "the guardian of the case answers", field="/person")
    need = evidence.Level[case.level if package is None else package.level]
    kinds = evidence.holding(context.session, context.terminal, body.person, body.evidence)
    named = evidence.names_somebody(kinds) or any(
        evidence.registered(context.session, body.person, context.terminal, item, None)
        for item in body.evidence
        if item.kind == "phone_code"
    )
    if not named or evidence.reached(kinds) < max(need, evidence.Level.L1):
        raise Refusal(ProblemCode.LEVEL_NOT_REACHED, field="/evidence")


def _check(
    session: Session, case: Case, package: Package | None, row: Supplement, body: SupplementBody, reply: str
) -> None:
    fields: list[str] = json.loads(row.fields)
    if row.free and not reply:
        raise Refusal(ProblemCode.DATA_INVALID, "/words: an answer in words is wanted", field="/words")
    if reply and not row.free:
        raise Refusal(ProblemCode.DATA_INVALID, "/words: no words were asked for", field="/words")
    for name in sorted(body.answers.keys() - set(fields)):
        raise Refusal(
            ProblemCode.DATA_INVALID, "/answers: a field that was not asked for", field=f"/answers/{name}"[:80]
        )
    if package is None:
        return
    needed = set(package.content["data"].get("required", ()))
    for name in fields:
        if name in needed and name not in body.answers:
            raise Refusal(ProblemCode.DATA_INVALID, f"/answers/{name}: is missing", field=f"/answers/{name}")
    finding = validation.check(package, {**answers_of(session, case), **body.answers})
    # What the form has come to ask since, of fields that nobody was asked for, is not this resident's matter.
    if finding is not None and finding.field.split("/")[1] in fields:
        raise Refusal(ProblemCode.DATA_INVALID, finding.detail, field=f"/answers{finding.field}")


def _receipt(context: Context, case: Case, row: Supplement, package: Package | None) -> dict[str, Any]:
    empty = {"zh": "", "en": ""}
    return {
        "number": case.number,
        "service": case.service,
        "service_name": json.loads(case.service_name),
        "department": empty if package is None else package.words("department"),
        "accepted_at": context.now.isoformat(timespec="seconds"),
        "due": case.due,
        "limit_days": None,
        "state": "accepted",
        "pickup": empty if package is None else package.words("window"),
        "check_code": case.check_code,
        "track_url": f"{context.platform.public_url}/receipts/{case.opaque}",
        "fee": empty,
        "result": None,
        "supplement": row.id,
    }
