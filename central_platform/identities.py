"""Identities: a short-lived opaque token for one person before one terminal, ended with the visit.

It stands for evidence that was checked once, so that calls about a person need not carry that evidence again. Only
hashes are kept: whoever reads the table learns neither a token nor whose it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete

from central_platform import codes
from central_platform import evidence as proofs
from central_platform.models import Identity
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire import identity as wire
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import Evidence, Person

SECRET_BYTES = 32
KEPT_AFTER_END = timedelta(hours=1)
"""For so long an identity that has run out is told from one that never was."""


def give(platform: Platform, terminal: str, person: Person, evidence: Sequence[Evidence]) -> wire.Identity:
    """Return a fresh identity of `person` at `terminal`.

    Raises:
        Refusal: evidence-insufficient when the evidence reaches no level or does not say who it is. A phone alone says
            so only when the code was sent for this person, to the phone and under the name that the platform knows.
    """
    now, settings = platform.clock.now(), platform.settings
    since = now - timedelta(seconds=settings.proof_s)
    raw = codes.opaque(platform.random_bytes, SECRET_BYTES)
    with platform.database.write() as session:
        kinds = proofs.holding(session, terminal, person, evidence, since)
        level = proofs.reached(kinds)
        known = proofs.names_somebody(kinds) or any(
            proofs.registered(session, person, terminal, item, since) for item in evidence if item.kind == "phone_code"
        )
        if level < proofs.Level.L1 or not known:
            raise Refusal(ProblemCode.EVIDENCE_INSUFFICIENT)
        session.execute(delete(Identity).where(Identity.expires <= now - KEPT_AFTER_END))
        session.add(
            Identity(
                hash=_hash(raw),
                terminal=terminal,
                person_hash=_person_hash(raw, person.id_no),
                level=level.name,
                expires=now + timedelta(seconds=settings.identity_s),
            )
        )
    return wire.Identity(identity=raw, level=level.name, expires_s=settings.identity_s)


def require(platform: Platform, terminal: str, raw: str | None, id_no: str) -> None:
    """Return when `raw` is the identity of `id_no` at `terminal` and in force.

    Raises:
        Refusal: identity-required, identity-unknown, identity-elsewhere, identity-expired or identity-mismatch.
    """
    if raw is None:
        raise Refusal(ProblemCode.IDENTITY_REQUIRED)
    with platform.database.read() as session:
        row = session.get(Identity, _hash(raw))
    if row is None:
        raise Refusal(ProblemCode.IDENTITY_UNKNOWN)
    if row.terminal != terminal:
        raise Refusal(ProblemCode.IDENTITY_ELSEWHERE)
    if row.expires <= platform.clock.now():
        raise Refusal(ProblemCode.IDENTITY_EXPIRED)
    if not codes.same(row.person_hash, _person_hash(raw, id_no)):
        raise Refusal(ProblemCode.IDENTITY_MISMATCH)


def end(platform: Platform, terminal: str, raw: str) -> None:
    """Forget an identity of this terminal; one that is not there, or another terminal's, changes nothing."""
    with platform.database.write() as session:
        session.execute(delete(Identity).where(Identity.hash == _hash(raw), Identity.terminal == terminal))


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def _person_hash(raw: str, id_no: str) -> str:
    """The token, which is not kept, salts the number: the hash cannot be searched for numbers."""
    return codes.secret_hash(id_no, raw)
