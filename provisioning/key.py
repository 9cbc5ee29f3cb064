"""Keys of a terminal, P-256, made on it: the device key, and beside one in a TPM the key of mutual TLS."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from contracts import canonical
from contracts.hardware import key_word

URN = "urn:kiosk:terminal:"
"""Prefix of the URI that names a terminal in requests and certificates."""
UNNAMED = "unassigned"
"""Stands in a request whose terminal only the platform knows: the one-time code decides."""


class KeyProtection(StrEnum):
    """What keeps the device key; said in the report and on the console."""

    TPM = "tpm"
    CREDENTIAL = "credential"
    FILE = "file"


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key with the operating system's randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def key_to_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return PKCS #8 in PEM, not encrypted: the file's mode protects it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_from_pem(data: bytes, password: str | None = None) -> ec.EllipticCurvePrivateKey:
    """Read what `key_to_pem` wrote, or `locked_pem` under this password.

    Raises:
        ValueError: not a P-256 private key.
    """
    key = load_pem_private_key(data, None if password is None else password.encode())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def locked_pem(key: ec.EllipticCurvePrivateKey, password: str) -> bytes:
    """Return PKCS #8 in PEM, encrypted."""
    how = BestAvailableEncryption(password.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def spki_hex(key: ec.EllipticCurvePublicKey) -> str:
    """Return a public key as the platform names it: SubjectPublicKeyInfo in DER, hexadecimal."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()


def word_of(key: ec.EllipticCurvePublicKey) -> str:
    """Return the digits by which technician and operator compare a key over the phone."""
    return key_word(spki_hex(key))


def request_pem(key: ec.EllipticCurvePrivateKey, terminal: str | None) -> str:
    """Return a PKCS #10 request in PEM whose URI SAN is `urn:kiosk:terminal:<terminal>`."""
    name = terminal or UNNAMED
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(URN + name)]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")


def sign_request(key: ec.EllipticCurvePrivateKey, csr_pem: str, at: str, inventory: Mapping[str, Any]) -> str:
    """Return the hex DER ECDSA signature over SHA-256 of `csr_pem`, `at` and the canonical inventory, one behind the
    other: the device key speaks for the request and for the machine it comes from.
    """
    return sign_bytes(key, (csr_pem + at).encode() + canonical(inventory))


def sign_bytes(key: ec.EllipticCurvePrivateKey, data: bytes) -> str:
    """Return the hex DER ECDSA P-256 signature over SHA-256 of `data`."""
    return key.sign(data, ec.ECDSA(hashes.SHA256())).hex()
