"""Talks by text between residents at a terminal and staff of the hotline.

A talk belongs to the terminal that opened it and is named by an id that only that terminal can know: the platform keeps
its hash, and makes it anew from a key of its own when the same opening is repeated. Words are in the two tables of the
talk and nowhere else; `forget` deletes them some days after the end.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from central_platform.models import Chat, ChatMessage, ChatStaff
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import chat as wire
from central_platform.wire.common import ProblemCode

AT_ONCE = 50
SEEN_EVERY = timedelta(seconds=60)
HOUR = timedelta(hours=1)


def duty(platform: Platform) -> wire.Duty:
    """Say whether somebody is on duty now, and when somebody usually is."""
    with platform.database.read() as session:
        there = _somebody(platform, session)
    return wire.Duty(on_duty=there, opens=platform.settings.chat_from, closes=platform.settings.chat_to)


def begin(platform: Platform, terminal: str, asked: wire.ChatOpen) -> wire.ChatOpened:
    """Open a talk, or return the one that the same request opened before.

    Raises:
        Refusal: chat-nobody, or too-many for this terminal within an hour.
    """
    now, raw = platform.clock.now(), _id(platform, terminal, asked.request)
    forget(platform)
    with platform.database.write() as session:
        if session.scalar(select(Chat.number).where(Chat.hash == _hash(raw))) is not None:
            return wire.ChatOpened(chat=raw)
        if not _somebody(platform, session):
            raise Refusal(ProblemCode.CHAT_NOBODY)
        recent = select(func.count()).where(Chat.terminal == terminal, Chat.opened_at > now - HOUR)
        if (session.scalar(recent) or 0) >= platform.settings.terminal_per_hour:
            raise Refusal(ProblemCode.TOO_MANY, retry_s=int(HOUR.total_seconds()))
        session.add(
            Chat(
                hash=_hash(raw),
                terminal=terminal,
                request=asked.request,
                lang=asked.lang,
                service=asked.service,
                step=asked.step,
                opened_at=now,
                seen_at=now,
            )
        )
    return wire.ChatOpened(chat=raw)


def send(platform: Platform, terminal: str, asked: wire.ChatSend) -> wire.ChatSent:
    """Keep one message of a resident.

    Raises:
        Refusal: chat-unknown, chat-closed, chat-full; digest-conflict when the id was used for other words.
    """
    with platform.database.write() as session:
        row = _own(session, terminal, asked.chat)
        row.seen_at = platform.clock.now()
        return put(platform, session, row, wire.Who.RESIDENT, asked.id, asked.text)


def read(platform: Platform, terminal: str, asked: wire.ChatRead) -> wire.ChatNews:
    """Return what is new in a talk; being asked is the terminal's sign of life.

    Raises:
        Refusal: chat-unknown.
    """
    now = platform.clock.now()
    with platform.database.read() as session:
        row = _own(session, terminal, asked.chat)
        newer = lines(session, row.number, asked.after, AT_ONCE + 1)
        there = _somebody(platform, session)
    if row.seen_at <= now - SEEN_EVERY:
        with platform.database.write() as session:
            session.execute(update(Chat).where(Chat.number == row.number).values(seen_at=now))
    return wire.ChatNews(
        messages=newer[:AT_ONCE], more=len(newer) > AT_ONCE, closed=row.closed_at is not None, on_duty=there
    )


def end(platform: Platform, terminal: str, asked: wire.ChatEnd) -> None:
    """Close a talk of this terminal; closing it again, or one that never was, changes nothing."""
    with platform.database.write() as session:
        mine = (Chat.hash == _hash(asked.chat), Chat.terminal == terminal, Chat.closed_at.is_(None))
        session.execute(update(Chat).where(*mine).values(closed_at=platform.clock.now(), closed_by="resident"))


def forget(platform: Platform) -> int:
    """Close talks whose terminal has fallen silent, delete those that ended long enough ago; returns how many went."""
    now, settings = platform.clock.now(), platform.settings
    with platform.database.write() as session:
        silent = Chat.seen_at <= now - timedelta(seconds=settings.chat_silent_s)
        session.execute(update(Chat).where(Chat.closed_at.is_(None), silent).values(closed_at=now, closed_by="silence"))
        over = select(Chat.number).where(Chat.closed_at <= now - timedelta(days=settings.chat_keep_days))
        gone = list(session.scalars(over))
        session.execute(delete(ChatMessage).where(ChatMessage.chat.in_(gone)))
        session.execute(delete(Chat).where(Chat.number.in_(gone)))
    return len(gone)


def put(platform: Platform, session: Session, row: Chat, who: wire.Who, key: str, text: str) -> wire.ChatSent:
    """Add a message of either side to an open talk, once for each key.

    Raises:
        Refusal: chat-closed, chat-full, digest-conflict.
    """
    known = session.scalar(select(ChatMessage).where(ChatMessage.chat == row.number, ChatMessage.key == key))
    if known is not None:
        if (known.who, known.text) != (who, text):
            raise Refusal(ProblemCode.DIGEST_CONFLICT)
        return wire.ChatSent(seq=known.seq, at=known.at)
    if row.closed_at is not None:
        raise Refusal(ProblemCode.CHAT_CLOSED)
    # The talk's row is the lock: on PostgreSQL two writers would otherwise count alike.
    session.execute(select(Chat.number).where(Chat.number == row.number).with_for_update())
    count = session.scalar(select(func.count()).where(ChatMessage.chat == row.number)) or 0
    if count >= wire.MOST_MESSAGES:
        raise Refusal(ProblemCode.CHAT_FULL)
    now = platform.clock.now()
    # As exact as it is kept: whoever asks again is told the same time.
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    made = ChatMessage(chat=row.number, seq=count + 1, key=key, who=who.value, text=text, at=at)
    session.add(made)
    return wire.ChatSent(seq=made.seq, at=made.at)


def lines(session: Session, number: int, after: int = 0, most: int = wire.MOST_MESSAGES) -> list[wire.ChatLine]:
    """Return messages of a talk behind `after`, oldest first."""
    query = select(ChatMessage).where(ChatMessage.chat == number, ChatMessage.seq > after)
    rows = session.scalars(query.order_by(ChatMessage.seq).limit(most))
    return [wire.ChatLine(seq=row.seq, who=wire.Who(row.who), text=row.text, at=row.at) for row in rows]


def _own(session: Session, terminal: str, raw: str) -> Chat:
    row = session.scalar(select(Chat).where(Chat.hash == _hash(raw)))
    if row is None or row.terminal != terminal:
        raise Refusal(ProblemCode.CHAT_UNKNOWN)
    return row


def _somebody(platform: Platform, session: Session) -> bool:
    now = platform.clock.now()
    return session.scalar(select(ChatStaff.name).where(ChatStaff.until > now).limit(1)) is not None


def _id(platform: Platform, terminal: str, request: str) -> str:
    code = hmac.new(platform.authority.derive("chat"), f"{terminal}:{request}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
