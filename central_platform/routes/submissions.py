"""The outbox, cases, public receipts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from central_platform import acceptance, identities, progress, receipt_page
from central_platform.problems import Refusal
from central_platform.public_page import HEADERS
from central_platform.routes.common import (
    AUTH,
    IDENTITY,
    MTLS,
    OPEN,
    PlatformDep,
    TerminalDep,
    bound,
    refusals,
    wants_page,
)
from central_platform.wire.common import ProblemCode, Uuid
from central_platform.wire.submissions import (
    Batch,
    BatchResult,
    CaseQuery,
    Cases,
    PublicReceipt,
    Step,
    SubmissionStatus,
)

router = APIRouter()
C = ProblemCode
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "JSON, or a page for browsers"}
}


@router.post(
    "/v1/submissions:batch",
    operation_id="submitBatch",
    tags=["submissions"],
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TERMINAL_MISMATCH, C.TOO_LARGE, C.ENCODING_UNKNOWN, *AUTH),
)
def submit(
    batch: Batch,
    terminal: TerminalDep,
    platform: PlatformDep,
    idempotency_key: Annotated[Uuid, Header(description="UUID of this batch; every item has its own id for life")],
) -> BatchResult:
    """Take outbox items, each exactly once. The answer comes after everything is on the disk. Bodies may be gzip."""
    bound(terminal, batch.terminal)
    return acceptance.accept_batch(platform, terminal, batch)


@router.get(
    "/v1/submissions/{submission}",
    operation_id="submission",
    tags=["submissions"],
    openapi_extra=MTLS,
    responses=refusals(C.NOT_FOUND, *AUTH),
)
def submission(submission: str, terminal: TerminalDep, platform: PlatformDep) -> SubmissionStatus:
    """What became of one submission of this terminal: for use after an answer was lost."""
    found = acceptance.status_of(platform, terminal, submission)
    if found is None:
        raise Refusal(C.NOT_FOUND)
    return found


@router.post(
    "/v1/cases:find",
    operation_id="findCases",
    tags=["cases"],
    openapi_extra=MTLS,
    responses=refusals(C.INVALID_REQUEST, C.TOO_LARGE, *IDENTITY, *AUTH),
)
def find(query: CaseQuery, terminal: TerminalDep, platform: PlatformDep) -> Cases:
    """Where the cases of a person or of their child stand, or one case by its number."""
    if query.id_no is not None:
        identities.require(platform, terminal, query.identity, query.id_no)
    return Cases(cases=progress.find(platform, terminal, query.id_no, query.number))


@router.get(
    "/receipts/{opaque}",
    operation_id="receipt",
    tags=["receipts"],
    openapi_extra=OPEN,
    response_model=PublicReceipt,
    responses={**PAGE, **refusals(C.NOT_FOUND)},
)
def receipt(opaque: str, request: Request, platform: PlatformDep) -> Response:
    """The receipt behind a QR code. Public, nothing personal."""
    return _shown(request, progress.receipt_of(platform, opaque))


@router.get(
    "/receipts",
    operation_id="receiptByNumber",
    tags=["receipts"],
    openapi_extra=OPEN,
    response_model=PublicReceipt,
    responses={**PAGE, **refusals(C.NOT_FOUND, C.INVALID_REQUEST)},
)
def receipt_by_number(
    request: Request,
    platform: PlatformDep,
    number: Annotated[str, Query(max_length=40)] = "",
    check: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The same receipt for someone who types its number and check code; a browser that asks for none gets the form."""
    if not number and not check and wants_page(request):
        return HTMLResponse(receipt_page.lookup_html(tried=False), 200, HEADERS)
    return _shown(request, progress.receipt_by_number(platform, number, check))


def _shown(request: Request, found: tuple[PublicReceipt, list[Step]] | None) -> Response:
    page = wants_page(request)
    if found is None:
        if page:
            return HTMLResponse(receipt_page.lookup_html(tried=True), 404, HEADERS)
        raise Refusal(C.NOT_FOUND)
    if page:
        return HTMLResponse(receipt_page.receipt_html(*found), 200, HEADERS)
    return JSONResponse(found[0].model_dump(mode="json"), 200, HEADERS)
