"""The readiness report of a terminal: what its device key signs, and what of it fits into a QR code.

The report is JSON. Its statement names terminal, report, moment, verdict and the report's digest; the device key signs
the statement, so that one signature proves the whole report and a QR code can carry all that is needed to check it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from contracts.canonical import CanonicalError, canonical, digest_bytes

KIND, VERSION = "readiness", 1
ITEM = "readiness"
"""The kind of its item in the outbox."""
PATH = "/readiness"
"""Of the platform's public page, to which the QR code leads."""
MACHINE = "machine"
"""Who signs off when no technician does."""
MOST_BYTES = 96 * 1024
FAILED = "fail"
_TERMINAL = re.compile(r"[A-Z]{2}-[0-9]{4}")
_REPORT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ReportMalformedError(ValueError):
    """This is no readiness report, or it contradicts itself."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. `at` is UTC to the second, `digest` is over the canonical bytes of the report."""

    terminal: str
    report: str
    at: str
    ready: bool
    digest: str

    def signed_bytes(self) -> bytes:
        """Return the bytes under the signature: ECDSA P-256 over their SHA-256."""
        return canonical(
            {
                "kind": KIND,
                "version": VERSION,
                "terminal": self.terminal,
                "report": self.report,
                "at": self.at,
                "ready": self.ready,
                "digest": self.digest,
            }
        )

    def address(self, base: str, signature: str) -> str:
        """Return the public address that proves it; `signature` is hexadecimal."""
        told = {
            "t": self.terminal,
            "r": self.report,
            "at": self.at,
            "ok": "1" if self.ready else "0",
            "d": _short(bytes.fromhex(self.digest.removeprefix("sha256:"))),
            "s": _short(bytes.fromhex(signature)),
        }
        return f"{base.rstrip('/')}{PATH}?{urlencode(told, safe=':')}"


def statement_of(report: Mapping[str, Any]) -> Statement:
    """Return what a report states.

    Raises:
        ReportMalformedError: a field is missing or of the wrong kind, or it says ready while something fails.
    """
    try:
        whole = canonical(report)
        if (report["kind"], report["version"]) != (KIND, VERSION) or len(whole) > MOST_BYTES:
            raise ReportMalformedError("no readiness report of this version, or too long")
        rows = [*_states(report, "devices", "severity"), *_states(report, "checks", "state")]
        guided = _states(report, "guided", "outcome")
        ready = report["ready"]
        found = Statement(report["terminal"], report["id"], report["at"], ready, digest_bytes(whole))
    except (KeyError, TypeError, CanonicalError) as error:
        raise ReportMalformedError("a field is missing or of the wrong kind") from error
    if ready is not (FAILED not in rows and FAILED not in guided):
        raise ReportMalformedError("its verdict contradicts what it found")
    return _checked(found)


def read_address(query: Mapping[str, str]) -> tuple[Statement, bytes]:
    """Return statement and signature that the query of a public address holds.

    Raises:
        ReportMalformedError: it does not hold them.
    """
    try:
        if query["ok"] not in ("0", "1"):
            raise ReportMalformedError("no verdict")
        digest = f"sha256:{_long(query['d']).hex()}"
        found = Statement(query["t"], query["r"], query["at"], query["ok"] == "1", digest)
        return _checked(found), _long(query["s"])
    except (KeyError, binascii.Error, UnicodeEncodeError) as error:
        raise ReportMalformedError("the address is not whole") from error


def _checked(found: Statement) -> Statement:
    shapes = (
        (_TERMINAL, found.terminal),
        (_REPORT, found.report),
        (_AT, found.at),
        (_DIGEST, found.digest),
    )
    if not all(isinstance(text, str) and shape.fullmatch(text) for shape, text in shapes):
        raise ReportMalformedError("terminal, id, moment or digest is not written as agreed")
    return found


def _states(report: Mapping[str, Any], table: str, column: str) -> list[str]:
    return [str(row[column]) for row in report[table]]


def _short(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _long(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
