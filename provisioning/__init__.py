"""Putting a terminal into service: enrolment, identity, signed site profile, self-test.

The face of the room. HTTP is handed in (`Http`), time and randomness too; what is stored is whole or absent after a
power cut; every refusal is a `ProvisioningError` with a cause and the technician's next step.
"""

from provisioning.apply import apply_profile, load_profile
from provisioning.device import Asked, Tpm, read_asked
from provisioning.enrol import enrol
from provisioning.errors import (
    AnswerBadError,
    AuthorityMismatchError,
    EnrolmentPendingError,
    NotEnrolledError,
    PlatformUnreachableError,
    ProfileError,
    ProvisioningError,
)
from provisioning.identity import Identity, check_home, load_identity, needs_renewal
from provisioning.inventory import machine_inventory
from provisioning.key import KeyProtection
from provisioning.ports import Clock, Http, Reply
from provisioning.profile import DeviceSpec, Position, SiteProfile, Witness, accept_profile, parse_profile
from provisioning.renew import renew, renew_if_due
from provisioning.report import SignedReport, profile_digest, sign_report
from provisioning.selftest import Check, CheckResult, CheckState, self_test
from provisioning.settle import Enrolled
from provisioning.status import Status, status
from provisioning.stick import Requested, take_bundle, write_request
from provisioning.ticket import Ticket, parse_ticket
from provisioning.words import Words

__all__ = [
    "AnswerBadError",
    "Asked",
    "AuthorityMismatchError",
    "Check",
    "CheckResult",
    "CheckState",
    "Clock",
    "DeviceSpec",
    "Enrolled",
    "EnrolmentPendingError",
    "Http",
    "Identity",
    "KeyProtection",
    "NotEnrolledError",
    "PlatformUnreachableError",
    "Position",
    "ProfileError",
    "ProvisioningError",
    "Reply",
    "Requested",
    "SignedReport",
    "SiteProfile",
    "Status",
    "Ticket",
    "Tpm",
    "Witness",
    "Words",
    "accept_profile",
    "apply_profile",
    "check_home",
    "enrol",
    "load_identity",
    "load_profile",
    "machine_inventory",
    "needs_renewal",
    "parse_profile",
    "parse_ticket",
    "profile_digest",
    "read_asked",
    "renew",
    "renew_if_due",
    "self_test",
    "sign_report",
    "status",
    "take_bundle",
    "write_request",
]
