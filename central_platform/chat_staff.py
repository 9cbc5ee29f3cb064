"""The other end of a talk: who may answer, who is on duty, what waits for an answer."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from central_platform import chat, codes
from central_platform.models import Chat, ChatMessage, ChatStaff
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import chat as wire
from central_platform.wire.common import ProblemCode

SECRET_BYTES = 32
MOST_LISTED = 200


def admit(platform: Platform, name: str) -> str:
    """Return a fresh token for somebody who answers; an older one of the same name ends. It is shown once."""
    raw = codes.opaque(platform.random_bytes, SECRET_BYTES)
    with platform.database.write() as session:
        session.merge(ChatStaff(name=name, hash=_hash(raw), until=None))
    return raw


def dismiss(platform: Platform, name: str) -> bool:
    """Withdraw somebody's token; False when there is nobody of this name."""
    with platform.database.write() as session:
        found = session.scalar(select(ChatStaff.name).where(ChatStaff.name == name))
        session.execute(delete(ChatStaff).where(ChatStaff.name == name))
    return found is not None


def named(platform: Platform, token: str) -> str:
    """Return whose token it is.

    Raises:
        Refusal: staff-unknown.
    """
    with platform.database.read() as session:
        found = session.scalar(select(ChatStaff.name).where(ChatStaff.hash == _hash(token)))
    if found is None:
        raise Refusal(ProblemCode.STAFF_UNKNOWN)
    return found


def on_duty(platform: Platform, name: str, minutes: int) -> wire.Duty:
    """Come on duty for so many minutes, or leave with 0.

    Raises:
        Refusal: staff-unknown.
    """
    with platform.database.write() as session:
        row = session.get(ChatStaff, name)
        if row is None:
            raise Refusal(ProblemCode.STAFF_UNKNOWN)
        row.until = platform.clock.now() + timedelta(minutes=minutes) if minutes else None
    return chat.duty(platform)


def waiting(platform: Platform) -> list[wire.StaffChat]:
    """Return the open talks, those that wait for an answer first, the oldest of them first."""
    chat.forget(platform)
    with platform.database.read() as session:
        query = select(Chat).where(Chat.closed_at.is_(None)).order_by(Chat.number).limit(MOST_LISTED)
        found = [_summary(session, row) for row in session.scalars(query)]
    return sorted(found, key=lambda one: (not one.waiting, one.number))


def whole(platform: Platform, number: int) -> wire.StaffTalk:
    """Return one talk with its messages.

    Raises:
        Refusal: chat-unknown.
    """
    with platform.database.read() as session:
        row = _talk(session, number)
        return wire.StaffTalk(chat=_summary(session, row), messages=chat.lines(session, number))


def answer(platform: Platform, number: int, asked: wire.StaffAnswer) -> wire.ChatSent:
    """Keep one message of staff, once for each id.

    Raises:
        Refusal: chat-unknown, chat-closed, chat-full, digest-conflict.
    """
    with platform.database.write() as session:
        return chat.put(platform, session, _talk(session, number), wire.Who.STAFF, asked.id, asked.text)


def end(platform: Platform, number: int) -> None:
    """Close a talk; closing it again changes nothing.

    Raises:
        Refusal: chat-unknown.
    """
    with platform.database.write() as session:
        row = _talk(session, number)
        if row.closed_at is None:
            row.closed_at, row.closed_by = platform.clock.now(), wire.Who.STAFF.value


def _talk(session: Session, number: int) -> Chat:
    row = session.get(Chat, number) if 0 < number < 2**31 else None
    if row is None:
        raise Refusal(ProblemCode.CHAT_UNKNOWN)
    return row


def _summary(session: Session, row: Chat) -> wire.StaffChat:
    count = session.scalar(select(func.count()).where(ChatMessage.chat == row.number)) or 0
    last = session.scalar(
        select(ChatMessage.who).where(ChatMessage.chat == row.number).order_by(ChatMessage.seq.desc()).limit(1)
    )
    return wire.StaffChat(
        number=row.number,
        terminal=row.terminal,
        lang=row.lang,
        service=row.service,
        step=row.step,
        opened_at=row.opened_at,
        closed=row.closed_at is not None,
        messages=count,
        waiting=last == wire.Who.RESIDENT,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
