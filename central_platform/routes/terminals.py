"""Time, enrolment, renewal, heartbeat, profile."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import JSONResponse, Response

from central_platform import acceptance, alarms, audit, commands, enrolment, technicians
from central_platform.enrolment import Proof
from central_platform.newcomers import Waiting
from central_platform.presence import Sign
from central_platform.problems import Refusal
from central_platform.routes.common import (
    AUTH,
    MTLS,
    OPEN,
    PlatformDep,
    TerminalDep,
    bound,
    caller,
    has_certificate,
    refusals,
    tagged,
)
from central_platform.wire.common import Envelope, ProblemCode
from central_platform.wire.terminals import (
    Enrolled,
    EnrolmentWaits,
    EnrolRequest,
    Etags,
    HeartbeatReply,
    HeartbeatRequest,
    MaintenanceNotice,
    NearbyTerminal,
    Renewed,
    RenewRequest,
    Time,
)
from contracts import times
from contracts.times import NONCE

router = APIRouter(prefix="/v1", tags=["terminals"])
C = ProblemCode
RETRY_S = 15
"""How long a machine that waits for an operator may rest between two questions."""


@router.get("/time", operation_id="time", openapi_extra=OPEN, responses=refusals(C.INVALID_REQUEST))
def time(
    platform: PlatformDep,
    nonce: Annotated[
        str | None,
        Query(pattern=f"^{NONCE.pattern}$", description="16 to 32 bytes drawn for this question, hexadecimal"),
    ] = None,
) -> Time:
    """The platform's clock. Needs no certificate, so that a terminal whose clock is wrong can find out.

    With a nonce the answer carries a signed statement: such a terminal cannot tell whether our certificate is valid.
    """
    now = platform.clock.now()
    if nonce is None:
        return Time(server_time=now)
    return Time(
        server_time=now, statement=Envelope.model_validate(platform.authority.sign(times.statement(nonce, now)))
    )


@router.post(
    "/enrol",
    operation_id="enrol",
    status_code=201,
    response_model=Enrolled,
    openapi_extra=OPEN,
    responses={
        202: {"description": "An operator has to accept the machine", "model": EnrolmentWaits},
        **refusals(
            C.INVALID_REQUEST,
            C.CODE_UNKNOWN,
            C.CODE_USED,
            C.CODE_EXPIRED,
            C.CODE_LOCKED,
            C.SLOT_OCCUPIED,
            C.ENROLMENT_REJECTED,
            C.CSR_INVALID,
            C.SIGNATURE_INVALID,
            C.TOO_LARGE,
        ),
    },
)
def enrol(request: EnrolRequest, platform: PlatformDep) -> Enrolled | JSONResponse:
    """Exchange a one-time code and a certificate request for an identity. Five wrong tries lock the code."""
    proof = _proof(request.device_key, request.key_protection, request.at, request.signature)
    found = enrolment.enrol(platform, request.code, request.csr_pem, request.inventory, proof, replace=request.replace)
    if isinstance(found, Waiting):
        waits = EnrolmentWaits(terminal=found.terminal, why=found.why.value, retry_s=RETRY_S)
        return JSONResponse(waits.model_dump(), 202)
    return Enrolled.model_validate(enrolment.granted(platform, found))


@router.post(
    "/certs/renew",
    operation_id="renewCertificate",
    openapi_extra={"security": [{"terminalCertificate": []}, {}]},
    responses=refusals(
        C.INVALID_REQUEST,
        C.CSR_INVALID,
        C.SIGNATURE_INVALID,
        C.HARDWARE_CHANGED,
        C.CERTIFICATE_SUPERSEDED,
        C.TOO_LARGE,
        *AUTH,
    ),
)
def renew(body: RenewRequest, request: Request, platform: PlatformDep) -> Renewed:
    """Renew over the old certificate, or, after it expired, by a request that the device key signed."""
    if has_certificate(request):
        proof = _proof(body.device_key, "", body.at, body.signature)
        terminal = caller(request, platform)
        issued = enrolment.renew(platform, terminal, body.csr_pem, body.inventory, proof, body.serial)
        return Renewed(certificate_pem=issued.pem)
    if body.at is None or body.signature is None:
        raise Refusal(
            C.CLIENT_CERTIFICATE_REQUIRED, "without a certificate the request must be signed by the device key"
        )
    admission = enrolment.renew_signed(
        platform, body.csr_pem, body.at, body.signature, body.inventory, body.device_key, body.serial
    )
    return Renewed(certificate_pem=admission.certificate.pem)


@router.post(
    "/heartbeat",
    operation_id="heartbeat",
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TERMINAL_MISMATCH, C.TOO_LARGE, *AUTH),
)
def heartbeat(body: HeartbeatRequest, terminal: TerminalDep, platform: PlatformDep) -> HeartbeatReply:
    """Tell how the terminal is; learn when to call again and which signed documents have changed."""
    bound(terminal, body.terminal)
    now = platform.clock.now()
    skew_ms = _skew_ms(body.at, now)
    platform.presence.note(terminal, Sign(now, skew_ms, body.model_dump(mode="json")))
    alarms.heard(platform, terminal, body, skew_ms, now)
    closed = platform.notice.now()
    index, _ = platform.signed_index()
    profile, _ = platform.signed_profile(terminal)
    roll = technicians.etag(platform, terminal)
    return HeartbeatReply(
        next_s=platform.settings.heartbeat_s,
        server_time=now,
        commands=[Envelope.model_validate(one) for one in commands.due(platform, terminal, now)],
        etags=Etags(index=f'"{index}"', profile=f'"{profile}"', technicians=f'"{roll}"'),
        high_water=acceptance.high_water(platform, terminal),
        audit=audit.heard(platform, terminal, body, now),
        maintenance=None if closed is None else MaintenanceNotice(until=closed.until, reason=closed.reason),
        nearby=[NearbyTerminal.model_validate(one) for one in platform.neighbourhood.of(terminal, now)],
    )


@router.get(
    "/audit/heads", operation_id="auditHeads", openapi_extra=MTLS, response_model=Envelope, responses=refusals(*AUTH)
)
def audit_heads(terminal: TerminalDep, platform: PlatformDep) -> Response:
    """The heads of the caller's audit chain that the platform remembers, under one signature."""
    return JSONResponse(audit.signed_heads(platform, terminal))


@router.get(
    "/profile",
    operation_id="profile",
    openapi_extra=MTLS,
    response_model=Envelope,
    responses={304: {"description": "The caller has it"}, **refusals(*AUTH)},
)
def profile(
    request: Request, terminal: TerminalDep, platform: PlatformDep, if_none_match: str | None = Header(None)
) -> Response:
    """The signed site profile; `rev` only grows."""
    return tagged(request, *platform.signed_profile(terminal))


@router.get(
    "/technicians",
    operation_id="technicians",
    openapi_extra=MTLS,
    response_model=Envelope,
    responses={304: {"description": "The caller has it"}, **refusals(*AUTH)},
)
def roll_of(
    request: Request, terminal: TerminalDep, platform: PlatformDep, if_none_match: str | None = Header(None)
) -> Response:
    """Who may open technician mode at the caller, signed; a list that is not renewed ends by itself."""
    return tagged(request, *technicians.signed(platform, terminal))


def _proof(key: str | None, protection: str, at: str | None, signature: str | None) -> Proof | None:
    return None if key is None else Proof(key, protection, at or "", signature or "")


def _skew_ms(theirs: datetime, ours: datetime) -> int:
    return round((theirs - ours).total_seconds() * 1000)
