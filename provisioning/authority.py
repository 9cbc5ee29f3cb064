"""Pinning the authority: decide that the server is the platform before a single byte of the code is sent.

The slip carries the SHA-256 of the authority's certificate (DER). The platform presents that certificate in its TLS
chain. Two handshakes: the first only looks at what is presented and finds the pinned certificate; the second trusts
nothing else and lets TLS prove that the server really holds a certificate issued by it for this host. Whoever merely
copies the authority's certificate into his chain fails the second.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from provisioning.errors import (
    AuthorityMismatchError,
    PlatformUnreachableError,
    ServerDatesError,
    TicketMalformedError,
)

_DER = 2
_DATES = frozenset({9, 10})
"""OpenSSL: the certificate is not yet valid, or has expired. Mostly the clock of a new machine."""


def fingerprint(der: bytes) -> str:
    """Return the 64 lower-case hex digits of the certificate's SHA-256."""
    return hashlib.sha256(der).hexdigest()


def normal_fingerprint(text: str) -> str:
    """Return `text` as 64 lower-case hex digits; colons, spaces and a `sha256:` prefix are allowed.

    Raises:
        TicketMalformedError: it is something else.
    """
    value = text.strip().lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
    if len(value) != 64 or any(c not in "0123456789abcdef" for c in value):
        raise TicketMalformedError("fingerprint")
    return value


def host_and_port(url: str) -> tuple[str, int]:
    """Return host and port of an `https` address.

    Raises:
        TicketMalformedError: another scheme, or no host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise TicketMalformedError("url") from error
    if parts.scheme != "https" or not parts.hostname:
        raise TicketMalformedError("url")
    return parts.hostname, port


def pin_authority(url: str, wanted: str, timeout: float) -> bytes:
    """Return the authority's certificate (PEM) once the server at `url` has proved to be certified by it.

    Raises:
        AuthorityMismatchError: no such certificate is presented, or the server's own is not issued by it for this host.
        ServerDatesError: the server's certificate is not valid by this machine's clock.
        PlatformUnreachableError: no TLS connection within `timeout` seconds.
    """
    host, port = host_and_port(url)
    wanted = normal_fingerprint(wanted)
    for der in _presented(host, port, timeout):
        if fingerprint(der) == wanted:
            pem = _authority_pem(der)
            _prove(host, port, pem, timeout)
            return pem
    raise AuthorityMismatchError("fingerprint")


def presented_authority(url: str, timeout: float) -> str:
    """Return the fingerprint of the authority that the server at `url` shows, for eyes to compare with the slip.

    Nothing is proved by it: `pin_authority` does that once somebody has said that it is the one on the slip.

    Raises:
        AuthorityMismatchError: the server shows no authority.
        PlatformUnreachableError: no TLS connection within `timeout` seconds.
    """
    host, port = host_and_port(url)
    for der in reversed(_presented(host, port, timeout)):
        try:
            _authority_pem(der)
        except AuthorityMismatchError:
            continue
        return fingerprint(der)
    raise AuthorityMismatchError("no authority")


def _authority_pem(der: bytes) -> bytes:
    try:
        certificate = x509.load_der_x509_certificate(der)
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound) as error:
        raise AuthorityMismatchError("not an authority") from error
    if not authority:
        raise AuthorityMismatchError("not an authority")
    return certificate.public_bytes(Encoding.PEM)


def _presented(host: str, port: int, timeout: float) -> list[bytes]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Nothing is sent over this connection: it only shows which certificates there are to judge.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout) as raw,
            context.wrap_socket(raw, server_hostname=host) as tls,
        ):
            return _chain(tls)
    except OSError as error:
        raise PlatformUnreachableError(type(error).__name__) from error


def _chain(tls: ssl.SSLSocket) -> list[bytes]:
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:  # public since Python 3.13
        return [bytes(der) for der in public()]
    inner = getattr(tls, "_sslobj", None)
    return [item.public_bytes(_DER) for item in (inner.get_unverified_chain() or ())] if inner is not None else []


def _prove(host: str, port: int, pem: bytes, timeout: float) -> None:
    context = ssl.create_default_context(cadata=pem.decode("ascii"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with (
            socket.create_connection((host, port), timeout) as raw,
            context.wrap_socket(raw, server_hostname=host),
        ):
            return
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in _DATES:
            raise ServerDatesError from error
        raise AuthorityMismatchError(error.verify_message) from error
    except OSError as error:
        raise PlatformUnreachableError(type(error).__name__) from error
