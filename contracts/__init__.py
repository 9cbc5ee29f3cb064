"""The cellar of both houses: what a terminal and the platform agree on. No I/O; imports no one."""

from contracts.canonical import CanonicalError, canonical, digest, digest_bytes
from contracts.ids import CaseKey, ServiceId, SubmissionId, TerminalId, provisional_number, uuid7
from contracts.signatures import Envelope, SignatureError, key_id, sign, verify
from contracts.suites import GM, INTL, Suite, suite

__all__ = [
    "GM",
    "INTL",
    "CanonicalError",
    "CaseKey",
    "Envelope",
    "ServiceId",
    "SignatureError",
    "SubmissionId",
    "Suite",
    "TerminalId",
    "canonical",
    "digest",
    "digest_bytes",
    "key_id",
    "provisional_number",
    "sign",
    "suite",
    "uuid7",
    "verify",
]
