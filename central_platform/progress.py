"""Where cases stand, and the public look-up of receipts."""

from __future__ import annotations

import json

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from central_platform import codes, materials
from central_platform.models import Case, CaseStep
from central_platform.platform import Platform
from central_platform.wire.common import Text
from central_platform.wire.submissions import CaseProgress, PublicReceipt, Step

MOST = 50


def find(platform: Platform, id_no: str | None, number: str | None) -> list[CaseProgress]:
    """Return cases of a person or the one with this number, newest first; nothing when neither is given.

    A child's case is found by its own number and by its guardian's.
    """
    if id_no is None and number is None:
        return []
    query = select(Case).order_by(Case.accepted_at.desc(), Case.number.desc()).limit(MOST)
    if id_no is not None:
        query = query.where(or_(Case.id_no == id_no, Case.guardian_id_no == id_no))
    if number is not None:
        query = query.where(Case.number == number)
    with platform.database.read() as session:
        return [_progress(session, case) for case in session.scalars(query)]


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


def _progress(session: Session, case: Case) -> CaseProgress:
    return CaseProgress(
        number=case.number,
        service=case.service,
        service_name=Text.model_validate(json.loads(case.service_name)),
        state=case.state,
        accepted_at=case.accepted_at,
        steps=_steps(session, case),
        materials=materials.of(session, case.number),
    )


def _steps(session: Session, case: Case) -> list[Step]:
    rows = session.scalars(select(CaseStep).where(CaseStep.number == case.number).order_by(CaseStep.id))
    return [Step(state=row.state, at=row.at, text=Text.model_validate(json.loads(row.text))) for row in rows]
