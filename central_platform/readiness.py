"""What the self-tests of terminals found: kept when the device key signed it, looked up, and checked from a QR code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from central_platform.models import Certificate, ReadinessReport, Submission, Terminal
from central_platform.platform import Platform
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode
from central_platform.wire.submissions import ReadinessBody
from contracts.readiness import ReportMalformedError, Statement, read_address, statement_of

MOST_LISTED = 100


class Proof(StrEnum):
    """What a QR code proves. `awaited`: the terminal has signed it, and the report has not come yet."""

    GENUINE = "genuine"
    AWAITED = "awaited"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to one QR code; `received_at` of a report that is here."""

    proof: Proof
    statement: Statement | None = None
    received_at: datetime | None = None


def keep(session: Session, terminal: str, item: str, body: ReadinessBody, now: datetime) -> None:
    """Keep one report.

    Raises:
        Refusal: data-invalid (no report, or it contradicts itself), report-foreign, report-replayed (its id is not the
            item's), signature-invalid (changed, or signed by another key than this terminal's).
    """
    try:
        statement = statement_of(body.report)
        signature = bytes.fromhex(body.signature)
        at = datetime.fromisoformat(statement.at)
    except ValueError as error:
        why = str(error) if isinstance(error, ReportMalformedError) else "signature or moment cannot be read"
        raise Refusal(ProblemCode.DATA_INVALID, why, field="/report") from error
    if statement.terminal != terminal:
        raise Refusal(ProblemCode.REPORT_FOREIGN)
    if statement.report != item:
        raise Refusal(ProblemCode.REPORT_REPLAYED)
    key = _signer(_keys_in_force(session, terminal), statement, signature)
    if key is None:
        raise Refusal(ProblemCode.SIGNATURE_INVALID, "the device key of this terminal did not sign this report")
    session.add(
        ReadinessReport(
            submission=item,
            terminal=terminal,
            key=key,
            digest=statement.digest,
            ready=statement.ready,
            at=at,
            received_at=now,
        )
    )


def check(platform: Platform, query: Mapping[str, str]) -> Checked:
    """Say what the address in a QR code proves. A key that was in force once still proves what it signed then."""
    try:
        statement, signature = read_address(query)
    except ReportMalformedError:
        return Checked(Proof.FALSE)
    with platform.database.read() as session:
        row = session.get(ReadinessReport, statement.report)
        keys = _keys_ever(session, statement.terminal) if row is None else [row.key]
        if _signer(keys, statement, signature) is None:
            return Checked(Proof.FALSE)
        if row is None:
            return Checked(Proof.AWAITED, statement)
        genuine = (row.terminal, row.digest) == (statement.terminal, statement.digest)
        return Checked(Proof.GENUINE, statement, row.received_at) if genuine else Checked(Proof.FALSE)


def listed(platform: Platform, terminal: str | None = None, most: int = MOST_LISTED) -> list[dict[str, Any]]:
    """Return reports in one line each, newest first, of one terminal or of all."""
    wanted = select(ReadinessReport).order_by(ReadinessReport.at.desc()).limit(most)
    if terminal is not None:
        wanted = wanted.where(ReadinessReport.terminal == terminal)
    with platform.database.read() as session:
        return [_line(row, _body(session, row)["report"]) for row in session.scalars(wanted)]


def newest(session: Session, terminal: str) -> ReadinessReport | None:
    """Return the report of a terminal that was made last; None when none has come."""
    mine = select(ReadinessReport).where(ReadinessReport.terminal == terminal)
    return session.scalar(mine.order_by(ReadinessReport.at.desc()).limit(1))


def shown(platform: Platform, report: str) -> dict[str, Any] | None:
    """Return one report whole and what checking it again says: `holds` is False when it is not what was signed."""
    with platform.database.read() as session:
        row = session.get(ReadinessReport, report)
        if row is None:
            return None
        body = _body(session, row)
    try:
        statement = statement_of(body["report"])
        key = _signer([row.key], statement, bytes.fromhex(body["signature"]))
        holds = key is not None and statement.digest == row.digest
    except ValueError:
        holds = False
    return {**_line(row, body["report"]), "holds": holds, **body}


def _line(row: ReadinessReport, report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row.submission,
        "terminal": row.terminal,
        "at": row.at.isoformat(timespec="seconds"),
        "received_at": row.received_at.isoformat(timespec="seconds"),
        "ready": row.ready,
        "by": str(report.get("by", "")),
        "occasion": str(report.get("occasion", "")),
        "failed": [
            str(one.get("id"))
            for table, column in (("devices", "severity"), ("checks", "state"), ("guided", "outcome"))
            for one in report.get(table, ())
            if one.get(column) == "fail"
        ],
        "digest": row.digest,
    }


def _body(session: Session, row: ReadinessReport) -> dict[str, Any]:
    return dict(json.loads(session.get_one(Submission, row.submission).body))


def _keys_in_force(session: Session, terminal: str) -> list[str]:
    row = session.get_one(Terminal, terminal)
    return [key for key in (row.device_key or row.public_key,) if key]


def _keys_ever(session: Session, terminal: str) -> list[str]:
    row = session.get(Terminal, terminal)
    if row is None:
        return []
    before = session.scalars(select(Certificate.device).where(Certificate.terminal == terminal).distinct())
    return list(dict.fromkeys([*_keys_in_force(session, terminal), *(key for key in before if key)]))


def _signer(keys: list[str], statement: Statement, signature: bytes) -> str | None:
    """Return which of the keys signed the statement."""
    for spki in keys:
        try:
            key = load_der_public_key(bytes.fromhex(spki))
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, statement.signed_bytes(), ec.ECDSA(hashes.SHA256()))
                return spki
        except (InvalidSignature, ValueError, UnsupportedAlgorithm):
            continue
    return None
