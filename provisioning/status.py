"""What is known of the enrolment, for the technician and for the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from provisioning.apply import load_profile
from provisioning.device import kept_device, read_asked
from provisioning.errors import NotEnrolledError, ProvisioningError, TerminalRevokedError
from provisioning.identity import Identity, check_home, expired, load_identity, needs_renewal
from provisioning.inventory import hardware
from provisioning.key import word_of
from provisioning.ports import Clock


@dataclass(frozen=True, slots=True)
class Status:
    """State of enrolment, certificate and profile. `problem` is the error's code word, empty when all is well.

    `waiting` is why an operator has to accept this machine, or `answer` when an attempt has no answer yet; `key` is the
    word by which technician and operator compare the key of the attempt, or the one in force.
    """

    enrolled: bool
    waiting: str = ""
    key: str = ""
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


def status(folder: Path, clock: Clock, facts_of_machine: Mapping[str, Any] | None = None) -> Status:
    """Say what `folder` holds. Never raises for something wrong in it: that is what it is asked for.

    `facts_of_machine` are those of `contracts.hardware`; without them this machine is looked at.
    """
    now = clock.now()
    attempt = _attempt(folder)
    try:
        identity = _in_force(folder, facts_of_machine)
    except ProvisioningError as error:
        return Status(
            enrolled=not isinstance(error, NotEnrolledError),
            **attempt,
            problem=error.code,
            cause=error.cause.zh,
            remedy=error.remedy.zh,
        )
    certificate = identity.certificate
    facts: dict[str, Any] = {
        "enrolled": True,
        **attempt,
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


def trouble(folder: Path, facts_of_machine: Mapping[str, Any] | None = None) -> ProvisioningError | None:
    """Return why the identity in `folder`, or its profile, does not count here; None when both do."""
    try:
        _in_force(folder, facts_of_machine)
        load_profile(folder)
    except ProvisioningError as error:
        return error
    return None


def _in_force(folder: Path, facts_of_machine: Mapping[str, Any] | None) -> Identity:
    identity = load_identity(folder)
    check_home(identity, hardware() if facts_of_machine is None else facts_of_machine)
    if identity.revoked:
        raise TerminalRevokedError
    return identity


def _attempt(folder: Path) -> dict[str, Any]:
    asked, device = read_asked(folder), kept_device(folder)
    try:
        own = word_of(load_identity(folder).device_public())
    except ProvisioningError:
        own = ""
    kept = word_of(device.key.public_key()) if device is not None else own
    # A power cut may have left the attempt behind that brought the identity in force.
    return {"key": own} if kept == own else {"waiting": (asked.why if asked else "") or "answer", "key": kept}
