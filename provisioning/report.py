"""The readiness report under the signature of the device key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts import digest_bytes
from contracts.readiness import statement_of
from provisioning.errors import ProvisioningError
from provisioning.identity import Identity


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report, the hex ECDSA P-256 signature over its statement, and the public address that proves it.

    Signature and address are empty where nobody could sign: not enrolled, or the TPM does not answer.
    """

    report: Mapping[str, Any]
    signature: str = ""
    address: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the object that `kiosk provision report` shows."""
        return {
            "report": dict(self.report),
            "signature": self.signature or None,
            "address": self.address or None,
        }


def sign_report(report: Mapping[str, Any], identity: Identity | None) -> SignedReport:
    """Sign what a self-test found; without an identity that can sign it stays unsigned.

    Raises:
        ReportMalformedError: it is no readiness report.
    """
    if identity is None:
        return SignedReport(report)
    statement = statement_of(report)
    try:
        signature = identity.vouch(statement.signed_bytes())
    except ProvisioningError:
        return SignedReport(report)
    return SignedReport(report, signature, statement.address(identity.url, signature))


def profile_digest(identity: Identity) -> str:
    """Return the digest of the signed profile in force, as it lies on the disk; empty when there is none."""
    try:
        return digest_bytes(identity.profile_file.read_bytes())
    except OSError:
        return ""
