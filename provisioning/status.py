"""What is known of the enrolment, for the technician and for the platform."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contracts import canonical
from provisioning.apply import load_profile
from provisioning.errors import NotEnrolledError, ProvisioningError
from provisioning.identity import expired, load_identity, needs_renewal
from provisioning.ports import Clock
from provisioning.selftest import CheckResult, CheckState


@dataclass(frozen=True, slots=True)
class Status:
    """State of enrolment, certificate and profile. `problem` is the error's code word, empty when all is well."""

    enrolled: bool
    terminal: str = ""
    url: str = ""
    key_protection: str = ""
    certificate_serial: str = ""
    certificate_not_after: str = ""
    certificate_state: str = "none"
    profile_rev: int = 0
    profile_expires: str = ""
    profile_state: str = "none"
    name: str = ""
    devices: int = 0
    services: int = 0
    problem: str = ""
    cause: str = ""
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


def status(folder: Path, clock: Clock) -> Status:
    """Say what `folder` holds. Never raises for something wrong in it: that is what it is asked for."""
    now = clock.now()
    try:
        identity = load_identity(folder)
    except ProvisioningError as error:
        return Status(
            enrolled=not isinstance(error, NotEnrolledError),
            problem=error.code,
            cause=error.cause.zh,
            remedy=error.remedy.zh,
        )
    certificate = identity.certificate
    facts: dict[str, Any] = {
        "enrolled": True,
        "terminal": identity.terminal,
        "url": identity.url,
        "key_protection": identity.key_protection.value,
        "certificate_serial": f"{certificate.serial_number:x}",
        "certificate_not_after": certificate.not_valid_after_utc.isoformat(),
        "certificate_state": "expired"
        if expired(certificate, now)
        else "renewal_due"
        if needs_renewal(certificate, now)
        else "valid",
    }
    try:
        profile = load_profile(folder)
    except ProvisioningError as error:
        return Status(**facts, problem=error.code, cause=error.cause.zh, remedy=error.remedy.zh)
    return Status(
        **facts,
        profile_rev=profile.rev,
        profile_expires=profile.expires.isoformat(),
        profile_state="expired" if profile.expired(now) else "valid",
        name=profile.name.zh,
        devices=len(profile.devices),
        services=len(profile.services),
    )


def report(folder: Path, clock: Clock, results: Iterable[CheckResult]) -> dict[str, Any]:
    """Return the acceptance report of a site: status and self-test, signed by the device key when there is one.

    `signature` is hex ECDSA P-256 over SHA-256 of the canonical bytes of `report`, or None.
    """
    results = tuple(results)
    body = {
        "at": clock.now().isoformat(),
        "status": status(folder, clock).as_json(),
        "checks": [result.as_json() for result in results],
        "ready": not any(result.state is CheckState.FAIL for result in results),
    }
    try:
        signature: str | None = load_identity(folder).sign(canonical(body))
    except ProvisioningError:
        signature = None
    return {"report": body, "signature": signature}
