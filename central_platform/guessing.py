"""Against guessing: how many codes are sent, and how many wrong ones are borne, for a phone, a person, a terminal."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from central_platform.models import PhoneChallenge, WrongCode
from central_platform.problems import Refusal
from central_platform.settings import Settings
from central_platform.wire.common import ProblemCode

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def check_sending(
    session: Session, settings: Settings, now: datetime, terminal: str, phone: str, id_no: str | None
) -> None:
    """Return when one more code may be sent.

    Raises:
        Refusal: code-locked while wrong codes are too many, too-many; both with the seconds to wait.
    """
    check_lock(session, settings, now, phone, id_no)
    _limit(session, PhoneChallenge.phone == phone, now, MINUTE, settings.phone_per_minute)
    _limit(session, PhoneChallenge.phone == phone, now, HOUR, settings.phone_per_hour)
    _limit(session, PhoneChallenge.terminal == terminal, now, HOUR, settings.terminal_per_hour)
    if id_no is not None:
        _limit(session, PhoneChallenge.id_no == id_no, now, HOUR, settings.person_per_hour)


def one_at_a_time(session: Session, now: datetime, phone: str) -> None:
    """Wait until no other transaction judges a code of this phone: guesses side by side are counted like others.

    SQLite has one writer at a time anyway; PostgreSQL locks the phone's open challenges, always in the same order.
    """
    still_open = select(PhoneChallenge.id).where(PhoneChallenge.phone == phone, PhoneChallenge.expires > now)
    session.execute(still_open.order_by(PhoneChallenge.id).with_for_update()).all()


def check_lock(session: Session, settings: Settings, now: datetime, phone: str, id_no: str | None) -> None:
    """Return unless this phone, or the person it was asked for, is locked.

    Raises:
        Refusal: code-locked with the seconds to wait.
    """
    wait = locked_for(session, settings, now, phone, id_no)
    if wait:
        raise Refusal(ProblemCode.CODE_LOCKED, f"codes can be used again in {wait} s", retry_s=wait)


def locked_for(session: Session, settings: Settings, now: datetime, phone: str, id_no: str | None) -> int:
    """Return for how many seconds no code counts, 0 when it does.

    A lock lasts from the last of the wrong codes that made it: nothing is counted while it stands.
    """
    span = timedelta(seconds=settings.lock_s)
    longest = 0.0
    for which in _keys(phone, id_no):
        times = session.scalars(select(WrongCode.at).where(which).order_by(WrongCode.at.desc()).limit(100)).all()
        if len(times) >= settings.lock_tries and times[0] - times[settings.lock_tries - 1] < span:
            longest = max(longest, (times[0] + span - now).total_seconds())
    # Times are kept in whole milliseconds: one that was rounded up must not make the wait longer than the lock.
    return min(settings.lock_s, max(0, math.ceil(longest)))


def note_wrong(session: Session, settings: Settings, now: datetime, phone: str, id_no: str | None) -> int:
    """Count a wrong code; returns how many more are borne before the lock."""
    span = timedelta(seconds=settings.lock_s)
    # Twice the span: the first of five may be as old as one, and the lock they make lasts another.
    session.execute(delete(WrongCode).where(WrongCode.at <= now - 2 * span))
    session.add(WrongCode(phone=phone, id_no=id_no, at=now))
    session.flush()
    most = max(
        session.scalar(select(func.count()).select_from(WrongCode).where(which, WrongCode.at > now - span)) or 0
        for which in _keys(phone, id_no)
    )
    return max(0, settings.lock_tries - most)


def forgive(session: Session, phone: str) -> None:
    """Forget the wrong codes of a phone whose holder has just typed the right one."""
    session.execute(delete(WrongCode).where(WrongCode.phone == phone))


def _keys(phone: str, id_no: str | None) -> list[ColumnElement[bool]]:
    return [WrongCode.phone == phone] + ([] if id_no is None else [WrongCode.id_no == id_no])


def _limit(session: Session, which: ColumnElement[bool], now: datetime, span: timedelta, most: int) -> None:
    times = session.scalars(
        select(PhoneChallenge.sent_at)
        .where(which, PhoneChallenge.sent_at > now - span)
        .order_by(PhoneChallenge.sent_at.desc())
        .limit(max(1, most))
    ).all()
    if len(times) >= most:
        wait = max(1, round((times[-1] + span - now).total_seconds())) if times else round(span.total_seconds())
        raise Refusal(ProblemCode.TOO_MANY, f"the next code can be sent in {wait} s", retry_s=wait)
