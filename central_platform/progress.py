"""Where cases stand, and the public look-up of receipts."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from central_platform import codes, documents, history, materials, supplements
from central_platform.models import Case, CaseStep, Submission
from central_platform.platform import Platform
from central_platform.wire.common import Text
from central_platform.wire.submissions import CaseProgress, PublicReceipt, Receipt, Step

MOST = 50


def find(platform: Platform, terminal: str, id_no: str | None, number: str | None) -> list[CaseProgress]:
    """Return cases of a person or the one with this number, newest first; nothing when neither is given.

    A child's case is found by its own number and by its guardian's. Only with a person's number, whose identity the
    caller has checked, is anything told that is not on the receipt.
    """
    if id_no is None and number is None:
        return []
    query = select(Case).order_by(Case.accepted_at.desc(), Case.number.desc()).limit(MOST)
    if id_no is not None:
        query = query.where(or_(Case.id_no == id_no, Case.guardian_id_no == id_no))
    if number is not None:
        query = query.where(Case.number == number)
    with platform.database.read() as session:
        cases = list(session.scalars(query))
        if id_no is None:
            return [_progress(session, case, personal=False) for case in cases]
        return [_told(platform, session, terminal, case, id_no) for case in cases]


def receipt_of(platform: Platform, opaque: str) -> tuple[PublicReceipt, list[Step]] | None:
    """Return what the holder of a receipt's address may see, or None."""
    with platform.database.read() as session:
        case = session.scalar(select(Case).where(Case.opaque == opaque))
        return None if case is None else (_public(case), _steps(session, case))


def receipt_by_number(platform: Platform, number: str, check: str) -> tuple[PublicReceipt, list[Step]] | None:
    """Return the same for someone who types the number and the check code of a receipt, or None."""
    with platform.database.read() as session:
        case = session.get(Case, number.strip().upper()[:24])
        if case is None or not codes.same(codes.normalise_check(check), case.check_code):
            return None
        return _public(case), _steps(session, case)


def _public(case: Case) -> PublicReceipt:
    return PublicReceipt(
        number=case.number,
        service_name=Text.model_validate(json.loads(case.service_name)),
        state=case.state,
        accepted_at=case.accepted_at,
        check_code=case.check_code,
    )


def _told(platform: Platform, session: Session, terminal: str, case: Case, id_no: str) -> CaseProgress:
    """All of a case, for its person."""
    return _progress(session, case, personal=True).model_copy(
        update={
            "due": case.due,
            "supplement": supplements.shown(platform, session, case, id_no),
            "receipt": _receipt(platform, session, terminal, case),
        }
    )


def _receipt(platform: Platform, session: Session, terminal: str, case: Case) -> Receipt | None:
    """The receipt of a case as it would read today."""
    stored = session.get_one(Submission, case.submission).receipt
    if stored is None:
        return None
    now: dict[str, Any] = json.loads(stored)
    now |= {"due": case.due, "state": "accepted" if case.state == history.WAITING else case.state}
    for step in history.steps(session, case.number):
        now |= {"decision": decided} if (decided := _detail(step).get("decision")) else {}
    certificate = documents.result_of(platform, session, terminal, case)
    return Receipt.model_validate(now if certificate is None else {**now, "result": certificate})


def _progress(session: Session, case: Case, *, personal: bool) -> CaseProgress:
    return CaseProgress(
        number=case.number,
        service=case.service,
        service_name=Text.model_validate(json.loads(case.service_name)),
        state=case.state,
        accepted_at=case.accepted_at,
        steps=_steps(session, case, personal=personal),
        materials=materials.of(session, case.number),
    )


def _steps(session: Session, case: Case, *, personal: bool = False) -> list[Step]:
    return [
        Step(
            state=row.state,
            at=row.at,
            text=Text.model_validate_json(row.text),
            kind=row.kind or "",
            words=_detail(row).get("words") if personal else None,
        )
        for row in history.steps(session, case.number)
    ]


def _detail(row: CaseStep) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.detail) if row.detail else {}
    return found
