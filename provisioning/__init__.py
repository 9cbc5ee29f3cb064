"""Putting a terminal into service: enrolment, identity, signed site profile, self-test.

The face of the room. HTTP is handed in (`Http`), time and randomness too; what is stored is whole or absent after a
power cut; every refusal is a `ProvisioningError` with a cause and the technician's next step.
"""

from provisioning.apply import apply_profile, load_profile
from provisioning.enrol import Enrolled, enrol
from provisioning.errors import (
    AnswerBadError,
    AuthorityMismatchError,
    NotEnrolledError,
    PlatformUnreachableError,
    ProfileError,
    ProvisioningError,
)
from provisioning.identity import Identity, load_identity, needs_renewal
from provisioning.key import KeyProtection
from provisioning.ports import Clock, Http, Reply
from provisioning.profile import DeviceSpec, Position, SiteProfile, Witness, accept_profile, parse_profile
from provisioning.renew import renew, renew_if_due
from provisioning.selftest import Check, CheckResult, CheckState, self_test
from provisioning.status import Status, report, status
from provisioning.ticket import Ticket, parse_ticket
from provisioning.words import Words

__all__ = [
    "AnswerBadError",
    "AuthorityMismatchError",
    "Check",
    "CheckResult",
    "CheckState",
    "Clock",
    "DeviceSpec",
    "Enrolled",
    "Http",
    "Identity",
    "KeyProtection",
    "NotEnrolledError",
    "PlatformUnreachableError",
    "Position",
    "ProfileError",
    "ProvisioningError",
    "Reply",
    "SiteProfile",
    "Status",
    "Ticket",
    "Witness",
    "Words",
    "accept_profile",
    "apply_profile",
    "enrol",
    "load_identity",
    "load_profile",
    "needs_renewal",
    "parse_profile",
    "parse_ticket",
    "renew",
    "renew_if_due",
    "report",
    "self_test",
    "status",
]
