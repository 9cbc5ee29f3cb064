"""The signed catalogue."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from central_platform.problems import Refusal
from central_platform.routes.common import AUTH, MTLS, PlatformDep, TerminalDep, refusals, tagged
from central_platform.wire.common import Envelope, ProblemCode
from contracts.clips import REFERENCE

router = APIRouter(prefix="/v1/catalogue", tags=["catalogue"])
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The caller has it"}}


@router.get(
    "/index",
    operation_id="catalogueIndex",
    openapi_extra=MTLS,
    response_model=Envelope,
    responses={**UNCHANGED, **refusals(*AUTH)},
)
def index(
    request: Request, _terminal: TerminalDep, platform: PlatformDep, if_none_match: str | None = Header(None)
) -> Response:
    """Signed: version, packages with digests, halls, services that are only listed, and reference data."""
    return tagged(request, *platform.signed_index())


@router.get(
    "/service/{service}",
    operation_id="cataloguePackage",
    openapi_extra=MTLS,
    response_model=Envelope,
    responses={**UNCHANGED, **refusals(ProblemCode.SERVICE_UNKNOWN, *AUTH)},
)
def package(
    service: str,
    request: Request,
    _terminal: TerminalDep,
    platform: PlatformDep,
    if_none_match: str | None = Header(None),
) -> Response:
    """Signed: one service package. The ETag is the digest that the index names."""
    found = platform.catalogue.packages.get(service)
    if found is None:
        raise Refusal(ProblemCode.SERVICE_UNKNOWN)
    return tagged(request, found.digest, platform.authority.sign(dict(found.content)))


@router.get(
    "/voice/{service}",
    operation_id="catalogueVoice",
    openapi_extra=MTLS,
    response_model=Envelope,
    responses={**UNCHANGED, **refusals(ProblemCode.SERVICE_UNKNOWN, ProblemCode.NOT_FOUND, *AUTH)},
)
def voice(
    service: str,
    request: Request,
    _terminal: TerminalDep,
    platform: PlatformDep,
    if_none_match: str | None = Header(None),
) -> Response:
    """Signed: the baked speech of one service, or of the index itself for `reference`. The ETag is the `voice` digest
    that the index names.
    """
    if service not in {REFERENCE, *platform.catalogue.packages}:
        raise Refusal(ProblemCode.SERVICE_UNKNOWN)
    try:
        return tagged(request, *platform.signed_voice(service))
    except LookupError:
        raise Refusal(ProblemCode.NOT_FOUND, "the service has no clips") from None
