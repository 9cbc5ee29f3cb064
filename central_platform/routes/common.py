"""What routes share: the platform, the caller's identity, and how refusals are documented."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Annotated, Any

from cryptography import x509
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from central_platform.authority import terminal_of
from central_platform.enrolment import admitted
from central_platform.peer import PEER
from central_platform.platform import Platform
from central_platform.problems import MEDIA, TITLES, Refusal
from central_platform.wire.common import ProblemCode
from contracts.signatures import Envelope

PACKED_FROM = 64 * 1024
PACKED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
MTLS: dict[str, Any] = {"security": [{"terminalCertificate": []}]}
OPEN: dict[str, Any] = {"security": []}
AUTH = (
    ProblemCode.CLIENT_CERTIFICATE_REQUIRED,
    ProblemCode.CERTIFICATE_EXPIRED,
    ProblemCode.CERTIFICATE_REVOKED,
    ProblemCode.CERTIFICATE_UNKNOWN,
)
IDENTITY = (
    ProblemCode.IDENTITY_REQUIRED,
    ProblemCode.IDENTITY_UNKNOWN,
    ProblemCode.IDENTITY_EXPIRED,
    ProblemCode.IDENTITY_ELSEWHERE,
    ProblemCode.IDENTITY_MISMATCH,
)


def refusals(*codes: ProblemCode) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for problem codes, grouped by status."""
    grouped: dict[int, list[str]] = {}
    for code in (*codes, ProblemCode.INTERNAL, ProblemCode.UNAVAILABLE):
        grouped.setdefault(TITLES[code][0], []).append(code.value)
    return {
        status: {"description": ", ".join(names), "content": {MEDIA: {"schema": PROBLEM_REF}}}
        for status, names in sorted(grouped.items())
    }


def get_platform(request: Request) -> Platform:
    """Return the platform that this application serves."""
    platform: Platform = request.app.state.platform
    return platform


PlatformDep = Annotated[Platform, Depends(get_platform)]


def caller(request: Request, platform: PlatformDep) -> str:
    """Return the terminal that the peer certificate names; the body has no say in it.

    Raises:
        Refusal: no certificate, or one that is withdrawn, unknown or past its end.
    """
    der = getattr(request.state, PEER, None)
    if der is None:
        raise Refusal(ProblemCode.CLIENT_CERTIFICATE_REQUIRED)
    terminal, serial = _named(der)
    if terminal is None:
        raise Refusal(ProblemCode.CERTIFICATE_UNKNOWN, "the certificate names no terminal")
    why = admitted(platform, terminal, serial)
    if why is not None:
        raise Refusal(why)
    return terminal


def has_certificate(request: Request) -> bool:
    """True when the connection was made with a client certificate."""
    return getattr(request.state, PEER, None) is not None


TerminalDep = Annotated[str, Depends(caller)]


def bound(terminal: str, claimed: str) -> None:
    """Check that a body speaks for the terminal whose certificate carries it.

    Raises:
        Refusal: terminal-mismatch.
    """
    if terminal != claimed:
        raise Refusal(ProblemCode.TERMINAL_MISMATCH)


def tagged(request: Request, etag: str, envelope: Envelope) -> Response:
    """Answer with an envelope, a large one packed for who can unpack it; or 304 when the caller already has it."""
    quoted = f'"{etag}"'
    headers = {"ETag": quoted, "Cache-Control": "no-cache"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if quoted in known or "*" in known:
        return Response(status_code=304, headers=headers)
    answer = JSONResponse(envelope, headers={**headers, "Vary": "Accept-Encoding"})
    if len(answer.body) < PACKED_FROM or "gzip" not in request.headers.get("accept-encoding", ""):
        return answer
    packed = gzip.compress(answer.body, compresslevel=1, mtime=0)
    return Response(packed, media_type=answer.media_type, headers={**headers, **PACKED})


def wants_page(request: Request) -> bool:
    """True when a browser asks."""
    return "text/html" in request.headers.get("accept", "")


@lru_cache(maxsize=4096)
def _named(der: bytes) -> tuple[str | None, str]:
    certificate = x509.load_der_x509_certificate(der)
    return terminal_of(certificate), f"{certificate.serial_number:x}"
