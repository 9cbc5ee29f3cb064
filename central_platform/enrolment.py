"""A terminal's way into the fleet: slot and one-time code, certificate, renewal, withdrawal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from central_platform import alarms, codes, newcomers
from central_platform.authority import CURVE, CsrError, Issued, public_hex, read_csr
from central_platform.models import Certificate, Newcomer, Terminal
from central_platform.newcomers import Waiting
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from contracts.canonical import CanonicalError, canonical
from contracts.hardware import hardware_of, same_machine
from contracts.site import read_site

MAX_TRIES = 5
TPM = "tpm"
RENEW_WINDOW = timedelta(hours=1)
"""How far `at` of a signed renewal may be from the platform's clock."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A terminal that was let in."""

    terminal: str
    certificate: Issued


@dataclass(frozen=True, slots=True)
class Proof:
    """What the device key says of a request: its public half (SubjectPublicKeyInfo, hexadecimal), who keeps it, and its
    signature over `csr_pem`, `at` and the canonical inventory, one behind the other.
    """

    key: str
    protection: str
    at: str
    signature: str


def create(
    platform: Platform,
    terminal: str,
    profile: Mapping[str, Any],
    *,
    expected: Mapping[str, Any] | None = None,
    ask: bool = False,
) -> str:
    """Make a slot, or a new code for a slot that exists, and return the one-time code. Only its hash is kept.

    `expected` is what the machine's inventory has to say to come in at once, `ask` lets none in without an operator.

    Raises:
        SiteFieldError: a field of the profile that no terminal would take.
    """
    now = platform.clock.now()
    code, selector = _fresh_code(platform)
    complete = complete_profile(platform, profile)
    read_site(complete)
    text = json.dumps(complete, ensure_ascii=False)
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
        row.code_used_at = row.code_key = None
        row.revoked_at = None
        row.expected = None if expected is None else json.dumps(expected, ensure_ascii=False)
        row.ask = ask
        session.execute(delete(Newcomer).where(Newcomer.terminal == terminal))
    return code


def change_profile(platform: Platform, terminal: str, fields: Mapping[str, Any]) -> int:
    """Give a terminal new fields of its site profile, those that are not named stay; returns the new revision.

    Raises:
        LookupError: there is no such terminal.
        SiteFieldError: a field that no terminal would take; nothing was changed.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        row = session.get(Terminal, terminal, with_for_update=True)
        if row is None:
            raise LookupError("there is no such terminal")
        complete = complete_profile(platform, {**json.loads(row.profile), **_signed_fields(fields)})
        read_site(complete)
        row.profile = json.dumps(complete, ensure_ascii=False)
        row.profile_rev += 1
        row.profile_expires = now + timedelta(days=platform.settings.profile_days)
        return row.profile_rev


def _signed_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a template without its note, which is for whoever writes one; words given once are for both."""
    found = {name: value for name, value in fields.items() if name != "note"}
    return found | {name: _pair(found[name]) for name in ("name", "place") if name in found}


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
        **_signed_fields(profile),
        "name": name,
        "place": _pair(profile.get("place", name)),
    }


def enrol(
    platform: Platform,
    code: str,
    csr_pem: str,
    inventory: Mapping[str, Any],
    proof: Proof | None = None,
    *,
    replace: bool = False,
) -> Admission | Waiting:
    """Turn a one-time code and a request into a certificate, or into a place on the list of those who wait.

    A code belongs to the first device key that used it. The same key may ask again within the code's life, because the
    answer may have been lost on the way; any other key is told that the code was used. Without a `proof` the
    certificate's key is the device key.

    Raises:
        Refusal: code-unknown, code-used, code-expired, code-locked, slot-occupied, enrolment-rejected, csr-invalid or
            signature-invalid.
    """
    now = platform.clock.now()
    csr = _csr(csr_pem)
    device = _device(csr, csr_pem, inventory, proof)
    typed = codes.normalise_crockford(code)
    with platform.database.write() as session:
        row = session.scalar(
            select(Terminal).where(Terminal.code_selector == typed[: codes.SELECTOR]).with_for_update()
        )
        refused = _judge(row, typed, device, now)
        if refused is None and row is not None:
            granted = _admit(platform, session, row, csr, device, inventory, proof, replace, now)
            if not isinstance(granted, ProblemCode):
                return granted
            refused = granted
    # Outside the block: the wrong try above must be committed, not rolled back.
    raise Refusal(refused or ProblemCode.CODE_UNKNOWN)


def granted(platform: Platform, admission: Admission) -> dict[str, Any]:
    """Return what a terminal is told when it is let in: the same on the wire and on a stick."""
    _, profile = platform.signed_profile(admission.terminal)
    return {
        "terminal": admission.terminal,
        "certificate_pem": admission.certificate.pem,
        "ca_pem": platform.authority.ca_pem,
        "keys": platform.authority.keys,
        "profile": profile,
    }


def issue(
    platform: Platform,
    terminal: str,
    csr_pem: str,
    inventory: Mapping[str, Any],
    proof: Proof,
    *,
    replace: bool = False,
) -> Admission:
    """Certify a request that came on a stick: the operator who names the slot accepts the machine.

    Raises:
        Refusal: code-unknown (no such slot), certificate-revoked, code-used (by another machine), slot-occupied,
            csr-invalid, signature-invalid.
    """
    now = platform.clock.now()
    csr = _csr(csr_pem)
    device = _device(csr, csr_pem, inventory, proof)
    with platform.database.write() as session:
        row = session.get(Terminal, terminal, with_for_update=True)
        if row is None:
            raise Refusal(ProblemCode.CODE_UNKNOWN, "there is no such terminal")
        if row.revoked_at is not None:
            raise Refusal(
                ProblemCode.CERTIFICATE_REVOKED, "the terminal was withdrawn: `terminal create` opens it again"
            )
        if row.code_used_at is not None and device not in {row.code_key, row.device_key}:
            raise Refusal(ProblemCode.CODE_USED)
        if not replace and newcomers.occupied(session, row, device, inventory, now):
            raise Refusal(ProblemCode.SLOT_OCCUPIED)
        return _enter(platform, session, row, csr, device, inventory, proof, now)


def _judge(row: Terminal | None, typed: str, device: str, now: datetime) -> ProblemCode | None:
    if row is None or row.code_hash is None or row.code_expires is None:
        return ProblemCode.CODE_UNKNOWN
    if row.code_tries >= MAX_TRIES:
        return ProblemCode.CODE_LOCKED
    if not codes.same(codes.secret_hash(typed, row.id), row.code_hash):
        row.code_tries += 1
        return ProblemCode.CODE_LOCKED if row.code_tries >= MAX_TRIES else ProblemCode.CODE_UNKNOWN
    if row.code_used_at is not None and (row.code_key or row.public_key) != device:
        return ProblemCode.CODE_USED
    return ProblemCode.CODE_EXPIRED if row.code_expires <= now else None


def _admit(
    platform: Platform,
    session: Session,
    row: Terminal,
    csr: x509.CertificateSigningRequest,
    device: str,
    inventory: Mapping[str, Any],
    proof: Proof | None,
    replace: bool,
    now: datetime,
) -> Admission | Waiting | ProblemCode:
    if newcomers.verdict(session, row, device) == newcomers.REJECTED:
        return ProblemCode.ENROLMENT_REJECTED
    # Told before the code is used up: the technician may hold another slot's slip.
    if not replace and newcomers.occupied(session, row, device, inventory, now):
        return ProblemCode.SLOT_OCCUPIED
    protection = "" if proof is None else proof.protection
    waiting = newcomers.must_wait(session, row, device, protection, inventory, now)
    if waiting is not None:
        row.code_used_at, row.code_key = now, device
        return waiting
    return _enter(platform, session, row, csr, device, inventory, proof, now)


def _enter(
    platform: Platform,
    session: Session,
    row: Terminal,
    csr: x509.CertificateSigningRequest,
    device: str,
    inventory: Mapping[str, Any],
    proof: Proof | None,
    now: datetime,
) -> Admission:
    # From before device keys were noted: they are the former machine's, when this is another one.
    session.execute(
        update(Certificate)
        .where(Certificate.terminal == row.id, Certificate.device.is_(None))
        .values(device=row.device_key or row.public_key)
    )
    row.code_used_at, row.code_key = now, device
    row.inventory = json.dumps(inventory, ensure_ascii=False)
    row.key_protection = None if proof is None else proof.protection
    return Admission(row.id, _certify(platform, session, row, csr, device, now))


def renew(
    platform: Platform,
    terminal: str,
    csr_pem: str,
    inventory: Mapping[str, Any] | None = None,
    proof: Proof | None = None,
    serial: str | None = None,
) -> Issued:
    """Certify a new key or the same one again for a terminal that proved itself by its certificate.

    `serial` is that of the certificate it holds.

    Raises:
        Refusal: csr-invalid, signature-invalid, hardware-changed, certificate-superseded.
    """
    csr = _csr(csr_pem)
    with platform.database.write() as session:
        row = session.get_one(Terminal, terminal, with_for_update=True)
        device = public_hex(csr)
        if proof is not None:
            device = _device(csr, csr_pem, inventory, proof)
        known = row.device_key or row.public_key
        if device != known and row.key_protection == TPM:
            # Whoever has only the key of mutual TLS is not the terminal.
            raise Refusal(ProblemCode.SIGNATURE_INVALID, "the request must be signed by the device key")
        copy = _is_copy(session, row, inventory, serial)
        if copy is None:
            return _certify(platform, session, row, csr, device, platform.clock.now())
    raise _copied(platform, terminal, copy)


def renew_signed(
    platform: Platform,
    csr_pem: str,
    at: str,
    signature: str,
    inventory: Mapping[str, Any] | None = None,
    device_key: str | None = None,
    serial: str | None = None,
) -> Admission:
    """Renew after the certificate expired: the request is signed by the device key that the platform knows.

    Raises:
        Refusal: signature-invalid (unknown key, stale or repeated `at`, wrong signature), certificate-revoked,
            certificate-expired (longer than the grace), hardware-changed, certificate-superseded.
    """
    now = platform.clock.now()
    csr = _csr(csr_pem)
    moment = _fresh(at, now)
    device = device_key or public_hex(csr)
    _check_signature(device, _signed(csr_pem, at, inventory), signature)
    with platform.database.write() as session:
        row = session.scalar(select(Terminal).where(Terminal.device_key == device).with_for_update())
        if row is None:
            row = session.scalar(
                select(Terminal).where(Terminal.public_key == device, Terminal.device_key.is_(None)).with_for_update()
            )
        if row is None or (row.renewed_at is not None and moment <= row.renewed_at):
            raise Refusal(ProblemCode.SIGNATURE_INVALID)
        if row.revoked_at is not None:
            raise Refusal(ProblemCode.CERTIFICATE_REVOKED)
        ended = session.scalar(select(func.max(Certificate.not_after)).where(Certificate.terminal == row.id))
        if ended is None or ended + timedelta(days=platform.settings.renew_grace_days) < now:
            raise Refusal(ProblemCode.CERTIFICATE_EXPIRED, "the terminal was away too long: enrol it again")
        copy = _is_copy(session, row, inventory, serial)
        if copy is None:
            row.renewed_at = moment
            return Admission(row.id, _certify(platform, session, row, csr, device, now))
    raise _copied(platform, row.id, copy)


def _is_copy(
    session: Session, row: Terminal, inventory: Mapping[str, Any] | None, serial: str | None
) -> ProblemCode | None:
    """Tell a copy: other hardware than was enrolled, or a certificate older than one that was used since."""
    if inventory is not None and row.key_protection != TPM:
        known = json.loads(row.inventory) if row.inventory else {}
        if not same_machine(hardware_of(known), hardware_of(inventory)):
            return ProblemCode.HARDWARE_CHANGED
    held = session.get(Certificate, serial) if serial else None
    if held is None or held.terminal != row.id:
        return None
    newest = session.scalar(
        select(func.max(Certificate.not_before)).where(
            Certificate.terminal == row.id, Certificate.used_at.is_not(None), Certificate.revoked_at.is_(None)
        )
    )
    return ProblemCode.CERTIFICATE_SUPERSEDED if newest is not None and held.not_before < newest else None


def _copied(platform: Platform, terminal: str, why: ProblemCode) -> Refusal:
    """Two machines may have one identity: a person has to look."""
    alarms.happened(platform, terminal, alarms.Kind.IDENTITY_COPIED, {"why": why.value}, platform.clock.now())
    return Refusal(why)


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
    if certificate.used_at is None:
        _first_use(platform, certificate)
    return None


def _first_use(platform: Platform, certificate: Certificate) -> None:
    """Note it, and withdraw what another device key had in this slot: a machine that was replaced works until then, so
    that a crash of the ceremony leaves one of the two in service.
    """
    now = platform.clock.now()
    with platform.database.write() as session:
        session.execute(
            update(Certificate)
            .where(Certificate.serial == certificate.serial, Certificate.used_at.is_(None))
            .values(used_at=now)
        )
        session.execute(
            update(Certificate)
            .where(
                Certificate.terminal == certificate.terminal,
                Certificate.device.is_not(None),
                Certificate.device != certificate.device,
                Certificate.not_before <= certificate.not_before,
                Certificate.revoked_at.is_(None),
            )
            .values(revoked_at=now)
        )


def _certify(
    platform: Platform,
    session: Session,
    row: Terminal,
    csr: x509.CertificateSigningRequest,
    device: str,
    now: datetime,
) -> Issued:
    certified = public_hex(csr)
    issued = platform.authority.issue(row.id, csr, now, platform.settings.certificate_days)
    used = or_(Terminal.public_key.in_((certified, device)), Terminal.device_key.in_((certified, device)))
    if session.scalar(select(Terminal.id).where(used, Terminal.id != row.id)) is not None:
        raise Refusal(ProblemCode.CSR_INVALID, "another terminal uses this key: make a new one")
    row.public_key, row.device_key = certified, device
    session.add(
        Certificate(
            serial=issued.serial,
            terminal=row.id,
            not_before=issued.not_before,
            not_after=issued.not_after,
            device=device,
        )
    )
    return issued


def _device(
    csr: x509.CertificateSigningRequest, csr_pem: str, inventory: Mapping[str, Any] | None, proof: Proof | None
) -> str:
    """Return the device key that speaks for a request, once it has signed it."""
    if proof is None:
        return public_hex(csr)
    _check_signature(proof.key, _signed(csr_pem, proof.at, inventory), proof.signature)
    return proof.key


def _signed(csr_pem: str, at: str, inventory: Mapping[str, Any] | None) -> bytes:
    try:
        return (csr_pem + at).encode() + (b"" if inventory is None else canonical(inventory))
    except (CanonicalError, ValueError) as error:
        raise Refusal(ProblemCode.SIGNATURE_INVALID, "the inventory has no canonical form") from error


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


def _check_signature(spki: str, data: bytes, signature: str) -> None:
    try:
        key = load_der_public_key(bytes.fromhex(spki))
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != CURVE.name:
            raise ValueError("wrong kind of key")
        key.verify(bytes.fromhex(signature), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, UnsupportedAlgorithm) as error:
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
