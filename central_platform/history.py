"""What happened to a case, step by step: words for whoever holds its receipt, and what only its person may read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.models import Case, CaseStep

Words = Mapping[str, str]
LATE = timedelta(minutes=1)
"""What came so long after it was handed in at a terminal has waited there without a network."""


class Kind(StrEnum):
    """What can happen to a case."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASKED = "asked"
    ANSWERED = "answered"
    DECIDED = "decided"
    PAID = "paid"
    BOOKED = "booked"
    READY = "ready"
    COLLECTED = "collected"


WAITING = "supplement"
"""The state of a case that waits for its resident."""
OPEN = frozenset({"accepted", WAITING})
"""States in which a case is not decided."""
TEXTS: Mapping[Kind, Words] = {
    Kind.RECEIVED: {"zh": "您在自助终端交来", "en": "You handed it in at a terminal"},
    Kind.ACCEPTED: {"zh": "已受理，部门正在办理", "en": "Accepted; the department is working on it"},
    Kind.ASKED: {"zh": "请您补充", "en": "You are asked for something more"},
    Kind.ANSWERED: {"zh": "您补充的内容已收到", "en": "What you added has arrived"},
    Kind.PAID: {"zh": "已缴费", "en": "Paid"},
    Kind.BOOKED: {"zh": "已预约", "en": "Booked"},
    Kind.READY: {"zh": "结果可以领取了", "en": "The result can be collected"},
    Kind.COLLECTED: {"zh": "结果已领取", "en": "The result was collected"},
}
GO_ON: Words = {"zh": "材料齐了，部门接着办理", "en": "All is there; the department goes on"}
DECIDED: Mapping[str, Words] = {
    "done": {"zh": "已办结", "en": "Done"},
    "refused": {"zh": "没有办成，原因和办法写在回执上", "en": "Not granted; the receipt says why and what to do"},
}


def add(
    session: Session,
    case: Case,
    kind: Kind,
    at: datetime,
    text: Words | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note a step; the case's state is the step's. `text` must hold nothing personal."""
    words = text or (DECIDED[case.state] if kind is Kind.DECIDED else TEXTS[kind])
    session.add(
        CaseStep(
            number=case.number,
            state=case.state,
            kind=kind.value,
            at=at,
            text=json.dumps(dict(words), ensure_ascii=False),
            detail=None if detail is None else json.dumps(dict(detail), ensure_ascii=False),
        )
    )


def opened(
    session: Session,
    case: Case,
    captured_at: datetime,
    receipt: Mapping[str, Any],
    paid_at: datetime | None,
    booked: bool,
) -> None:
    """Note how a case began, which may be how it ended too."""
    decision: Mapping[str, Any] = receipt.get("decision") or {}
    said = {"words": decision["words"]} if decision else None
    ended, at = case.state, case.accepted_at
    case.state = "accepted"
    if captured_at < at - LATE:
        add(session, case, Kind.RECEIVED, captured_at)
    add(session, case, Kind.ACCEPTED, at, detail=said if ended == "accepted" else None)
    if paid_at is not None:
        add(session, case, Kind.PAID, paid_at)
    if booked:
        add(session, case, Kind.BOOKED, at)
    case.state = ended
    if ended != "accepted":
        add(session, case, Kind.DECIDED, at, detail=said)


def steps(session: Session, number: str) -> list[CaseStep]:
    """Return the steps of a case, oldest first."""
    return list(session.scalars(select(CaseStep).where(CaseStep.number == number).order_by(CaseStep.id)))


def has(session: Session, number: str, kind: Kind) -> bool:
    """True when this happened to a case."""
    query = select(CaseStep.id).where(CaseStep.number == number, CaseStep.kind == kind.value)
    return session.scalar(query.limit(1)) is not None
