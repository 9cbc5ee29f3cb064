"""The ceremony: one-time code in, identity and profile out. Nothing counts until everything is on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from contracts.hardware import hardware_of
from provisioning.authority import normal_fingerprint, pin_authority
from provisioning.device import AUTHORITY, Asked, DeviceKey, Tpm, pending_device, write_asked
from provisioning.errors import (
    BY_CODE,
    AnswerBadError,
    EnrolmentPendingError,
    PlatformUnreachableError,
    ProvisioningError,
    RequestRefusedError,
)
from provisioning.files import sweep, write_atomic
from provisioning.identity import LINK, check_home, load_identity
from provisioning.inventory import machine_inventory
from provisioning.key import request_pem, sign_request, spki_hex
from provisioning.ports import Clock, Http, RandomBytes, Reply
from provisioning.settle import Enrolled, Wish, settle
from provisioning.ticket import normal_code

TIMEOUT_S = 15.0
WAITING = 202


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
    tpm: Tpm | None = None,
    replace: bool = False,
    timeout: float = TIMEOUT_S,
) -> Enrolled:
    """Enrol this machine at the platform `url` and store the identity under `folder`.

    The code is sent only after the server has proved to be certified by the authority whose SHA-256 is
    `ca_fingerprint`. The key is made first and kept while an answer is outstanding, so that trying again after a lost
    answer, a crash or a wait asks for the same key. `terminal` comes from the slip when it names one; `tpm` is to keep
    the key, None is a file; with `replace` this machine takes the place of another one.

    Raises:
        EnrolmentPendingError: an operator has to accept this machine; ask again later.
        ProvisioningError: one of its kinds; an identity that was there before stays in force.
    """
    code, pin = normal_code(code), normal_fingerprint(ca_fingerprint)
    machine = dict(inventory if inventory is not None else machine_inventory())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(folder / LINK)
    authority_pem = pin_authority(url, pin, timeout)
    facts, slip = hardware_of(machine), slip_digest(url, code)
    device = _granted(folder, slip, tpm, facts) or pending_device(folder, random, tpm, facts)
    write_atomic(folder / AUTHORITY, authority_pem, random)
    asked = Asked(url, pin, code, terminal, replace, hardware=facts, inode=folder.stat().st_ino)
    write_asked(folder, asked, random)
    wish, body = prepare(device, url, authority_pem, terminal, machine, clock, slip=slip)
    try:
        reply = http.post(
            f"{url.rstrip('/')}/v1/enrol",
            {"code": code, "replace": replace, **body},
            authority=folder / AUTHORITY,
            identity=None,
            timeout=timeout,
        )
    except OSError as error:
        raise PlatformUnreachableError(type(error).__name__) from error
    if reply.status == WAITING and reply.body is not None:
        why = str(reply.body.get("why") or "")[:40]
        write_asked(folder, changed(asked, why=why or "asked"), random)
        raise EnrolmentPendingError(why)
    return settle(answer_of(reply, 201), wish, folder, clock, random)


def slip_digest(url: str, code: str) -> str:
    """Return what is kept of a used slip: enough to know it again."""
    return hashlib.sha256(f"{url.rstrip('/')} {code}".encode()).hexdigest()


def _granted(folder: Path, slip: str, tpm: Tpm | None, facts: Mapping[str, Any]) -> DeviceKey | None:
    """Return the key in force when this very slip brought it, and the technician did not see that it did."""
    try:
        identity = load_identity(folder)
        if identity.slip != slip or (identity.tpm is None) != (tpm is None):
            return None
        check_home(identity, facts)
        return DeviceKey(identity.device_key(), identity.tpm)
    except ProvisioningError:
        return None


def prepare(
    device: DeviceKey,
    url: str,
    authority_pem: bytes,
    terminal: str | None,
    machine: Mapping[str, Any],
    clock: Clock,
    kept: ec.EllipticCurvePrivateKey | None = None,
    slip: str = "",
) -> tuple[Wish, dict[str, Any]]:
    """Return what is wished for, and the request for it, signed by the device key.

    `kept` is the key to be certified when it was made before, `slip` what to remember of the slip.
    """
    certified = kept or device.new_certified_key()
    csr_pem, at = request_pem(certified, terminal), clock.now().isoformat()
    request = {
        "csr_pem": csr_pem,
        "inventory": dict(machine),
        "at": at,
        "device_key": spki_hex(device.key.public_key()),
        "key_protection": device.protection.value,
        "signature": sign_request(device.key, csr_pem, at, machine),
    }
    facts = hardware_of(machine)
    return Wish(device, certified, device.lock(certified), url, authority_pem, terminal, facts, slip), request


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
