"""QR credentials: issued by the platform's own app (here: the lab), good once, for 60 seconds."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from sqlalchemy import select

from central_platform import codes
from central_platform.models import Token
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.identity import TokenPerson, TokenVerified

PREFIX = "DS1."
SECRET_BYTES = 24


def issue(platform: Platform, person: TokenPerson) -> str:
    """Return the text of a fresh QR code for `person`; the platform keeps its hash."""
    raw = PREFIX + codes.opaque(platform.random_bytes, SECRET_BYTES)
    expires = platform.clock.now() + timedelta(seconds=platform.settings.token_s)
    with platform.database.write() as session:
        text = json.dumps(person.model_dump(), ensure_ascii=False)
        session.add(Token(hash=_hash(raw), person=text, id_no=person.id_no, expires=expires))
    return raw


def verify(platform: Platform, terminal: str, raw: str) -> TokenVerified:
    """Use up a credential and return whose it is.

    Raises:
        Refusal: token-unknown, token-used or token-expired.
    """
    now = platform.clock.now()
    if not raw.isprintable():
        raise Refusal(ProblemCode.TOKEN_UNKNOWN)
    with platform.database.write() as session:
        row = session.scalar(select(Token).where(Token.hash == _hash(raw)).with_for_update())
        if row is None:
            raise Refusal(ProblemCode.TOKEN_UNKNOWN)
        if row.used_at is not None:
            raise Refusal(ProblemCode.TOKEN_USED)
        if row.expires <= now:
            raise Refusal(ProblemCode.TOKEN_EXPIRED)
        row.used_at, row.terminal = now, terminal
        return TokenVerified(person=TokenPerson.model_validate_json(row.person), level="L1")


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
