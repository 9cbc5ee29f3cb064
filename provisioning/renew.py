"""A fresh certificate for the same device: over the old certificate while it lives, by a signed request after that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.hardware import hardware_of
from provisioning.authority import fingerprint, pin_authority
from provisioning.device import DeviceKey
from provisioning.enrol import TIMEOUT_S, answer_of, prepare
from provisioning.errors import (
    AnswerBadError,
    AuthorityChangedError,
    AuthorityMismatchError,
    PlatformUnreachableError,
    ProvisioningError,
)
from provisioning.files import PRIVATE, write_atomic
from provisioning.identity import Identity, check_certificate, check_home, expired, load_identity, needs_renewal
from provisioning.inventory import machine_inventory
from provisioning.ports import Clock, Http, RandomBytes


def renew_if_due(http: Http, folder: Path, clock: Clock, random: RandomBytes) -> Identity:
    """Return the identity, renewed first when half of its certificate's life is over."""
    identity = load_identity(folder)
    return renew(http, folder, clock, random) if needs_renewal(identity.certificate, clock.now()) else identity


def renew(
    http: Http,
    folder: Path,
    clock: Clock,
    random: RandomBytes,
    *,
    inventory: Mapping[str, Any] | None = None,
    timeout: float = TIMEOUT_S,
) -> Identity:
    """Ask for a new certificate and put it in the old one's place.

    The request is always signed by the device key, and tells what machine this is. While the old certificate is valid
    the connection is mTLS; after its expiry only the server is authenticated, and the signature alone speaks for the
    terminal. Beside a device key in a TPM, the key of mutual TLS is a new one each time.

    Raises:
        ProvisioningError: one of its kinds; the old certificate stays.
    """
    identity = load_identity(folder)
    machine = dict(inventory if inventory is not None else machine_inventory())
    check_home(identity, hardware_of(machine))
    now, device = clock.now(), DeviceKey(identity.device_key(), identity.tpm)
    wish, body = prepare(device, identity.url, identity.ca_path.read_bytes(), identity.terminal, machine, clock)
    try:
        reply = http.post(
            f"{identity.url}/v1/certs/renew",
            {**body, "serial": f"{identity.certificate.serial_number:x}"},
            authority=identity.ca_path,
            identity=None if expired(identity.certificate, now) else identity,
            timeout=timeout,
        )
    except OSError as error:
        raise _unreachable(identity, type(error).__name__, timeout) from error
    answer = answer_of(reply, 200)
    try:
        fresh = x509.load_pem_x509_certificate(str(answer["certificate_pem"]).encode())
    except (KeyError, ValueError) as error:
        raise AnswerBadError("no certificate") from error
    authority = x509.load_pem_x509_certificate(wish.authority_pem)
    check_certificate(fresh, wish.certified.public_key(), authority, identity.terminal)
    if fresh.not_valid_after_utc <= max(now, identity.certificate.not_valid_after_utc) and not (
        fresh.not_valid_after_utc == identity.certificate.not_valid_after_utc and now < fresh.not_valid_after_utc
    ):
        raise AnswerBadError("the new certificate ends before the old one")
    pem = fresh.public_bytes(Encoding.PEM)
    if identity.tpm is None:
        write_atomic(identity.cert_path, pem, random)
    else:
        write_atomic(identity.cert_path, pem + wish.locked, random, PRIVATE)
    return load_identity(folder)


def _unreachable(identity: Identity, why: str, timeout: float) -> ProvisioningError:
    """Tell a platform that does not answer from a server that is not ours."""
    own = x509.load_pem_x509_certificate(identity.ca_path.read_bytes())
    try:
        pin_authority(identity.url, fingerprint(own.public_bytes(Encoding.DER)), timeout)
    except AuthorityMismatchError:
        return AuthorityChangedError()
    except ProvisioningError as error:
        return error
    return PlatformUnreachableError(why)
