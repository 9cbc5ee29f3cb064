"""A fresh certificate for the same key: over the old certificate while it lives, by a signed request after that."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from provisioning.enrol import TIMEOUT_S, answer_of
from provisioning.errors import AnswerBadError, PlatformUnreachableError
from provisioning.files import write_atomic
from provisioning.identity import Identity, check_certificate, expired, load_identity, needs_renewal
from provisioning.key import request_pem, sign_request
from provisioning.ports import Clock, Http, RandomBytes


def renew_if_due(http: Http, folder: Path, clock: Clock, random: RandomBytes) -> Identity:
    """Return the identity, renewed first when half of its certificate's life is over."""
    identity = load_identity(folder)
    return renew(http, folder, clock, random) if needs_renewal(identity.certificate, clock.now()) else identity


def renew(http: Http, folder: Path, clock: Clock, random: RandomBytes, *, timeout: float = TIMEOUT_S) -> Identity:
    """Ask for a new certificate for the device key and put it in the old one's place.

    The request is always signed by the device key. While the old certificate is valid the connection is mTLS; after
    its expiry only the server is authenticated, and the signature alone speaks for the terminal.

    Raises:
        ProvisioningError: one of its kinds; the old certificate stays.
    """
    identity = load_identity(folder)
    key, now = identity.key(), clock.now()
    csr_pem, at = request_pem(key, identity.terminal), now.isoformat()
    body = {"csr_pem": csr_pem, "at": at, "signature": sign_request(key, csr_pem, at)}
    over = None if expired(identity.certificate, now) else (identity.cert_path, identity.key_path)
    try:
        reply = http.post(
            f"{identity.url}/v1/certs/renew", body, authority=identity.ca_path, identity=over, timeout=timeout
        )
    except OSError as error:
        raise PlatformUnreachableError(type(error).__name__) from error
    answer = answer_of(reply, 200)
    try:
        fresh = x509.load_pem_x509_certificate(str(answer["certificate_pem"]).encode())
    except (KeyError, ValueError) as error:
        raise AnswerBadError("no certificate") from error
    authority = x509.load_pem_x509_certificate(identity.ca_path.read_bytes())
    check_certificate(fresh, key, authority, identity.terminal)
    if fresh.not_valid_after_utc <= max(now, identity.certificate.not_valid_after_utc) and not (
        fresh.not_valid_after_utc == identity.certificate.not_valid_after_utc and now < fresh.not_valid_after_utc
    ):
        raise AnswerBadError("the new certificate ends before the old one")
    write_atomic(identity.cert_path, fresh.public_bytes(Encoding.PEM), random)
    return load_identity(folder)
