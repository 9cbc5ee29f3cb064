"""The platform's own authority: a P-256 root, certificates of server, terminals and test seal, and the keys of its own.

The root is made on first start and stays in the data folder, readable by its owner only. Terminals pin it by its
fingerprint.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from contracts import outbox_bundle
from contracts.canonical import canonical
from contracts.enrolment import ANSWERS_URI
from contracts.signatures import Envelope, key_id, sign

URN = "urn:kiosk:terminal:"
CA_YEARS = 10
SERVER_DAYS = 397
SEAL_DAYS = 730
ANSWER_DAYS = 14
RENEW_BEFORE = timedelta(days=30)
"""A certificate of the platform with less than this left is made anew."""
CURVE = ec.SECP256R1()


class CsrError(ValueError):
    """The certificate request cannot be used; the text says why and holds nothing of the request."""


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate as handed to a terminal. `serial` is hexadecimal."""

    pem: str
    serial: str
    not_before: datetime
    not_after: datetime


def read_csr(pem: str) -> x509.CertificateSigningRequest:
    """Parse and check a request: P-256, self-signature valid.

    Raises:
        CsrError: it is not a request, another kind of key, or not signed by that key.
    """
    try:
        csr = x509.load_pem_x509_csr(pem.encode())
        key = csr.public_key()
        good = csr.is_signature_valid
    except Exception as error:
        # A parser fed by strangers may fail in any way; whatever it was, it is no usable request.
        raise CsrError("the certificate request cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != CURVE.name:
        raise CsrError("the key must be on the curve P-256")
    if not good:
        raise CsrError("the certificate request is not signed by its own key")
    return csr


def public_hex(csr: x509.CertificateSigningRequest) -> str:
    """Return the public key of a request as hexadecimal SubjectPublicKeyInfo."""
    return csr.public_key().public_bytes(*_SPKI).hex()


SIGNS = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
"""digitalSignature."""
SEALS = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
"""digitalSignature and nonRepudiation: only a seal may do that, no terminal."""

_SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def terminal_of(certificate: x509.Certificate) -> str | None:
    """Return the terminal that a certificate names in its URI SAN, or None."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    found = [uri for uri in names.get_values_for_type(x509.UniformResourceIdentifier) if uri.startswith(URN)]
    return found[0][len(URN) :] if len(found) == 1 else None


class Authority:
    """Keys in a folder. `open` makes what is missing."""

    def __init__(
        self,
        folder: Path,
        key: ec.EllipticCurvePrivateKey,
        root: x509.Certificate,
        signer: Ed25519PrivateKey,
        sealing: ec.EllipticCurvePrivateKey,
    ) -> None:
        self._folder = folder
        self._key = key
        self._root = root
        self._signer = signer
        self._sealing = sealing
        self._seal: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, now: datetime) -> Authority:
        """Load the authority of `folder`, or make it when this is the first start."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_file, root_file, signer_file = folder / "ca.key", folder / "ca.pem", folder / "signing.key"
        if not root_file.exists():
            key = ec.generate_private_key(CURVE)
            _write_secret(key_file, _private_pem(key))
            _write_secret(signer_file, _private_pem(Ed25519PrivateKey.generate()))
            root_file.write_bytes(_make_root(key, now).public_bytes(serialization.Encoding.PEM))
        key_loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
        signer = serialization.load_pem_private_key(signer_file.read_bytes(), None)
        if not isinstance(key_loaded, ec.EllipticCurvePrivateKey) or not isinstance(signer, Ed25519PrivateKey):
            raise TypeError(f"the keys in {folder} are not those of an authority")
        root = x509.load_pem_x509_certificate(root_file.read_bytes())
        return cls(folder, key_loaded, root, signer, _lasting_key(folder / "sealing.key"))

    @property
    def ca_pem(self) -> str:
        """The root certificate."""
        return self._root.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def ca_path(self) -> Path:
        """Where the root certificate lies."""
        return self._folder / "ca.pem"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root certificate in DER, hexadecimal: what a terminal pins."""
        return self._root.fingerprint(hashes.SHA256()).hex()

    @property
    def keys(self) -> dict[str, str]:
        """Public signing keys by key id, hexadecimal."""
        raw = self._signer.public_key().public_bytes_raw()
        return {key_id(raw): raw.hex()}

    @property
    def sealing(self) -> dict[str, str]:
        """The public key that terminals seal their bundles to, as the signed index carries it."""
        return outbox_bundle.published(self._sealing.public_key())

    def sealing_key(self, kid: str) -> ec.EllipticCurvePrivateKey | None:
        """Return the private key of this id, the present one or one that was put aside as `sealing-*.key`, or None."""
        aside = (_private_p256(path) for path in sorted(self._folder.glob("sealing-*.key")))
        for key in (self._sealing, *aside):
            if outbox_bundle.sealing_key_id(outbox_bundle.point_of(key.public_key())) == kid:
                return key
        return None

    def issued(self, certificate: x509.Certificate) -> bool:
        """True when this authority signed the certificate, expired or not."""
        try:
            certificate.verify_directly_issued_by(self._root)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def sign(self, value: object) -> Envelope:
        """Wrap `value` in an envelope."""
        return sign(value, self._signer)

    def derive(self, purpose: str) -> bytes:
        """Return a 32-byte secret of this platform for one purpose, the same after every start."""
        state = hashes.Hash(hashes.SHA256())
        state.update(b"doorstep:" + purpose.encode() + b":" + self._signer.private_bytes_raw())
        return state.finalize()

    def server_files(self, hosts: tuple[str, ...], now: datetime) -> tuple[Path, Path]:
        """Return certificate and key of the server, valid for `hosts`; made anew when old or for other hosts."""
        cert_file, key_file = self._folder / "server.pem", self._folder / "server.key"
        names = [*dict.fromkeys(("localhost", "127.0.0.1", *hosts))]
        if cert_file.exists() and key_file.exists():
            leaf = x509.load_pem_x509_certificates(cert_file.read_bytes())[0]
            if now + RENEW_BEFORE < leaf.not_valid_after_utc and _hosts(leaf) == set(names):
                return cert_file, key_file
        key = ec.generate_private_key(CURVE)
        san = x509.SubjectAlternativeName([_general_name(name) for name in names])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        leaf = self._leaf("localhost", key.public_key(), SIGNS, now, timedelta(days=SERVER_DAYS), usage, san)
        _write_secret(key_file, _private_pem(key))
        cert_file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + self.ca_pem.encode())
        return cert_file, key_file

    def issue(self, terminal: str, csr: x509.CertificateSigningRequest, now: datetime, days: int) -> Issued:
        """Certify a terminal's key. Names in the request are ignored: the platform decides who it is."""
        key = csr.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise CsrError("the key must be on the curve P-256")
        san = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(URN + terminal)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        leaf = self._leaf(terminal, key, SIGNS, now, timedelta(days=days), usage, san)
        pem = leaf.public_bytes(serialization.Encoding.PEM).decode()
        return Issued(pem, f"{leaf.serial_number:x}", leaf.not_valid_before_utc, leaf.not_valid_after_utc)

    def sign_answer(self, value: object, now: datetime) -> dict[str, Any]:
        """Sign what a terminal gets on a stick, which knows nothing but the root: by a key that the root certifies for
        this one answer and that is then forgotten.
        """
        key = ec.generate_private_key(CURVE)
        san = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(ANSWERS_URI)])
        leaf = self._leaf("Doorstep enrolment", key.public_key(), SIGNS, now, timedelta(days=ANSWER_DAYS), san)
        return {
            "signed": value,
            "certificate": leaf.public_bytes(serialization.Encoding.PEM).decode(),
            "signature": key.sign(canonical(value), ec.ECDSA(hashes.SHA256())).hex(),
        }

    def test_seal(self, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, tuple[x509.Certificate, ...]]:
        """Return the key of the test seal and its chain: its certificate, made anew when old, and the root.

        A page carries the certificate that sealed it: one that is made anew takes nothing from older pages.
        """
        with self._lock:
            key, own = self._seal or (_lasting_key(self._folder / "seal.key"), None)
            own = own or self._kept_seal(key)
            if own is None or own.not_valid_after_utc <= now + RENEW_BEFORE:
                own = self._leaf("Doorstep test seal", key.public_key(), SEALS, now, timedelta(days=SEAL_DAYS))
                half = self._folder / f"seal.pem.{os.getpid()}"
                half.write_bytes(own.public_bytes(serialization.Encoding.PEM))
                half.replace(self._folder / "seal.pem")
            self._seal = (key, own)
            return key, (own, self._root)

    def _kept_seal(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate | None:
        path = self._folder / "seal.pem"
        if not path.exists():
            return None
        found = x509.load_pem_x509_certificate(path.read_bytes())
        return found if found.public_key() == key.public_key() and self.issued(found) else None

    def _leaf(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        usage: x509.KeyUsage,
        now: datetime,
        life: timedelta,
        *more: x509.ExtensionType,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(self._root.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + life)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for extension in more:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _lasting_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Load a key, or make it: platforms from before there were bundles or certificates have none."""
    if not path.exists():
        half = path.with_name(f"{path.name}.{os.getpid()}")
        _write_secret(half, _private_pem(ec.generate_private_key(CURVE)))
        # link() refuses to replace: two processes that start at once agree on one key.
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
        half.unlink()
    return _private_p256(path)


def _private_p256(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise TypeError(f"{path} is no P-256 key")
    return key


def _make_root(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    certify = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_name("Doorstep platform authority"))
        .issuer_name(_name("Doorstep platform authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(certify, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _hosts(leaf: x509.Certificate) -> set[str]:
    san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(item.value) for item in san}


def _private_pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_secret(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
