"""Codes by text message: six digits, five minutes, five tries, few per phone. The gateway stub keeps the texts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central_platform import codes, population
from central_platform.models import Message, PhoneChallenge
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.identity import PhoneChallengeReply
from contracts.masks import mask_phone

MAX_TRIES = 5
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def send(platform: Platform, terminal: str, phone: str, id_no: str | None, purpose: str) -> PhoneChallengeReply:
    """Send a code and return its challenge.

    Raises:
        Refusal: phone-not-registered when the platform knows another phone for `id_no`; too-many.
    """
    now, settings = platform.clock.now(), platform.settings
    if id_no is not None:
        known = str(population.record(platform, id_no).get("phone") or "")
        if known and not codes.same(known, phone):
            raise Refusal(ProblemCode.PHONE_NOT_REGISTERED)
    code, challenge = codes.phone_code(platform.random_bytes), codes.opaque(platform.random_bytes)
    with platform.database.write() as session:
        _limit(session, phone, now, MINUTE, settings.phone_per_minute)
        _limit(session, phone, now, HOUR, settings.phone_per_hour)
        session.add(
            PhoneChallenge(
                id=challenge,
                terminal=terminal,
                phone=phone,
                id_no=id_no,
                purpose=purpose,
                code_hash=codes.secret_hash(code, challenge),
                tries=0,
                sent_at=now,
                expires=now + timedelta(seconds=settings.phone_code_s),
            )
        )
        session.add(Message(phone=phone, text=_words(code, settings.phone_code_s), at=now))
    return PhoneChallengeReply(challenge=challenge, expires_s=settings.phone_code_s, masked=mask_phone(phone))


def check(platform: Platform, terminal: str, challenge: str, code: str) -> None:
    """Return when `code` is the one that was sent to this terminal's resident.

    Raises:
        Refusal: code-wrong with the tries that remain, code-expired, code-locked, or code-unknown for a challenge that
            this terminal never got.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        row = session.get(PhoneChallenge, challenge, with_for_update=True)
        if row is None or row.terminal != terminal:
            raise Refusal(ProblemCode.CODE_UNKNOWN)
        if row.tries >= MAX_TRIES:
            raise Refusal(ProblemCode.CODE_LOCKED)
        if row.expires <= now:
            raise Refusal(ProblemCode.CODE_EXPIRED)
        right = codes.same(codes.secret_hash(code.strip(), challenge), row.code_hash)
        if right:
            row.passed_at = row.passed_at or now
        else:
            row.tries += 1
        remaining = MAX_TRIES - row.tries
    # Outside the block: a wrong try must be committed before it is answered.
    if not right:
        locked = remaining <= 0
        raise Refusal(ProblemCode.CODE_LOCKED if locked else ProblemCode.CODE_WRONG, remaining=remaining)


def _limit(session: Session, phone: str, now: datetime, span: timedelta, most: int) -> None:
    recent = select(func.count(), func.min(PhoneChallenge.sent_at)).where(
        PhoneChallenge.phone == phone, PhoneChallenge.sent_at > now - span
    )
    count, oldest = session.execute(recent).one()
    if count >= most:
        wait = max(1, round((oldest + span - now).total_seconds()))
        raise Refusal(ProblemCode.TOO_MANY, f"the next code can be sent in {wait} s", retry_s=wait)


def _words(code: str, seconds: int) -> str:
    minutes = max(1, seconds // 60)
    return (
        f"【家门口】验证码 {code}，{minutes} 分钟内有效。工作人员不会向您要这个号码，请不要告诉别人。"
        f" Your code is {code}, valid for {minutes} minutes. Never tell anyone."
    )
