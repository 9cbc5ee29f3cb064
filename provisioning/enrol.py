"""The ceremony: one-time code in, identity and profile out. Nothing counts until everything is on the disk."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from contracts import canonical
from provisioning.authority import fingerprint, normal_fingerprint, pin_authority
from provisioning.errors import (
    BY_CODE,
    AnswerBadError,
    PlatformUnreachableError,
    ProvisioningError,
    RequestRefusedError,
)
from provisioning.files import PRIVATE, PUBLIC, sweep, write_atomic, write_generation
from provisioning.identity import (
    AUTHORITY,
    CERTIFICATE,
    ENROLMENT,
    KEY,
    LINK,
    PROFILE,
    TRUST,
    check_certificate,
    expired,
    load_identity,
    trust_from_json,
)
from provisioning.inventory import machine_inventory
from provisioning.key import KeyProtection, key_from_pem, key_to_pem, new_key, request_pem
from provisioning.ports import Clock, Http, RandomBytes, Reply
from provisioning.profile import SiteProfile, accept_profile, envelope_from_bytes
from provisioning.ticket import normal_code

PENDING = "pending.key"
TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A terminal that now has an identity in `folder`."""

    terminal: str
    folder: Path
    profile: SiteProfile
    key_protection: KeyProtection


def enrol(
    http: Http,
    url: str,
    code: str,
    ca_fingerprint: str,
    folder: Path,
    clock: Clock,
    random: RandomBytes,
    *,
    terminal: str | None = None,
    inventory: Mapping[str, Any] | None = None,
    timeout: float = TIMEOUT_S,
) -> Enrolled:
    """Enrol this machine at the platform `url` and store the identity under `folder`.

    The code is sent only after the server has proved to be certified by the authority whose SHA-256 is
    `ca_fingerprint`. The key is made first and kept while an answer is outstanding, so that trying again after a lost
    answer asks for the same key. `terminal` comes from the slip when it names one.

    Raises:
        ProvisioningError: one of its kinds; an identity that was there before stays in force.
    """
    code, pin = normal_code(code), normal_fingerprint(ca_fingerprint)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder / LINK)
    authority_pem = pin_authority(url, pin, timeout)
    authority_file = folder / "pending.authority"
    write_atomic(authority_file, authority_pem, random)
    key = _pending_key(folder, random)
    body = {
        "code": code,
        "csr_pem": request_pem(key, terminal),
        "inventory": dict(inventory if inventory is not None else machine_inventory()),
    }
    try:
        reply = http.post(_route(url, "/v1/enrol"), body, authority=authority_file, identity=None, timeout=timeout)
    except OSError as error:
        raise PlatformUnreachableError(type(error).__name__) from error
    enrolled = _store(answer_of(reply, 201), key, authority_pem, pin, url, folder, clock, random, terminal)
    for leftover in (folder / PENDING, authority_file):
        leftover.unlink(missing_ok=True)
    return enrolled


def answer_of(reply: Reply, wanted: int) -> Mapping[str, Any]:
    """Return the body of an answer with the wanted status.

    Raises:
        ProvisioningError: the platform's problem code; or `AnswerBadError`, when this is not our platform's JSON.
    """
    if reply.body is None:
        raise AnswerBadError(f"status {reply.status}, no JSON")
    if reply.status in (200, wanted):
        return reply.body
    if reply.status >= 500:
        raise PlatformUnreachableError(f"status {reply.status}")
    code = str(reply.body.get("code") or "")[:40]
    raise BY_CODE[code]() if code in BY_CODE else RequestRefusedError(code or f"status {reply.status}")


def _route(url: str, path: str) -> str:
    return url.rstrip("/") + path


def _pending_key(folder: Path, random: RandomBytes) -> ec.EllipticCurvePrivateKey:
    path = folder / PENDING
    if path.exists():
        try:
            os.chmod(path, PRIVATE)
            return key_from_pem(path.read_bytes())
        except (OSError, ValueError):
            path.unlink(missing_ok=True)
    key = new_key()
    write_atomic(path, key_to_pem(key), random, PRIVATE)
    return key


def _store(
    answer: Mapping[str, Any],
    key: ec.EllipticCurvePrivateKey,
    authority_pem: bytes,
    pin: str,
    url: str,
    folder: Path,
    clock: Clock,
    random: RandomBytes,
    wanted: str | None,
) -> Enrolled:
    now = clock.now()
    try:
        terminal = str(answer["terminal"])
        certificate = x509.load_pem_x509_certificate(str(answer["certificate_pem"]).encode())
        named = x509.load_pem_x509_certificate(str(answer["ca_pem"]).encode())
        trust = trust_from_json(answer["keys"])
        envelope = answer["profile"]
    except (KeyError, ValueError, TypeError) as error:
        raise AnswerBadError("a field is missing or unreadable") from error
    if wanted is not None and terminal != wanted:
        raise AnswerBadError("another terminal than the slip says")
    if fingerprint(named.public_bytes(Encoding.DER)) != pin:
        raise AnswerBadError("another authority than the slip says")
    authority = x509.load_pem_x509_certificate(authority_pem)
    check_certificate(certificate, key, authority, terminal)
    if expired(certificate, now) or now < certificate.not_valid_before_utc:
        raise AnswerBadError("the certificate is not valid at this terminal's time")
    profile = accept_profile(envelope, trust, terminal, now, _held_profile(folder, terminal))
    facts = {"terminal": terminal, "url": url.rstrip("/"), "at": now.isoformat(), "key_protection": KeyProtection.FILE}
    write_generation(
        folder / LINK,
        {
            KEY: (key_to_pem(key), PRIVATE),
            CERTIFICATE: (certificate.public_bytes(Encoding.PEM), PUBLIC),
            AUTHORITY: (authority_pem, PUBLIC),
            TRUST: (json.dumps({name: raw.hex() for name, raw in trust.items()}).encode(), PUBLIC),
            ENROLMENT: (json.dumps(facts).encode(), PUBLIC),
            PROFILE: (canonical(envelope), PRIVATE),
        },
        random,
    )
    return Enrolled(terminal, folder, profile, KeyProtection.FILE)


def _held_profile(folder: Path, terminal: str) -> dict[str, Any] | None:
    """Return the profile in force when the same terminal enrols again, so that a lower revision is still refused."""
    try:
        identity = load_identity(folder)
        return envelope_from_bytes(identity.profile_file.read_bytes()) if identity.terminal == terminal else None
    except (ProvisioningError, OSError):
        return None
