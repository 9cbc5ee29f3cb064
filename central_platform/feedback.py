"""What residents could not get done: kept, read within some working days, answered, forgotten some months later.

Nothing here says who it was. An answer goes to the phone that the resident left; without one they ask with the number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central_platform.models import Feedback, Message, Submission
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.feedback import FeedbackBody

USUAL_DAYS = 1
"""Working days until somebody reads it, where the reference data do not say."""
EMPTY_BODY = "{}"


class FeedbackError(LookupError):
    """There is nothing under this number, or it was answered before; the text says which."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One of them as staff read it; `happened` in words. `late`: nobody answered by the day that was promised."""

    number: str
    terminal: str
    at: datetime
    due: str
    late: bool
    happened: str
    words: str = field(repr=False)
    phone: str = field(repr=False)
    service: str = ""
    screen: str = ""
    answered_by: str = ""
    answer: str = field(default="", repr=False)


def keep(platform: Platform, session: Session, terminal: str, submission: str, said: FeedbackBody) -> None:
    """Keep what a resident said, and the day by which somebody reads it.

    Raises:
        Refusal: data-invalid for a number that is taken.
    """
    if session.get(Feedback, said.number) is not None:
        raise Refusal(ProblemCode.DATA_INVALID, "the number is taken", field="/number")
    now = platform.clock.now()
    session.add(
        Feedback(
            **said.model_dump(),
            submission=submission,
            terminal=terminal,
            at=now,
            due=platform.calendar.after(now.date(), _days(platform)).isoformat(),
        )
    )


def listed(platform: Platform, *, answered_too: bool = False) -> list[Voice]:
    """Return what waits for an answer, what is due first at the head."""
    query = select(Feedback).order_by(Feedback.due, Feedback.at, Feedback.number)
    if not answered_too:
        query = query.where(Feedback.answered_at.is_(None))
    today = platform.clock.now().date().isoformat()
    happened = {str(one["id"]): one["name"] for one in _rules(platform).get("happened", ())}
    with platform.database.read() as session:
        return [_voice(row, happened, today) for row in session.scalars(query)]


def answer(platform: Platform, number: str, text: str, by: str) -> bool:
    """Keep the answer to one of them; returns whether it went to a phone.

    Raises:
        FeedbackError: there is none under this number, or it was answered before.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        row = session.get(Feedback, number, with_for_update=True)
        if row is None:
            raise FeedbackError(f"nothing was said under {number}")
        if row.answered_at is not None:
            raise FeedbackError(f"{number} was answered before")
        row.answered_at, row.answered_by, row.answer = now, by, text
        if row.phone is not None:
            session.add(Message(phone=row.phone, text=_message(row, text), at=now))
        return row.phone is not None


def forget(platform: Platform) -> int:
    """Delete words and phone of what was answered long enough ago; returns of how many."""
    old = platform.clock.now() - timedelta(days=platform.settings.feedback_keep_days)
    with platform.database.write() as session:
        over = select(Feedback.submission).where(Feedback.answered_at <= old, Feedback.answer.is_not(None))
        gone = list(session.scalars(over))
        session.execute(
            update(Feedback).where(Feedback.submission.in_(gone)).values(words=None, phone=None, answer=None)
        )
        session.execute(update(Submission).where(Submission.id.in_(gone)).values(body=EMPTY_BODY))
    return len(gone)


def _rules(platform: Platform) -> dict[str, Any]:
    return dict(platform.catalogue.reference.get("feedback") or {})


def _days(platform: Platform) -> int:
    return int(_rules(platform).get("days", USUAL_DAYS))


def _message(row: Feedback, text: str) -> str:
    if row.lang == "en":
        return f"[Doorstep] About what you told us, number {row.number}: {text}"
    return f"【家门口】您反映的事，编号 {row.number}：{text}"


def _voice(row: Feedback, happened: dict[str, dict[str, str]], today: str) -> Voice:
    what = row.what or ""
    return Voice(
        number=row.number,
        terminal=row.terminal,
        at=row.at,
        due=row.due,
        late=row.answered_at is None and row.due < today,
        happened=happened.get(what, {}).get("zh", what),
        words=row.words or "",
        phone=row.phone or "",
        service=row.service or "",
        screen=row.screen or "",
        answered_by=row.answered_by or "",
        answer=row.answer or "",
    )
