"""QR credentials of five issuers, good once, for 60 seconds. Here the lab issues them all.

Their shapes are invented for this project and differ as those of real issuers do. Nobody may read anything out of
them: a credential is found by the hash of its whole text, and only the platform knows which kind it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select

from central_platform import codes
from central_platform.models import Token
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.identity import TokenKind, TokenPerson, TokenVerified
from contracts.ids import RandomBytes

SECRET_BYTES = 24
"""Never fewer random bits than 192 in any shape."""


def _digits(random_bytes: RandomBytes) -> str:
    return f"6{int.from_bytes(random_bytes(SECRET_BYTES), 'big'):059d}"


def _blocks(random_bytes: RandomBytes) -> str:
    text = base64.b32encode(random_bytes(25)).decode()
    return "SS:" + "-".join(text[at : at + 8] for at in range(0, len(text), 8))


def _long(random_bytes: RandomBytes) -> str:
    return base64.b64encode(random_bytes(180)).decode()


def _address(random_bytes: RandomBytes) -> str:
    return f"cityapp://show/id?v=1&t={random_bytes(32).hex()}"


SHAPES: Mapping[TokenKind, Callable[[RandomBytes], str]] = {
    TokenKind.DOORSTEP: lambda random_bytes: "DS1." + codes.opaque(random_bytes, SECRET_BYTES),
    TokenKind.MEDICAL: _digits,
    TokenKind.SOCIAL_SECURITY: _blocks,
    TokenKind.NETWORK_ID: _long,
    TokenKind.CITY_APP: _address,
}


def issue(platform: Platform, person: TokenPerson, kind: TokenKind = TokenKind.DOORSTEP) -> str:
    """Return the text of a fresh QR code for `person`; the platform keeps its hash."""
    raw = SHAPES[kind](platform.random_bytes)
    expires = platform.clock.now() + timedelta(seconds=platform.settings.token_s)
    with platform.database.write() as session:
        text = json.dumps(person.model_dump(), ensure_ascii=False)
        session.add(Token(hash=_hash(raw), kind=kind.value, person=text, id_no=person.id_no, expires=expires))
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
        person = TokenPerson.model_validate_json(row.person)
        # The number stays as proof for applications; the rest has served its purpose.
        row.used_at, row.terminal, row.person = now, terminal, ""
        return TokenVerified(person=person, level="L1", kind=TokenKind(row.kind))


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
