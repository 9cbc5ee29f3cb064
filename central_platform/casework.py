"""What staff do with a case that officers decide: go on with it, ask its resident, decide it, hand the result out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform import documents, history, judging, licence_copies, materials, supplements
from central_platform.catalogue import Package
from central_platform.certificates import PageError
from central_platform.clock import BEIJING
from central_platform.decision import STATES, said
from central_platform.history import Kind
from central_platform.models import Case, Submission, Supplement
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.submissions import ApplicationBody
from contracts.plain import plain
from contracts.rules import Outcome

Words = Mapping[str, str]


class CaseworkError(Exception):
    """It cannot be done; the text says why and holds nothing personal."""


def accept(platform: Platform, number: str) -> None:
    """Go on with a case: what the resident added is enough, or is not wanted any more.

    Raises:
        CaseworkError: no such case, or nothing was asked.
    """
    with _case(platform, number) as (session, case):
        _open(case)
        now, row = platform.clock.now(), supplements.open_of(session, number)
        steps = history.steps(session, number)
        if row is None and (not steps or steps[-1].kind != Kind.ANSWERED):
            raise CaseworkError(f"nothing was asked in {number}: it is accepted")
        if row is not None:
            supplements.go_on(platform, case, row, now)
        history.add(session, case, Kind.ACCEPTED, now, history.GO_ON)


def ask(platform: Platform, number: str, words: Words, fields: Sequence[str], days: int, *, free: bool) -> str:
    """Ask the resident for something; returns the id of the request.

    Raises:
        CaseworkError: no such case, it is decided, or nobody could answer this.
    """
    with _case(platform, number) as (session, case):
        _open(case)
        try:
            return supplements.ask(platform, session, case, words, fields, days, free=free).id
        except supplements.AskError as error:
            raise CaseworkError(str(error)) from error


def decide(platform: Platform, number: str, outcome: Outcome, words: Words, rule: str = "") -> None:
    """Decide a case, in words of staff or by a rule of its service, whose words count then; a certificate that goes
    with it is made out.

    Raises:
        CaseworkError: no such case or rule, it is decided before, or there is nothing that its certificate could say.
    """
    with _case(platform, number) as (session, case):
        _open(case)
        now = platform.clock.now()
        package = platform.catalogue.packages.get(case.service)
        decided = _by_rule(platform, package, rule) if rule else _by_staff(case.service, outcome, words)
        row = supplements.open_of(session, number)
        if row is not None:
            row.ended_at = now
        case.state, case.due = STATES[Outcome(decided["outcome"])], None
        history.add(session, case, Kind.DECIDED, now, detail={"words": decided["words"], "decision": decided})
        if case.state == "done" and package is not None and package.certificate is not None:
            _certify(platform, session, case, package)


def ready(platform: Platform, number: str) -> None:
    """Say that the result of a case can be collected.

    Raises:
        CaseworkError: no such case, it is not granted, or that was said before.
    """
    _once(platform, number, Kind.READY)


def collected(platform: Platform, number: str) -> None:
    """Say that the result of a case was collected.

    Raises:
        CaseworkError: no such case, it is not granted, or that was said before.
    """
    _once(platform, number, Kind.COLLECTED)


def shown(platform: Platform, number: str) -> dict[str, Any]:
    """Return a case for whoever works on it: its steps, its papers, what was asked and answered. Personal.

    Raises:
        CaseworkError: no such case.
    """
    with platform.database.read() as session:
        case = session.get(Case, number)
        if case is None:
            raise CaseworkError(f"there is no case {number}")
        asked = session.scalars(select(Supplement).where(Supplement.number == number).order_by(Supplement.asked_at))
        return {
            "number": number,
            "service": case.service,
            "state": case.state,
            "due": case.due,
            "answers": supplements.answers_of(session, case),
            "steps": [
                {"kind": row.kind, "state": row.state, "at": row.at.isoformat(timespec="seconds")}
                for row in history.steps(session, number)
            ],
            "materials": _papers(session, number),
            "supplements": [_plain(row) for row in asked],
        }


def licence(platform: Platform, number: str, code: str) -> bytes:
    """Return the copy of the licence that took the place of a paper, as PDF. Personal.

    Raises:
        CaseworkError: no licence took its place, or the copy cannot be drawn.
    """
    try:
        found = licence_copies.drawn(platform, number, code)
    except PageError as error:
        raise CaseworkError(f"the copy cannot be drawn: {error}") from None
    if found is None:
        raise CaseworkError(f"no licence took the place of {code} in {number}")
    return found


def _papers(session: Session, number: str) -> list[dict[str, Any]]:
    """The papers of a case, with the licences that took the place of some."""
    licences = licence_copies.of_case(session, number)
    return [
        {**one.model_dump(mode="json"), **({"licence": licences[one.code]} if one.code in licences else {})}
        for one in materials.of(session, number)
    ]


def _plain(row: Supplement) -> dict[str, Any]:
    return {
        "id": row.id,
        "words": json.loads(row.words),
        "fields": json.loads(row.fields),
        "free": row.free,
        "due": row.due,
        "open": row.ended_at is None,
        "answers": None if row.answers is None else json.loads(row.answers),
        "reply": row.reply,
    }


@contextmanager
def _case(platform: Platform, number: str) -> Iterator[tuple[Session, Case]]:
    """One case, held by its row until all is done."""
    with platform.database.write() as session:
        case = session.get(Case, number, with_for_update=True)
        if case is None:
            raise CaseworkError(f"there is no case {number}")
        yield session, case


def _open(case: Case) -> None:
    if case.state not in history.OPEN:
        raise CaseworkError(f"{case.number} is decided: {case.state}")


def _once(platform: Platform, number: str, kind: Kind) -> None:
    with _case(platform, number) as (session, case):
        if case.state != "done":
            raise CaseworkError(f"{number} is not granted: {case.state}")
        if history.has(session, number, kind):
            raise CaseworkError(f"{number} is {kind} already")
        history.add(session, case, kind, platform.clock.now())


def _by_staff(service: str, outcome: Outcome, words: Words) -> dict[str, Any]:
    plain_words = {lang: plain(words.get(lang, "")).strip() for lang in ("zh", "en")}
    if not plain_words["zh"] or any(len(text) > supplements.MOST_WORDS for text in plain_words.values()):
        raise CaseworkError(f"say why, in 1 to {supplements.MOST_WORDS} characters")
    both = {"zh": plain_words["zh"], "en": plain_words["en"] or plain_words["zh"]}
    return {"rule": f"{service}-staff", "outcome": outcome.value, "words": both}


def _by_rule(platform: Platform, package: Package | None, name: str) -> dict[str, Any]:
    book = None if package is None or package.rules is None else package.rules.book
    rule = None if book is None else next((one for one in book.rules if one.id == name), None)
    if rule is None or rule.outcome is Outcome.OFFICER:
        raise CaseworkError(f"the service has no rule {name} that grants or refuses")
    return said(rule, platform.clock.now().astimezone(BEIJING).date(), platform.calendar)


def _certify(platform: Platform, session: Session, case: Case, package: Package) -> None:
    body = ApplicationBody.model_validate_json(session.get_one(Submission, case.submission).body)
    now = platform.clock.now().astimezone(BEIJING)
    answers = supplements.answers_of(session, case)
    try:
        judged = judging.judge(platform, session, package, body.person, answers, now.date())
        held = {} if judged is None else judged.held
        certificate = documents.prepare(platform, package, body.person, answers, held)
        if certificate is not None:
            documents.keep(platform, session, certificate, case, now)
    except Refusal as refusal:
        raise CaseworkError(f"no certificate can be made out: {refusal.problem.detail}") from refusal
