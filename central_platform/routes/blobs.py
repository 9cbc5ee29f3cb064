"""Attachments on their way up. There is no way down: a terminal reads nothing back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import JSONResponse, Response

from central_platform import blobs
from central_platform.problems import Refusal
from central_platform.routes.common import AUTH, MTLS, PlatformDep, TerminalDep, refusals
from central_platform.wire.blobs import BlobName, BlobState
from central_platform.wire.common import Count, ProblemCode
from contracts.blobs import COMPLETE, LIMIT, MOST_BYTES, NO, OFFSET, PART_BYTES, YES

router = APIRouter(prefix="/v1", tags=["submissions"])
C = ProblemCode
PART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FIELDS: dict[str, Any] = {
    OFFSET: {"description": "Bytes received", "schema": {"type": "integer"}},
    COMPLETE: {"description": f"{YES} when the blob is whole", "schema": {"type": "string", "enum": [YES, NO]}},
    LIMIT: {"description": "The largest blob and the largest part", "schema": {"type": "string"}},
}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.head(
    "/blobs/{digest}",
    operation_id="blobState",
    openapi_extra=MTLS,
    status_code=204,
    responses={204: {"description": "How much is here", "headers": FIELDS}, **refusals(C.INVALID_REQUEST, *AUTH)},
)
def blob_state(digest: BlobName, terminal: TerminalDep, platform: PlatformDep) -> Response:
    """Where an upload goes on. A digest that this terminal never sent stands at 0."""
    return Response(status_code=204, headers=_fields(blobs.state_of(platform, terminal, digest)))


@router.put(
    "/blobs/{digest}",
    operation_id="putBlob",
    openapi_extra={**MTLS, **PART},
    response_model=BlobState,
    responses={
        200: {"description": "The part is on the disk, or the blob was whole before", "headers": FIELDS},
        201: {"model": BlobState, "description": "With this part the blob is whole", "headers": FIELDS},
        **refusals(
            C.INVALID_REQUEST, C.OFFSET_MISMATCH, C.TOO_LARGE, C.DIGEST_MISMATCH, C.TOO_MANY, C.ENCODING_UNKNOWN, *AUTH
        ),
    },
)
def put_blob(
    digest: BlobName,
    terminal: TerminalDep,
    platform: PlatformDep,
    data: Annotated[bytes, Depends(_body)],
    upload_offset: Annotated[Count, Header(description="Where this part begins")],
    upload_complete: Annotated[str, Header(pattern=r"^\?[01]$", description="?1 with the last part")],
) -> Response:
    """Take one part. The answer comes when it is on the disk; with the last one everything is hashed."""
    try:
        found, made = blobs.put(platform, terminal, digest, upload_offset, data, last=upload_complete == YES)
    except Refusal as refusal:
        if refusal.problem.code is C.OFFSET_MISMATCH:
            refusal.headers = {OFFSET: str(refusal.problem.offset), COMPLETE: NO}
        raise
    return JSONResponse(found.model_dump(mode="json"), 201 if made else 200, _fields(found))


def _fields(found: BlobState) -> dict[str, str]:
    return {
        OFFSET: str(found.offset),
        COMPLETE: YES if found.complete else NO,
        LIMIT: f"max-size={MOST_BYTES}, max-append-size={PART_BYTES}",
        "Cache-Control": "no-store",
    }
