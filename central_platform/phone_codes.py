"""Codes by text message: six digits, five minutes, five tries, few per phone. The gateway stub keeps the texts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from central_platform import codes, guessing, population
from central_platform.models import Message, PhoneChallenge
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.settings import Settings
from central_platform.wire.common import ProblemCode
from central_platform.wire.identity import PhoneChallengeReply
from contracts.masks import mask_phone

MAX_TRIES = 5
KEPT = timedelta(days=1)
"""For so long the gateway stub keeps a text."""


def send(platform: Platform, terminal: str, phone: str, id_no: str | None, purpose: str) -> PhoneChallengeReply:
    """Send a code and return its challenge.

    Raises:
        Refusal: phone-not-registered when the platform knows another phone for `id_no`; too-many for this phone, person
            or terminal; code-locked after too many wrong codes.
    """
    now, settings = platform.clock.now(), platform.settings
    if id_no is not None:
        known = str(population.record(platform, id_no).get("phone") or "")
        if known and not codes.same(known, phone):
            raise Refusal(ProblemCode.PHONE_NOT_REGISTERED)
    code, challenge = codes.phone_code(platform.random_bytes), codes.opaque(platform.random_bytes)
    with platform.database.write() as session:
        guessing.check_sending(session, settings, now, terminal, phone, id_no)
        session.add(
            PhoneChallenge(
                id=challenge,
                terminal=terminal,
                phone=phone,
                id_no=id_no,
                purpose=purpose,
                code_hash=_hash(platform, code, challenge),
                tries=0,
                sent_at=now,
                expires=now + timedelta(seconds=settings.phone_code_s),
            )
        )
        session.execute(delete(Message).where(Message.at <= now - KEPT))
        session.add(Message(phone=phone, text=_words(code, settings.phone_code_s), at=now))
    return PhoneChallengeReply(challenge=challenge, expires_s=settings.phone_code_s, masked=mask_phone(phone))


def check(platform: Platform, terminal: str, challenge: str, code: str) -> None:
    """Return when `code` is the one that was sent to this terminal's resident.

    Raises:
        Refusal: code-wrong with the tries that remain, code-expired, code-locked (with the seconds to wait when it is
            the phone or the person that is locked), or code-unknown for a challenge that this terminal never got.
    """
    now, wrong = platform.clock.now(), None
    with platform.database.write() as session:
        row = session.get(PhoneChallenge, challenge)
        if row is None or row.terminal != terminal:
            raise Refusal(ProblemCode.CODE_UNKNOWN)
        guessing.one_at_a_time(session, now, row.phone)
        session.refresh(row)
        guessing.check_lock(session, platform.settings, now, row.phone, row.id_no)
        if row.tries >= MAX_TRIES:
            raise Refusal(ProblemCode.CODE_LOCKED)
        if row.expires <= now:
            raise Refusal(ProblemCode.CODE_EXPIRED)
        if codes.same(_hash(platform, code.strip(), challenge), row.code_hash):
            row.passed_at = row.passed_at or now
            guessing.forgive(session, row.phone)
        else:
            wrong = _wrong(session, platform.settings, now, row)
    # Outside the block: a wrong try must be committed before it is answered.
    if wrong is not None:
        raise wrong


def _wrong(session: Session, settings: Settings, now: datetime, row: PhoneChallenge) -> Refusal:
    row.tries += 1
    borne = guessing.note_wrong(session, settings, now, row.phone, row.id_no)
    remaining = min(MAX_TRIES - row.tries, borne)
    if remaining > 0:
        return Refusal(ProblemCode.CODE_WRONG, remaining=remaining)
    wait = guessing.locked_for(session, settings, now, row.phone, row.id_no)
    return Refusal(ProblemCode.CODE_LOCKED, remaining=0, retry_s=wait or None)


def _hash(platform: Platform, code: str, challenge: str) -> str:
    return codes.keyed_hash(platform.authority.derive("phone-code"), code, challenge)


def _words(code: str, seconds: int) -> str:
    minutes = max(1, seconds // 60)
    return (
        f"【家门口】验证码 {code}，{minutes} 分钟内有效。工作人员不会向您要这个号码，请不要告诉别人。"
        f" Your code is {code}, valid for {minutes} minutes. Never tell anyone."
    )
