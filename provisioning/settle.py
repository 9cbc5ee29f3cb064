"""What the platform granted becomes the terminal's identity: checked as a whole, stored as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from contracts import canonical
from provisioning.authority import fingerprint
from provisioning.device import DeviceKey, forget
from provisioning.errors import AnswerBadError, MachineClockError, ProvisioningError
from provisioning.files import PRIVATE, PUBLIC, write_generation
from provisioning.identity import (
    AUTHORITY,
    CERTIFICATE,
    DEVICE,
    ENROLMENT,
    KEY,
    LINK,
    PROFILE,
    TLS,
    TRUST,
    check_certificate,
    expired,
    load_identity,
    trust_from_json,
)
from provisioning.key import KeyProtection
from provisioning.ports import Clock, RandomBytes
from provisioning.profile import SiteProfile, accept_profile, envelope_from_bytes


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A terminal that now has an identity in `folder`."""

    terminal: str
    folder: Path
    profile: SiteProfile
    key_protection: KeyProtection


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the key, the platform, and on which machine. `terminal` is None when the slip names none."""

    device: DeviceKey
    certified: ec.EllipticCurvePrivateKey
    locked: bytes
    url: str
    authority_pem: bytes
    terminal: str | None
    hardware: Mapping[str, Any]
    slip: str = ""


def settle(answer: Mapping[str, Any], wish: Wish, folder: Path, clock: Clock, random: RandomBytes) -> Enrolled:
    """Check every part of an answer, put it in force, and forget the attempt.

    Raises:
        AnswerBadError, MachineClockError, ProfileError: nothing changed.
    """
    now = clock.now()
    try:
        terminal = str(answer["terminal"])
        certificate = x509.load_pem_x509_certificate(str(answer["certificate_pem"]).encode())
        named = x509.load_pem_x509_certificate(str(answer["ca_pem"]).encode())
        trust = trust_from_json(answer["keys"])
        envelope = answer["profile"]
    except (KeyError, ValueError, TypeError) as error:
        raise AnswerBadError("a field is missing or unreadable") from error
    authority = x509.load_pem_x509_certificate(wish.authority_pem)
    if wish.terminal is not None and terminal != wish.terminal:
        raise AnswerBadError("another terminal than the slip says")
    if fingerprint(named.public_bytes(Encoding.DER)) != fingerprint(authority.public_bytes(Encoding.DER)):
        raise AnswerBadError("another authority than the slip says")
    check_certificate(certificate, wish.certified.public_key(), authority, terminal)
    if expired(certificate, now) or now < certificate.not_valid_before_utc:
        raise MachineClockError
    profile = accept_profile(envelope, trust, terminal, now, _held_profile(folder, terminal))
    facts = {
        "terminal": terminal,
        "url": wish.url.rstrip("/"),
        "at": now.isoformat(),
        "key_protection": wish.device.protection,
        "hardware": wish.hardware,
        "inode": folder.stat().st_ino,
        "slip": wish.slip,
    }
    write_generation(
        folder / LINK,
        {
            **_keys(wish, certificate.public_bytes(Encoding.PEM)),
            AUTHORITY: (wish.authority_pem, PUBLIC),
            TRUST: (json.dumps({name: raw.hex() for name, raw in trust.items()}).encode(), PUBLIC),
            ENROLMENT: (json.dumps(facts).encode(), PUBLIC),
            PROFILE: (canonical(envelope), PRIVATE),
        },
        random,
    )
    forget(folder)
    return Enrolled(terminal, folder, profile, wish.device.protection)


def _keys(wish: Wish, certificate_pem: bytes) -> dict[str, tuple[bytes, int]]:
    if wish.device.tpm is None:
        return {KEY: (wish.locked, PRIVATE), CERTIFICATE: (certificate_pem, PUBLIC)}
    return {DEVICE: (wish.device.tpm.to_json(), PRIVATE), TLS: (certificate_pem + wish.locked, PRIVATE)}


def _held_profile(folder: Path, terminal: str) -> dict[str, Any] | None:
    """Return the profile in force when the same terminal enrols again, so that a lower revision is still refused."""
    try:
        identity = load_identity(folder)
        return envelope_from_bytes(identity.profile_file.read_bytes()) if identity.terminal == terminal else None
    except (ProvisioningError, OSError):
        return None
