"""The terminal's identity in its folder: key, certificate, authority, trusted signing keys, profile.

`<folder>/identity` is a symbolic link to one generation, so that an enrolment counts wholly or not at all.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from provisioning.errors import AnswerBadError, IdentityDamagedError, KeyExposedError, NotEnrolledError
from provisioning.key import URN, KeyProtection, key_from_pem

LINK = "identity"
KEY = "device.key"
CERTIFICATE = "terminal.crt"
AUTHORITY = "authority.crt"
TRUST = "trust.json"
ENROLMENT = "enrolment.json"
PROFILE = "profile.json"


@dataclass(frozen=True, slots=True)
class Identity:
    """What an enrolled terminal can prove. `trust` is key id -> raw Ed25519 public key of the platform."""

    terminal: str
    url: str
    folder: Path
    certificate: x509.Certificate = field(repr=False)
    trust: Mapping[str, bytes] = field(repr=False)
    key_protection: KeyProtection
    enrolled_at: str

    @property
    def key_path(self) -> Path:
        """PEM file of the device key, mode 0600."""
        return self.folder / KEY

    @property
    def cert_path(self) -> Path:
        """PEM file of the terminal's certificate."""
        return self.folder / CERTIFICATE

    @property
    def ca_path(self) -> Path:
        """PEM file of the pinned authority: the only one the terminal trusts."""
        return self.folder / AUTHORITY

    @property
    def profile_file(self) -> Path:
        """The signed profile in force."""
        return self.folder / PROFILE

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Read the device key."""
        return key_from_pem(self.key_path.read_bytes())

    def sign(self, data: bytes) -> str:
        """Return the hex DER ECDSA P-256 signature over SHA-256 of `data`."""
        return self.key().sign(data, ec.ECDSA(hashes.SHA256())).hex()


def load_identity(folder: Path) -> Identity:
    """Load what `enrol` stored.

    Raises:
        NotEnrolledError: nothing is there.
        KeyExposedError: the key can be read by others.
        IdentityDamagedError: a file is missing or unreadable, or key, certificate and authority do not belong together.
    """
    link = folder / LINK
    if not link.is_dir():
        raise NotEnrolledError
    home = link.resolve()
    try:
        if stat.S_IMODE((home / KEY).stat().st_mode) & 0o077:
            raise KeyExposedError
        key = key_from_pem((home / KEY).read_bytes())
        certificate = x509.load_pem_x509_certificate((home / CERTIFICATE).read_bytes())
        authority = x509.load_pem_x509_certificate((home / AUTHORITY).read_bytes())
        trust = trust_from_json(json.loads((home / TRUST).read_bytes()))
        facts: dict[str, Any] = json.loads((home / ENROLMENT).read_bytes())
        terminal = str(facts["terminal"])
        check_certificate(certificate, key, authority, terminal)
        return Identity(
            terminal,
            str(facts["url"]),
            home,
            certificate,
            trust,
            KeyProtection(facts["key_protection"]),
            str(facts["at"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AnswerBadError) as error:
        raise IdentityDamagedError(type(error).__name__) from error


def check_certificate(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, terminal: str
) -> None:
    """Make sure that `certificate` is ours: our key, our name, issued by the pinned authority.

    Raises:
        AnswerBadError: it is not; the error says which of the three.
    """
    if certificate.public_key() != key.public_key():
        raise AnswerBadError("certificate for another key")
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise AnswerBadError("certificate of another authority") from error
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as error:
        raise AnswerBadError("certificate without a name") from error
    if URN + terminal not in names.get_values_for_type(x509.UniformResourceIdentifier):
        raise AnswerBadError("certificate for another terminal")


def trust_from_json(value: object) -> dict[str, bytes]:
    """Read key id -> hex public key.

    Raises:
        ValueError: not such a mapping, or no key in it, or a key that is not 32 bytes.
    """
    if not isinstance(value, Mapping) or not value:
        raise ValueError("no signing keys")
    trust = {str(name): bytes.fromhex(str(raw)) for name, raw in value.items()}
    if any(len(raw) != 32 for raw in trust.values()):
        raise ValueError("not an Ed25519 key")
    return trust


def needs_renewal(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether half of the certificate's life is over (or all of it)."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return now >= begin + (end - begin) / 2


def expired(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether the certificate's life is over."""
    return now >= certificate.not_valid_after_utc
