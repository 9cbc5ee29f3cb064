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
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.hardware import same_machine
from offline_cache import KeyRefused
from provisioning.authority import fingerprint
from provisioning.errors import (
    AnswerBadError,
    HardwareChangedError,
    IdentityCopiedError,
    IdentityDamagedError,
    KeyExposedError,
    NotEnrolledError,
    ProvisioningError,
)
from provisioning.files import write_atomic
from provisioning.key import URN, KeyProtection, key_from_pem, sign_bytes
from provisioning.ports import RandomBytes
from provisioning.tpm import TpmKey, TpmRecord, password_of

LINK = "identity"
KEY = "device.key"
"""Of a terminal without TPM: the device key, which is the certificate's too."""
CERTIFICATE = "terminal.crt"
DEVICE = "device.tpm"
"""Of a terminal with TPM: the record of its device key."""
TLS = "tls.pem"
"""Of a terminal with TPM: its certificate, and behind it the certificate's key, locked."""
AUTHORITY = "authority.crt"
TRUST = "trust.json"
ENROLMENT = "enrolment.json"
PROFILE = "profile.json"
REVOKED = "revoked"
_END_CERTIFICATE = b"-----END CERTIFICATE-----\n"


@dataclass(frozen=True, slots=True)
class Home:
    """Where the identity was made: the facts of the machine, and the inode of the terminal's folder.

    `inode` is 0 for identities from before it was kept.
    """

    hardware: Mapping[str, Any] = field(default_factory=dict)
    inode: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What an enrolled terminal can prove. `trust` is key id -> raw Ed25519 public key of the platform.

    Beside a device key in a TPM there is a second key, that of mutual TLS, which changes with each certificate; with a
    device key in a file the two are one.
    """

    terminal: str
    url: str
    folder: Path
    certificate: x509.Certificate = field(repr=False)
    trust: Mapping[str, bytes] = field(repr=False)
    key_protection: KeyProtection
    enrolled_at: str
    home: Home = field(default_factory=Home, repr=False)
    tpm: TpmRecord | None = field(default=None, repr=False)
    slip: str = field(default="", repr=False)
    """The digest of the slip that brought it; empty when it came by stick."""
    revoked: bool = False
    """The platform has said so; only a new enrolment ends it."""
    _passwords: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def key_path(self) -> Path:
        """PEM file of the certificate's key, mode 0600; encrypted when the device key is in a TPM."""
        return self.folder / (KEY if self.tpm is None else TLS)

    @property
    def cert_path(self) -> Path:
        """PEM file of the terminal's certificate. In front of a locked key, so that both change at once."""
        return self.folder / (CERTIFICATE if self.tpm is None else TLS)

    @property
    def ca_path(self) -> Path:
        """PEM file of the pinned authority: the only one the terminal trusts."""
        return self.folder / AUTHORITY

    @property
    def profile_file(self) -> Path:
        """The signed profile in force."""
        return self.folder / PROFILE

    @property
    def certificate_pem(self) -> str:
        """The terminal's certificate, without anything else."""
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    def unlock(self) -> str | None:
        """Return the password of `key_path`, None when it has none; the TPM is asked once.

        Raises:
            KeyRefused: the TPM does not give it.
        """
        if self.tpm is None:
            return None
        try:
            return self._password()
        except ProvisioningError as error:
            raise KeyRefused(str(error)) from error

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Read the key of the certificate.

        Raises:
            HardwareChangedError, TpmRefusedError: the TPM does not unlock it.
        """
        return key_from_pem(_key_block(self.key_path.read_bytes()), None if self.tpm is None else self._password())

    def device_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the device key, which signs reports and renewals."""
        return self.key() if self.tpm is None else TpmKey(self.tpm)

    def device_public(self) -> ec.EllipticCurvePublicKey:
        """Return the public half of the device key; nobody has to unlock anything for it."""
        return self.key().public_key() if self.tpm is None else self.tpm.public_key()

    def sign(self, data: bytes) -> str:
        """Return the hex signature of the certificate's key: whoever has the certificate can check it."""
        return sign_bytes(self.key(), data)

    def vouch(self, data: bytes) -> str:
        """Return the hex signature of the device key.

        Raises:
            HardwareChangedError, TpmRefusedError: the TPM does not sign.
        """
        return sign_bytes(self.device_key(), data)

    def _password(self) -> str:
        if not self._passwords and self.tpm is not None:
            self._passwords.append(password_of(self.tpm))
        return self._passwords[0]


def load_identity(folder: Path) -> Identity:
    """Load what `enrol` stored. Whether this is the machine it was made on is the question of `check_home`.

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
        facts: dict[str, Any] = json.loads((home / ENROLMENT).read_bytes())
        protection, terminal = KeyProtection(facts["key_protection"]), str(facts["terminal"])
        in_tpm = protection is KeyProtection.TPM
        own = home / (TLS if in_tpm else KEY)
        if stat.S_IMODE(own.stat().st_mode) & 0o077:
            raise KeyExposedError
        record = TpmRecord.from_json((home / DEVICE).read_bytes()) if in_tpm else None
        certificate = x509.load_pem_x509_certificate((home / (TLS if in_tpm else CERTIFICATE)).read_bytes())
        authority = x509.load_pem_x509_certificate((home / AUTHORITY).read_bytes())
        trust = trust_from_json(json.loads((home / TRUST).read_bytes()))
        # A locked key is compared when it is unlocked: a disk is also judged far from its TPM.
        public = None if in_tpm else key_from_pem(own.read_bytes()).public_key()
        check_certificate(certificate, public, authority, terminal)
        return Identity(
            terminal,
            str(facts["url"]),
            home,
            certificate,
            trust,
            protection,
            str(facts["at"]),
            Home(dict(facts.get("hardware") or {}), int(facts.get("inode") or 0)),
            record,
            str(facts.get("slip") or ""),
            (home / REVOKED).exists(),
        )
    except (OSError, ValueError, KeyError, TypeError, AnswerBadError) as error:
        raise IdentityDamagedError(type(error).__name__) from error


def former_authority(folder: Path) -> str | None:
    """Return the fingerprint of the authority that this machine was enrolled with; None when it never was.

    "" when it was, and nobody can tell with whom. It is read even where the rest of the identity is damaged.
    """
    link = folder / LINK
    if not link.is_symlink():
        return None
    try:
        certificate = x509.load_pem_x509_certificate((link / AUTHORITY).read_bytes())
    except (OSError, ValueError):
        return ""
    return fingerprint(certificate.public_bytes(Encoding.DER))


def lock(identity: Identity, random: RandomBytes) -> None:
    """The platform has withdrawn this terminal: no start serves anybody until it is enrolled again."""
    write_atomic(identity.folder / REVOKED, b"", random)


def check_home(identity: Identity, hardware: Mapping[str, Any]) -> None:
    """Make sure that the identity is used where it was made.

    A copied folder has another inode. A disk in another machine finds another TPM or, when the device key is in a
    file, other facts of the machine. Somebody who changes the program could still use that file elsewhere: only a
    TPM is proof against it.

    Raises:
        IdentityCopiedError, HardwareChangedError, TpmRefusedError: it is not.
        IdentityDamagedError: the TPM unlocks a key that is not the certificate's.
    """
    if identity.home.inode and identity.folder.parent.stat().st_ino != identity.home.inode:
        raise IdentityCopiedError
    if identity.tpm is None:
        if not same_machine(identity.home.hardware, hardware):
            raise HardwareChangedError("inventory")
        return
    try:
        if identity.key().public_key() != identity.certificate.public_key():
            raise IdentityDamagedError("another key than the certificate's")
    except (OSError, ValueError) as error:
        raise IdentityDamagedError(type(error).__name__) from error


def _key_block(data: bytes) -> bytes:
    """Return what stands behind the certificate, or everything when there is none in front."""
    _, _, behind = data.partition(_END_CERTIFICATE)
    return behind or data


def check_certificate(
    certificate: x509.Certificate, key: ec.EllipticCurvePublicKey | None, authority: x509.Certificate, terminal: str
) -> None:
    """Make sure that `certificate` is ours: our key (None when it is looked at later), our name, issued by the pinned
    authority.

    Raises:
        AnswerBadError: it is not; the error says which of the three.
    """
    if key is not None and certificate.public_key() != key:
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
