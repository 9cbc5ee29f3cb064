"""A terminal's way into the fleet: slot and one-time code, certificate, renewal, withdrawal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from central_platform import codes
from central_platform.authority import CsrError, Issued, public_hex, read_csr
from central_platform.models import Certificate, Terminal
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode

MAX_TRIES = 5
RENEW_WINDOW = timedelta(hours=1)
"""How far `at` of a signed renewal may be from the platform's clock."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A terminal that was let in."""

    terminal: str
    certificate: Issued


def create(platform: Platform, terminal: str, profile: Mapping[str, Any]) -> str:
    """Make a slot, or a new code for a slot that exists, and return the one-time code. Only its hash is kept."""
    now = platform.clock.now()
    code, selector = _fresh_code(platform)
    text = json.dumps(complete_profile(platform, profile), ensure_ascii=False)
    with platform.database.write() as session:
        row = session.get(Terminal, terminal)
        if row is None:
            row = Terminal(id=terminal, created_at=now, profile_rev=0, code_tries=0)
            session.add(row)
        row.profile = text
        row.profile_rev += 1
        row.profile_expires = now + timedelta(days=platform.settings.profile_days)
        row.code_selector = selector
        row.code_hash = codes.secret_hash(code, terminal)
        row.code_expires = now + timedelta(hours=platform.settings.enrol_hours)
        row.code_tries = 0
        row.code_used_at = None
        row.revoked_at = None
    return code


def complete_profile(platform: Platform, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return a site profile with everything that the contract asks for; given fields win."""
    name = _pair(profile.get("name", "自助终端"))
    return {
        "position": {"lat": "39.9120", "lon": "116.3660"},
        "kind": "community",
        "services": [package.id for package in platform.catalogue.packages.values()],
        "devices": [],
        "witnesses": [],
        "hotlines": ["66007070", "12345"],
        "hours": "00:00-24:00",
        **profile,
        "name": name,
        "place": _pair(profile.get("place", name)),
    }


def enrol(platform: Platform, code: str, csr_pem: str, inventory: Mapping[str, Any]) -> Admission:
    """Turn a one-time code and a request into a certificate.

    A code belongs to the first key that used it. The same key may ask again within the code's life, because the answer
    may have been lost on the way; any other key is told that the code was used.

    Raises:
        Refusal: code-unknown, code-used, code-expired, code-locked or csr-invalid.
    """
    now = platform.clock.now()
    csr = _csr(csr_pem)
    typed = codes.normalise_crockford(code)
    with platform.database.write() as session:
        row = session.scalar(
            select(Terminal).where(Terminal.code_selector == typed[: codes.SELECTOR]).with_for_update()
        )
        refused = _judge(row, typed, public_hex(csr), now)
        if refused is None and row is not None:
            row.code_used_at = now
            row.inventory = json.dumps(inventory, ensure_ascii=False)
            return Admission(row.id, _certify(platform, session, row, csr, now))
    # Outside the block: the wrong try above must be committed, not rolled back.
    raise Refusal(refused or ProblemCode.CODE_UNKNOWN)


def _judge(row: Terminal | None, typed: str, key: str, now: datetime) -> ProblemCode | None:
    if row is None or row.code_hash is None or row.code_expires is None:
        return ProblemCode.CODE_UNKNOWN
    if row.code_tries >= MAX_TRIES:
        return ProblemCode.CODE_LOCKED
    if not codes.same(codes.secret_hash(typed, row.id), row.code_hash):
        row.code_tries += 1
        return ProblemCode.CODE_LOCKED if row.code_tries >= MAX_TRIES else ProblemCode.CODE_UNKNOWN
    if row.code_used_at is not None and row.public_key != key:
        return ProblemCode.CODE_USED
    return ProblemCode.CODE_EXPIRED if row.code_expires <= now else None


def renew(platform: Platform, terminal: str, csr_pem: str) -> Issued:
    """Certify a new key or the same one again for a terminal that proved itself by its certificate."""
    csr = _csr(csr_pem)
    with platform.database.write() as session:
        row = session.get_one(Terminal, terminal, with_for_update=True)
        return _certify(platform, session, row, csr, platform.clock.now())


def renew_signed(platform: Platform, csr_pem: str, at: str, signature: str) -> Admission:
    """Renew after the certificate expired: the request is signed by the key that the platform knows.

    Raises:
        Refusal: signature-invalid (unknown key, stale or repeated `at`, wrong signature), certificate-revoked,
            certificate-expired (longer than the grace).
    """
    now = platform.clock.now()
    csr = _csr(csr_pem)
    moment = _fresh(at, now)
    _check_signature(csr, csr_pem + at, signature)
    with platform.database.write() as session:
        row = session.scalar(select(Terminal).where(Terminal.public_key == public_hex(csr)).with_for_update())
        if row is None or (row.renewed_at is not None and moment <= row.renewed_at):
            raise Refusal(ProblemCode.SIGNATURE_INVALID)
        if row.revoked_at is not None:
            raise Refusal(ProblemCode.CERTIFICATE_REVOKED)
        ended = session.scalar(select(func.max(Certificate.not_after)).where(Certificate.terminal == row.id))
        if ended is None or ended + timedelta(days=platform.settings.renew_grace_days) < now:
            raise Refusal(ProblemCode.CERTIFICATE_EXPIRED, "the terminal was away too long: enrol it again")
        row.renewed_at = moment
        return Admission(row.id, _certify(platform, session, row, csr, now))


def revoke(platform: Platform, terminal: str) -> bool:
    """Withdraw a terminal and every certificate it holds; False when there is no such terminal."""
    now = platform.clock.now()
    with platform.database.write() as session:
        row = session.get(Terminal, terminal)
        if row is None:
            return False
        row.revoked_at = now
        row.code_hash = None
        session.execute(
            update(Certificate)
            .where(Certificate.terminal == terminal, Certificate.revoked_at.is_(None))
            .values(revoked_at=now)
        )
    return True


def admitted(platform: Platform, terminal: str, serial: str) -> ProblemCode | None:
    """Return why a certificate that TLS found good is refused, or None: the deny list by serial."""
    with platform.database.read() as session:
        certificate = session.get(Certificate, serial)
        if certificate is None or certificate.terminal != terminal:
            return ProblemCode.CERTIFICATE_UNKNOWN
        if certificate.revoked_at is not None:
            return ProblemCode.CERTIFICATE_REVOKED
        if certificate.not_after <= platform.clock.now():
            return ProblemCode.CERTIFICATE_EXPIRED
    return None


def _certify(
    platform: Platform, session: Session, row: Terminal, csr: x509.CertificateSigningRequest, now: datetime
) -> Issued:
    issued = platform.authority.issue(row.id, csr, now, platform.settings.certificate_days)
    holder = session.scalar(select(Terminal.id).where(Terminal.public_key == public_hex(csr)))
    if holder not in {None, row.id}:
        raise Refusal(ProblemCode.CSR_INVALID, "another terminal uses this key: make a new one")
    row.public_key = public_hex(csr)
    session.add(
        Certificate(serial=issued.serial, terminal=row.id, not_before=issued.not_before, not_after=issued.not_after)
    )
    return issued


def _csr(pem: str) -> x509.CertificateSigningRequest:
    try:
        return read_csr(pem)
    except CsrError as error:
        raise Refusal(ProblemCode.CSR_INVALID, str(error)) from error


def _fresh(at: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
        stale = abs(moment - now) > RENEW_WINDOW
    except (ValueError, TypeError, OverflowError) as error:
        raise Refusal(ProblemCode.SIGNATURE_INVALID, "`at` must be a time with zone") from error
    if stale:
        raise Refusal(ProblemCode.SIGNATURE_INVALID, "`at` is too far from the platform's clock: ask /v1/time first")
    return moment


def _check_signature(csr: x509.CertificateSigningRequest, text: str, signature: str) -> None:
    key = csr.public_key()
    try:
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("wrong kind of key")
        key.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise Refusal(ProblemCode.SIGNATURE_INVALID) from error


def _fresh_code(platform: Platform) -> tuple[str, str]:
    while True:
        code = codes.enrolment_code(platform.random_bytes)
        selector = code[: codes.SELECTOR]
        with platform.database.read() as session:
            if session.scalar(select(Terminal.id).where(Terminal.code_selector == selector)) is None:
                return code, selector


def _pair(words: Any) -> dict[str, str]:
    if isinstance(words, Mapping):
        chinese = str(words.get("zh", ""))
        return {"zh": chinese, "en": str(words.get("en", chinese))}
    return {"zh": str(words), "en": str(words)}
