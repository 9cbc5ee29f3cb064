"""The device key: P-256, made on the terminal, never leaves it."""

from __future__ import annotations

from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

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


def key_from_pem(data: bytes) -> ec.EllipticCurvePrivateKey:
    """Read what `key_to_pem` wrote.

    Raises:
        ValueError: not a P-256 private key.
    """
    key = load_pem_private_key(data, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def request_pem(key: ec.EllipticCurvePrivateKey, terminal: str | None) -> str:
    """Return a PKCS #10 request in PEM whose URI SAN is `urn:kiosk:terminal:<terminal>`."""
    name = terminal or UNNAMED
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(URN + name)]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")


def sign_request(key: ec.EllipticCurvePrivateKey, csr_pem: str, at: str) -> str:
    """Return the hex DER ECDSA signature over SHA-256 of `csr_pem` followed by `at`: proof of the key after expiry."""
    return key.sign((csr_pem + at).encode(), ec.ECDSA(hashes.SHA256())).hex()
