"""Identities, prefill, QR credentials, phone codes."""

from __future__ import annotations

from fastapi import APIRouter

from central_platform import identities, phone_codes, population, tokens
from central_platform.routes.common import AUTH, IDENTITY, MTLS, PlatformDep, TerminalDep, bound, refusals
from central_platform.wire.common import ProblemCode
from central_platform.wire.identity import (
    Identity,
    IdentityEnd,
    IdentityRequest,
    PhoneChallengeReply,
    PhoneChecked,
    PhoneCheckRequest,
    PhoneCodeRequest,
    Prefill,
    PrefillRequest,
    TokenRequest,
    TokenVerified,
)
from central_platform.wire.submissions import Person

router = APIRouter(prefix="/v1", tags=["identity"])
C = ProblemCode


@router.post(
    "/identities",
    operation_id="identify",
    status_code=201,
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.EVIDENCE_INSUFFICIENT, C.TOO_LARGE, *AUTH),
)
def identify(body: IdentityRequest, terminal: TerminalDep, platform: PlatformDep) -> Identity:
    """Trade evidence for a short-lived identity, bound to this terminal and this person."""
    return identities.give(platform, terminal, Person(name=body.name, id_no=body.id_no), body.evidence)


@router.delete(
    "/identities",
    operation_id="endIdentity",
    status_code=204,
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TOO_LARGE, *AUTH),
)
def end_identity(body: IdentityEnd, terminal: TerminalDep, platform: PlatformDep) -> None:
    """End an identity with the visit. Ending it again, or one that never was, changes nothing."""
    identities.end(platform, terminal, body.identity)


@router.post(
    "/prefill",
    operation_id="prefill",
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TOO_LARGE, *IDENTITY, *AUTH),
)
def prefill(body: PrefillRequest, terminal: TerminalDep, platform: PlatformDep) -> Prefill:
    """What is known already for this form, and where each answer comes from. Unknown people have no fields."""
    identities.require(platform, terminal, body.identity, body.id_no)
    return population.prefill(platform, body.id_no, body.service)


@router.post(
    "/tokens:verify",
    operation_id="verifyToken",
    openapi_extra=MTLS,
    responses=refusals(
        C.INVALID_REQUEST, C.TOKEN_UNKNOWN, C.TOKEN_EXPIRED, C.TOKEN_USED, C.TERMINAL_MISMATCH, C.TOO_LARGE, *AUTH
    ),
)
def verify_token(body: TokenRequest, terminal: TerminalDep, platform: PlatformDep) -> TokenVerified:
    """Whose QR code is this, and of which kind? It works once and for 60 seconds."""
    bound(terminal, body.terminal)
    return tokens.verify(platform, terminal, body.raw)


@router.post(
    "/phone-codes",
    operation_id="sendPhoneCode",
    status_code=201,
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.PHONE_NOT_REGISTERED, C.TOO_MANY, C.CODE_LOCKED, C.TOO_LARGE, *AUTH),
)
def send_phone_code(body: PhoneCodeRequest, terminal: TerminalDep, platform: PlatformDep) -> PhoneChallengeReply:
    """Send six digits by text message. Wrong codes that were typed before may have locked the phone for a while."""
    return phone_codes.send(platform, terminal, body.phone, body.id_no, body.purpose)


@router.post(
    "/phone-codes/{challenge}:check",
    operation_id="checkPhoneCode",
    openapi_extra=MTLS,
    responses=refusals(
        C.INVALID_REQUEST, C.CODE_WRONG, C.CODE_EXPIRED, C.CODE_LOCKED, C.CODE_UNKNOWN, C.TOO_LARGE, *AUTH
    ),
)
def check_phone_code(
    challenge: str, body: PhoneCheckRequest, terminal: TerminalDep, platform: PlatformDep
) -> PhoneChecked:
    """Compare what was typed with what was sent. Five tries, also over several codes of one phone."""
    phone_codes.check(platform, terminal, challenge, body.code)
    return PhoneChecked(ok=True)
