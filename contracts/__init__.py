"""The cellar of both houses: what a terminal and the platform agree on. No I/O; imports no one.

Identifiers and signatures are loaded when they are first asked for: a terminal draws its first page without them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from contracts.canonical import CanonicalError, canonical, digest, digest_bytes
from contracts.suites import GM, INTL, Suite, suite

if TYPE_CHECKING:
    from contracts.ids import CaseKey, ServiceId, SubmissionId, TerminalId, provisional_number, uuid7
    from contracts.signatures import Envelope, SignatureError, key_id, pack, sign, verify, verify_text

_LATER = dict.fromkeys(
    ("CaseKey", "ServiceId", "SubmissionId", "TerminalId", "provisional_number", "uuid7"), "contracts.ids"
) | dict.fromkeys(
    ("Envelope", "SignatureError", "key_id", "pack", "sign", "verify", "verify_text"), "contracts.signatures"
)


def __getattr__(name: str) -> Any:
    """Load what was asked for; later it is found without coming here."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_LATER[name]), name)
    return value


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
    "pack",
    "provisional_number",
    "sign",
    "suite",
    "uuid7",
    "verify",
    "verify_text",
]
